"""Every operation of the control API: what it takes, what it answers, and how it may refuse."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from marshmallow import Schema

from ice_mock.web.control import (
    answers,
    awaiting,
    callbacks,
    clock,
    journal,
    objects,
    records,
    streams,
    why,
    worlds,
)

JSON, YAML = "application/json", "application/yaml"
ANYTHING: Mapping[str, object] = {}
"""The schema of what may be anything."""


@dataclass(frozen=True, slots=True)
class Content:
    """A body that no schema of ours describes: of which media types it may be, and the schema of each."""

    types: tuple[str, ...]
    schema: Mapping[str, object]


Body = type[Schema] | Content | None


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation, whose *answer* has the *status*.

    *refusals* are the statuses that follow neither from the path nor from what is sent; under *others* are
    answers that are neither done nor refused.
    """

    summary: str
    answer: Body
    status: int = 200
    query: type[Schema] | None = None
    body: Body = None
    refusals: tuple[int, ...] = ()
    others: Mapping[int, type[Schema]] = field(default_factory=dict)


def _definition(name: str) -> Mapping[str, object]:
    return {"$ref": f"#/components/schemas/{name}"}


OPERATIONS: Mapping[str, Operation] = {
    "index": Operation("What there is", answers.Index),
    "livez": Operation("Whether the server lives", answers.Alive),
    "readyz": Operation("Whether the server serves", answers.Readiness, others={503: answers.Readiness}),
    "health": Operation("How the server is", answers.Health),
    "metrics": Operation(
        "What is counted, for Prometheus",
        Content(("text/plain", "application/openmetrics-text"), {"type": "string"}),
    ),
    "show_document": Operation("This document", Content((JSON,), {"type": "object"})),
    "show_schema": Operation("The JSON Schema of scenarios", Content((JSON,), {"type": "object"})),
    "list_scenarios": Operation("The ready scenarios", answers.Scenarios),
    "list_worlds": Operation("Every world, without secrets", answers.Worlds),
    "create_world": Operation("Make a world", answers.MadeWorld, 201, body=worlds.NewWorld, refusals=(409,)),
    "show_world": Operation("A world", answers.World),
    "delete_world": Operation("End a world, but not the default one", None, 204, refusals=(409,)),
    "reset_world": Operation("Take a world back to its start", answers.World, refusals=(409,)),
    "show_scenario": Operation("What a world began with", answers.Scenario),
    "replace_scenario": Operation(
        "Begin a world anew with another scenario",
        answers.World,
        body=Content((YAML, JSON), _definition("ScenarioDocument")),
        refusals=(409,),
    ),
    "show_clock": Operation("A world's clock", answers.ClockReading),
    "set_clock": Operation("Switch a clock", answers.ClockReading, body=clock.Mode, refusals=(409,)),
    "advance_clock": Operation(
        "Move a clock on, and answer when everything due has happened",
        answers.Report,
        body=clock.Advance,
        refusals=(409,),
    ),
    "list_streams": Operation("The streams", answers.Streams),
    "set_stream": Operation(
        "Publish or unpublish a stream", answers.Stream, body=streams.StreamState, refusals=(409,)
    ),
    "list_templates": Operation("The templates", answers.Templates),
    "show_template": Operation("A template", answers.Template),
    "list_jobs": Operation("The jobs", answers.Jobs),
    "show_job": Operation("A job", answers.Job),
    "list_files": Operation("The files of a job", answers.Files, query=records.Window),
    "list_frames": Operation(
        "The frames of a job, and what became of each", answers.Frames, query=records.Window
    ),
    "list_objects": Operation("The objects of a bucket", answers.Objects, query=objects.Window),
    "read_object": Operation(
        "The bytes of an object", Content(("image/jpeg",), {"type": "string", "format": "binary"})
    ),
    "list_requests": Operation("The calls of the API", answers.Calls, query=journal.Filters),
    "show_request": Operation("A call of the API", answers.Call),
    "clear_requests": Operation("Forget the calls", None, 204),
    "list_callbacks": Operation(
        "The callbacks, with their attempts", answers.Callbacks, query=callbacks.Filters
    ),
    "show_callback": Operation("A callback", answers.Callback),
    "redeliver": Operation("Make one attempt more", answers.Callback, refusals=(409,)),
    "why": Operation(
        "Why something is as it is; exactly one subject is asked about",
        answers.Reason,
        query=why.Question,
        refusals=(409,),
    ),
    "list_faults": Operation("The faults that are armed", answers.ArmedFaults),
    "add_fault": Operation(
        "Arm a fault",
        answers.ArmedFault,
        201,
        body=Content((JSON,), _definition("ScenarioFault")),
        refusals=(409,),
    ),
    "clear_faults": Operation("Clear the faults", None, 204),
    "clear_fault": Operation("Clear a fault", None, 204),
    "receive": Operation(
        "Keep whatever is sent: a receiver of callbacks", answers.Kept, body=Content(("*/*",), ANYTHING)
    ),
    "list_received": Operation("What the inbox was sent", answers.Inbox),
    "clear_inbox": Operation("Empty the inbox", None, 204),
    "wait": Operation(
        "Wait until enough has happened",
        answers.Awaited,
        query=awaiting.Wanted,
        refusals=(408, 409, 503),
    ),
}
"""By the name of the function that serves it."""
