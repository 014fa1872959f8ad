"""What a call is about, for the faults of calls."""

import json
from typing import Any

from ice_mock.domain.model import Job
from ice_mock.engine import Engine
from ice_mock.engine.occasions import Occasion
from ice_mock.gateway.call import Call


def occasion_of(call: Call, engine: Engine) -> Occasion:
    """The action and its parameters, and the job, stream and bucket that they name, as far as they do."""
    parameters = call.parameters
    job = engine.store.get(Job, parameters.get("JobId", ""))
    if job:
        return Occasion(call.action, (job.id, job.name), job.stream_url, job.bucket, parameters=parameters)
    names = (parameters.get("JobId"), parameters.get("JobName"))
    return Occasion(
        action=call.action,
        jobs=tuple(name for name in names if name),
        stream=_inner(parameters.get("StreamInput"), "Url"),
        bucket=_inner(parameters.get("SnapshotOutput"), "Bucket"),
        parameters=parameters,
    )


def _inner(text: str | None, name: str) -> str | None:
    """A text inside a parameter that is JSON; None where there is none, as nothing has been checked yet."""
    try:
        found: Any = json.loads(text or "null")
    except (ValueError, RecursionError):
        return None
    value = found.get(name) if isinstance(found, dict) else None
    return value if isinstance(value, str) else None
