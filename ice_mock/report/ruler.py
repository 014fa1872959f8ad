"""A ruler: the time of a world in columns."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from ice_mock.clock import MILLISECOND, shifted
from ice_mock.durations import in_units
from ice_mock.report.instants import step


@dataclass(frozen=True, slots=True)
class Ruler:
    """The time from *start* to *end* in so many *columns*, each open left and closed right.

    What was before belongs to the first column, what comes after to the last.
    """

    start: datetime
    end: datetime
    columns: int

    @property
    def span(self) -> timedelta:
        return max(self.end - self.start, MILLISECOND)

    def column(self, instant: datetime) -> int:
        # One less than rounded up: floor division rounds down, and so up if turned round.
        nth = -(-((instant - self.start) * self.columns) // self.span) - 1
        return min(max(nth, 0), self.columns - 1)

    def bounds(self, column: int) -> tuple[datetime, datetime]:
        """Between which instants a column lies."""
        return (
            self.start + self.span * column / self.columns,
            self.start + self.span * (column + 1) / self.columns,
        )

    def middle(self, column: int) -> datetime:
        return self.start + self.span * (2 * column + 1) / (2 * self.columns)

    def ticks(self, most: int) -> Iterator[tuple[float, str]]:
        """Yield round instants, *most* of them or one more: where they are from 0 to 1, and their text."""
        span = self.end - self.start
        every = step(span, max(most, 1))
        for nth in range(span // every + 1):
            yield (every * nth) / self.span, in_units(every * nth)

    def until(self) -> datetime:
        """The end, or a moment after the start if no time has passed."""
        return shifted(self.start, self.span)
