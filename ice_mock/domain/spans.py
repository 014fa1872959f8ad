"""Lengths of time between two instants."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Span:
    """From *start* to *end*, open left and closed right: the start is outside, the end inside."""

    start: datetime
    end: datetime

    @property
    def is_empty(self) -> bool:
        return self.start >= self.end

    def __and__(self, other: "Span") -> "Span":
        return Span(max(self.start, other.start), min(self.end, other.end))
