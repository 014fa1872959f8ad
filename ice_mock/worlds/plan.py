"""What a scenario will do, told before it does anything."""

import heapq
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from ice_mock.clock import MILLISECOND
from ice_mock.domain.fault import Armed
from ice_mock.domain.journal import Change
from ice_mock.domain.model import Job
from ice_mock.domain.scenario import Scenario
from ice_mock.domain.schedule import Frame
from ice_mock.domain.timepiece import FROZEN_START
from ice_mock.engine import Engine
from ice_mock.store.memory import MemoryStore
from ice_mock.worlds.beginning import begin

FROZEN = "frozen"


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that will happen, *after* so long: *what* to whom, and the *detail* of it.

    *what* is state, frame, file, callback or fault.
    """

    at: datetime
    after: timedelta
    what: str
    subject: str
    detail: str


def plan(scenario: Scenario, until: timedelta) -> Iterator[Step]:
    """Yield everything that will happen until so long after the start, in order of time.

    Nothing is run: callbacks are told as if each were delivered at once. The same scenario always
    gives the same steps, one after the other, however many there are.
    """
    engine = begin(_frozen(scenario), MemoryStore(), lambda: _start(scenario))
    start = engine.now()
    end = start + until
    for at, what, subject, detail in _steps(engine, start, end):
        yield Step(at, at - start, what, subject, detail)


Told = tuple[datetime, str, str, str]


def _steps(engine: Engine, start: datetime, end: datetime) -> Iterator[Told]:
    known: set[str] = set()
    told: Counter[str] = Counter()
    yield from _changes(engine, known)
    # A window that opens or closes at the very start is told too.
    now, before = start, start - MILLISECOND
    while now < end:
        following = min(engine.timeline.next_due(end) or end, end)
        # Up to the next change of state everything is settled: frames need no walk.
        windows = sorted(_windows(engine, before, following))
        yield from heapq.merge(windows, _captured(engine, told, following), key=lambda each: each[0])
        engine.time.move_to(following)
        engine.timeline.settle()
        yield from _changes(engine, known)
        now = before = following


def _captured(engine: Engine, told: Counter[str], until: datetime) -> Iterator[Told]:
    jobs = [_frames(engine, job, told, until) for job in engine.jobs.active()]
    return heapq.merge(*jobs, key=lambda each: each[0])


def _frames(engine: Engine, job: Job, told: Counter[str], until: datetime) -> Iterator[Told]:
    """Yield the frames of *job* that have not been *told*, of which that many have."""
    schedule = engine.jobs.schedule(job, until)
    receiver = engine.announcements.receiver(job)
    for index in range(told[job.id], len(schedule)):
        told[job.id] = index + 1
        yield from _of_frame(engine, job, schedule[index], receiver)


def _of_frame(engine: Engine, job: Job, frame: Frame, receiver: str | None) -> Iterator[Told]:
    yield frame.instant, "frame", job.name, f"number {frame.number}"
    for stored in engine.files.of_frame(job, frame):
        yield frame.instant, "file", job.name, f"{job.bucket}/{stored.key}"
    if receiver:
        for stored in engine.announcements.announced(job, frame):
            yield frame.instant, "callback", job.name, f"{stored.key} to {receiver}"


def _changes(engine: Engine, known: set[str]) -> Iterator[Told]:
    fresh = [change for change in engine.journal.changes() if change.id not in known]
    known.update(change.id for change in fresh)
    return (_told(engine, change) for change in fresh)


def _told(engine: Engine, change: Change) -> Told:
    jobs = {job.id: job.name for job in engine.jobs.all()} if change.subject == "job" else {}
    return (
        change.at,
        "state",
        f"{change.subject} {jobs.get(change.subject_id, change.subject_id)}",
        change.what,
    )


def _windows(engine: Engine, after: datetime, until: datetime) -> Iterator[Told]:
    """Yield where the windows of the faults that are armed open and close."""
    start = engine.account.started_at
    for armed in engine.store.all(Armed):
        frequency = armed.fault.frequency
        name = f"{armed.fault.plane} {armed.fault.kind}"
        for length, word in ((frequency.since, "begins to strike"), (frequency.until, "strikes no more")):
            if length is not None and after < start + length <= until:
                yield start + length, "fault", armed.id, f"{name}: {word}"


def _frozen(scenario: Scenario) -> Scenario:
    return replace(scenario, clock=FROZEN)


def _start(scenario: Scenario) -> datetime:
    return scenario.start or FROZEN_START
