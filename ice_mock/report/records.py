"""The documents of the control API as evidence; what a server does not tell is None, or nothing."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from ice_mock.clock import from_iso
from ice_mock.domain import model
from ice_mock.domain.reason import Reason
from ice_mock.report.evidence import Attempt, Call, Callback, Fault, File, Job

Document = Mapping[str, Any]


def instant(text: str) -> datetime:
    return from_iso(text)


def stream(document: Document) -> model.Stream:
    return model.Stream(document["url"], tuple(map(from_iso, document["changes"])))


def job(document: Document) -> Job:
    plan = model.Plan(
        timedelta(seconds=document["interval"]), document["overwrite_format"], document["sequence_format"]
    )
    return Job(
        id=document["id"],
        name=document["name"],
        status=document["status"],
        stream=document["stream"],
        bucket=document["bucket"],
        callback_url=document["callback_url"],
        plan=plan,
        frames=document["frames"],
        runs=tuple(
            model.Run(from_iso(run["started_at"]), plan, _instant_or_none(run["stopped_at"]))
            for run in document["runs"]
        ),
        created_at=from_iso(document["created_at"]),
    )


def files(job: Job, frame: Document) -> Iterator[File]:
    """Yield the files that a frame was meant for: the sequence file first."""
    for document in frame["files"]:
        yield File(
            job_id=job.id,
            bucket=job.bucket,
            key=document["key"],
            number=frame["number"],
            instant=from_iso(frame["at"]),
            is_overlay=document["overlay"],
            is_missing=document["missing"],
            fault=document["fault"],
        )


def call(document: Document) -> Call:
    return Call(
        id=document["id"],
        at=from_iso(document["at"]),
        action=document["action"],
        dialect=document["dialect"],
        method=document["method"],
        access_key_id=document["access_key_id"],
        parameters=document["parameters"],
        status=document["status"],
        code=document["code"],
        message=document["message"],
        answer=document["answer"],
        answer_length=document["answer_length"],
        duration_ms=document["duration_ms"],
        fault=document["fault"],
        verdict=document.get("signature"),
        reason=reason(document.get("reason")),
        unread=tuple(document.get("unread") or ()),
    )


def callback(document: Document) -> Callback:
    return Callback(
        id=document["id"],
        job_id=document["job_id"],
        url=document["url"],
        state=document["state"],
        frame=document["frame"],
        key=document["key"],
        at=from_iso(document["at"]),
        body=document["body"],
        attempts=tuple(_attempt(attempt) for attempt in document["attempts"]),
    )


def _attempt(document: Document) -> Attempt:
    return Attempt(
        at=from_iso(document["at"]),
        outcome=document["outcome"],
        status=document["status"],
        error=document["error"],
        duration_ms=document["duration_ms"],
        fault=document["fault"],
    )


def fault(document: Document) -> Fault:
    return Fault(
        id=document["id"],
        kind=document["kind"],
        short_form=document["fault"],
        armed_at=from_iso(document["armed_at"]),
        matched=document["matched"],
        fired=document["fired"],
    )


def reason(found: Document | None) -> Reason | None:
    if not found:
        return None
    facts = {str(name): str(value) for name, value in (found.get("facts") or {}).items()}
    return Reason(found["sentence"], facts)


def _instant_or_none(text: str | None) -> datetime | None:
    return from_iso(text) if text else None
