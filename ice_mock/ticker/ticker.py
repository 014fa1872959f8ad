"""Lets the callbacks of worlds whose clock moves by itself go out when they are due."""

import logging
from collections.abc import Callable, Iterable
from datetime import timedelta

from ice_mock import threads
from ice_mock.engine import Engine
from ice_mock.ticker.courier import Courier

LONGEST_PAUSE = timedelta(milliseconds=100)
SHORTEST_PAUSE = timedelta(milliseconds=1)
MOST_UNDER_WAY = 2_000
AT_ONCE = 1_000
log = logging.getLogger(__name__)


class Ticker:
    """A thread that looks after every world with a moving clock."""

    def __init__(self, engines: Callable[[], Iterable[Engine]], courier: Courier) -> None:
        self._engines = engines
        self._courier = courier
        self._stopped = threads.Event()

    def start(self) -> None:
        self._thread = threads.start("ticker", self._run)

    def stop(self) -> None:
        """End the thread; what has been dispatched goes on."""
        self._stopped.set()
        self._thread.join()

    def _run(self) -> None:
        pause = timedelta()
        while not self._stopped.wait(pause.total_seconds()):
            pause = self.tick()

    def tick(self) -> timedelta:
        """Dispatch everything due in all worlds; return how long nothing will be due, or a short while."""
        pauses = [self._tick_one(engine) for engine in self._engines()]
        return max(SHORTEST_PAUSE, min([LONGEST_PAUSE, *pauses]))

    def _tick_one(self, engine: Engine) -> timedelta:
        try:
            return self._dispatch(engine)
        except Exception:
            # One broken world must not stop the others.
            log.exception("a world could not be looked after")
            return LONGEST_PAUSE

    def _dispatch(self, engine: Engine) -> timedelta:
        timepiece = engine.time.timepiece
        if timepiece.is_frozen or (room := self._room_of(engine)) <= 0:
            return LONGEST_PAUSE
        engine.timeline.settle()
        now = engine.now()
        for callback in engine.announcements.claim(now, min(room, AT_ONCE)):
            self._courier.dispatch(engine, callback)
        due = engine.next_due(now + LONGEST_PAUSE * timepiece.rate)
        return LONGEST_PAUSE if due is None else engine.time.real_time_until(due) or timedelta()

    def _room_of(self, engine: Engine) -> int:
        """How many more callbacks a world may have under way: half of what others leave, lest it be deaf."""
        own, others = self._courier.load(engine)
        return (MOST_UNDER_WAY - others) // 2 - own
