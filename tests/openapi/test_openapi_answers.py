"""What a server really answers is what its document says, for every operation."""

from typing import Any
from urllib.parse import quote, urlencode

import pytest
from openapi_asker import Asker, open_url

from ice_mock import Client

ROOM_1, ROOM_2 = "6f1c2a34-0000-4000-8000-000000000001", "6f1c2a34-0000-4000-8000-000000000002"
SCENARIO = f"""
scenario: played
templates: [{{id: every-five, name: Every five seconds, interval: 5,
    sequence_format: "{{JobId}}/{{UnixTimestamp}}.jpg", overwrite_format: "{{JobId}}.jpg"}}]
streams: [{{url: "rtmp://live.example.com/app/room1", state: live}}]
jobs: [
  {{id: {ROOM_1}, name: room 1, template: every-five, stream: "rtmp://live.example.com/app/room1",
   bucket: pictures, callback_url: inbox}},
  {{id: {ROOM_2}, name: room 2, template: every-five, stream: "rtmp://live.example.com/app/room1",
   bucket: pictures, callback_url: "http://127.0.0.1:9/nobody"}}]
timeline: [{{at: 12s, unpublish: "rtmp://live.example.com/app/room1"}}]
faults: [{{callback: duplicate, times: 1}}]
"""


@pytest.fixture
def played(world: Client, ask: Asker) -> str:
    """The path of a world in which something has happened: frames, callbacks, refusals and a fault."""
    path = f"/worlds/{quote(world.world)}"
    assert ask("PUT", f"{path}/scenario", raw=SCENARIO.encode()).status == 200
    ask("POST", f"{path}/clock/advance", {"seconds": 30})
    for action in ("ListLiveSnapshotJobs", "NoSuchAction"):
        call(world, action)
    return path


def call(world: Client, action: str) -> None:
    query = {"Action": action, "Version": "2020-11-09", "AccessKeyId": world.access_key_id, "Extra": "x"}
    try:
        open_url(f"{world.url}/?{urlencode(query)}").close()
    except OSError as refused:
        refused.close()


def test_every_operation_is_done_as_the_document_says(
    ask: Asker, played: str, document: dict[str, Any]
) -> None:
    callback_id = ask("GET", f"{played}/callbacks?state=delivered").document["callbacks"][0]["id"]
    request_id = ask("GET", f"{played}/requests?limit=1").document["requests"][0]["id"]
    key = ask("GET", f"{played}/objects/pictures").document["objects"][0]["key"]
    of_server = ["/", "/livez", "/readyz", "/health", "/metrics", "/openapi.json", "/scenario.schema.json"]
    of_world = [
        *("", "/clock", "/streams", "/templates", "/jobs", "/requests", "/callbacks", "/inbox", "/faults"),
        *(
            "/scenario",
            f"/jobs/{ROOM_1}/files",
            f"/jobs/{ROOM_1}/frames?limit=1",
            f"/callbacks/{callback_id}",
        ),
        *(f"/objects/pictures/{key}", "/objects/pictures?limit=1", "/callbacks?limit=1", "/requests?code=OK"),
        *(f"/jobs/{ROOM_1}", "/templates/every-five", f"/requests/{request_id}"),
        *("/await?for=callbacks&count=2", "/await?for=requests", "/await?for=inbox"),
        *(
            f"/why?request={request_id}",
            f"/why?job={ROOM_2}",
            f"/why?snapshot={ROOM_1}",
            f"/why?callback={callback_id}",
        ),
    ]

    for path in [*of_server, "/scenarios", "/worlds", *(f"{played}{each}" for each in of_world)]:
        ask("GET", path)
    ask("POST", "/worlds", {"access_key_id": "made-and-ended", "label": "a test"})
    ask("DELETE", "/worlds/made-and-ended")
    ask("PUT", f"{played}/clock", {"mode": "x60"})
    ask("PUT", f"{played}/clock", {"mode": "frozen"})
    ask("PUT", f"{played}/streams", {"url": "rtmp://live.example.com/app/room1", "state": "live"})
    fault = ask("POST", f"{played}/faults", {"callback": "reorder", "times": 2}).document
    ask("DELETE", f"{played}/faults/{fault['id']}")
    ask("POST", f"{played}/callbacks/{callback_id}/redeliver")
    ask("POST", f"{played}/inbox", raw=b"\xff\x00")
    ask("GET", f"{played}/inbox")
    for part in ("inbox", "requests", "faults"):
        ask("DELETE", f"{played}/{part}")
    ask("POST", f"{played}/reset")

    wanted = {
        (operation["operationId"], int(min(operation["responses"])))
        for operations in document["paths"].values()
        for operation in operations.values()
    }
    assert wanted - ask.answered == set()


@pytest.mark.parametrize(
    ("verb", "path", "body", "status"),
    [
        ("GET", "/callbacks?state=x", None, 422),
        ("GET", "/callbacks/x", None, 404),
        ("GET", "/jobs/x/files", None, 404),
        ("GET", f"/jobs/{ROOM_1}/files?limit=0", None, 422),
        ("GET", "/jobs/x/frames", None, 404),
        ("GET", "/objects/pictures/x", None, 404),
        ("GET", "/await?for=callbacks&count=10000&timeout=0", None, 408),
        ("GET", "/await?for=inbox&count=2000", None, 422),
        ("GET", "/why", None, 422),
        ("GET", "/why?job=x", None, 404),
        ("DELETE", "/faults/x", None, 404),
        ("POST", "/faults", {"callback": "x"}, 422),
        ("POST", "/faults", ["x"], 400),
        ("POST", "/clock/advance", {"seconds": -1}, 422),
        ("POST", "/clock/advance", {"to": "2025-01-01T00:00:00Z"}, 409),
        ("PUT", "/clock", {"mode": "x0"}, 422),
        ("PUT", "/streams", {"url": "http://x", "state": "live"}, 422),
        ("PUT", "/scenario", {"scenario": {}}, 422),
    ],
)
def test_a_refusal_is_as_the_document_says(
    ask: Asker, played: str, verb: str, path: str, body: Any, status: int
) -> None:
    assert ask(verb, f"{played}{path}", body).status == status


@pytest.mark.parametrize(
    ("verb", "path", "body", "status"),
    [
        ("GET", "/worlds/nobody", None, 404),
        ("DELETE", "/worlds/default", None, 409),
        ("POST", "/worlds", {"access_key_id": "-"}, 422),
        ("POST", "/worlds", {"access_key_id": "default"}, 409),
    ],
)
def test_a_refusal_about_worlds_is_as_the_document_says(
    ask: Asker, verb: str, path: str, body: Any, status: int
) -> None:
    assert ask(verb, path, body).status == status


def test_an_answer_that_is_not_as_the_document_says_would_be_found(ask: Asker) -> None:
    checker = ask.validator({"$ref": "#/components/schemas/ClockReading"})

    assert checker.is_valid({"mode": "frozen", "now": "2026-01-01T00:00:00.000Z"})
    assert not checker.is_valid({"mode": "frozen", "now": "yesterday"})
    assert not checker.is_valid({"mode": "frozen"})
    assert not checker.is_valid({"mode": "frozen", "now": "2026-01-01T00:00:00.000Z", "more": 1})
