"""Faults by way of the control API."""

from collections.abc import Callable
from typing import Any

import pytest

from ice_mock.worlds import World


def test_an_armed_fault_is_described(arm: Callable) -> None:
    fault = arm(action="SubmitLiveSnapshotJob", error="InternalError", times=2)

    assert fault == {
        "id": "fault-1",
        "plane": "api",
        "kind": "error",
        "fault": {
            "id": "fault-1",
            "error": "InternalError",
            "action": "SubmitLiveSnapshotJob",
            "times": 2,
        },
        "armed_at": "2026-01-01T00:00:00.000Z",
        "matched": 0,
        "fired": 0,
    }


@pytest.mark.parametrize(
    "document",
    [
        {"error": "InternalError"},
        {"delay": "300ms", "action": "*", "every": 3},
        {"delay": {"uniform": ["100ms", "300ms"]}, "where": {"JobName": "room *"}},
        {"delay": {"lognormal": {"median": "200ms", "sigma": 0.5}}, "probability": 0.25},
        {"throttle": "2s", "since": "30s", "until": "1m"},
        {"drop": "reset", "after": 5, "times": 1, "job": "room 1", "bucket": "pictures"},
        {"callback": "drop", "stream": "rtmp://live.example.com/app/*"},
        {"callback": "delay", "by": "5s"},
        {"callback": "duplicate", "copies": 3},
        {"callback": "reorder"},
        {"callback": "wrong-signature"},
        {"callback": "slow-body", "by": "1500ms"},
        {"oss": "access-denied", "key": "*.jpg"},
        {"oss": "no-such-key"},
        {"oss": "slow", "by": "2s"},
        {"oss": "truncated"},
        {"snapshot": "black"},
        {"snapshot": "truncated", "job": "*", "times": 1},
        {"snapshot": "wrong-size"},
        {"snapshot": "wrong-size", "width": 320, "height": 200},
        {"snapshot": "stale"},
        {"snapshot": "missing"},
    ],
    ids=str,
)
def test_what_is_listed_is_what_was_armed(arm: Callable, control: Callable, document: dict) -> None:
    armed = arm(id="mine", **document)

    assert armed["fault"] == {"id": "mine", **document}
    assert control("GET", "faults").json == {"faults": [armed]}
    control("DELETE", "faults")
    assert arm(**armed["fault"]) == armed


def test_faults_are_listed_in_order_with_what_they_did(
    arm: Callable, call: Callable, control: Callable
) -> None:
    arm(error="InternalError", every=2)
    arm(callback="drop")

    for _ in range(5):
        call()

    faults = control("GET", "faults").json["faults"]
    assert [(each["id"], each["matched"], each["fired"]) for each in faults] == [
        ("fault-1", 5, 2),
        ("fault-2", 0, 0),
    ]


def test_one_that_is_armed_under_a_name_that_is_taken_replaces_it(arm: Callable, fired: Callable) -> None:
    arm(id="mine", error="InternalError")
    arm(id="mine", throttle="1s")

    assert fired() == {"mine": 0}


def test_one_is_cleared_and_then_the_rest(arm: Callable, call: Callable, control: Callable) -> None:
    arm(id="a", error="InternalError")
    arm(id="b", error="JobNotFound")
    arm(id="c", callback="drop")

    cleared = control("DELETE", "faults/a")
    after_one = call().json["Code"]
    control("DELETE", "faults")

    assert (cleared.status, cleared.body, after_one) == (204, b"", "JobNotFound")
    assert control("GET", "faults").json == {"faults": []}
    assert call().status == 200
    assert control("DELETE", "faults").status == 204


def test_what_is_not_armed_cannot_be_cleared(control: Callable) -> None:
    answer = control("DELETE", "faults/nobody's")

    assert (answer.status, answer.json["error"]["code"]) == (404, "NotFound")


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "faults"), ("POST", "faults"), ("DELETE", "faults"), ("DELETE", "faults/a")]
)
def test_a_world_that_does_not_exist_has_no_faults(http: Callable, method: str, path: str) -> None:
    assert http(method, f"/_ice_mock/worlds/nowhere/{path}").status == 404


@pytest.mark.parametrize(
    ("document", "path", "words"),
    [
        ({}, "", "expected one of error, delay"),
        ({"error": "InternalEror"}, "error", "did you mean InternalError"),
        ({"error": 500}, "error", ""),
        ({"erorr": "InternalError"}, "erorr", "did you mean error"),
        ({"error": "InternalError", "tmes": 2}, "tmes", "did you mean times"),
        ({"error": "InternalError", "times": 0}, "times", "expected"),
        ({"error": "InternalError", "times": "2"}, "times", "expected"),
        ({"error": "InternalError", "probability": 2}, "probability", "expected a number from 0 to 1"),
        ({"error": "InternalError", "since": "30s", "until": "30s"}, "until", "expected more than since"),
        ({"error": "InternalError", "action": "GetLiveSnapshotJbo"}, "action", "GetLiveSnapshotJob"),
        ({"error": "InternalError", "throttle": "1s"}, "throttle", "one fault"),
        ({"drop": "rest"}, "drop", "reset"),
        ({"delay": "11m"}, "delay", "up to 10m"),
        ({"callback": "dely"}, "callback", "did you mean delay"),
        ({"callback": "delay"}, "by", "expected a duration"),
        ({"callback": "duplicate", "copies": 1}, "copies", "from 2 to 100"),
        ({"oss": "slow", "by": "5"}, "by", "expected a duration"),
        ({"snapshot": "wrong-size", "width": 10}, "width", "from 64 to 4096"),
        ({"snapshot": "black", "by": "5s"}, "by", "unknown key"),
        ({"id": "no name!", "callback": "drop"}, "id", "a word of letters"),
    ],
    ids=str,
)
def test_a_wrong_document_says_where_and_what_would_be_right(
    control: Callable, document: dict[str, Any], path: str, words: str
) -> None:
    answer = control("POST", "faults", document)

    error = answer.json["error"]
    assert (answer.status, error["code"], error["details"]["path"]) == (422, "Unprocessable", path)
    assert words in error["message"]
    assert error["details"]["problems"][0]["path"] == path
    assert control("GET", "faults").json == {"faults": []}


@pytest.mark.parametrize("body", [b"[]", b"{", b'"error"'])
def test_what_is_no_object_is_refused(server, world: World, body: bytes) -> None:
    from urllib.error import HTTPError
    from urllib.request import Request, urlopen

    request = Request(f"{server.url}/_ice_mock/worlds/{world.id}/faults", body, method="POST")

    with pytest.raises(HTTPError) as caught:
        urlopen(request, timeout=30)

    with caught.value:
        assert caught.value.status == 400


def test_a_reset_world_has_the_faults_that_it_began_with(
    arm: Callable, control: Callable, call: Callable
) -> None:
    arm(error="InternalError")

    control("POST", "reset")

    assert control("GET", "faults").json == {"faults": []}
    assert call().status == 200
