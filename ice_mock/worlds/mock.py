"""The whole emulator without a web server: worlds, the planes that serve them, and the time that passes."""

import logging
from concurrent.futures import CancelledError
from contextlib import suppress
from datetime import timedelta

from ice_mock import threads
from ice_mock.callbacks import Sender, SenderClosed
from ice_mock.clock import RealTime, system_time
from ice_mock.domain.callback import Callback
from ice_mock.domain.scenario import Scenario
from ice_mock.gateway import Gateway, Verification
from ice_mock.oss import OssPlane
from ice_mock.store import Stores
from ice_mock.store.memory import MemoryStores
from ice_mock.ticker import Courier, Ticker
from ice_mock.worlds.worlds import Worlds

log = logging.getLogger(__name__)


class IceMock:
    """Everything that a server serves. Time passes from `start` to `stop`."""

    def __init__(
        self,
        scenario: Scenario | None = None,
        *,
        verification: Verification | None = None,
        stores: Stores | None = None,
        real_time: RealTime | None = None,
    ) -> None:
        self.real_time = real_time or system_time()
        self.worlds = Worlds(stores or MemoryStores(), self.real_time, scenario or Scenario())
        verification = verification or Verification()
        self._patience = threads.Patience()
        wait = self._patience.wait
        self.gateway = Gateway(self.worlds, self.real_time, verification, wait=wait)
        self.oss = OssPlane(self.worlds, self.real_time, max_age=verification.max_age, wait=wait)
        self._sender = Sender()
        self.courier = Courier(self._sender, self.real_time)
        self._ticker = Ticker(lambda: [world.engine for world in self.worlds.all()], self.courier)

    def start(self) -> None:
        """Let time pass in the worlds whose clock moves."""
        self._ticker.start()
        threads.start("warm-up", self._warm_up)

    def _warm_up(self) -> None:
        # Stopped before it was warm: then there is nothing to prepare for.
        with suppress(SenderClosed, CancelledError):
            self._sender.warm_up()

    def stop(self, grace: timedelta = timedelta(milliseconds=500)) -> list[Callback]:
        """Finish the deliveries under way within the *grace*; name, log and return those that were not."""
        self._patience.end()
        self._ticker.stop()
        unfinished = self.courier.close(grace)
        by_receiver: dict[tuple[str, str], list[Callback]] = {}
        for callback in unfinished:
            by_receiver.setdefault((callback.job_id, callback.url), []).append(callback)
        for (job_id, url), callbacks in by_receiver.items():
            keys = sorted(callback.key for callback in callbacks)
            log.warning(
                "job %s: %d callbacks to %s were not finished, from %s to %s",
                job_id,
                len(callbacks),
                url,
                keys[0],
                keys[-1],
            )
        return unfinished
