"""Objects and frames in the control API."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from ice_mock.domain.model import Plan
from ice_mock.render import read_frame
from ice_mock.web.control import objects
from ice_mock.worlds import IceMock

ROOT = "/_ice_mock/worlds/default"


@pytest.fixture
def job_id(submit: Callable[..., str], advance: Callable[[float], Any]) -> str:
    """A job that has captured three frames."""
    job_id = submit()
    advance(15)
    return job_id


@pytest.fixture
def keys(client: FlaskClient, job_id: str) -> list[str]:
    return [file["key"] for file in client.get(f"{ROOT}/jobs/{job_id}/files").json["files"]]


def test_an_object_is_read(client: FlaskClient, job_id: str, keys: list[str]):
    answer = client.get(f"{ROOT}/objects/pictures/{keys[1]}")

    assert (answer.status_code, answer.mimetype) == (200, "image/jpeg")
    assert (read_frame(answer.data).job_id, read_frame(answer.data).number) == (job_id, 2)


def test_neither_permission_nor_faults_of_downloads_matter(
    client: FlaskClient, mock: IceMock, keys: list[str]
):
    for fault in ({"oss": "access-denied"}, {"oss": "no-such-key"}, {"oss": "truncated"}):
        assert client.post(f"{ROOT}/faults", json=fault).status_code == 201

    assert client.get(f"{ROOT}/objects/pictures/{keys[0]}").status_code == 200


def test_what_went_wrong_with_a_picture_shows(
    client: FlaskClient, job_id: str, advance: Callable[[float], Any]
):
    client.post(f"{ROOT}/faults", json={"snapshot": "black", "times": 1})
    advance(5)
    [found] = client.get(f"{ROOT}/objects/pictures?job_id={job_id}").json["objects"][3:]

    with pytest.raises(ValueError, match="no facts"):
        read_frame(client.get(f"{ROOT}/objects/pictures/{found['key']}").data)

    assert (found["frame"], found["fault"]) == (4, "fault-1")


@pytest.mark.parametrize(
    "format",
    [
        "直播 间/{JobId}/{Sequence}.jpg",
        "a%2Fb/{JobId}+&?#/{Sequence}.jpg",
        "a//{JobId}/./../{Sequence}.jpg/",
    ],
    ids=["words", "signs", "slashes"],
)
def test_a_key_may_be_anything(
    client: FlaskClient,
    submit: Callable[..., str],
    mock: IceMock,
    advance: Callable[[float], Any],
    format: str,
):
    plan = Plan(timedelta(seconds=5), None, format)
    submit(TemplateId=mock.worlds.find("default").engine.templates.create("any", plan).id)
    advance(5)
    [found] = client.get(f"{ROOT}/objects/pictures").json["objects"]

    answer = client.get(f"{ROOT}/objects/pictures/{quote(found['key'])}")

    assert (answer.status_code, read_frame(answer.data).number) == (200, 1)


@pytest.mark.parametrize("place", ["pictures/none.jpg", "other/none.jpg"])
def test_what_is_not_there_is_named(
    client: FlaskClient, keys: list[str], assert_canonical_error: Callable[..., Any], place: str
):
    refused = client.get(f"{ROOT}/objects/{place}")

    assert_canonical_error(refused, 404, "NotFound")
    assert "none.jpg" in refused.json["error"]["message"]


def test_objects_are_listed_in_the_order_of_their_keys(client: FlaskClient, job_id: str, keys: list[str]):
    listed = client.get(f"{ROOT}/objects/pictures").json

    assert listed["next"] is None
    assert [each["key"] for each in listed["objects"]] == sorted(keys)
    assert listed["objects"][0] == {
        "bucket": "pictures",
        "key": keys[0],
        "job_id": job_id,
        "frame": 1,
        "overlay": False,
        "modified_at": "2026-01-01T00:00:05.000Z",
        "fault": None,
    }


def test_objects_are_listed_page_by_page(client: FlaskClient, keys: list[str]):
    first = client.get(f"{ROOT}/objects/pictures?limit=2").json
    second = client.get(f"{ROOT}/objects/pictures?limit=2&after={first['next']}").json

    assert [each["key"] for each in first["objects"] + second["objects"]] == keys
    assert (first["next"], second["next"]) == (keys[1], None)


def test_who_looks_for_one_job_among_many_gets_on(
    client: FlaskClient, keys: list[str], job_id: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(objects, "MOST_LOOKED_AT", 2)

    first = client.get(f"{ROOT}/objects/pictures?job_id=nobody").json
    second = client.get(f"{ROOT}/objects/pictures?job_id=nobody&after={first['next']}").json

    assert (first, second) == ({"objects": [], "next": keys[1]}, {"objects": [], "next": None})


@pytest.mark.parametrize(
    ("asked", "count"), [("prefix=snapshot/", 3), ("prefix=other", 0), ("prefix=snapshot/&after=z", 0)]
)
def test_objects_are_told_apart_by_the_beginnings_of_their_keys(
    client: FlaskClient, keys: list[str], asked: str, count: int
):
    assert len(client.get(f"{ROOT}/objects/pictures?{asked}").json["objects"]) == count


@pytest.mark.parametrize("path", ["objects/pictures?limit=1001", "objects/pictures?colour=red"])
def test_a_window_that_there_is_not_is_refused(
    client: FlaskClient, assert_canonical_error: Callable[..., Any], path: str
):
    assert_canonical_error(client.get(f"{ROOT}/{path}"), 422, "Unprocessable")


def test_frames_are_listed_with_what_they_were_meant_for(client: FlaskClient, job_id: str, keys: list[str]):
    listed = client.get(f"{ROOT}/jobs/{job_id}/frames?offset=1&limit=1").json

    assert listed == {
        "total": 3,
        "frames": [
            {
                "number": 2,
                "at": "2026-01-01T00:00:10.000Z",
                "timestamp": 1767225610000,
                "files": [
                    {
                        "key": keys[1],
                        "overlay": False,
                        "missing": False,
                        "deleted": False,
                        "announced": True,
                        "fault": None,
                    }
                ],
            }
        ],
    }


def test_frames_of_a_job_that_there_is_not_are_not_found(
    client: FlaskClient, assert_canonical_error: Callable[..., Any]
):
    assert_canonical_error(client.get(f"{ROOT}/jobs/nobody/frames"), 404, "NotFound")


def test_no_frame_of_a_job_without_a_receiver_is_announced(
    client: FlaskClient, submit: Callable[..., str], advance: Callable[[float], Any]
):
    job_id = submit(CallbackUrl="")
    advance(5)

    [frame] = client.get(f"{ROOT}/jobs/{job_id}/frames").json["frames"]

    assert [file["announced"] for file in frame["files"]] == [False]
