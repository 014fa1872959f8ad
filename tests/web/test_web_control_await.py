"""Requests that wait until enough has happened in a world."""

from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from http.client import HTTPConnection
from threading import Thread
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from ice_mock.clock import stopwatch
from ice_mock.domain.scenario import Scenario
from ice_mock.engine import Engine
from ice_mock.server import Server
from ice_mock.threads import Bell, Patience
from ice_mock.web.control import awaiting
from ice_mock.worlds import IceMock

ROOT = "/_ice_mock"
AWAIT = f"{ROOT}/worlds/default/await"
PATIENCE = 60
"""Seconds: longer than anything takes that comes to an end at all."""


@pytest.fixture
def in_the_background(app: Flask, mock: IceMock) -> Callable[..., Callable[[], TestResponse]]:
    """Make a request in a thread; as soon as it waits, return what waits for its answer."""

    def make(path: str) -> Callable[[], TestResponse]:
        answers: list[TestResponse] = []
        waiting = len(mock.patience._bells)
        thread = Thread(target=lambda: answers.append(app.test_client().get(path)))
        thread.start()
        while thread.is_alive() and len(mock.patience._bells) == waiting:
            pass

        def answer() -> TestResponse:
            thread.join()
            return answers[0]

        return answer

    return make


def test_callbacks_that_were_delivered_are_there_at_once(
    client: FlaskClient, submit: Callable[..., str], advance: Callable[[float], Any]
):
    job_id = submit()
    advance(10)

    found = client.get(f"{AWAIT}?for=callbacks&count=2&job_id={job_id}&timeout=0")

    listed = client.get(f"{ROOT}/worlds/default/callbacks").json
    assert (found.status_code, found.json["callbacks"]) == (200, listed["callbacks"])


@pytest.mark.parametrize(
    ("wanted", "then"),
    [
        ("for=callbacks&count=1", "advance"),
        ("for=callbacks&count=1&state=any", "advance"),
        ("for=inbox&count=1", "advance"),
        ("for=requests&count=1&action=ListLiveSnapshotTemplates", "call"),
        ("for=requests&count=1&code=OK&since=2026-01-01T00:00:00Z&action=ListLiveSnapshotTemplates", "call"),
    ],
)
def test_what_happens_ends_the_wait(
    in_the_background: Callable[..., Any],
    submit: Callable[..., str],
    advance: Callable[[float], Any],
    api: Callable[..., Any],
    wanted: str,
    then: str,
):
    submit()
    answer = in_the_background(f"{AWAIT}?{wanted}&timeout={PATIENCE}")

    advance(5) if then == "advance" else api("ListLiveSnapshotTemplates")

    assert answer().status_code == 200


@pytest.mark.parametrize(
    ("wanted", "seen"),
    [
        ("for=callbacks", 2),
        ("for=callbacks&state=any", 2),
        ("for=callbacks&state=lost", 0),
        ("for=callbacks&since=2026-01-01T00:00:06Z", 1),
        ("for=callbacks&job_id=nobody", 0),
        ("for=inbox", 2),
        ("for=inbox&job_id=JOB", 2),
        ("for=inbox&job_id=nobody", 0),
        ("for=inbox&since=2026-01-01T00:00:06Z", 1),
        ("for=requests", 3),
        ("for=requests&code=OK", 2),
        ("for=requests&code=JobNotFound", 1),
        ("for=requests&job_id=nobody", 1),
        ("for=requests&action=SubmitLiveSnapshotJob", 1),
    ],
)
def test_what_passes_the_filters_counts(
    client: FlaskClient,
    submit: Callable[..., str],
    advance: Callable[[float], Any],
    api: Callable[..., Any],
    assert_canonical_error: Callable[..., Any],
    wanted: str,
    seen: int,
):
    job_id = submit()
    api("GetLiveSnapshotJob", JobId="nobody")
    advance(10)

    missed = client.get(f"{AWAIT}?{wanted.replace('JOB', job_id)}&count=9&timeout=0")

    assert_canonical_error(missed, 408, "RequestTimeout")
    assert missed.json["error"]["details"]["seen"] == seen


