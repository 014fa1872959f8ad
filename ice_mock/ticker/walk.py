"""Moving a world's clock forward: a jump is a walk from event to event."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from ice_mock.clock import LAST, iso_milliseconds
from ice_mock.domain.callback import Delivery
from ice_mock.domain.journal import Change
from ice_mock.engine import Engine
from ice_mock.errors import Conflict
from ice_mock.ticker.courier import Courier

AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class Report:
    """What happened between two instants.

    *frames* counts them by job. *attempts* counts the deliveries that were tried, *delivered* and
    *lost* those callbacks for which that was the end; *waiting* are left to be tried later.
    """

    start: datetime
    end: datetime
    frames: Mapping[str, int]
    attempts: int
    delivered: int
    lost: int
    waiting: int
    changes: Sequence[Change]


def advance(engine: Engine, courier: Courier, to: datetime) -> Report:
    """Move time on to *to*, stopping wherever a callback is due, so that its receiver finds its own moment.

    Return when everything due has settled. Raises Conflict if *to* is in the past, or if another
    advance of the same world has not ended.
    """
    with engine.store.alone("advance") as alone:
        if not alone:
            raise Conflict("another advance of this world is under way; wait for its answer")
        start = engine.now()
        if to > LAST:
            raise Conflict(f"no world goes on after {iso_milliseconds(LAST)}")
        if to < start:
            raise Conflict(f"time does not go back: the world is at {iso_milliseconds(start)} already")
        known = {change.id for change in engine.journal.changes()}
        attempts, ends = 0, Counter[Delivery]()
        while (due := engine.next_due(to)) is not None:
            if engine.has_ended:
                raise Conflict("the world has ended, or begun anew, before the advance was done")
            engine.time.move_to(due)
            engine.timeline.settle()
            attempted = courier.deliver(engine, engine.announcements.claim(due, AT_ONCE))
            attempts += len(attempted)
            # One that a fault repeated is one callback all the same.
            ends.update({callback.id: callback.state for callback in attempted}.values())
        engine.time.move_to(to)
        changes = [change for change in engine.journal.changes() if change.id not in known]
        return _report(engine, start, attempts, ends, changes)


def _report(
    engine: Engine, start: datetime, attempts: int, ends: Counter[Delivery], changes: list[Change]
) -> Report:
    return Report(
        start=start,
        end=engine.now(),
        frames=_frames(engine, start),
        attempts=attempts,
        delivered=ends[Delivery.DELIVERED],
        lost=ends[Delivery.LOST],
        waiting=len(engine.announcements.waiting()),
        changes=changes,
    )


def _frames(engine: Engine, start: datetime) -> dict[str, int]:
    """How many frames each job captured after *start*; jobs that captured none are left out."""
    now = engine.now()
    ran = (job for job in engine.jobs.all() if job.runs and (job.is_running or job.modified_at >= start))
    schedules = {job.id: engine.jobs.schedule(job, now) for job in ran}
    counts = {job_id: len(schedule) - schedule.count_until(start) for job_id, schedule in schedules.items()}
    return {job_id: count for job_id, count in counts.items() if count}
