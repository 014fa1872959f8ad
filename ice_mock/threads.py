"""The door through which threads come in."""

import os
import threading
from collections.abc import Callable


def start(name: str, work: Callable[[], object]) -> threading.Thread:
    """Run *work* in a thread of its own, that does not keep the process alive."""
    thread = threading.Thread(target=work, name=f"ice-mock {name}", daemon=True)
    thread.start()
    return thread


Event = threading.Event
Lock = threading.Lock
ReentrantLock = threading.RLock


def process_id() -> int:
    """The process that all these threads belong to."""
    return os.getpid()
