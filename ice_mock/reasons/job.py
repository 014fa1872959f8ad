"""Why a job has not started, is paused or stopped, or runs."""

from datetime import datetime, timedelta

from ice_mock.clock import LAST
from ice_mock.domain.journal import Change, JournalEntry
from ice_mock.domain.model import Job, Run
from ice_mock.domain.reason import Reason
from ice_mock.domain.schedule import Frame
from ice_mock.durations import written
from ice_mock.engine import Engine
from ice_mock.reasons import limit
from ice_mock.reasons.clause import Clause, moment, reason
from ice_mock.reasons.clocks import ahead, reading, standing_still
from ice_mock.reasons.ingest import absence, state, stream_of, was_live_at_submission
from ice_mock.reasons.names import find_job
from ice_mock.words import counted

COMMAND = "SendLiveSnapshotJobCommand"
START = f"send {COMMAND} with Command=start"
MOST_RUNS = 3


def of_job(engine: Engine, job_id: str) -> Reason:
    """Why a job, given by its id or its name, does what it does.

    Raises NotFound, or Conflict for a name that several jobs have.
    """
    with standing_still(engine):
        job = find_job(engine, job_id)
        return reason(condition(engine, job).after(f"{subject(job)} "), facts_of(engine, job))


def subject(job: Job) -> str:
    return f"job {job.name!r}"


def condition(engine: Engine, job: Job) -> Clause:
    """What a job does at present and why, in the words after its name."""
    if not job.runs:
        return _never_started(engine, job)
    if not job.is_running:
        return _stopped(engine, job, job.runs[-1])
    if engine.now() < job.runs[-1].started_at:
        return _about_to_start(engine, job)
    return _capturing(engine, job) if stream_of(engine, job).is_live else _without_stream(engine, job)


def facts_of(engine: Engine, job: Job) -> dict[str, str]:
    """What there is to know of every job."""
    schedule = engine.jobs.schedule(job, engine.now())
    following = next_frame(engine, job)
    return {
        "job": job.id,
        "name": job.name,
        "status": str(engine.jobs.status(job)),
        "stream": job.stream_url,
        "stream_state": state(stream_of(engine, job)),
        "submitted_at": moment(job.created_at),
        "runs": _runs(job),
        "interval": written(job.plan.interval),
        "frames": str(len(schedule)),
        **({"last_frame_at": moment(schedule[len(schedule) - 1].instant)} if schedule else {}),
        **({"next_frame_at": moment(following.instant)} if following else {}),
        "clock": reading(engine),
    }


def next_frame(engine: Engine, job: Job) -> Frame | None:
    """The next frame that a job captures as things stand."""
    return engine.jobs.schedule(job, LAST).after(engine.now())


def _runs(job: Job) -> str:
    texts = [
        f"{moment(run.started_at)} to {moment(run.stopped_at) if run.stopped_at else 'now'}"
        for run in job.runs[-MOST_RUNS:]
    ]
    earlier = [counted(len(job.runs) - MOST_RUNS, "earlier one")] if len(job.runs) > MOST_RUNS else []
    return "; ".join([*earlier, *texts]) or "none"


def _never_started(engine: Engine, job: Job) -> Clause:
    if was_live_at_submission(engine, job):
        return limit.reached_at(engine, job, job.created_at).after("was not started when it was submitted: ")
    stream, rule = stream_of(engine, job), engine.account.behaviour.on_ingest_begin
    knob = f"behaviour.on_ingest_begin is {rule}"
    if not stream.is_live:
        comes = "publish it, and the job starts by itself" if rule == "start" else f"publish it, then {START}"
        return absence(engine, job).after("has not started: ").and_then(Clause(f"; {comes} ({knob})"))
    if rule == "start":
        return limit.reached_at(engine, job, stream.changes[-1]).after(
            "was not started when ingest of its stream began: "
        )
    text = (
        f"has not started: its stream was offline when it was submitted, and such a job waits for a command "
        f"({knob}), although the stream is {state(stream)}; {START}"
    )
    return Clause(text).and_then(limit.obstacle(engine))


