"""Durations as people write them: ``500ms``, ``30s``, ``5m``, ``2h``, ``1d``."""

import re
from datetime import timedelta

_UNITS = {
    "ms": timedelta(milliseconds=1),
    "s": timedelta(seconds=1),
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
}
_DURATION = re.compile(r"(\d{1,9}(?:\.\d{1,6})?)(ms|s|m|h|d)", re.ASCII)


def duration(text: str) -> timedelta:
    """Read a duration; raises ValueError."""
    match = _DURATION.fullmatch(text)
    if not match:
        raise ValueError(f"{text!r} is no duration: expected a number and ms, s, m, h or d, such as 30s")
    return float(match[1]) * _UNITS[match[2]]


def written(length: timedelta) -> str:
    """Write a duration in the largest unit that leaves no fraction."""
    for unit, worth in reversed(_UNITS.items()):
        if length and length % worth == timedelta():
            return f"{length // worth}{unit}"
    return f"{length / _UNITS['s']:g}s"
