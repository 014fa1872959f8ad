"""The door through which threads come in."""

import os
import threading
from collections.abc import Callable
from datetime import timedelta


def start(name: str, work: Callable[[], object]) -> threading.Thread:
    """Run *work* in a thread of its own, that does not keep the process alive."""
    thread = threading.Thread(target=work, name=f"ice-mock {name}", daemon=True)
    thread.start()
    return thread


Event = threading.Event
Lock = threading.Lock
ReentrantLock = threading.RLock


class Patience:
    """Lets threads wait in real time, until it ends: then nobody waits any longer, now or later."""

    def __init__(self) -> None:
        self._ended = threading.Event()

    def wait(self, length: timedelta) -> None:
        self._ended.wait(length.total_seconds())

    def end(self) -> None:
        self._ended.set()


def process_id() -> int:
    """The process that all these threads belong to."""
    return os.getpid()
