"""What reasons say of the limit of concurrent jobs: who holds it, now or when a job came too late."""

from datetime import datetime

from ice_mock.clock import MILLISECOND
from ice_mock.domain.model import Job, Run
from ice_mock.engine import Engine
from ice_mock.reasons.clause import Clause, moment, named
from ice_mock.words import counted


def is_reached(engine: Engine) -> bool:
    return len(engine.jobs.concurrent()) >= engine.account.concurrent_jobs


def reached_at(engine: Engine, job: Job, at: datetime) -> Clause:
    """``the limit of 2 concurrent jobs was reached … by 'a', 'b'``, and what can be done about it now."""
    holders = [other for other in engine.jobs.all() if other.id != job.id and _counted(engine, other, at)]
    held = f", by {named([holder.name for holder in holders])}" if holders else ""
    text = f"the limit of {_limit(engine)} was reached at {moment(at)}{held}"
    facts = {"limit": str(engine.account.concurrent_jobs), "held_then_by": _ids(holders)}
    return Clause(text, facts).and_then(_now(engine))


def obstacle(engine: Engine) -> Clause:
    """What to do before a job can be started; nothing if there is room for one more."""
    if not is_reached(engine):
        return Clause("")
    stopping = _stopping(engine)
    return Clause(f"{stopping.text}, since the limit of {_limit(engine)} is reached", stopping.facts)


def _now(engine: Engine) -> Clause:
    start = "send SendLiveSnapshotJobCommand with Command=start"
    room = "there is room now: " if not is_reached(engine) else "it does not start by itself later: "
    stopping = _stopping(engine) if is_reached(engine) else Clause("")
    return Clause(f"; {room}{start}").and_then(stopping)


def _stopping(engine: Engine) -> Clause:
    holders = engine.jobs.concurrent()
    one = "" if len(holders) == 1 else "one of "
    return Clause(
        f" after stopping {one}{named([job.name for job in holders])}", {"held_now_by": _ids(holders)}
    )


def _limit(engine: Engine) -> str:
    return f"{counted(engine.account.concurrent_jobs, 'concurrent job')} (account.limits.concurrent_jobs)"


def _ids(jobs: list[Job]) -> str:
    return ", ".join(job.id for job in jobs) or "nobody"


def _counted(engine: Engine, job: Job, at: datetime) -> bool:
    """Whether a job counted for the limit at an instant."""
    if not any(_told_at(engine, job, run) <= at and _lasts_until(run, at) for run in job.runs):
        return False
    if engine.account.behaviour.limit_counts == "started":
        return True
    live = engine.streams.find(job.stream_url).live(at + MILLISECOND)
    return any(span.start <= at <= span.end for span in live)


def _told_at(engine: Engine, job: Job, run: Run) -> datetime:
    """When a run was asked for: one that came with the submission begins later where jobs take their time."""
    delay = engine.account.behaviour.start_delay
    return job.created_at if run.started_at == job.created_at + delay else run.started_at


def _lasts_until(run: Run, at: datetime) -> bool:
    return run.stopped_at is None or run.stopped_at >= at
