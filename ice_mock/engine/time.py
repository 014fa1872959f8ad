"""A world's clock, as it is read and moved."""

from datetime import datetime, timedelta

from ice_mock.domain.timepiece import Timepiece
from ice_mock.engine.context import Context
from ice_mock.errors import Conflict


class Time:
    """The clock of a world. It never goes back: history is only ever added to."""

    def __init__(self, context: Context) -> None:
        self._context = context

    @property
    def timepiece(self) -> Timepiece:
        return self._context.timepiece

    def move_to(self, instant: datetime) -> None:
        """Set a clock forward; a real one is left alone, and one that has passed *instant* by itself."""
        with self._context.exclusive():
            real = self._context.real_time()
            if self.timepiece.mode != "real" and instant > self.timepiece.at(real):
                self._context.store.put(self.timepiece.moved_to(instant, real))

    def switch_to(self, mode: str) -> Timepiece:
        """Go on in another mode from the same moment.

        The real clock has its own moment: raises Conflict if the world is ahead of it. Raises
        ValueError for a mode that does not exist.
        """
        with self._context.exclusive():
            before, real = self.timepiece, self._context.real_time()
            after = before.switched_to(mode, real)
            if mode == before.mode:
                return before
            if after.at(real) < before.at(real):
                raise Conflict(
                    "the world is ahead of real time, and time does not go back; "
                    "use x1 to go on from its own moment at real speed"
                )
            self._context.store.put(after)
            self._context.changed("clock", "clock", mode, before.at(real))
            return after

    def real_time_until(self, instant: datetime) -> timedelta | None:
        """How long *instant* is away in real time; None if the clock is frozen."""
        return self.timepiece.real_time_until(instant, self._context.real_time())
