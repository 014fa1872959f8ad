import base64
import json
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

WORLD = "/_ice_mock/worlds/default"
INBOX = "http://testserver/_ice_mock/worlds/default/inbox"


def callbacks(client: FlaskClient, filters: str = "") -> list[dict]:
    return client.get(f"{WORLD}/callbacks{filters}").json["callbacks"]


def test_a_callback_is_shown_with_its_body_and_every_attempt(
    client: FlaskClient, submit: Callable, advance: Callable
) -> None:
    job_id = submit()
    advance(5)

    [callback] = callbacks(client)

    assert client.get(f"{WORLD}/callbacks/{callback['id']}").json == callback
    assert callback.pop("id")
    assert callback.pop("body")["MessageBody"]["JobId"] == job_id
    assert callback == {
        "job_id": job_id,
        "url": INBOX,
        "state": "delivered",
        "frame": 1,
        "key": f"snapshot/{job_id}/1767225605000.jpg",
        "at": "2026-01-01T00:00:05.000Z",
        "attempts": [
            {
                "at": "2026-01-01T00:00:05.000Z",
                "outcome": "delivered",
                "status": 200,
                "error": None,
                "duration_ms": 0.0,
                "asked_for": False,
                "repeated": False,
                "fault": None,
            }
        ],
    }


def test_an_attempt_that_failed_is_shown_as_one(
    client: FlaskClient, submit: Callable, advance: Callable, loop_back
) -> None:
    loop_back.status = 404
    submit()
    advance(8)

    [callback] = callbacks(client)

    assert callback["state"] == "lost"
    assert [(attempt["at"], attempt["outcome"], attempt["status"]) for attempt in callback["attempts"]] == [
        ("2026-01-01T00:00:05.000Z", "failed", 404),
        ("2026-01-01T00:00:06.000Z", "failed", 404),
        ("2026-01-01T00:00:07.000Z", "failed", 404),
    ]


@pytest.mark.parametrize(
    ("filters", "frames"),
    [
        ("", [1, 1, 2, 2]),
        ("?state=delivered", [2, 2]),
        ("?state=lost", [1, 1]),
        ("?state=waiting", []),
        ("?since=2026-01-01T00:00:10Z", [2, 2]),
        ("?job_id={first}", [1, 2]),
        ("?job_id={first}&state=lost", [1]),
        ("?job_id=nobody", []),
    ],
)
def test_callbacks_are_filtered(
    client: FlaskClient, submit: Callable, advance: Callable, loop_back, filters: str, frames: list[int]
) -> None:
    first, _ = submit(), submit()
    loop_back.status = 500
    advance(8)
    loop_back.status = None
    advance(2)

    found = callbacks(client, filters.format(first=first))

    assert [callback["frame"] for callback in found] == frames


def test_a_callback_is_delivered_again(
    client: FlaskClient, submit: Callable, advance: Callable, loop_back
) -> None:
    loop_back.status = 500
    submit()
    advance(8)
    loop_back.status = None
    [lost] = callbacks(client)

    response = client.post(f"{WORLD}/callbacks/{lost['id']}/redeliver")

    assert (response.status_code, response.json["state"]) == (200, "delivered")
    assert [attempt["asked_for"] for attempt in response.json["attempts"]] == [False, False, False, True]
    [received] = client.get(f"{WORLD}/inbox").json["received"]
    assert json.loads(received["body"]) == lost["body"]


def test_what_was_delivered_stays_so_if_it_fails_when_delivered_again(
    client: FlaskClient, submit: Callable, advance: Callable, loop_back
) -> None:
    submit()
    advance(5)
    loop_back.status = 500
    [delivered] = callbacks(client)

    again = client.post(f"{WORLD}/callbacks/{delivered['id']}/redeliver").json

    assert again["state"] == "delivered"
    assert [attempt["outcome"] for attempt in again["attempts"]] == ["delivered", "failed"]


# -- The inbox --


def test_the_inbox_receives_the_callbacks_of_a_job_at_their_moments(
    client: FlaskClient, submit: Callable, advance: Callable
) -> None:
    submit()
    advance(60)

    listed = client.get(f"{WORLD}/inbox").json

    assert listed["dropped"] == 0
    assert [each["at"] for each in listed["received"]] == [
        f"2026-01-01T00:{second // 60:02}:{second % 60:02}.000Z" for second in range(5, 65, 5)
    ]
    assert {json.loads(each["body"])["EventType"] for each in listed["received"]} == {
        "LiveSnapshotFileCreated"
    }
    assert {each["headers"]["Content-Type"] for each in listed["received"]} == {"application/json"}


def test_the_inbox_keeps_whatever_it_is_sent_with_query_and_headers(client: FlaskClient) -> None:
    answer = client.post(
        f"{WORLD}/inbox?a=1&b=%E6%88%AA",
        data="hällo\r\n",
        headers={"X-Mine": "yes"},
        content_type="text/plain",
    )

    [received] = client.get(f"{WORLD}/inbox").json["received"]

    assert (answer.status_code, answer.json) == (200, {"id": received["id"]})
    assert (received["method"], received["query"]) == ("POST", "a=1&b=%E6%88%AA")
    assert (received["body"], received["base64"]) == ("hällo\r\n", False)
    assert {"X-Mine": "yes", "Content-Type": "text/plain"}.items() <= received["headers"].items()


@pytest.mark.parametrize("body", [b"\xff\xd8\xff\xe0", bytes(range(256)), b"\xed\xa0\x80"])
def test_what_is_no_text_is_shown_in_base64(client: FlaskClient, body: bytes) -> None:
    client.post(f"{WORLD}/inbox", data=body)

    [received] = client.get(f"{WORLD}/inbox").json["received"]

    assert received["base64"] is True
    assert base64.b64decode(received["body"]) == body


@pytest.mark.parametrize("body", [b"", b"\0", "截图".encode()], ids=["nothing", "a zero", "another script"])
def test_what_is_text_is_shown_as_it_is(client: FlaskClient, body: bytes) -> None:
    client.post(f"{WORLD}/inbox", data=body)

    [received] = client.get(f"{WORLD}/inbox").json["received"]

    assert (received["body"], received["base64"]) == (body.decode(), False)


@pytest.mark.parametrize(("length", "status"), [(1024 * 1024, 200), (1024 * 1024 + 1, 400)])
def test_the_inbox_takes_up_to_a_mebibyte(client: FlaskClient, length: int, status: int) -> None:
    response = client.post(f"{WORLD}/inbox", data=b"x" * length)

    assert response.status_code == status
    assert len(client.get(f"{WORLD}/inbox").json["received"]) == (status == 200)


def test_the_inbox_forgets_the_oldest_and_says_how_many(client: FlaskClient) -> None:
    for number in range(1003):
        client.post(f"{WORLD}/inbox", data=str(number))

    listed = client.get(f"{WORLD}/inbox").json

    assert (len(listed["received"]), listed["dropped"], listed["received"][0]["body"]) == (1000, 3, "3")


def test_the_inbox_is_cleared(client: FlaskClient) -> None:
    client.post(f"{WORLD}/inbox", data="hello")

    response = client.delete(f"{WORLD}/inbox")

    assert (response.status_code, response.data) == (204, b"")
    assert client.get(f"{WORLD}/inbox").json == {"received": [], "dropped": 0}
