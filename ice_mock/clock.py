"""The door through which time comes in. Nothing else in the package reads the system's time."""

import re
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

MILLISECOND = timedelta(milliseconds=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
EARLIEST, LATEST = datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
FASTEST = 1_000_000.0
LAST = datetime(2286, 11, 20, 17, 46, 39, 999_000, tzinfo=UTC)
"""The last instant whose timestamp has 13 digits, as names of files want it: no world goes on after it."""

RealTime = Callable[[], datetime]
"""What tells the real time: the system's, or in a test whatever the test says."""


def system_time() -> RealTime:
    """Return a clock that starts at the system's time, and never goes back even if that does."""
    started_at = datetime.now(UTC)
    started = time.monotonic()

    def now() -> datetime:
        return started_at + timedelta(seconds=time.monotonic() - started)

    return now


def stopwatch() -> Callable[[], timedelta]:
    """Start to measure; each call of what is returned tells how much real time has passed."""
    started = time.perf_counter()
    return lambda: timedelta(seconds=time.perf_counter() - started)


def whole_milliseconds(instant: datetime) -> datetime:
    """Cut what is finer than a millisecond: the service tells time no finer, and file names hold no more."""
    return instant.replace(microsecond=instant.microsecond // 1000 * 1000)


def shifted(instant: datetime, by: timedelta) -> datetime:
    """*instant* plus *by*, or as near to it as the calendar goes."""
    try:
        return instant + by
    except OverflowError:
        return LATEST if by > timedelta() else EARLIEST


def timestamp_ms(instant: datetime) -> int:
    """Milliseconds since 1970, the way the service numbers its files."""
    return (instant - EPOCH) // MILLISECOND


def from_timestamp_ms(milliseconds: int) -> datetime:
    """Inverse of `timestamp_ms`; raises OverflowError for what no calendar holds."""
    return EPOCH + milliseconds * MILLISECOND


def iso_seconds(instant: datetime) -> str:
    """``yyyy-MM-ddTHH:mm:ssZ``: the service's format, cut to the second."""
    return instant.strftime("%Y-%m-%dT%H:%M:%SZ")


def iso_milliseconds(instant: datetime) -> str:
    """The control API's format: as exact as the emulator's own time."""
    return instant.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def from_iso(text: str) -> datetime:
    """Read an ISO 8601 instant, whose zone is UTC if it names none; raises ValueError."""
    instant = datetime.fromisoformat(text)
    try:
        return instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant.astimezone(UTC)
    except OverflowError as error:
        raise ValueError(f"{text} lies outside of the calendar in UTC") from error


def rate_of(mode: str) -> float:
    """How many times faster than real time a *mode* is; raises ValueError for what is none."""
    if mode in ("real", "frozen"):
        return 1.0 if mode == "real" else 0.0
    if (match := re.fullmatch(r"x(\d{1,7}(?:\.\d{1,6})?)", mode, re.ASCII)) and 0 < (
        rate := float(match[1])
    ) <= FASTEST:
        return rate
    raise ValueError(
        f"{mode!r} is no clock: expected real, frozen or xN with N up to {FASTEST:.0f}, such as x60"
    )