def _about_to_start(engine: Engine, job: Job) -> Clause:
    begins = job.runs[-1].started_at
    delay = written(engine.account.behaviour.start_delay)
    text = (
        f"has not started yet: a job starts {delay} after its submission (behaviour.start_delay), "
        f"so this one at {moment(begins)}, {ahead(engine, begins)}"
    )
    clause = Clause(text, {"starts_at": moment(begins)})
    if stream_of(engine, job).is_live:
        return clause
    return clause.and_then(absence(engine, job).after(", and then it will be paused, since "))


def _capturing(engine: Engine, job: Job) -> Clause:
    following = next_frame(engine, job)
    so_far = counted(len(engine.jobs.schedule(job, engine.now())), "frame")
    then = f", and the next is due {_when(engine, following)}" if following else ""
    since, every = moment(job.runs[-1].started_at), written(job.plan.interval)
    return Clause(f"runs since {since} and captures its stream every {every}: {so_far} so far{then}")


def _when(engine: Engine, frame: Frame) -> str:
    return f"at {moment(frame.instant)}, {ahead(engine, frame.instant)}"


def _without_stream(engine: Engine, job: Job) -> Clause:
    rule = engine.account.behaviour.on_ingest_end
    what = "is paused" if rule == "pause" else "is started but captures nothing"
    again = (
        "it goes on by itself when ingest returns (behaviour.on_ingest_return is "
        f"{engine.account.behaviour.on_ingest_return})"
    )
    knob = "" if rule == "pause" else f", which leaves the status alone (behaviour.on_ingest_end is {rule})"
    return absence(engine, job).after(f"{what}: ").and_then(Clause(f"{knob}; {again}"))


def _stopped(engine: Engine, job: Job, run: Run) -> Clause:
    at = run.stopped_at or engine.now()
    cause = _cause(engine, job, at)
    early = ", before it had begun" if run.started_at > at and len(job.runs) == 1 else ""
    clause = cause.after(f"is stopped since {moment(at)}{early}, ")
    clause = clause.and_then(Clause(f"; it captures again when it is told to: {START}"))
    clause = clause.and_then(limit.obstacle(engine))
    if not stream_of(engine, job).is_live:
        clause = clause.and_then(absence(engine, job).after(", which needs ingest, while "))
    return Clause(clause.text, {"stopped_at": moment(at), **clause.facts})


def _cause(engine: Engine, job: Job, at: datetime) -> Clause:
    """Who or what stopped a job, to be read from what happened just before."""
    behaviour, before = engine.account.behaviour, _change_before_stop(engine, job)
    what = (before.subject, before.subject_id, before.what) if before else None
    stream = stream_of(engine, job).id
    if behaviour.on_ingest_return == "wait" and what == ("stream", stream, "unpublished"):
        knob = "behaviour.on_ingest_return is wait"
        return Clause(
            f"because ingest of its stream ended then, which ends its jobs ({knob})",
            {"stopped_by": f"the end of ingest, {knob}"},
        )
    if behaviour.template_delete == "stop-jobs" and what == ("template", job.template_id, "deleted"):
        knob = "behaviour.template_delete is stop-jobs"
        return Clause(
            f"because its template {job.template_name!r} was deleted then ({knob})",
            {"stopped_by": f"the deletion of template {job.template_id}, {knob}"},
        )
    if call := _stop_call(engine, job, at):
        return Clause(f"by the call {call.id}", {"stopped_by": f"{COMMAND}, request {call.id}"})
    return Clause(
        "by a command",
        {"stopped_by": "a command of the timeline, or a call that the journal no longer has"},
    )


def _change_before_stop(engine: Engine, job: Job) -> Change | None:
    """What happened before a job was stopped last, other jobs that were stopped with it left out."""
    changes = engine.journal.changes()
    while changes and (changes[-1].subject_id, changes[-1].what) != (job.id, "stopped"):
        changes.pop()
    while changes and (changes[-1].subject, changes[-1].what) == ("job", "stopped"):
        changes.pop()
    return changes[-1] if changes else None


def _stop_call(engine: Engine, job: Job, at: datetime) -> JournalEntry | None:
    """The call that stopped a job. A clock that moves has gone on a little by the time it is noted."""
    wanted = {"JobId": job.id, "Command": "stop"}
    late = timedelta(seconds=engine.time.timepiece.rate)
    calls = (
        entry
        for entry in engine.journal.all()
        if entry.action == COMMAND and entry.code is None and wanted.items() <= entry.parameters.items()
    )
    return next((entry for entry in calls if at <= entry.at <= at + late), None)