def test_a_miss_tells_what_was_seen_and_what_is_to_come(
    client: FlaskClient, submit: Callable[..., str], advance: Callable[[float], Any]
):
    job_id = submit()
    advance(7)

    error = client.get(f"{AWAIT}?for=callbacks&count=2&job_id={job_id}&timeout=0").json["error"]

    details = error["details"]
    assert error["message"] == "2 callbacks were awaited for 0 s, and 1 seen"
    assert (details["count"], details["seen"], details["dropped"]) == (2, 1, 0)
    assert details["callbacks_by_state"] == {"delivered": 1}
    assert details["clock"] == {"mode": "frozen", "now": "2026-01-01T00:00:07.000Z"}
    assert details["next_callback"] == {"at": "2026-01-01T00:00:10.000Z", "in_seconds": 3.0}
    assert [callback["frame"] for callback in details["callbacks"]] == [1]


def test_a_callback_of_another_job_is_no_callback_to_come(
    client: FlaskClient, submit: Callable[..., str], advance: Callable[[float], Any]
):
    submit("one")
    silent = submit("two", CallbackUrl="")

    error = client.get(f"{AWAIT}?for=callbacks&job_id={silent}&timeout=0").json["error"]

    assert error["details"]["next_callback"] == {"at": None, "in_seconds": None}


@pytest.mark.parametrize(
    ("wanted", "path"),
    [
        ("", "for"),
        ("for=frames", "for"),
        ("for=inbox&count=0", "count"),
        ("for=inbox&count=1001", "count"),
        ("for=callbacks&count=10001", "count"),
        ("for=inbox&timeout=-1", "timeout"),
        ("for=inbox&timeout=60.5", "timeout"),
        ("for=inbox&timeout=nan", "timeout"),
        ("for=inbox&since=yesterday", "since"),
        ("for=inbox&state=any", "state"),
        ("for=requests&state=any", "state"),
        ("for=callbacks&state=gone", "state"),
        ("for=callbacks&code=OK", "code"),
        ("for=callbacks&colour=red", "colour"),
    ],
)
def test_a_wait_that_makes_no_sense_is_refused(
    client: FlaskClient, assert_canonical_error: Callable[..., Any], wanted: str, path: str
):
    refused = client.get(f"{AWAIT}?{wanted}")

    assert_canonical_error(refused, 422, "Unprocessable")
    assert refused.json["error"]["details"]["path"] == path


def test_a_world_that_is_deleted_ends_the_wait(
    client: FlaskClient, mock: IceMock, in_the_background: Callable[..., Any]
):
    world = mock.worlds.create(label="a test").id
    answer = in_the_background(f"{ROOT}/worlds/{world}/await?for=inbox&timeout={PATIENCE}")

    client.delete(f"{ROOT}/worlds/{world}")

    assert answer().status_code == 404
    assert "a test" in answer().json["error"]["message"]


def test_a_world_that_begins_anew_ends_the_wait(client: FlaskClient, in_the_background: Callable[..., Any]):
    answer = in_the_background(f"{AWAIT}?for=inbox&timeout={PATIENCE}")

    client.post(f"{ROOT}/worlds/default/reset")

    assert answer().status_code == 409
    assert "began anew" in answer().json["error"]["message"]


def test_what_came_before_the_end_is_enough(client: FlaskClient, in_the_background: Callable[..., Any]):
    answer = in_the_background(f"{AWAIT}?for=inbox&count=1&timeout={PATIENCE}")

    client.post(f"{ROOT}/worlds/default/inbox", data="x")
    client.post(f"{ROOT}/worlds/default/reset")

    assert answer().status_code == 200


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> list[Engine]:
    """An entry for each time that somebody looks at everything in an inbox."""
    kind, looked = awaiting.KINDS["inbox"], []
    monkeypatch.setitem(
        awaiting.KINDS, "inbox", replace(kind, all=lambda engine: looked.append(engine) or kind.all(engine))
    )
    return looked


