from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

ROOT = "/_ice_mock"
LABEL = "tests/test_room.py::test_it"
ENDED = f"the world AK-a of {LABEL} has ended"


@pytest.fixture
def ended(client: FlaskClient) -> None:
    """A world that was, and is no more."""
    client.post(f"{ROOT}/worlds", json={"access_key_id": "AK-a", "label": LABEL})
    client.delete(f"{ROOT}/worlds/AK-a")


@pytest.mark.parametrize("path", ["", "/clock", "/inbox", "/requests"])
def test_whoever_looks_for_it_is_told_what_it_was(
    client: FlaskClient, ended: None, assert_canonical_error: Callable, path: str
) -> None:
    error = assert_canonical_error(client.get(f"{ROOT}/worlds/AK-a{path}"), 404, "NotFound")

    assert error["message"] == ENDED


def test_a_late_callback_to_its_inbox_is_refused(client: FlaskClient, ended: None) -> None:
    assert client.post(f"{ROOT}/worlds/AK-a/inbox", data=b"{}").status_code == 404


def test_object_storage_refuses_its_key(client: FlaskClient, ended: None) -> None:
    answer = client.get("/pictures/1.jpg", headers={"Authorization": "OSS AK-a:c2lnbg=="})

    assert (answer.status_code, "<Code>InvalidAccessKeyId</Code>" in answer.text) == (403, True)
    assert ENDED in answer.text


def test_a_request_to_object_storage_that_names_a_world_reaches_it(client: FlaskClient) -> None:
    client.post(f"{ROOT}/worlds", json={"access_key_id": "AK-b"})
    client.put(f"{ROOT}/worlds/AK-b/scenario", data="scenario: s\nbuckets: []\n")

    there = client.get("/pictures/", headers={"X-Ice-Mock-World": "AK-b"})
    elsewhere = client.get("/pictures/")

    assert ("NoSuchBucket" in there.text, elsewhere.status_code) == (True, 200)


def test_to_look_whether_it_is_there_or_to_end_it_again_comes_not_too_late(
    client: FlaskClient, ended: None
) -> None:
    answers = [client.get(f"{ROOT}/worlds/AK-a"), client.delete(f"{ROOT}/worlds/AK-a")]

    assert [answer.json["error"]["message"] for answer in answers] == [ENDED, ENDED]
    assert client.get(f"{ROOT}/worlds").json["ended"] == []


def test_those_that_somebody_came_for_are_listed_with_how_often(client: FlaskClient, ended: None) -> None:
    client.post(f"{ROOT}/worlds", json={"access_key_id": "AK-quiet"})
    client.delete(f"{ROOT}/worlds/AK-quiet")
    client.get("/?Action=ListLiveSnapshotJobs&Version=2020-11-09&AccessKeyId=AK-a")
    client.get(f"{ROOT}/worlds/AK-a/inbox")

    assert client.get(f"{ROOT}/worlds").json["ended"] == [
        {"id": "AK-a", "label": LABEL, "late_calls": 2, "unsent_callbacks": 0}
    ]
