"""File names: from a frame to its key, and from a key back to its frame without searching."""

import re
from dataclasses import dataclass
from datetime import UTC, timedelta, timezone
from functools import lru_cache

from ice_mock.domain.behaviour import DEFAULT, Behaviour
from ice_mock.domain.schedule import Frame

JOB_ID = "{JobId}"
DATE = "{Date}"
TIMESTAMP = "{UnixTimestamp}"
SEQUENCE = "{Sequence}"
PLACEHOLDERS = (JOB_ID, DATE, TIMESTAMP, SEQUENCE)

# Not str.format: any other brace in a format is the caller's own, and stays.
_PLACEHOLDER = re.compile("|".join(re.escape(placeholder) for placeholder in PLACEHOLDERS))
_ZONES = {"utc": UTC, "asia-shanghai": timezone(timedelta(hours=8))}
_DATES = {"yyyy-MM-dd": ("%Y-%m-%d", r"\d{4}-\d\d-\d\d"), "yyyyMMdd": ("%Y%m%d", r"\d{8}")}
_SECOND_MS = 1000


def key(format: str, frame: Frame, behaviour: Behaviour = DEFAULT) -> str:
    """The key under which *frame* is stored."""
    # Assumed: yyyy-MM-dd in UTC.
    date_format, _ = _DATES[behaviour.date_format]
    date = frame.instant.astimezone(_ZONES[behaviour.date_zone])
    # Assumed: 13 digits of milliseconds, as in the only published example.
    timestamp = f"{frame.timestamp_ms:013d}"
    values = {
        JOB_ID: frame.job_id,
        DATE: date.strftime(date_format),
        TIMESTAMP: timestamp if behaviour.timestamp_unit == "milliseconds" else timestamp[:-3],
        # Assumed: not padded.
        SEQUENCE: f"{frame.sequence:0{behaviour.sequence_width}d}",
    }
    return _PLACEHOLDER.sub(lambda match: values[match[0]], format)


@dataclass(frozen=True, slots=True)
class NameParts:
    """What a key says of its frame; None is what the format leaves out.

    The frame's instant lies in the *milliseconds*, which are one or, where names hold seconds, a thousand.
    """

    job_id: str | None
    milliseconds: range | None
    sequence: int | None


def parts(format: str, key: str, behaviour: Behaviour = DEFAULT) -> NameParts | None:
    """Read *key* as a name of this *format*, or None if it cannot be one."""
    match = _pattern(format, behaviour).fullmatch(key)
    if match is None:
        return None
    found = match.groupdict()
    timestamp, sequence = found.get("UnixTimestamp"), found.get("Sequence")
    return NameParts(
        found.get("JobId"),
        _milliseconds(int(timestamp), behaviour) if timestamp else None,
        int(sequence) if sequence else None,
    )


def _milliseconds(timestamp: int, behaviour: Behaviour) -> range:
    if behaviour.timestamp_unit == "milliseconds":
        return range(timestamp, timestamp + 1)
    return range(timestamp * _SECOND_MS, (timestamp + 1) * _SECOND_MS)


@lru_cache(maxsize=4096)
def _pattern(format: str, behaviour: Behaviour) -> re.Pattern[str]:
    """A regular expression with a group for each placeholder; one that repeats must repeat its value."""
    pattern, end, seen = "", 0, set()
    for match in _PLACEHOLDER.finditer(format):
        pattern += re.escape(format[end : match.start()])
        name = match[0][1:-1]
        pattern += f"(?P={name})" if name in seen else f"(?P<{name}>{_shape(match[0], behaviour)})"
        seen.add(name)
        end = match.end()
    return re.compile(pattern + re.escape(format[end:]), re.ASCII)


def _shape(placeholder: str, behaviour: Behaviour) -> str:
    return {
        JOB_ID: r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}",
        DATE: _DATES[behaviour.date_format][1],
        TIMESTAMP: r"\d{13}" if behaviour.timestamp_unit == "milliseconds" else r"\d{10}",
        SEQUENCE: r"\d{1,12}",
    }[placeholder]
