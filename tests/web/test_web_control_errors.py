"""The shape of errors: one, walked through every path of the control API that can fail.

``{"error": {"code": "NotFound", "message": "…", "details": {}}}``
"""

import json
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

ROOT = "/_ice_mock"
WORLD = f"{ROOT}/worlds/default"
LONGEST = 1024 * 1024

PATHS = {
    f"{ROOT}/": {"GET"},
    f"{ROOT}/livez": {"GET"},
    f"{ROOT}/readyz": {"GET"},
    f"{ROOT}/health": {"GET"},
    f"{ROOT}/worlds": {"GET", "POST"},
    f"{ROOT}/metrics": {"GET"},
    f"{ROOT}/worlds/<world>": {"GET", "DELETE"},
    f"{ROOT}/worlds/<world>/reset": {"POST"},
    f"{ROOT}/worlds/<world>/clock": {"GET", "PUT"},
    f"{ROOT}/worlds/<world>/clock/advance": {"POST"},
    f"{ROOT}/worlds/<world>/streams": {"GET", "PUT"},
    f"{ROOT}/worlds/<world>/templates": {"GET"},
    f"{ROOT}/worlds/<world>/templates/template": {"GET"},
    f"{ROOT}/worlds/<world>/jobs": {"GET"},
    f"{ROOT}/worlds/<world>/jobs/job": {"GET"},
    f"{ROOT}/worlds/<world>/jobs/job/files": {"GET"},
    f"{ROOT}/worlds/<world>/jobs/job/frames": {"GET"},
    f"{ROOT}/worlds/<world>/objects/bucket": {"GET"},
    f"{ROOT}/worlds/<world>/objects/bucket/key": {"GET"},
    f"{ROOT}/worlds/<world>/await?for=callbacks": {"GET"},
    f"{ROOT}/worlds/<world>/why?job=job": {"GET"},
    f"{ROOT}/worlds/<world>/requests": {"GET", "DELETE"},
    f"{ROOT}/worlds/<world>/requests/request": {"GET"},
    f"{ROOT}/worlds/<world>/callbacks": {"GET"},
    f"{ROOT}/worlds/<world>/callbacks/callback": {"GET"},
    f"{ROOT}/worlds/<world>/callbacks/callback/redeliver": {"POST"},
    f"{ROOT}/worlds/<world>/inbox": {"GET", "POST", "DELETE"},
}
METHODS = ("GET", "POST", "PUT", "DELETE", "PATCH")
DOCUMENTS = {"clock": {"mode": "frozen"}, "clock/advance": {"seconds": 1}, "streams": {"url": "rtmp://a/b"}}
DOCUMENTS["streams"]["state"] = "live"


def readable(value: object) -> str:
    """The id of a parameter: documents as JSON, cut before they bore."""
    return value if isinstance(value, str) else json.dumps(value)[:48]


pytestmark = pytest.mark.usefixtures("assert_nothing_changed")


@pytest.mark.parametrize("path", PATHS)
def test_a_method_that_a_path_does_not_have(
    client: FlaskClient, assert_canonical_error: Callable, path: str
) -> None:
    others = [method for method in METHODS if method not in PATHS[path]]

    responses = [client.open(path.replace("<world>", "default"), method=method) for method in others]

    for response in responses:
        assert_canonical_error(response, 405, "MethodNotAllowed")
        assert {*response.headers["Allow"].split(", ")} - {"HEAD", "OPTIONS"} == PATHS[path]


@pytest.mark.parametrize("path", [path for path in PATHS if "<world>" in path])
def test_a_world_that_does_not_exist(
    client: FlaskClient, assert_canonical_error: Callable, path: str
) -> None:
    document = DOCUMENTS.get(path.partition("<world>/")[2])

    responses = [
        client.open(path.replace("<world>", "nobody"), method=method, json=document) for method in PATHS[path]
    ]

    expected = "there is no world 'nobody'; GET /_ice_mock/worlds lists those there are"
    for response in responses:
        assert assert_canonical_error(response, 404, "NotFound")["message"] == expected


