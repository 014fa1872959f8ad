"""Why there is no snapshot, at an instant or at all; or where the one is that there is."""

from datetime import datetime, timedelta

from ice_mock.clock import LAST, MILLISECOND, shifted, whole_milliseconds
from ice_mock.domain.model import Job
from ice_mock.domain.reason import Reason
from ice_mock.domain.schedule import Frame
from ice_mock.engine import Engine
from ice_mock.reasons.clause import Clause, moment, reason
from ice_mock.reasons.clocks import ahead, standing_still
from ice_mock.reasons.frame import fate
from ice_mock.reasons.gap import gap
from ice_mock.reasons.job import condition, facts_of, next_frame, subject
from ice_mock.reasons.names import find_job
from ice_mock.words import counted

SECOND = timedelta(seconds=1)


def of_snapshot(engine: Engine, job_id: str, at: datetime | None = None) -> Reason:
    """Why a job, given by its id or its name, has no snapshot *at* an instant, None is at all.

    An instant without a fraction means its whole second. If there is a snapshot, the sentence says
    where. Raises NotFound, or Conflict for a name that several jobs have.
    """
    with standing_still(engine):
        job = find_job(engine, job_id)
        if at is None:
            return reason(at_all(engine, job), facts_of(engine, job))
        at = min(whole_milliseconds(at), LAST)
        clause = at_instant(engine, job, at).after(f"at {moment(at)} ")
        return reason(clause, {**facts_of(engine, job), "asked_about": moment(at)})


def at_instant(engine: Engine, job: Job, at: datetime) -> Clause:
    """Whether there is a snapshot at an instant, and if not, why."""
    frame = frame_near(engine, job, at)
    if at > engine.now():
        return _in_future(engine, job, at, frame)
    if frame:
        return fate(engine, job, frame)
    return gap(engine, job, at).after("there is no snapshot, because ")


def at_all(engine: Engine, job: Job) -> Clause:
    """Whether there is a snapshot by now, and if not, why."""
    now = engine.now()
    schedule = engine.jobs.schedule(job, now)
    if not schedule:
        return gap(engine, job, now).after("there is no snapshot yet, because ")
    last = schedule[len(schedule) - 1]
    here = fate(engine, job, last).after(f"of the last of {counted(len(schedule), 'frame')} ")
    if following := next_frame(engine, job):
        next_one = f"; the next is due at {moment(following.instant)}, {ahead(engine, following.instant)}"
        return here.and_then(Clause(next_one))
    return here.and_then(condition(engine, job).after(f"; {subject(job)} "))


def frame_near(engine: Engine, job: Job, at: datetime) -> Frame | None:
    """The frame at an instant; one of a whole second stands for all that is in it, as the API writes it."""
    frames = engine.jobs.schedule(job, LAST)
    first = frames.after(shifted(at, -MILLISECOND))
    length = MILLISECOND if at.microsecond else SECOND
    return first if first and first.instant < shifted(at, length) else None


def _in_future(engine: Engine, job: Job, at: datetime, frame: Frame | None) -> Clause:
    text = f"there is no snapshot yet, because that is {ahead(engine, at)}"
    if frame:
        facts = {"next_frame_at": moment(frame.instant)}
        return Clause(f"{text}, and as things stand there will be frame {frame.number}", facts)
    return gap(engine, job, at).after(f"{text}, but as things stand there will be none then, because ")
