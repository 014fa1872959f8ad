"""How evidence is taken: with few calls of the control API, and bounded in what is kept of their answers."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from ice_mock.client import Client, ControlRefused, documents
from ice_mock.domain.reason import Reason
from ice_mock.report import journal, records
from ice_mock.report.evidence import Callback, Evidence, Excerpt, File, Job
from ice_mock.report.film import strip
from ice_mock.report.timeline import DELIVERED, telling_jobs

PICTURES = 24
JOBS_WITH_FRAMES = 12
FRAMES_TOLD = 600
JOBS_EXPLAINED = 3
CALLBACKS_EXPLAINED = 3
STARTED = "started"

Document = Mapping[str, Any]


def collect(
    client: Client,
    *,
    pictures: int = 0,
    strays: Iterable[documents.Request] = (),
    refused: Iterable[str] = (),
) -> Evidence:
    """Take down what has happened in the world of *client*, with so many *pictures* of its frames at most.

    *strays* are calls that went to the default world, and were perhaps meant for this one; *refused* are the
    hosts to which calls were stopped while others were brought here. Raises ServerUnreachable, and
    ControlRefused if there is no such world.
    """
    world: Document = client.worlds.find(client.world)
    calls, tallies = journal.calls(client)
    evidence = Evidence(
        world=client.world,
        label=world.get("label"),
        scenario=world["scenario"],
        mode=world["clock"]["mode"],
        began_at=records.instant(world["clock"]["now"]),
        now=records.instant(world["clock"]["now"]),
        streams=tuple(records.stream(document) for document in client.streams.all()),
        jobs=tuple(records.job(document) for document in client.jobs.all()),
        calls=calls,
        tallies=tallies,
        callbacks=_explained(client, journal.callbacks(client)),
        faults=tuple(records.fault(document) for document in client.faults.all()),
        strays=journal.tallied(strays),
        refused=tuple(Counter(refused).items()),
    )
    evidence = replace(evidence, began_at=_beginning(world, evidence), jobs=_with_details(client, evidence))
    return replace(evidence, pictures=tuple(strip(client, evidence.jobs, most=pictures)))


def _beginning(world: Document, evidence: Evidence) -> datetime:
    """When the world began, as far as its server tells; else the first that is known to have happened."""
    if began_at := world.get("began_at"):
        return records.instant(began_at)
    changes = (change for stream in evidence.streams for change in stream.changes)
    calls = (call.at for call in evidence.calls)
    return min([evidence.now, *calls, *(job.created_at for job in evidence.jobs), *changes])


def _with_details(client: Client, evidence: Evidence) -> tuple[Job, ...]:
    """The jobs, and of those that tell most some files, and what the server says about their trouble."""
    telling = [job.id for job in telling_jobs(evidence, JOBS_WITH_FRAMES)]
    troubled = [job.id for job in evidence.jobs if is_troubled(job)][:JOBS_EXPLAINED]
    return tuple(
        replace(
            job,
            files=_files(client, job, FRAMES_TOLD // len(telling)) if job.id in telling else (),
            why=_why_of(client, job) if job.id in troubled else None,
        )
        for job in evidence.jobs
    )


def is_troubled(job: Job) -> bool:
    """Whether somebody might wonder about a job: it has no frame, or is to capture and does not."""
    return not job.frames or (job.is_running and job.status != STARTED)


def _files(client: Client, job: Job, most: int) -> tuple[File, ...]:
    """The files of the last *most* frames."""
    if not job.frames:
        return ()
    frames = client.jobs.frames(job.id, offset=max(0, job.frames - most), limit=most)
    return tuple(file for frame in frames for file in records.files(job, frame))


def _explained(client: Client, callbacks: Excerpt[Callback]) -> Excerpt[Callback]:
    """The callbacks, and of the last that failed in each way what the server says about it."""
    last = {
        (callback.url, callback.state, callback.trouble): callback.id
        for callback in callbacks
        if callback.state != DELIVERED and callback.attempts
    }
    explained = set(list(last.values())[:CALLBACKS_EXPLAINED])
    told = tuple(
        replace(callback, why=_why(client, callback=callback.id)) if callback.id in explained else callback
        for callback in callbacks
    )
    return replace(callbacks, told=told)


def _why_of(client: Client, job: Job) -> Reason | None:
    """What the server says about a job."""
    started = job.runs and not job.frames
    return _why(client, snapshot=job.id) if started else _why(client, job=job.id)


def _why(client: Client, **subject: str) -> Reason | None:
    """What the server says about something, if it is still there."""
    try:
        return records.reason(client.why(**subject))
    except ControlRefused:
        return None