@pytest.mark.parametrize(
    "path",
    [
        f"{ROOT}/nothing",
        f"{ROOT}/livez/",
        f"{ROOT}/worlds/",
        f"{ROOT}//worlds",
        f"{WORLD}/nothing",
        f"{WORLD}/jobs/job/nothing",
        f"{WORLD}/clock/",
        f"{WORLD}/clock/back",
        f"{ROOT}/<b>&\n",
        f"{ROOT}/%ff",
    ],
)
def test_a_path_that_does_not_exist(client: FlaskClient, assert_canonical_error: Callable, path: str) -> None:
    responses = [client.open(path, method=method) for method in METHODS]

    for response in responses:
        assert_canonical_error(response, 404, "NotFound")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", f"{WORLD}/templates/nobody"),
        ("GET", f"{WORLD}/jobs/nobody"),
        ("GET", f"{WORLD}/jobs/nobody/files"),
        ("GET", f"{WORLD}/jobs/nobody/frames"),
        ("GET", f"{WORLD}/requests/nobody"),
        ("GET", f"{WORLD}/callbacks/nobody"),
        ("POST", f"{WORLD}/callbacks/nobody/redeliver"),
    ],
)
def test_a_record_that_does_not_exist(
    client: FlaskClient, assert_canonical_error: Callable, method: str, path: str
) -> None:
    response = client.open(path, method=method)

    error = assert_canonical_error(response, 404, "NotFound")
    assert "'nobody' in this world" in error["message"]


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"{", id="broken JSON"),
        pytest.param(b"mode=frozen", id="a form"),
        pytest.param(b"\xff\xfe\xfd", id="garbage"),
        pytest.param(b"[" * 100_000, id="JSON too deep to read"),
        pytest.param(b'["mode"]', id="a list"),
        pytest.param(b'"frozen"', id="a text"),
        pytest.param(b"null", id="null"),
        pytest.param(b" ", id="nothing but a space"),
        pytest.param(b'{"mode": "' + b"x" * LONGEST + b'"}', id="more than a mebibyte"),
    ],
)
def test_a_body_that_is_no_document(
    client: FlaskClient, assert_canonical_error: Callable, body: bytes
) -> None:
    responses = [
        client.post(f"{ROOT}/worlds", data=body),
        client.put(f"{WORLD}/clock", data=body),
        client.post(f"{WORLD}/clock/advance", data=body),
        client.put(f"{WORLD}/streams", data=body),
    ]

    for response in responses:
        assert_canonical_error(response, 400, "BadRequest")


@pytest.mark.parametrize(
    ("method", "path", "document", "wrong"),
    [
        ("POST", "worlds", {"clok": "frozen"}, "clok"),
        ("POST", "worlds", {"clock": "frozen", "id": "AK-a"}, "id"),
        ("POST", "worlds", {"clock": "x0"}, "clock"),
        ("POST", "worlds", {"clock": "y60"}, "clock"),
        ("POST", "worlds", {"clock": 60}, "clock"),
        ("POST", "worlds", {"clock": None}, "clock"),
        ("POST", "worlds", {"signatures": "some"}, "signatures"),
        ("POST", "worlds", {"access_key_id": ""}, "access_key_id"),
        ("POST", "worlds", {"access_key_id": "a/b"}, "access_key_id"),
        ("POST", "worlds", {"access_key_id": "a\n"}, "access_key_id"),
        ("POST", "worlds", {"access_key_id": "a" * 129}, "access_key_id"),
        ("POST", "worlds", {"access_key_secret": ""}, "access_key_secret"),
        ("POST", "worlds", {"access_key_secret": ["s"]}, "access_key_secret"),
        ("PUT", "worlds/default/clock", {}, "mode"),
        ("PUT", "worlds/default/clock", {"mode": "x1e9"}, "mode"),
        ("PUT", "worlds/default/clock", {"mode": "x1000001"}, "mode"),
        ("PUT", "worlds/default/clock", {"mode": "real", "rate": 1}, "rate"),
        ("POST", "worlds/default/clock/advance", {}, "seconds"),
        ("POST", "worlds/default/clock/advance", {"seconds": 1, "to": "2026-01-02T00:00:00Z"}, "seconds"),
        ("POST", "worlds/default/clock/advance", {"seconds": -1}, "seconds"),
        ("POST", "worlds/default/clock/advance", {"seconds": 3_155_760_001}, "seconds"),
        ("POST", "worlds/default/clock/advance", {"seconds": float("nan")}, "seconds"),
        ("POST", "worlds/default/clock/advance", {"seconds": float("inf")}, "seconds"),
        ("POST", "worlds/default/clock/advance", {"seconds": "soon"}, "seconds"),
        ("POST", "worlds/default/clock/advance", {"seconds": True}, "seconds"),
        ("POST", "worlds/default/clock/advance", {"minutes": 1}, "minutes"),
        ("POST", "worlds/default/clock/advance", {"to": "tomorrow"}, "to"),
        ("POST", "worlds/default/clock/advance", {"to": 1767225600}, "to"),
        ("POST", "worlds/default/clock/advance", {"to": "2026-02-30T00:00:00Z"}, "to"),
        ("POST", "worlds/default/clock/advance", {"to": "0001-01-01T00:00:00+14:00"}, "to"),
        ("POST", "worlds/default/clock/advance", {"to": "9999-12-31T23:59:59-14:00"}, "to"),
        ("PUT", "worlds/default/streams", {}, "url"),
        ("PUT", "worlds/default/streams", {"url": "rtmp://a/b"}, "state"),
        ("PUT", "worlds/default/streams", {"url": "rtmp://a/b", "state": "on"}, "state"),
        ("PUT", "worlds/default/streams", {"url": "http://a/b", "state": "live"}, "url"),
        ("PUT", "worlds/default/streams", {"url": "rtmp://", "state": "live"}, "url"),
        ("PUT", "worlds/default/streams", {"url": "rtmp://a/" + "b" * 255, "state": "live"}, "url"),
        ("PUT", "worlds/default/streams", {"url": "rtmp://a/b", "state": "live", "at": 1}, "at"),
    ],
    ids=readable,
)
def test_a_document_that_is_wrong_says_where(
    client: FlaskClient,
    assert_canonical_error: Callable,
    method: str,
    path: str,
    document: object,
    wrong: str,
) -> None:
    response = client.open(f"{ROOT}/{path}", method=method, json=document)

    error = assert_canonical_error(response, 422, "Unprocessable")
    assert error["details"]["path"] == wrong
    assert wrong in error["details"]["problems"]
    assert error["message"].startswith(f"{wrong}: ")


