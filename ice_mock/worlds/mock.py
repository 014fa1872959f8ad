"""The whole emulator without a web server: worlds, the planes that serve them, and the time that passes."""

from collections import defaultdict
from concurrent.futures import CancelledError
from contextlib import suppress
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from ice_mock import limits, threads
from ice_mock.callbacks import Sender, SenderClosed
from ice_mock.clock import RealTime, stopwatch, system_time
from ice_mock.domain.callback import Callback
from ice_mock.domain.scenario import Scenario
from ice_mock.engine import Engine
from ice_mock.gateway import Gateway, Verification
from ice_mock.metrics import Census, Metrics
from ice_mock.metrics.bounds import add_those_of_worlds
from ice_mock.oss import OssPlane
from ice_mock.store import Stores
from ice_mock.store.memory import MemoryStores
from ice_mock.ticker import Courier, Ticker
from ice_mock.ticker.ticker import MOST_UNDER_WAY
from ice_mock.worlds.deliveries import log_attempt, log_unfinished, log_waiting
from ice_mock.worlds.ended import ENDED_LIMIT
from ice_mock.worlds.reached import Reached
from ice_mock.worlds.worlds import DEFAULT, Worlds

if TYPE_CHECKING:
    from ice_mock.metrics.exposition import Exposition


class IceMock:
    """Everything that a server serves. Time passes from `start` to `stop`."""

    def __init__(
        self,
        scenario: Scenario | None = None,
        *,
        verification: Verification | None = None,
        stores: Stores | None = None,
        real_time: RealTime | None = None,
        sender: Sender | None = None,
        most_worlds: int = limits.WORLDS,
    ) -> None:
        self.real_time = real_time or system_time()
        self.uptime = stopwatch()
        """Tells how long it has been there."""
        self.worlds = Worlds(
            stores or MemoryStores(),
            self.real_time,
            scenario or Scenario(),
            most=most_worlds,
            unsent=self._unsent,
        )
        self.reached = Reached(self.worlds)
        verification = verification or Verification()
        self.patience = threads.Patience()
        """What lets requests wait, until the server stops."""
        wait = self.patience.wait
        self.gateway = Gateway(self.reached, self.real_time, verification, wait=wait)
        self.oss = OssPlane(self.reached, self.real_time, max_age=verification.max_age, wait=wait)
        self._sender = sender or Sender()
        self.courier = Courier(self._sender, self.real_time, self._attempted)
        self._ticker = Ticker(self._engines, self.courier)
        self.metrics = Metrics()
        self._add_bounds()

    def start(self) -> None:
        """Let time pass in the worlds whose clock moves."""
        self._ticker.start()
        # Where time stands still nothing is due before somebody moves it: a test run need not pay for it.
        if not self.worlds.find(DEFAULT).engine.time.timepiece.is_frozen:
            threads.start("warm-up", self._warm_up)

    def _warm_up(self) -> None:
        # Stopped before it was warm: then there is nothing to prepare for.
        with suppress(SenderClosed, CancelledError):
            self._sender.warm_up()

    @property
    def is_stopping(self) -> bool:
        """Whether it takes no new work any more."""
        return self.patience.has_ended

    def stop(self, grace: timedelta = timedelta(milliseconds=500)) -> list[Callback]:
        """Finish the deliveries under way within the *grace*; name, log and return those that were not.

        Those that were to be tried later, where time passes by itself, are logged as well.
        """
        self.patience.end()
        self._ticker.stop()
        unfinished = self.courier.close(grace)
        self._log_undone()
        return unfinished

    def census(self) -> Census:
        """Count what there is at this moment."""
        return Census.of(self._engines(), len(self.courier.under_way))

    @cached_property
    def exposition(self) -> "Exposition":
        """The metrics in the format of Prometheus."""
        from ice_mock.metrics.exposition import Exposition

        return Exposition(self.metrics, self.census)

    def _engines(self) -> list[Engine]:
        return [world.engine for world in self.worlds.all()]

    def _unsent(self, engine: Engine) -> set[str]:
        return self.courier.unsent(engine)

    def _log_undone(self) -> None:
        unfinished: defaultdict[Engine, list[Callback]] = defaultdict(list)
        for engine, callback in self.courier.under_way_with_engines:
            unfinished[engine].append(callback)
        for engine, callbacks in unfinished.items():
            log_unfinished(self.reached.id_of(engine), callbacks)
        for engine in self._engines():
            # Where time stands still nothing would have been tried unless somebody had moved it.
            if not engine.time.timepiece.is_frozen:
                waiting = [due.callback for due in engine.announcements.waiting()]
                log_waiting(self.reached.id_of(engine), waiting)

    def _add_bounds(self) -> None:
        bounds = self.metrics.bounds
        add_those_of_worlds(bounds, self._engines)
        bounds.add("worlds", lambda: len(self.worlds.all()) - 1, self.worlds.most)
        bounds.add("callbacks_under_way", lambda: len(self.courier.under_way), MOST_UNDER_WAY)
        bounds.add("ended_worlds", lambda: len(self.worlds.ended.all()), ENDED_LIMIT)

    def _attempted(self, engine: Engine, callback: Callback) -> None:
        self.metrics.attempted(callback)
        log_attempt(self.reached.id_of(engine), callback)
