"""How much of everything there may be, and how long a request may take: what a client can grow has an end.

These are the emulator's own limits, far beyond what tests want. docs/limits.md lists them all, and says what
happens at each.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import timedelta

from ice_mock.clock import stopwatch

# -- Of a server --

WORLDS = 10_000
"""Worlds beside the default one: ten times what a thousand tests side by side want. An empty one is 7 KiB."""
IDLE = timedelta(minutes=15)
"""How long nobody must have used a world for it to make room for another one."""
THREADS = 64
"""Requests that are performed at a time."""
ADVANCES = 16
"""How many of them may be advances of a clock, which take long and may have receivers that call back."""
SPARE = 2
"""Threads that are left for those who ask how the server is."""
CONNECTIONS = 4_000
"""Open connections, idle or not; fewer, if the system does not let a process have so many."""
HEAD_BYTES = 256 * 2**10
"""The first line of a request and its headers."""
HEADERS = 200
"""Headers of a request."""
BODY_BYTES = 2**20
"""A body that is read; a longer one is refused."""
DISCARDED_BYTES = 64 * 2**20
"""How much of a body that is too long is received all the same, so that its sender sees the refusal."""
ARRIVAL = timedelta(seconds=30)
"""How long the server waits for a request to arrive, all in all, and as long for its answer to be taken."""
REQUEST_TIME = timedelta(minutes=10)
"""How long a request may be performed, beside the waits that have bounds of their own."""

# -- Of a world --

TEMPLATES = 20_000
JOBS = 20_000
STREAMS = 20_000
RUNS = 100_000
"""Starts of jobs, of all jobs together."""
STREAM_CHANGES = 100_000
"""Beginnings and ends of ingest, of all streams together."""
FAULTS = 1_000
"""Armed faults, and faults of pictures that were armed: these decide about the past for ever."""
DELETED_FILES = 100_000
"""Records of files that were deleted, of all jobs together."""
DELETED_OBJECTS = 100_000
"""Keys of objects that were deleted."""
WAITING_CALLBACKS = 10_000
"""Callbacks between two attempts."""
REDELIVERIES = 20_000
"""Attempts that are made by hand, of all callbacks together."""
INBOX_BYTES = 16 * 2**20
"""The memory that the requests in an inbox may take, whatever their number."""
EVENTS_AT_ONCE = 10_000
"""Events of a timeline that a world catches up with at a time."""

_is_over: ContextVar[Callable[[], bool]] = ContextVar("is_over", default=lambda: False)
"""Tells whether the time of what this thread is performing is over."""


@contextmanager
def within(length: timedelta, unless: Callable[[], bool] = lambda: False) -> Iterator[None]:
    """Give the body a *length* of real time, which also ends as soon as *unless* says so.

    Nothing interrupts the body: what takes long has to ask `is_time_over`.
    """
    elapsed = stopwatch()
    token = _is_over.set(lambda: elapsed() > length or unless())
    try:
        yield
    finally:
        _is_over.reset(token)


def is_time_over() -> bool:
    """Whether what is being performed in this thread should be given up; never, where nobody waits for it."""
    return _is_over.get()()
