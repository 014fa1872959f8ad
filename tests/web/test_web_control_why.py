"""Explanations by the control API."""

import json
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

WHY = "/_ice_mock/worlds/default/why"
STREAM = "rtmp://live.example.com/app/room1"


@pytest.fixture
def why(client: FlaskClient) -> Callable[..., dict[str, object]]:
    """Ask, and return what is answered."""

    def ask(**subject: str) -> dict[str, object]:
        response = client.get(WHY, query_string=subject)
        assert response.status_code == 200, response.json
        assert response.mimetype == "application/json"
        assert set(response.json) == {"sentence", "facts"}
        return response.json

    return ask


def test_a_job_is_explained_by_its_id_or_its_name(submit: Callable, why: Callable) -> None:
    job_id = submit("room 1")

    by_id, by_name = why(job=job_id), why(job="room 1")

    assert by_id == by_name
    assert by_id["sentence"].startswith("Job 'room 1' runs since 2026-01-01T00:00:00.000Z")
    assert by_id["facts"]["job"] == job_id


def test_facts_come_in_an_order_that_reads(submit: Callable, client: FlaskClient) -> None:
    submit("room 1")

    facts = json.loads(client.get(WHY, query_string={"job": "room 1"}).data)["facts"]

    assert list(facts)[:5] == ["job", "name", "status", "stream", "stream_state"]


def test_a_job_at_an_instant_is_its_snapshot_then(submit: Callable, why: Callable, advance: Callable) -> None:
    submit("room 1")
    advance(12)

    asked = {"at": "2026-01-01T00:00:07Z"}

    assert why(job="room 1", **asked) == why(snapshot="room 1", **asked)
    assert why(snapshot="room 1", **asked)["sentence"].startswith(
        "At 2026-01-01T00:00:07.000Z there is no snapshot, because"
    )


def test_an_instant_may_be_of_any_zone(submit: Callable, why: Callable, advance: Callable) -> None:
    submit("room 1")
    advance(12)

    reason = why(snapshot="room 1", at="2026-01-01T08:00:05+08:00")

    assert reason["facts"]["frame"] == "1"


def test_a_job_without_an_instant_is_not_its_snapshots(submit: Callable, why: Callable) -> None:
    submit("room 1")

    assert why(snapshot="room 1")["sentence"].startswith("There is no snapshot yet, because job 'room 1'")


def test_a_callback_is_explained(
    submit: Callable, why: Callable, advance: Callable, client: FlaskClient
) -> None:
    submit("room 1")
    advance(5)
    [callback] = client.get("/_ice_mock/worlds/default/callbacks").json["callbacks"]

    one, all_of_job = why(callback=callback["id"]), why(callbacks="room 1")

    assert one["sentence"] == all_of_job["sentence"]
    assert "has arrived: attempt 1 at 2026-01-01T00:00:05.000Z was answered with 200." in one["sentence"]
    assert one["facts"]["callback"] == all_of_job["facts"]["callback"] == callback["id"]


def test_the_callbacks_of_an_instant_are_explained(
    submit: Callable, why: Callable, advance: Callable
) -> None:
    submit("room 1")
    advance(12)

    reason = why(callbacks="room 1", at="2026-01-01T00:00:07Z")

    assert reason["sentence"].startswith("No callback was made for 2026-01-01T00:00:07.000Z, as there is no")


def test_a_receiver_that_fails_is_explained(
    submit: Callable, why: Callable, advance: Callable, loop_back
) -> None:
    loop_back.status = 302
    submit("room 1")
    advance(8)

    reason = why(callbacks="room 1")

    assert "is lost after 3 attempts, the last at 2026-01-01T00:00:07.000Z" in reason["sentence"]
    assert "redirects are not followed" in reason["facts"]["advice"]


def test_a_stop_names_the_call_that_did_it(
    submit: Callable, api: Callable, why: Callable, advance: Callable
) -> None:
    job_id = submit("room 1")
    advance(7)
    request_id = api("SendLiveSnapshotJobCommand", JobId=job_id, Command="stop").json["RequestId"]

    reason = why(job=job_id)

    assert f"is stopped since 2026-01-01T00:00:07.000Z, by the call {request_id};" in reason["sentence"]


