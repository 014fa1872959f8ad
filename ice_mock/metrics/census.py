"""What there is on a server at a moment, all worlds together."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Self

from ice_mock.domain.model import Status
from ice_mock.engine import Engine


@dataclass(frozen=True, slots=True)
class Census:
    """How many there are of everything; *jobs* by what they are doing.

    Of what worlds keep, *calls*, *received* and *callbacks* are there to be read, and the others were
    dropped as there were too many. *waiting* are callbacks between two attempts, *under_way* those that
    are being sent or are about to be.
    """

    worlds: int
    jobs: Mapping[str, int]
    streams: int
    calls: int
    calls_dropped: int
    received: int
    received_dropped: int
    callbacks: int
    callbacks_dropped: int
    waiting: int
    under_way: int

    @classmethod
    def of(cls, engines: Iterable[Engine], under_way: int) -> Self:
        worlds = list(engines)
        jobs = Counter(str(engine.jobs.status(job)) for engine in worlds for job in engine.jobs.all())
        return cls(
            worlds=len(worlds),
            jobs={str(status): jobs[str(status)] for status in Status},
            streams=sum(len(engine.streams.all()) for engine in worlds),
            calls=sum(len(engine.journal.all()) for engine in worlds),
            calls_dropped=sum(engine.journal.dropped for engine in worlds),
            received=sum(len(engine.inbox.all()) for engine in worlds),
            received_dropped=sum(engine.inbox.dropped for engine in worlds),
            callbacks=sum(len(engine.announcements.all()) for engine in worlds),
            callbacks_dropped=sum(engine.announcements.dropped for engine in worlds),
            waiting=sum(len(engine.announcements.waiting()) for engine in worlds),
            under_way=under_way,
        )
