"""How many calls an account may make in a second."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from ice_mock.engine.context import Context


@dataclass(frozen=True, slots=True)
class Rate:
    """The calls of one second of the world's clock."""

    second: datetime
    count: int
    id: str = "rate"


class Throttle:
    """Counts the calls of a world."""

    def __init__(self, context: Context) -> None:
        self._context = context

    @property
    def calls(self) -> int:
        """How many calls were counted in the latest second in which there was one."""
        rate = self._context.store.get(Rate, "rate")
        return rate.count if rate else 0

    def wait(self) -> timedelta | None:
        """Count a call; return how long the caller has to wait if it was one too many, else None."""
        limit = self._context.account.requests_per_second
        if limit is None:
            return None
        with self._context.exclusive():
            now = self._context.now()
            second = now.replace(microsecond=0)
            rate = self._context.store.get(Rate, "rate")
            count = rate.count + 1 if rate and rate.second == second else 1
            self._context.store.put(Rate(second, count))
        return None if count <= limit else second + timedelta(seconds=1) - now