@pytest.mark.parametrize(
    ("path", "query", "wrong"),
    [
        ("callbacks", "state=lots", "state"),
        ("callbacks", "since=yesterday", "since"),
        ("callbacks", "since=0001-01-01T00:00:00%2B14:00", "since"),
        ("callbacks", "job=1", "job"),
        ("requests", "since=", "since"),
        ("requests", "jobid=1", "jobid"),
        ("jobs/job/files", "offset=-1", "offset"),
        ("jobs/job/files", "limit=0", "limit"),
        ("jobs/job/files", "limit=1001", "limit"),
        ("jobs/job/files", "limit=many", "limit"),
    ],
)
def test_a_query_that_is_wrong_says_where(
    client: FlaskClient, assert_canonical_error: Callable, path: str, query: str, wrong: str
) -> None:
    response = client.get(f"{WORLD}/{path}?{query}")

    error = assert_canonical_error(response, 422, "Unprocessable")
    assert error["details"]["path"] == wrong


def test_a_wrong_document_is_told_all_its_problems_at_once(
    client: FlaskClient, assert_canonical_error: Callable
) -> None:
    response = client.post(f"{ROOT}/worlds", json={"clock": "y", "signatures": "some", "sed": 1})

    error = assert_canonical_error(response, 422, "Unprocessable")
    assert set(error["details"]["problems"]) == {"clock", "signatures", "sed"}


@pytest.mark.parametrize(
    ("method", "path", "document"),
    [
        pytest.param("DELETE", "worlds/default", None, id="to delete the default world"),
        pytest.param("POST", "worlds", {"access_key_id": "AK-server"}, id="a key that is taken"),
        pytest.param("POST", "worlds", {"access_key_id": "default"}, id="the name of the default world"),
        pytest.param(
            "POST", "worlds/default/clock/advance", {"to": "2025-12-31T23:59:59Z"}, id="to go back in time"
        ),
        pytest.param(
            "POST", "worlds/default/clock/advance", {"to": "2200-01-01T00:00:00Z"}, id="to go on too far"
        ),
    ],
)
def test_a_request_that_does_not_fit_the_present_state(
    client: FlaskClient, assert_canonical_error: Callable, method: str, path: str, document: object
) -> None:
    response = client.open(f"{ROOT}/{path}", method=method, json=document)

    assert_canonical_error(response, 409, "Conflict")


def test_a_failure_of_the_emulator_itself(
    app: Flask, client: FlaskClient, mock, assert_canonical_error: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(mock.worlds, "all", lambda: 1 // 0)

        response = client.get(f"{ROOT}/worlds")

    error = assert_canonical_error(response, 500, "InternalServerError")
    assert "division" not in error["message"]


def test_the_list_of_paths_is_complete(client: FlaskClient) -> None:
    named = {
        "<world>": "<world_id>",
        "/templates/template": "/templates/<template_id>",
        "/jobs/job": "/jobs/<job_id>",
        "/requests/request": "/requests/<request_id>",
        "/callbacks/callback": "/callbacks/<callback_id>",
        "/objects/bucket": "/objects/<bucket>",
        "<bucket>/key": "<bucket>/<path:key>",
    }

    paths = client.get(f"{ROOT}/").json["paths"]

    expected = {path.partition("?")[0] for path in PATHS}
    for example, name in named.items():
        expected = {path.replace(example, name) for path in expected}
    assert expected <= set(paths)


@pytest.mark.parametrize("action", [{}, [], [[]], {"a": "*"}, 1, None, True, 1.5, "****x*"])
def test_an_action_of_a_fault_that_is_no_name_is_refused(client: FlaskClient, action: object) -> None:
    answer = client.post(f"{ROOT}/worlds/default/faults", json={"action": action, "delay": "1s"})

    assert answer.status_code == 422
