"""The door through which threads come in."""

import os
import threading
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


class Patience:
    """Lets threads wait in real time, until it ends: then nobody waits any longer, now or later."""

    def __init__(self) -> None:
        self._ended = threading.Event()
        self._bells: list[Bell] = []

    @property
    def has_ended(self) -> bool:
        return self._ended.is_set()

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
