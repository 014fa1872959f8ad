"""File names: from a frame to its key, and from a key back to its frame without searching."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Self

from ice_mock.clock import timestamp_ms
from ice_mock.domain.schedule import Frame

JOB_ID = "{JobId}"
DATE = "{Date}"
TIMESTAMP = "{UnixTimestamp}"
SEQUENCE = "{Sequence}"
PLACEHOLDERS = (JOB_ID, DATE, TIMESTAMP, SEQUENCE)

_SHAPES = {
    JOB_ID: r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}",
    DATE: r"\d{4}-\d\d-\d\d",
    TIMESTAMP: r"\d{13}",
    SEQUENCE: r"[1-9]\d{0,11}",
}
# Not str.format: any other brace in a format is the caller's own, and stays.
_PLACEHOLDER = re.compile("|".join(re.escape(placeholder) for placeholder in PLACEHOLDERS))


def key(format: str, frame: Frame) -> str:
    """The key under which *frame* is stored."""
    values = {
        JOB_ID: frame.job_id,
        # Assumed: yyyy-MM-dd in UTC.
        DATE: f"{frame.instant:%Y-%m-%d}",
        # Assumed: 13 digits of milliseconds, as in the only published example.
        TIMESTAMP: f"{timestamp_ms(frame.instant):013d}",
        # Assumed: not padded.
        SEQUENCE: str(frame.number),
    }
    return _PLACEHOLDER.sub(lambda match: values[match[0]], format)


@dataclass(frozen=True, slots=True)
class NameParts:
    """What a key says of its frame; None is what the format leaves out."""

    job_id: str | None
    timestamp_ms: int | None
    number: int | None

    @classmethod
    def of(cls, found: Mapping[str, str]) -> Self:
        timestamp, number = found.get("UnixTimestamp"), found.get("Sequence")
        return cls(found.get("JobId"), int(timestamp) if timestamp else None, int(number) if number else None)


def parts(format: str, key: str) -> NameParts | None:
    """Read *key* as a name of this *format*, or None if it cannot be one."""
    match = _pattern(format).fullmatch(key)
    return NameParts.of(match.groupdict()) if match else None


@lru_cache(maxsize=4096)
def _pattern(format: str) -> re.Pattern[str]:
    """A regular expression with a group for each placeholder; one that repeats must repeat its value."""
    pattern, end, seen = "", 0, set()
    for match in _PLACEHOLDER.finditer(format):
        pattern += re.escape(format[end : match.start()])
        name = match[0][1:-1]
        pattern += f"(?P={name})" if name in seen else f"(?P<{name}>{_SHAPES[match[0]]})"
        seen.add(name)
        end = match.end()
    return re.compile(pattern + re.escape(format[end:]), re.ASCII)
