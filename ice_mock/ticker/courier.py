"""Brings callbacks from the engine to the sender, and what became of them back."""

from collections.abc import Callable
from datetime import timedelta

from ice_mock.callbacks import Post, Sender, post
from ice_mock.callbacks.sender import Letter
from ice_mock.clock import RealTime
from ice_mock.domain.callback import Callback, Outcome
from ice_mock.engine import Engine
from ice_mock.engine.announcements import in_chains
from ice_mock.threads import Lock

Then = Callable[[Callback], object]


class Courier:
    """Delivers the callbacks of all worlds, holding no lock while it does."""

    def __init__(self, sender: Sender, real_time: RealTime) -> None:
        self._sender = sender
        self._real_time = real_time
        self._lock = Lock()
        self._under_way: dict[str, Callback] = {}

    def deliver(self, engine: Engine, callbacks: list[Callback]) -> list[Callback]:
        """Make one attempt for each, and return them when all outcomes are known."""
        attempted: list[Callback] = []
        self._sender.send_all(
            [self._letter(engine, callback, attempted.append) for callback in chain]
            for chain in in_chains(callbacks)
        )
        return attempted

    def dispatch(self, engine: Engine, callback: Callback) -> None:
        """Make one attempt in the background.

        First attempts keep their order within the files of a job and a kind. Retries do not wait
        for each other: a receiver that is deaf for one file may hear the next.
        """
        lane = callback.id if callback.attempts else f"{callback.job_id}/{callback.is_overlay}"
        self._sender.enqueue(lane, self._letter(engine, callback))

    def redeliver(self, engine: Engine, callback: Callback) -> Callback:
        """Make one attempt because somebody asks for it, and return the callback with its outcome."""
        attempted: list[Callback] = []
        self._sender.send_all([[self._letter(engine, callback, attempted.append, asked_for=True)]])
        return attempted[0]

    @property
    def under_way(self) -> list[Callback]:
        """The callbacks that are being sent at this moment."""
        with self._lock:
            return list(self._under_way.values())

    def close(self, grace: timedelta) -> list[Callback]:
        """Finish within the *grace*; return the callbacks that were not."""
        self._sender.close(grace)
        return self.under_way

    def _letter(
        self, engine: Engine, callback: Callback, then: Then = lambda _: None, *, asked_for: bool = False
    ) -> Letter:
        with self._lock:
            self._under_way[callback.id] = callback

        def make() -> Post:
            return post(callback, engine.account, real_time=self._real_time(), world_time=engine.now())

        def tell(outcome: Outcome) -> None:
            then(engine.announcements.record(callback, outcome, asked_for=asked_for))
            with self._lock:
                self._under_way.pop(callback.id, None)

        return make, tell