def test_a_deletion_names_the_call_that_did_it(
    submit: Callable, api: Callable, why: Callable, advance: Callable
) -> None:
    job_id = submit("room 1")
    advance(7)
    deleted = api(
        "DeleteLiveSnapshotFiles",
        JobId=job_id,
        CreateTimestampList=[1767225605000],
        DeleteOriginalFile="true",
    ).json

    reason = why(snapshot=job_id, at="2026-01-01T00:00:05Z")

    assert deleted["DeleteFileResultList"] == [{"CreateTimestamp": 1767225605000, "Result": "OK"}]
    assert f"by DeleteLiveSnapshotFiles (request {deleted['RequestId']} at" in reason["sentence"]


def test_a_refused_request_is_explained(api: Callable, why: Callable) -> None:
    request_id = api("GetLiveSnapshotJob", JobId="nobody's").json["RequestId"]

    reason = why(request=request_id)

    assert reason["sentence"]
    assert why(request=request_id, canonical="GET\n/\n") is not None


@pytest.mark.parametrize(
    ("query", "path", "words"),
    [
        ("", "subject", "expected exactly one of request, job, snapshot, callback, callbacks, found none"),
        ("at=2026-01-01T00:00:00Z", "subject", "found none"),
        ("job=a&callback=b", "subject", "found job and callback"),
        ("callback=a&at=2026-01-01T00:00:00Z", "at", "does not go with callback"),
        ("request=a&at=2026-01-01T00:00:00Z", "at", "does not go with request"),
        ("job=a&canonical=b", "canonical", "does not go with job"),
        ("job=a&at=noon", "at", "expected an instant such as 2026-01-31T23:59:59Z"),
        ("jbo=a", "jbo", "Unknown field"),
    ],
)
def test_a_question_that_is_none_is_refused_with_those_that_are(
    client: FlaskClient, assert_canonical_error: Callable, query: str, path: str, words: str
) -> None:
    error = assert_canonical_error(client.get(f"{WHY}?{query}"), 422, "Unprocessable")

    assert words in error["message"]
    assert "known here: request, canonical, job, snapshot, callback, callbacks, at" in error["message"]
    assert error["details"]["path"] == path


@pytest.mark.parametrize("subject", ["job", "snapshot", "callbacks"])
def test_a_job_that_does_not_exist_is_answered_with_the_nearest(
    client: FlaskClient, submit: Callable, assert_canonical_error: Callable, subject: str
) -> None:
    submit("room 1")

    error = assert_canonical_error(client.get(WHY, query_string={subject: "rom 1"}), 404, "NotFound")

    assert error["message"] == "there is no job 'rom 1' in this world; did you mean 'room 1'?"


def test_a_callback_that_does_not_exist_is_not_found(
    client: FlaskClient, assert_canonical_error: Callable
) -> None:
    assert_canonical_error(client.get(f"{WHY}?callback=x"), 404, "NotFound")


def test_a_name_of_several_jobs_is_a_conflict(
    client: FlaskClient, submit: Callable, assert_canonical_error: Callable
) -> None:
    ids = [submit("room"), submit("room")]

    error = assert_canonical_error(client.get(f"{WHY}?job=room"), 409, "Conflict")

    assert all(job_id in error["message"] for job_id in ids)


def test_to_ask_changes_nothing(submit: Callable, advance: Callable, why: Callable, state: Callable) -> None:
    submit("room 1")
    advance(12)
    before = state()

    why(job="room 1")
    why(snapshot="room 1", at="2026-01-01T00:00:05Z")
    why(callbacks="room 1")

    assert state() == before


def test_a_world_that_does_not_exist_is_not_found(
    client: FlaskClient, assert_canonical_error: Callable
) -> None:
    assert_canonical_error(client.get("/_ice_mock/worlds/x/why?job=a"), 404, "NotFound")
