"""Brings callbacks from the engine to the sender, and what became of them back."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from http import HTTPStatus

from ice_mock.callbacks import Post, Sender, SenderClosed, Withdrawn
from ice_mock.callbacks.sender import Letter
from ice_mock.clock import RealTime
from ice_mock.domain.callback import Callback, Outcome
from ice_mock.domain.course import CallbackCourse
from ice_mock.engine import Engine
from ice_mock.engine.announcements import in_chains
from ice_mock.errors import Conflict
from ice_mock.threads import Lock
from ice_mock.ticker.mishaps import course_of, post_on

NOT_SENT = "not sent: "
"""What the errors of attempts begin with that were given up before anything went out."""

Then = Callable[[Callback], object]
Told = Callable[[Engine, Callback], object]
"""Learns of every attempt that has come to its end, whoever wanted it: the callback with its outcome."""


class Courier:
    """Delivers the callbacks of all worlds, holding no lock while it does."""

    def __init__(self, sender: Sender, real_time: RealTime, told: Told = lambda *_: None) -> None:
        self._sender = sender
        self._real_time = real_time
        self._told = told
        self._lock = Lock()
        self._under_way: dict[object, tuple[Engine, Callback]] = {}
        # Counted as they come and go: every world that moves is asked about ten times a second.
        self._load: Counter[Engine] = Counter()
        self._sent: set[object] = set()

    def deliver(self, engine: Engine, callbacks: list[Callback]) -> list[Callback]:
        """Make one attempt for each, and return them when all outcomes are known.

        Faults may have some of them put off, and others tried more than once.
        """
        attempted: list[Callback] = []
        self._send_all(
            [
                letter
                for callback in chain
                for letter in _sendable(engine, callback, self._letters(engine, callback, attempted.append))
            ]
            for chain in in_chains(callbacks)
        )
        return attempted

    def dispatch(self, engine: Engine, callback: Callback) -> None:
        """Make one attempt in the background.

        First attempts keep their order within the files of a job and a kind. Retries do not wait
        for each other: a receiver that is deaf for one file may hear the next.
        """
        # With the engine, since jobs of different worlds may have the same ids.
        subject = callback.id if callback.attempts else (callback.job_id, callback.is_overlay)
        lane = (engine, subject)
        for letter in _sendable(engine, callback, self._letters(engine, callback)):
            self._sender.enqueue(lane, letter)

    def redeliver(self, engine: Engine, callback: Callback) -> Callback:
        """Make one attempt because somebody asks for it, and return the callback with its outcome."""
        attempted: list[Callback] = []
        course = CallbackCourse()
        letter = self._letter(engine, callback, course, attempted.append, asked_for=True)
        self._send_all([_sendable(engine, callback, [letter])])
        return attempted[0]

    @property
    def under_way(self) -> list[Callback]:
        """The callbacks that are being sent at this moment."""
        return [callback for _, callback in self.under_way_with_engines]

    @property
    def under_way_with_engines(self) -> list[tuple[Engine, Callback]]:
        """The same, each with the world that it comes from."""
        with self._lock:
            return list(self._under_way.values())

    def load(self, engine: Engine) -> tuple[int, int]:
        """How many callbacks are under way, of one world and of all others."""
        with self._lock:
            own = self._load[engine]
            return own, len(self._under_way) - own

    def unsent(self, engine: Engine) -> set[str]:
        """The ids of the callbacks of a world that are under way, and of which nothing has gone out yet."""
        with self._lock:
            waiting = [each for letter, each in self._under_way.items() if letter not in self._sent]
        return {callback.id for owner, callback in waiting if owner is engine}

    def close(self, grace: timedelta) -> list[Callback]:
        """Finish within the *grace*; return the callbacks that were not."""
        self._sender.close(grace)
        return self.under_way

    def _send_all(self, chains: Iterable[Iterable[Letter]]) -> None:
        try:
            self._sender.send_all(chains)
        except SenderClosed as error:
            raise Conflict("the server is stopping, and delivers nothing any more") from error

    def _letters(self, engine: Engine, callback: Callback, then: Then = lambda _: None) -> Iterator[Letter]:
        """Yield what is to be sent for an attempt: one letter, or as many as faults would have it."""
        course = course_of(engine, callback)
        if course.delay or course.held_back:
            engine.announcements.put_off(callback, course)
            return
        if course.lost:
            lost = _lost(engine, callback, course)
            self._told(engine, lost)
            then(lost)
        else:
            yield self._letter(engine, callback, course, then)
            for _ in range(1, course.copies):
                yield self._letter(engine, callback, course, then, repeated=True)
        for overtaken in engine.announcements.release(callback.job_id):
            yield from self._letters(engine, overtaken, then)

    def _letter(
        self,
        engine: Engine,
        callback: Callback,
        course: CallbackCourse,
        then: Then,
        *,
        asked_for: bool = False,
        repeated: bool = False,
    ) -> Letter:
        letter = object()
        with self._lock:
            self._under_way[letter] = engine, callback
            self._load[engine] += 1

        def make() -> Post:
            with self._lock:
                self._sent.add(letter)
            return post_on(
                course, callback, engine.account, real_time=self._real_time(), world_time=engine.now()
            )

        def tell(outcome: Outcome) -> None:
            attempted = engine.announcements.record(
                callback, outcome, asked_for=asked_for, fault=course.fault, repeated=repeated
            )
            self._told(engine, attempted)
            then(attempted)
            with self._lock:
                del self._under_way[letter]
                self._sent.discard(letter)
                self._load[engine] -= 1
                if not self._load[engine]:
                    del self._load[engine]

        return make, tell


def _lost(engine: Engine, callback: Callback, course: CallbackCourse) -> Callback:
    outcome = Outcome(None, f"lost on the way, by the fault {course.fault}", timedelta())
    return engine.announcements.record(callback, outcome, fault=course.fault, final=True)


def _sendable(engine: Engine, callback: Callback, letters: Iterable[Letter]) -> Iterator[Letter]:
    """Yield the letters that go over the wire; those to the world's own inbox are put into it at once."""
    for make, tell in letters:
        if engine.inbox.is_at(callback.url):
            post = make()
            engine.inbox.put(post.headers, post.body)
            tell(Outcome(HTTPStatus.OK, None, timedelta()))
        else:
            yield _unless_ended(engine, make), tell


def _unless_ended(engine: Engine, make: Callable[[], Post]) -> Callable[[], Post]:
    """Let nobody hear from a world that is no more: who listens there now waits for another's callbacks."""

    def checked() -> Post:
        if engine.has_ended:
            raise Withdrawn(f"{NOT_SENT}the world has ended, or begun anew")
        return make()

    return checked
