"""What a world's clock shows, as a function of real time."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Self

from ice_mock.clock import LAST, rate_of, whole_milliseconds

FROZEN_START = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Timepiece:
    """Time that runs *rate* times as fast as real time, and showed *shown* at the real instant *anchor*.

    *mode* is ``real`` (the real time itself), ``frozen`` (moves only when told to) or ``xN``.
    """

    mode: str
    rate: float
    shown: datetime
    anchor: datetime
    id: str = "clock"

    @classmethod
    def starting(cls, mode: str, real: datetime, start: datetime | None = None) -> Self:
        """Start in *mode* at *start*: by default a frozen one at a fixed instant, others at the real time.

        Raises ValueError for a mode that does not exist.
        """
        rate = rate_of(mode)
        shown = start or (FROZEN_START if mode == "frozen" else real)
        return cls(mode, rate, whole_milliseconds(shown), real)

    @property
    def is_frozen(self) -> bool:
        return self.rate == 0

    def at(self, real: datetime) -> datetime:
        """What it shows at the *real* instant, in whole milliseconds."""
        if self.is_frozen:
            return self.shown
        try:
            return min(LAST, whole_milliseconds(self.shown + (real - self.anchor) * self.rate))
        except OverflowError:
            return LAST

    def real_time_until(self, instant: datetime, real: datetime) -> timedelta | None:
        """How long it takes, from the *real* instant on, until it shows *instant*; None if it never will."""
        if self.is_frozen:
            return None
        try:
            return (instant - self.at(real)) / self.rate
        except OverflowError:
            return timedelta.max

    def moved_to(self, shown: datetime, real: datetime) -> Self:
        return type(self)(self.mode, self.rate, whole_milliseconds(shown), real)

    def switched_to(self, mode: str, real: datetime) -> Self:
        """The same moment in another mode; only the real clock has a moment of its own."""
        shown = whole_milliseconds(real) if mode == "real" else self.at(real)
        return type(self)(mode, rate_of(mode), shown, real)
