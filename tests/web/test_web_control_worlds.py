from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

ROOT = "/_ice_mock"


def test_it_lives_and_is_ready(client: FlaskClient) -> None:
    assert client.get(f"{ROOT}/livez").json == {"status": "ok"}
    assert client.get(f"{ROOT}/readyz").json == {"status": "ok"}


def test_its_health_tells_how_many_worlds_there_are_and_what_waits(
    client: FlaskClient, submit: Callable, advance: Callable, loop_back
) -> None:
    client.post(f"{ROOT}/worlds", json={})
    loop_back.status = 500
    submit()
    advance(5)

    health = client.get(f"{ROOT}/health").json

    assert health.pop("version")
    assert health.pop("uptime_seconds") >= 0
    assert health.pop("bounds")["calls"]["used"] > 0
    assert health == {
        "status": "ok",
        "worlds": 2,
        "jobs": {"init": 0, "started": 1, "paused": 0},
        "inbox_dropped": 0,
        "callbacks_dropped": 0,
        "clock": {"mode": "frozen", "now": "2026-01-01T00:00:05.000Z"},
        "journal_dropped": 0,
        "callbacks_waiting": 1,
        "callbacks_under_way": 0,
    }


def test_at_first_there_is_the_default_world(client: FlaskClient) -> None:
    listed = client.get(f"{ROOT}/worlds").json

    assert listed == {
        "worlds": [
            {
                "id": "default",
                "access_key_id": "AK-server",
                "label": None,
                "scenario": "default",
                "signatures": "known",
                "seed": 7,
                "began_at": "2026-01-01T00:00:00.000Z",
                "clock": {"mode": "frozen", "now": "2026-01-01T00:00:00.000Z"},
                "templates": 0,
                "streams": 0,
                "jobs": 0,
            }
        ],
        "ended": [],
    }


def test_a_new_world_is_what_was_asked_for(client: FlaskClient) -> None:
    asked = {
        "access_key_id": "AK-a",
        "access_key_secret": "s3cret",
        "clock": "x60",
        "signatures": "required",
        "label": "tests/test_room.py::test_it",
    }

    response = client.post(f"{ROOT}/worlds", json=asked)

    assert response.status_code == 201
    assert response.json == {
        "id": "AK-a",
        "access_key_id": "AK-a",
        "access_key_secret": "s3cret",
        "label": "tests/test_room.py::test_it",
        "scenario": "default",
        "signatures": "required",
        "seed": 7,
        "began_at": "2026-03-04T05:06:07.891Z",
        "clock": {"mode": "x60", "now": "2026-03-04T05:06:07.891Z"},
        "templates": 0,
        "streams": 0,
        "jobs": 0,
    }


@pytest.mark.parametrize("body", [b"", b"{}"], ids=["no body", "an empty document"])
def test_a_new_world_of_which_nothing_is_asked_has_a_key_of_its_own(client: FlaskClient, body: bytes) -> None:
    world = client.post(f"{ROOT}/worlds", data=body).json

    assert world["id"] == world["access_key_id"]
    assert world["access_key_id"].startswith("LTAI")
    assert len(world["access_key_secret"]) == 30
    assert (world["clock"]["mode"], world["signatures"]) == ("frozen", "known")


def test_a_secret_is_told_to_the_maker_of_a_world_and_never_again(client: FlaskClient, api: Callable) -> None:
    asked = {"access_key_id": "AK-a", "access_key_secret": "s3cret", "security_token": "t0ken"}
    client.post(f"{ROOT}/worlds", json=asked)
    client.get(
        "/?Action=ListLiveSnapshotTemplates&Version=2020-11-09&AccessKeyId=AK-a&Signature=s1gn&SecurityToken=t0ken"
    )

    paths = ("worlds", "worlds/AK-a", "worlds/default", "worlds/AK-a/requests", "health")
    told = "".join(client.get(f"{ROOT}/{path}").text for path in paths)
    told += client.post(f"{ROOT}/worlds/AK-a/reset").text

    assert "AK-a" in told
    assert not [secret for secret in ("s3cret", "t0ken", "server-secret", "s1gn") if secret in told]


def test_worlds_are_listed_in_the_order_in_which_they_were_made_with_what_is_in_them(
    client: FlaskClient, submit: Callable
) -> None:
    client.post(f"{ROOT}/worlds", json={"access_key_id": "AK-b"})
    client.post(f"{ROOT}/worlds", json={"access_key_id": "AK-a"})
    submit()

    worlds = client.get(f"{ROOT}/worlds").json["worlds"]

    assert [(world["id"], world["templates"], world["streams"], world["jobs"]) for world in worlds] == [
        ("default", 1, 1, 1),
        ("AK-b", 0, 0, 0),
        ("AK-a", 0, 0, 0),
    ]
    assert client.get(f"{ROOT}/worlds/AK-b").json == worlds[1]


def test_a_world_is_deleted_once(client: FlaskClient, assert_canonical_error: Callable) -> None:
    client.post(f"{ROOT}/worlds", json={"access_key_id": "AK-a"})

    first, second = (client.delete(f"{ROOT}/worlds/AK-a") for _ in range(2))

    assert (first.status_code, first.data) == (204, b"")
    assert_canonical_error(second, 404, "NotFound")


def test_a_world_that_is_reset_is_as_at_its_start(
    client: FlaskClient, submit: Callable, advance: Callable, state: Callable
) -> None:
    before = state()
    submit()
    advance(60)
    client.put(f"{ROOT}/worlds/default/clock", json={"mode": "x60"})

    response = client.post(f"{ROOT}/worlds/default/reset")

    assert (response.status_code, response.json) == (200, before["default"][0])
    assert state() == before
    assert client.get(f"{ROOT}/worlds/default/requests").json["requests"] == []
