"""Options of faults, as people write them."""

from datetime import timedelta
from typing import Any

from marshmallow import ValidationError, fields

from ice_mock.durations import duration, written
from ice_mock.faults.latency import Fixed, Latency, Lognormal, Uniform

MILLISECOND = timedelta(milliseconds=1)
LONGEST_WAIT = timedelta(minutes=10)
"""Of real time: whoever waits holds a thread of the server."""
LONGEST = timedelta(days=36_525)
_LENGTH = {"type": "string", "pattern": r"^\d{1,9}(?:\.\d{1,6})?(?:ms|s|m|h|d)$"}


class Length(fields.Field[timedelta]):
    """A length of time in whole milliseconds, from one up to *most*."""

    def __init__(self, meaning: str, *, most: timedelta = LONGEST, **options: Any) -> None:
        super().__init__(metadata={"meaning": meaning, "json_schema": _LENGTH}, **options)
        self._most = most
        self.expected = f"a duration such as 30s or 500ms, up to {written(most)}"

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> timedelta:
        try:
            return read_length(value, self._most)
        except (TypeError, ValueError, OverflowError) as error:
            raise ValidationError(f"expected {self.expected}") from error

    def _serialize(self, value: Any, *_: Any, **__: Any) -> str:
        return written(value)


class LatencyField(fields.Field[Latency]):
    """How late something is: always the same, or as chance has it."""

    expected = (
        "a duration such as 300ms, {uniform: [100ms, 300ms]} or {lognormal: {median: 200ms, sigma: 0.5}}, "
        f"up to {written(LONGEST_WAIT)}"
    )

    def __init__(self, meaning: str, **options: Any) -> None:
        uniform = {"type": "array", "items": _LENGTH, "minItems": 2, "maxItems": 2}
        lognormal = _record(median=_LENGTH, sigma={"type": "number", "minimum": 0, "maximum": 5})
        schema = {"anyOf": [_LENGTH, _record(uniform=uniform), _record(lognormal=lognormal)]}
        super().__init__(metadata={"meaning": meaning, "json_schema": schema}, **options)

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> Latency:
        try:
            return _latency(value)
        except (TypeError, ValueError, OverflowError) as error:
            raise ValidationError(f"expected {self.expected}") from error

    def _serialize(self, value: Any, *_: Any, **__: Any) -> Any:
        match value:
            case Uniform(least, most):
                return {"uniform": [written(least), written(most)]}
            case Lognormal(median, sigma):
                return {"lognormal": {"median": written(median), "sigma": sigma}}
        return written(value.length)


def read_length(value: Any, most: timedelta) -> timedelta:
    """Read a length; raises TypeError or ValueError for what is none, or not from a millisecond to *most*."""
    length = duration(value)
    if MILLISECOND <= length <= most and not length % MILLISECOND:
        return length
    raise ValueError(value)


def _latency(value: Any) -> Latency:
    match value:
        case {"uniform": [least, most], **others} if not others:
            between = Uniform(read_length(least, LONGEST_WAIT), read_length(most, LONGEST_WAIT))
            if between.least <= between.most:
                return between
        case {"lognormal": {"median": median, "sigma": sigma, **more}, **others} if not (others or more):
            if type(sigma) in (int, float) and 0 <= sigma <= 5:  # noqa: PLR2004  # e to the 5th is 148 times
                return Lognormal(read_length(median, LONGEST_WAIT), float(sigma), LONGEST_WAIT)
        case str():
            return Fixed(read_length(value, LONGEST_WAIT))
    raise ValueError(value)


def _record(**properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": properties,
        "required": list(properties),
    }
