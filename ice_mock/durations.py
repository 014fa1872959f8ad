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
_YEAR = timedelta(days=365)
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


def in_units(span: timedelta) -> str:
    """Write a duration to the millisecond, no unit that is zero: ``35s``, ``1m20s``, ``2h``, ``1.250s``."""
    if span < timedelta():
        return f"-{in_units(-span)}"
    text, rest = "", span
    for unit in "dhm":
        count, rest = divmod(rest, _UNITS[unit])
        text += f"{count}{unit}" if count else ""
    seconds, rest = divmod(rest, _UNITS["s"])
    if milliseconds := rest // _UNITS["ms"]:
        return f"{text}{seconds}.{milliseconds:03}s"
    return f"{text}{seconds}s" if seconds or not text else text


def rough(span: timedelta) -> str:
    """Write a duration as precisely as it matters: ``40s``, ``17m5s``, ``1d23h59m``, ``90 days``."""
    if span >= 2 * _YEAR:
        return f"{span // _YEAR:,} years"
    if span >= 2 * _UNITS["d"]:
        return f"{span.days} days"
    return in_units(span - span % _UNITS["m" if span >= _UNITS["h"] else "s"])
