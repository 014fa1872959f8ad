"""What cannot grow for ever, and how full it is."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from ice_mock import limits
from ice_mock.domain.journal import CALLBACKS_LIMIT, CHANGES_LIMIT, INBOX_LIMIT, JOURNAL_LIMIT
from ice_mock.domain.model import DeletedObject
from ice_mock.engine import Engine
from ice_mock.engine.allowance import BY_HAND, DELETED, INGEST, STARTS, used

Engines = Callable[[], Iterable[Engine]]
Reading = Callable[[Engine], tuple[int, int]]
"""How many of something a world uses, and how many it may."""


@dataclass(frozen=True, slots=True)
class Bound:
    """Something of which there are *used* now, and *most* at most."""

    name: str
    used: int
    most: int


class Bounds:
    """Every bound of a server, by name. Of what each world has for itself, the fullest world counts."""

    def __init__(self) -> None:
        self._readings: dict[str, Callable[[], tuple[int, int]]] = {}

    def add(self, name: str, used: Callable[[], int], most: int) -> None:
        """Tell of a bound of the whole server; a name that is there already now means this one."""
        self._readings[name] = lambda: (used(), most)

    def add_of_worlds(self, name: str, engines: Engines, reading: Reading) -> None:
        """Tell of a bound that each world has."""
        self._readings[name] = lambda: max(map(reading, engines()), key=_fullness, default=(0, 0))

    def all(self) -> list[Bound]:
        return [Bound(name, *reading()) for name, reading in self._readings.items()]


def add_those_of_worlds(bounds: Bounds, engines: Engines) -> None:
    """Tell of everything that a world has a limited number of."""
    readings: dict[str, Reading] = {
        "templates": lambda engine: (len(engine.templates.all()), limits.TEMPLATES),
        "streams": lambda engine: (len(engine.streams.all()), limits.STREAMS),
        "jobs": lambda engine: (len(engine.jobs.all()), limits.JOBS),
        "job_starts": lambda engine: (used(engine.context, STARTS), limits.RUNS),
        "ingest_changes": lambda engine: (used(engine.context, INGEST), limits.STREAM_CHANGES),
        "faults": lambda engine: (engine.faults.kept, limits.FAULTS),
        "deleted_files": lambda engine: (used(engine.context, DELETED), limits.DELETED_FILES),
        "deleted_objects": lambda engine: (engine.store.count(DeletedObject), limits.DELETED_OBJECTS),
        "redeliveries": lambda engine: (used(engine.context, BY_HAND), limits.REDELIVERIES),
        "running_jobs": lambda engine: (len(engine.jobs.concurrent()), engine.account.concurrent_jobs),
        "calls": lambda engine: (len(engine.journal.all()), JOURNAL_LIMIT),
        "changes": lambda engine: (len(engine.journal.changes()), CHANGES_LIMIT),
        "callbacks": lambda engine: (len(engine.announcements.all()), CALLBACKS_LIMIT),
        "callbacks_waiting": lambda engine: (
            len(engine.announcements.waiting()),
            limits.WAITING_CALLBACKS,
        ),
        "inbox": lambda engine: (len(engine.inbox.all()), INBOX_LIMIT),
    }
    for name, reading in readings.items():
        bounds.add_of_worlds(name, engines, reading)


def _fullness(reading: tuple[int, int]) -> float:
    used, most = reading
    return used / most if most else 0.0
