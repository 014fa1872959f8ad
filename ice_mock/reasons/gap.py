"""Why a job captured no frame at an instant."""

from dataclasses import dataclass
from datetime import datetime
from itertools import zip_longest

from ice_mock.clock import LAST
from ice_mock.domain.model import Job, Run, Stream
from ice_mock.domain.schedule import Frame
from ice_mock.durations import written
from ice_mock.engine import Engine
from ice_mock.reasons.clause import Clause, moment
from ice_mock.reasons.clocks import ahead
from ice_mock.reasons.ingest import absence, stream_of
from ice_mock.reasons.job import condition, subject


@dataclass(frozen=True, slots=True)
class Window:
    """A time in which a job runs on a live stream; *end* None is open, and *ends* says why it closed."""

    start: datetime
    end: datetime | None
    ends: str

    def __contains__(self, instant: datetime) -> bool:
        return self.start <= instant and (self.end is None or instant <= self.end)


def gap(engine: Engine, job: Job, at: datetime) -> Clause:
    """Why there is no frame at an instant, be it past or, as things stand, to come."""
    if at < job.created_at:
        return Clause(f"{subject(job)} was submitted only at {moment(job.created_at)}")
    if not job.runs:
        return condition(engine, job).after(f"{subject(job)} ")
    run = next((each for each in job.runs if _holds(each, at)), None)
    if run is None:
        return _between_runs(engine, job, at)
    window = _window(stream_of(engine, job), run, at)
    if window is None:
        return _without_stream(engine, job, at)
    return _between_frames(engine, job, run, at, window)


def _holds(run: Run, at: datetime) -> bool:
    return run.started_at <= at and (run.stopped_at is None or at <= run.stopped_at)


def _between_runs(engine: Engine, job: Job, at: datetime) -> Clause:
    following = next((run for run in job.runs if run.started_at > at), None)
    if following is None:
        return condition(engine, job).after(f"{subject(job)} ")
    if following is job.runs[0]:
        delayed = following.started_at == job.created_at + engine.account.behaviour.start_delay
        if delayed and following.started_at > engine.now():
            return condition(engine, job).after(f"{subject(job)} ")
        why = " (behaviour.start_delay)" if delayed else ""
        return Clause(
            f"{subject(job)} had not started then, which it did at {moment(following.started_at)}{why}"
        )
    stopped = job.runs[job.runs.index(following) - 1].stopped_at or at
    facts = {"stopped_at": moment(stopped), "started_again_at": moment(following.started_at)}
    text = f"{subject(job)} was stopped from {moment(stopped)} to {moment(following.started_at)}"
    return Clause(text, facts)


def _without_stream(engine: Engine, job: Job, at: datetime) -> Clause:
    stream = stream_of(engine, job)
    since = max((end for end in stream.changes[1::2] if end < at), default=None)
    until = min((start for start in stream.changes[::2] if start > at), default=None)
    facts = {
        **({"offline_since": moment(since)} if since else {}),
        **({"offline_until": moment(until)} if until else {}),
    }
    without = f"{subject(job)} {'had' if at <= engine.now() else 'will have'} no ingest then: "
    if until is None:
        return absence(engine, job).after(without).and_then(Clause("", facts))
    span = (
        f"was offline from {moment(since)} to {moment(until)}" if since else f"began only at {moment(until)}"
    )
    return Clause(f"{without}its stream {span}", facts)


def _window(stream: Stream, run: Run, at: datetime) -> Window | None:
    """When frames were possible around an instant, None if the stream was out."""
    for start, end in zip_longest(stream.changes[::2], stream.changes[1::2]):
        if start <= at and (end is None or at <= end):
            stops = run.stopped_at and (end is None or run.stopped_at <= end)
            if stops:
                return Window(max(start, run.started_at), run.stopped_at, "the job was stopped")
            return Window(max(start, run.started_at), end, "its stream went offline")
    return None


def _between_frames(engine: Engine, job: Job, run: Run, at: datetime, window: Window) -> Clause:
    """The instant lies where frames were possible, only not just then."""
    frames = engine.jobs.schedule(job, LAST)
    index = frames.count_until(at)
    before = _within(window, frames[index - 1] if index else None)
    after = _within(window, frames[index] if index < len(frames) else None)
    every = f"{subject(job)} captures every {written(run.plan.interval)}{_key_frames(engine)}"
    facts = {**_facts("frame_before", before), **_facts("frame_after", after)}
    if before and after:
        then = _ahead(engine, after)
        return Clause(f"{every}: {_named(before)} comes before and {_named(after)} after{then}", facts)
    if after:
        then = _ahead(engine, after)
        since = moment(window.start)
        return Clause(f"{every} from {since} on: {_named(after)} is the first{then}", facts)
    ended = f"before {window.ends} at {moment(window.end or at)}"
    if before:
        return Clause(f"{every}: {_named(before)} was the last one {ended}", facts)
    return Clause(f"{every}, and from {moment(window.start)} on no frame was due {ended}", facts)


def _within(window: Window, frame: Frame | None) -> Frame | None:
    return frame if frame and frame.instant in window else None


def _key_frames(engine: Engine) -> str:
    distance = engine.account.behaviour.key_frames
    return (
        f", at the stream's next key frame (behaviour.key_frames is {written(distance)})" if distance else ""
    )


def _named(frame: Frame) -> str:
    return f"frame {frame.number} at {moment(frame.instant)}"


def _ahead(engine: Engine, frame: Frame) -> str:
    return f", {ahead(engine, frame.instant)}" if frame.instant > engine.now() else ""


def _facts(name: str, frame: Frame | None) -> dict[str, str]:
    return {name: f"{frame.number}, at {moment(frame.instant)}"} if frame else {}
