"""Instants as a reader of a report wants them: counted from the beginning of the world."""

from datetime import datetime, timedelta

from ice_mock.durations import in_units

_STEPS = (
    *(timedelta(milliseconds=ms) for ms in (1, 2, 5, 10, 20, 50, 100, 200, 500)),
    *(timedelta(seconds=s) for s in (1, 2, 5, 10, 15, 20, 30)),
    *(timedelta(minutes=m) for m in (1, 2, 5, 10, 15, 20, 30)),
    *(timedelta(hours=h) for h in (1, 2, 3, 6, 12)),
    *(timedelta(days=d) for d in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 50_000)),
)


def since(began_at: datetime, instant: datetime) -> str:
    """``+35s``: how long after the beginning."""
    written = in_units(instant - began_at)
    return written if written.startswith("-") else f"+{written}"


def day_and_time(instant: datetime) -> str:
    """``2026-01-01 00:02:00 UTC``, finer only if there is more to it."""
    finer = f".{instant.microsecond // 1000:03}" if instant.microsecond else ""
    return f"{instant:%Y-%m-%d %H:%M:%S}{finer} UTC"


def step(span: timedelta, most: int) -> timedelta:
    """The smallest round length that goes *most* times into *span*, and not once more."""
    return next((each for each in _STEPS if span < each * (most + 1)), _STEPS[-1])
