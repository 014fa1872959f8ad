"""What records look like in the control API."""

from datetime import datetime, timedelta
from typing import Any

from ice_mock.callbacks.envelope import event
from ice_mock.clock import iso_milliseconds
from ice_mock.domain.callback import Attempt, Callback
from ice_mock.domain.fault import Armed
from ice_mock.domain.journal import Change, JournalEntry, Received
from ice_mock.domain.model import Job, Plan, Stream, Template
from ice_mock.domain.objects import StoredFrame
from ice_mock.domain.reason import Reason
from ice_mock.domain.scenario import Scenario
from ice_mock.engine import Engine
from ice_mock.faults.short_form import short_form
from ice_mock.ticker import Report
from ice_mock.worlds import EndedWorld, World

Json = dict[str, Any]


def world(world: World) -> Json:
    """A world as lists show it, without its secret."""
    engine = world.engine
    return {
        "id": world.id,
        "access_key_id": world.key.id if world.key else None,
        "label": world.label,
        "scenario": world.scenario.name,
        "signatures": engine.account.signatures,
        "seed": engine.account.seed,
        "began_at": iso_milliseconds(engine.account.started_at),
        "clock": clock(engine),
        "templates": len(engine.templates.all()),
        "streams": len(engine.streams.all()),
        "jobs": len(engine.jobs.all()),
    }


def ended(world: EndedWorld) -> Json:
    """A world that is no more, how many requests came for it since, and what it left unsent."""
    return {
        "id": world.id,
        "label": world.label,
        "late_calls": world.late_calls,
        "unsent_callbacks": world.unsent_callbacks,
    }


def scenario(scenario: Scenario) -> Json:
    """A scenario, with the document that it was read from."""
    return {"name": scenario.name, "description": scenario.description, "text": scenario.text}


def clock(engine: Engine) -> Json:
    return {"mode": engine.time.timepiece.mode, "now": iso_milliseconds(engine.now())}


def report(report: Report) -> Json:
    return {
        "from": iso_milliseconds(report.start),
        "to": iso_milliseconds(report.end),
        "seconds": (report.end - report.start).total_seconds(),
        "frames": {"total": sum(report.frames.values()), "by_job": dict(report.frames)},
        "callbacks": {
            "attempts": report.attempts,
            "delivered": report.delivered,
            "lost": report.lost,
            "waiting": report.waiting,
        },
        "changes": [change(each) for each in report.changes],
    }


def change(change: Change) -> Json:
    return {
        "at": iso_milliseconds(change.at),
        "subject": change.subject,
        "id": change.subject_id,
        "what": change.what,
    }


def stream(stream: Stream) -> Json:
    return {
        "url": stream.id,
        "state": "live" if stream.is_live else "offline",
        "changes": [iso_milliseconds(instant) for instant in stream.changes],
    }


def template(template: Template) -> Json:
    return {
        "id": template.id,
        "name": template.name,
        "type": template.kind,
        **_plan(template.plan),
        "created_at": iso_milliseconds(template.created_at),
        "modified_at": iso_milliseconds(template.modified_at),
    }


def job(engine: Engine, job: Job) -> Json:
    """A job with what only the emulator knows: its runs, and how many frames it has captured."""
    now = engine.now()
    schedule = engine.jobs.schedule(job, now)
    return {
        "id": job.id,
        "name": job.name,
        "status": str(engine.jobs.status(job)),
        "template_id": job.template_id,
        "stream": job.stream_url,
        "bucket": job.bucket,
        "endpoint": job.endpoint,
        "callback_url": engine.announcements.receiver(job),
        **_plan(job.plan),
        "frames": len(schedule),
        "last_frame_at": _instant(schedule[len(schedule) - 1].instant if schedule else None),
        "runs": [
            {"started_at": iso_milliseconds(run.started_at), "stopped_at": _instant(run.stopped_at)}
            for run in job.runs
        ],
        "created_at": iso_milliseconds(job.created_at),
        "modified_at": iso_milliseconds(job.modified_at),
    }


def file(stored: StoredFrame, fault: str | None) -> Json:
    """A file, and the fault that struck its picture."""
    return {
        "bucket": stored.job.bucket,
        "key": stored.key,
        "frame": stored.frame.number,
        "created_at": iso_milliseconds(stored.frame.instant),
        "timestamp": stored.frame.timestamp_ms,
        "overlay": stored.is_overlay,
        "path": f"/{stored.job.bucket}/{stored.key}",
        "fault": fault,
    }


def request(entry: JournalEntry) -> Json:
    return {
        "id": entry.id,
        "at": iso_milliseconds(entry.at),
        "action": entry.action,
        "dialect": entry.dialect,
        "method": entry.method,
        "access_key_id": entry.access_key_id,
        "parameters": dict(entry.parameters),
        "status": entry.status,
        "code": entry.code,
        "message": entry.message,
        "answer": entry.answer,
        "answer_length": entry.answer_length,
        "duration_ms": _milliseconds(entry.duration),
        "fault": entry.fault,
        "signature": entry.verdict,
        "reason": reason(entry.reason) if entry.reason else None,
        "unread": list(entry.unread),
    }


def reason(reason: Reason) -> Json:
    return {"sentence": reason.sentence, "facts": dict(reason.facts)}


def callback(callback: Callback) -> Json:
    return {
        "id": callback.id,
        "job_id": callback.job_id,
        "url": callback.url,
        "state": str(callback.state),
        "frame": callback.number,
        "key": callback.key,
        "at": iso_milliseconds(callback.instant),
        "body": event(callback),
        "attempts": [_attempt(attempt) for attempt in callback.attempts],
    }


def received(received: Received) -> Json:
    return {
        "id": received.id,
        "at": iso_milliseconds(received.at),
        "method": received.method,
        "query": received.query,
        "headers": dict(received.headers),
        "body": received.body,
        "base64": received.is_base64,
    }


def _attempt(attempt: Attempt) -> Json:
    outcome = attempt.outcome
    return {
        "at": iso_milliseconds(attempt.at),
        "outcome": "delivered" if outcome.is_success else "failed",
        "status": outcome.status,
        "error": outcome.error,
        "duration_ms": _milliseconds(outcome.duration),
        "asked_for": attempt.asked_for,
        "repeated": attempt.repeated,
        "fault": attempt.fault,
    }


def fault(armed: Armed) -> Json:
    """A fault in the short form of scenarios, and how often it has struck."""
    return {
        "id": armed.id,
        "plane": str(armed.fault.plane),
        "kind": armed.fault.kind,
        "fault": short_form(armed.fault),
        "armed_at": iso_milliseconds(armed.since),
        "matched": armed.matched,
        "fired": armed.fired,
    }


def _plan(plan: Plan) -> Json:
    return {
        "interval": plan.interval.total_seconds(),
        "overwrite_format": plan.overwrite_format,
        "sequence_format": plan.sequence_format,
    }


def _instant(instant: datetime | None) -> str | None:
    return iso_milliseconds(instant) if instant else None


def _milliseconds(duration: timedelta) -> float:
    return round(duration / timedelta(milliseconds=1), 3)
