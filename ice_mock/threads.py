"""The door through which threads come in."""

import os
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta


def start(name: str, work: Callable[[], object]) -> threading.Thread:
    """Run *work* in a thread of its own, that does not keep the process alive."""
    thread = threading.Thread(target=work, name=f"ice-mock {name}", daemon=True)
    thread.start()
    return thread


Event = threading.Event
Lock = threading.Lock
ReentrantLock = threading.RLock
Semaphore = threading.Semaphore


class Bell:
    """Wakes the threads that wait for something to happen; who rings it need not know whether any do.

    To miss nothing, a thread reads *rings*, then looks whether it has happened, and then waits.
    """

    def __init__(self) -> None:
        self._condition = threading.Condition(threading.Lock())
        self._rings = 0

    @property
    def rings(self) -> int:
        """How often it has rung."""
        return self._rings

    def ring(self) -> None:
        with self._condition:
            self._rings += 1
            self._condition.notify_all()

    def wait(self, rings: int, length: timedelta) -> None:
        """Wait until it has rung more often than *rings*, or for the *length* of real time."""
        with self._condition:
            self._condition.wait_for(lambda: self._rings > rings, length.total_seconds())


class Crew:
    """Threads that do work for others, *most* at a time; what is more waits for one of them to be free.

    Who has had nothing to do for as long as it *lingers* ends, so that nobody has to dismiss them; and none
    of them keeps the process alive.
    """

    def __init__(self, name: str, most: int, lingers: timedelta = timedelta(seconds=1)) -> None:
        self._name = name
        self._most = most
        self._lingers = lingers
        self._begin()

    def do(self, work: Callable[[], object]) -> None:
        """Have *work* done, which must not raise, as soon as a thread is free."""
        if self._process != process_id():
            # A process that was forked has no thread but the one that forked it.
            self._begin()
        with self._changed:
            self._waiting.append(work)
            if len(self._waiting) <= self._idle or self._threads == self._most:
                self._changed.notify()
                return
            self._threads += 1
        start(self._name, self._work)

    def _begin(self) -> None:
        self._process = process_id()
        self._changed = threading.Condition(threading.Lock())
        self._waiting: deque[Callable[[], object]] = deque()
        self._threads = self._idle = 0

    def _work(self) -> None:
        while work := self._next():
            work()
            # Not kept alive by a thread that waits for more.
            del work

    def _next(self) -> Callable[[], object] | None:
        """Wait for work; None if the thread is to end."""
        with self._changed:
            self._idle += 1
            comes = self._changed.wait_for(lambda: self._waiting, self._lingers.total_seconds())
            self._idle -= 1
            if comes:
                return self._waiting.popleft()
            self._threads -= 1
            return None


class Patience:
    """Lets threads wait in real time, until it ends: then nobody waits any longer, now or later."""

    def __init__(self) -> None:
        self._ended = threading.Event()
        self._bells: list[Bell] = []

    @property
    def has_ended(self) -> bool:
        return self._ended.is_set()

    @property
    def listeners(self) -> int:
        """How many wait for a bell to ring."""
        return len(self._bells)

    def wait(self, length: timedelta) -> None:
        self._ended.wait(length.total_seconds())

    @contextmanager
    def ringing(self, bell: Bell) -> Iterator[None]:
        """While the body runs, have *bell* rung when the patience ends."""
        self._bells.append(bell)
        try:
            yield
        finally:
            self._bells.remove(bell)

    def end(self) -> None:
        self._ended.set()
        for bell in list(self._bells):
            bell.ring()


def process_id() -> int:
    """The process that all these threads belong to."""
    return os.getpid()
