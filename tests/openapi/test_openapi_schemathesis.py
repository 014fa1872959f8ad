"""Whatever the document of the control API lets be sent, or forbids: the answer is documented, and no 500."""

from collections.abc import Callable
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from openapi_asker import Asker
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from ice_mock import Client
from ice_mock.server import Server
from ice_mock.web.control.operations import OPERATIONS

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
EXAMPLES = 5
LONGEST = 5
"""How many seconds an answer may take before it hangs."""
JOB = "6f1c2a34-0000-4000-8000-000000000001"
SCENARIO = f"""
templates: [{{id: five, name: Every five seconds, interval: 5, sequence_format: "x/{{Sequence}}.jpg"}}]
streams: [{{url: "rtmp://live.example.com/app/room1", state: live}}]
jobs: [{{id: {JOB}, name: room 1, template: five, stream: "rtmp://live.example.com/app/room1",
   bucket: pictures, callback_url: inbox}}]
timeline: [{{at: 31s, unpublish: "rtmp://live.example.com/app/room1"}}]
faults: [{{id: lost, callback: drop, times: 1}}]
"""


@pytest.fixture(scope="module")
def operations(document: dict[str, Any]) -> dict[str, Any]:
    """What makes requests, by the operation that they are for."""
    found = (each.ok() for each in schemathesis.openapi.from_dict(document).get_all_operations())
    return {operation.definition.raw["operationId"]: operation for operation in found}


@pytest.fixture
def places(server: Server, document: dict[str, Any]) -> dict[str, str]:
    """What the places in paths are called in a world in which something has happened."""
    world_id = Client(server.url).worlds.create(clock="frozen")["id"]
    client = Client(server.url, world_id)
    Asker(server.url, document)("PUT", f"/worlds/{world_id}/scenario", raw=SCENARIO.encode())
    client.clock.advance(seconds=60)
    return {
        "world_id": world_id,
        "job_id": JOB,
        "callback_id": client.callbacks.all()[-1]["id"],
        "fault_id": "lost",
        "bucket": "pictures",
        "key": client.files(JOB)[0]["key"],
    }


@pytest.fixture
def send(
    server: Server, operations: dict[str, Any], places: dict[str, str]
) -> Callable[[str, GenerationMode], None]:
    """Send requests for an operation, and hold the answers against the document."""

    def send(name: str, mode: GenerationMode) -> None:
        operation = operations[name]
        known = {place: places[place] for place in places if f"{{{place}}}" in operation.path}

        @settings(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck))
        @given(case=operation.as_strategy(mode, path_parameters=known or None))
        def sent(case: schemathesis.Case) -> None:
            if name == "wait" and mode is GenerationMode.POSITIVE:
                case.query["timeout"] = 0
            case.call_and_validate(base_url=server.url, checks=CHECKS, timeout=LONGEST)

        sent()

    return send


@pytest.mark.parametrize("name", OPERATIONS)
def test_what_the_document_lets_be_sent_is_answered_as_it_says(
    send: Callable[[str, GenerationMode], None], name: str
) -> None:
    send(name, GenerationMode.POSITIVE)


@pytest.mark.parametrize(
    "name", [name for name, each in OPERATIONS.items() if each.query or (each.body and name != "receive")]
)
def test_what_the_document_forbids_is_answered_as_it_says(
    send: Callable[[str, GenerationMode], None], name: str
) -> None:
    send(name, GenerationMode.NEGATIVE)
