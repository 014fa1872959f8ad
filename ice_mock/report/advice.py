"""What is plainly off in a world, in a sentence each: the first thing that a report says."""

from collections.abc import Callable, Iterable, Iterator, Sized
from datetime import timedelta
from difflib import get_close_matches

from ice_mock.durations import in_units
from ice_mock.report.cells import shown
from ice_mock.report.evidence import Evidence, Job, Tally
from ice_mock.report.highlights import name_of
from ice_mock.report.instants import since
from ice_mock.report.timeline import DELIVERED, LOST
from ice_mock.words import counted, times

Rule = Callable[[Evidence], Iterator[str]]


def advice(evidence: Evidence) -> list[str]:
    """Everything that is plainly off, what tells most first."""
    return [shown(sentence) for rule in RULES for sentence in rule(evidence)]


def _strays(evidence: Evidence) -> Iterator[str]:
    if count := sum(tally.count for tally in evidence.strays):
        yield (
            f"{counted(count, 'call')} went to the default world ({_listed(evidence.strays)}): "
            f"give the client this world's access key, {evidence.world}"
        )


def _stopped(evidence: Evidence) -> Iterator[str]:
    for host, count in evidence.refused:
        were = "was" if count == 1 else "were"
        yield f'{counted(count, "call")} to {host} {were} stopped: allow=["{host}"] lets them through'


def _nothing(evidence: Evidence) -> Iterator[str]:
    if evidence.is_empty:
        yield "nothing happened: no call, no stream, no job, and the clock did not move"
    elif not evidence.calls.found and not evidence.calls.dropped and not evidence.jobs:
        yield "no call of the API came to this world, and no job was there from the start"


def _refused(evidence: Evidence) -> Iterator[str]:
    """What came of all calls, if all were refused, or of the last one, if that was no fault's doing."""
    refused = [tally for tally in evidence.tallies if tally.code]
    calls = evidence.calls.told
    last = calls[-1] if calls and calls[-1].code and not calls[-1].fault else None
    if refused and len(refused) == len(evidence.tallies) and (evidence.calls.found > 1 or not last):
        codes = ", ".join(dict.fromkeys(f"{tally.code}" for tally in refused))
        which = "every" if evidence.calls.found > 1 else "the only"
        why = f"; the last one was {name_of(last.action)}: {last.sentence}" if last and last.sentence else ""
        yield f"{which} call was refused: {codes}{why}"
    elif last:
        yield f"{name_of(last.action)} was refused: {last.sentence or last.code}"


def _frameless_jobs(evidence: Evidence) -> Iterator[str]:
    """What keeps jobs from their first frame: said once for all that have the same trouble."""
    jobs = [job for job in evidence.jobs if not job.frames]
    if jobs and not any(stream.changes for stream in evidence.streams):
        yield f"no stream was ever live: publish {', '.join(dict.fromkeys(job.stream for job in jobs))}"
        return
    yield from _waiting(evidence, [job for job in jobs if not evidence.stream(job.stream).changes])
    others = [job for job in jobs if evidence.stream(job.stream).changes]
    ready = [job for job in others if job.is_running and evidence.stream(job.stream).is_live]
    if ready and evidence.mode == "frozen" and not evidence.elapsed:
        soonest = in_units(min(job.plan.interval for job in ready))
        yield f"the clock never moved: 0 frames could be taken; advance it, by {soonest} or more"
        others = [job for job in others if job not in ready]
    yield from (_why(evidence, job) for job in others)


def _waiting(evidence: Evidence, jobs: Iterable[Job]) -> Iterator[str]:
    """Jobs whose stream never came, while others did."""
    live = [stream.id for stream in evidence.streams if stream.is_live]
    by_url: dict[str, list[Job]] = {}
    for job in jobs:
        by_url.setdefault(job.stream, []).append(job)
    for url, waiting in by_url.items():
        if len(waiting) == 1 and waiting[0].why:
            yield waiting[0].why.sentence
            continue
        others = get_close_matches(url, live, n=1, cutoff=0.0)
        more = f" and {len(live) - 1:,} more" if len(live) > 1 else ""
        yield f"{_jobs(waiting)} for {url} to be published; " + (
            f"live is {others[0]}{more}" if others else "no stream is live"
        )


def _why(evidence: Evidence, job: Job) -> str:
    """What the server says of a job, or what can be told without it."""
    if job.why:
        return job.why.sentence
    if not job.runs:
        return f"{_named(job)} was never started: SendLiveSnapshotJobCommand does"
    due = job.runs[-1].started_at + job.plan.interval
    if job.is_running and due > evidence.now:
        return (
            f"{_named(job)} takes its first frame at {since(evidence.began_at, due)}, "
            f"and the clock stands at {since(evidence.began_at, evidence.now)}"
        )
    return f"{_named(job)} has no frame: it ran {in_units(_ran(evidence, job))}, and is {job.status}"


def _ran(evidence: Evidence, job: Job) -> timedelta:
    spans = (run.until(evidence.now) for run in job.runs)
    return sum((span.end - span.start for span in spans), timedelta())


def _lost_callbacks(evidence: Evidence) -> Iterator[str]:
    """Callbacks were lost, and no other has arrived."""
    callbacks = evidence.callbacks
    lost = [callback for callback in callbacks if callback.state == LOST]
    if not lost or any(callback.state == DELIVERED for callback in callbacks):
        return
    # The last that the server has explained, else the last.
    told = next((callback for callback in reversed(lost) if callback.why), lost[-1])
    why = f": {told.trouble}" if told.trouble else ""
    if len(lost) == callbacks.found:
        which = (
            f"every callback was lost, {len(lost):,} of them"
            if len(lost) > 1
            else "the only callback was lost"
        )
    else:
        which = f"{len(lost):,} of {counted(callbacks.found, 'callback')} {_were(lost)} lost"
        which += "" if callbacks.untold else ", and none has arrived"
    yield f"{which}{why}"


def _were(things: Sized) -> str:
    return "was" if len(things) == 1 else "were"


RULES: tuple[Rule, ...] = (_stopped, _nothing, _strays, _refused, _frameless_jobs, _lost_callbacks)


def _named(job: Job) -> str:
    return f"job {job.name!r}" if job.name else f"job {job.id}"


def _jobs(jobs: list[Job]) -> str:
    return f"{_named(jobs[0])} waits" if len(jobs) == 1 else f"{len(jobs):,} jobs wait"


def _listed(tallies: tuple[Tally, ...]) -> str:
    return ", ".join(
        f"{name_of(tally.action)} {times(tally.count)} {tally.code or 'OK'}" for tally in tallies[:3]
    ) + (" …" if len(tallies) > 3 else "")  # noqa: PLR2004 - an example or three