def test_nobody_looks_before_there_can_be_enough(
    client: FlaskClient, in_the_background: Callable[..., Any], looks: list[Engine]
):
    answer = in_the_background(f"{AWAIT}?for=inbox&count=50&timeout={PATIENCE}")

    for number in range(50):
        client.post(f"{ROOT}/worlds/default/inbox", data=str(number))

    assert len(answer().json["inbox"]) == 50
    assert len(looks) == 2


def test_however_much_happens_nobody_looks_all_the_time(
    client: FlaskClient,
    mock: IceMock,
    in_the_background: Callable[..., Any],
    looks: list[Engine],
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr(awaiting, "LEAST_PAUSE", timedelta(seconds=PATIENCE))
    answer = in_the_background(f"{AWAIT}?for=inbox&job_id=nobody&timeout={PATIENCE}")

    for number in range(50):
        client.post(f"{ROOT}/worlds/default/inbox", data=str(number))
    mock.patience.end()

    assert answer().status_code == 409
    assert 2 <= len(looks) <= 3


def test_what_happens_during_a_pause_is_seen_after_it(
    client: FlaskClient, mock: IceMock, in_the_background: Callable[..., Any]
):
    answer = in_the_background(f"{AWAIT}?for=inbox&job_id=the+last&timeout={PATIENCE}")

    for body in ("first", "second", "the last"):
        client.post(f"{ROOT}/worlds/default/inbox", data=body)

    assert [each["body"] for each in answer().json["inbox"]] == ["the last"]


def test_only_so_many_may_wait(
    client: FlaskClient,
    api: Callable[..., Any],
    mock: IceMock,
    in_the_background: Callable[..., Any],
    assert_canonical_error: Callable[..., Any],
):
    answers = [
        in_the_background(f"{AWAIT}?for=inbox&timeout={PATIENCE}") for _ in range(awaiting.MOST_WAITING)
    ]

    refused = client.get(f"{AWAIT}?for=inbox&timeout={PATIENCE}")
    without_time = client.get(f"{AWAIT}?for=inbox&timeout=0")
    api("ListLiveSnapshotTemplates")
    at_once = client.get(f"{AWAIT}?for=requests&timeout={PATIENCE}")
    mock.patience.end()

    assert_canonical_error(refused, 503, "ServiceUnavailable")
    assert (at_once.status_code, without_time.status_code) == (200, 408)
    assert f"{awaiting.MOST_WAITING} requests are waiting" in refused.json["error"]["message"]
    assert {answer().status_code for answer in answers} == {409}
    assert client.get(f"{AWAIT}?for=inbox&timeout=0").status_code == 409


def test_who_waits_does_not_hold_up_the_end_of_a_server():
    server = Server(IceMock(Scenario(clock="frozen")))
    server.start()
    answered: list[tuple[int, bytes]] = []

    def wait() -> None:
        with closing(HTTPConnection(server.url.removeprefix("http://"))) as connection:
            connection.request("GET", f"{AWAIT}?for=inbox&timeout={PATIENCE}")
            answer = connection.getresponse()
            answered.append((answer.status, answer.read()))

    waiting = Thread(target=wait)
    waiting.start()
    while not server.mock.patience._bells:
        pass
    elapsed = stopwatch()

    server.stop()

    assert elapsed() < timedelta(seconds=1)
    waiting.join()
    [(status, body)] = answered
    assert (status, b"the server is stopping" in body) == (409, True)


def test_a_bell_wakes_only_who_has_not_heard_it_yet():
    bell, an_age = Bell(), timedelta(seconds=PATIENCE)
    bell.ring()

    bell.wait(0, an_age)
    bell.wait(bell.rings, timedelta())

    assert bell.rings == 1


def test_a_patience_that_ends_rings_the_bells_of_those_who_wait():
    patience, listened, ignored = Patience(), Bell(), Bell()

    with patience.ringing(ignored):
        pass
    with patience.ringing(listened):
        patience.end()

    assert (listened.rings, ignored.rings, patience.has_ended) == (1, 0, True)


def test_a_patience_knows_how_many_listen():
    patience = Patience()

    with patience.ringing(Bell()), patience.ringing(Bell()):
        assert patience.listeners == 2

    assert patience.listeners == 0
