"""The facts of a frame as JSON in a comment of its JPEG, so that a test need not read pixels."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Self, TypeVar

from ice_mock.render.picture import Picture
from ice_mock.render.segments import COMMENT, segments

Fact = TypeVar("Fact", int, str)

_KEY = "ice_mock"
_encode: Callable[[Any], str] = json.JSONEncoder(separators=(",", ":")).encode


@dataclass(frozen=True, slots=True)
class FrameFacts:
    """What a frame says of itself: the fields of the picture that it was made from."""

    stream: str
    job_id: str
    number: int
    instant: datetime
    seed: int
    width: int
    height: int

    @classmethod
    def of(cls, picture: Picture) -> Self:
        """The facts of *picture*, its instant cut to the millisecond."""
        p = picture
        return cls(p.stream, p.job_id, p.number, _to_millisecond(p.instant), p.seed, p.width, p.height)

    @classmethod
    def from_dict(cls, facts: Mapping[str, Any]) -> Self:
        """The inverse of `to_dict`; ValueError if a fact is missing or of another type."""
        return cls(
            stream=_fact(facts, "stream", str),
            job_id=_fact(facts, "job_id", str),
            number=_fact(facts, "number", int),
            instant=_instant(facts),
            seed=_fact(facts, "seed", int),
            width=_fact(facts, "width", int),
            height=_fact(facts, "height", int),
        )

    def to_dict(self) -> dict[str, Any]:
        """The facts as JSON has them; the instant is ISO 8601 with milliseconds and Z."""
        return {
            "stream": self.stream,
            "job_id": self.job_id,
            "number": self.number,
            "instant": self.instant.replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z",
            "seed": self.seed,
            "width": self.width,
            "height": self.height,
        }


def comment(picture: Picture) -> bytes:
    """The facts of *picture* as the text of the comment that its JPEG carries."""
    return _encode({_KEY: FrameFacts.of(picture).to_dict()}).encode("ascii")


def read_frame(data: bytes) -> FrameFacts:
    """Return the facts that the JPEG *data* carries, however its pixels were coded since.

    Raise ValueError if *data* is not a JPEG or has no facts of ice_mock in it.
    """
    for marker, start, end in segments(data):
        if marker == COMMENT and (facts := _facts_in(data[start:end])) is not None:
            return FrameFacts.from_dict(facts)
    raise ValueError("the JPEG carries no facts of ice_mock")


def _facts_in(text: bytes) -> Mapping[str, Any] | None:
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):  # a comment may be anything, also ten thousand brackets
        return None
    facts = content.get(_KEY) if isinstance(content, dict) else None
    return facts if isinstance(facts, dict) else None


def _fact(facts: Mapping[str, Any], name: str, kind: type[Fact]) -> Fact:
    value = facts.get(name)
    if type(value) is not kind:  # not isinstance: True is no number of a frame
        raise ValueError(f"the fact {name!r} must be {kind.__name__}, not {value!r}")
    return value


def _instant(facts: Mapping[str, Any]) -> datetime:
    instant = datetime.fromisoformat(_fact(facts, "instant", str))
    if instant.utcoffset() != timedelta(0):
        raise ValueError(f"the fact 'instant' must be in UTC, not {facts['instant']!r}")
    return instant.replace(tzinfo=UTC)


def _to_millisecond(instant: datetime) -> datetime:
    return instant.replace(microsecond=instant.microsecond // 1000 * 1000, tzinfo=UTC)
