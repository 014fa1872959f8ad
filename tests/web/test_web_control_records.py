from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

WORLD = "/_ice_mock/worlds/default"
STREAM = "rtmp://live.example.com/app/room1"
INBOX = "http://testserver/_ice_mock/worlds/default/inbox"


# -- Streams --


def test_a_stream_goes_on_and_off_air(client: FlaskClient, advance: Callable) -> None:
    on = client.put(f"{WORLD}/streams", json={"url": STREAM, "state": "live"}).json
    advance(30)
    off = client.put(f"{WORLD}/streams", json={"url": STREAM, "state": "offline"}).json

    assert on == {"url": STREAM, "state": "live", "changes": ["2026-01-01T00:00:00.000Z"]}
    assert off == {
        "url": STREAM,
        "state": "offline",
        "changes": ["2026-01-01T00:00:00.000Z", "2026-01-01T00:00:30.000Z"],
    }
    assert client.get(f"{WORLD}/streams").json == {"streams": [off]}


@pytest.mark.parametrize("state_of_stream", ["live", "offline"])
def test_to_put_a_state_twice_is_to_put_it_once(
    client: FlaskClient, advance: Callable, state_of_stream: str
) -> None:
    document = {"url": STREAM, "state": state_of_stream}
    once = client.put(f"{WORLD}/streams", json=document).json
    advance(1)

    twice = client.put(f"{WORLD}/streams", json=document).json

    assert twice == once


@pytest.mark.parametrize("url", ["rtmps://a/b", "RTMP://a/b", "rtmp://a/直播", "rtmp://a/" + "b" * 246])
def test_a_stream_is_any_rtmp_address(client: FlaskClient, url: str) -> None:
    response = client.put(f"{WORLD}/streams", json={"url": url, "state": "live"})

    assert (response.status_code, response.json["url"]) == (200, url)


# -- Templates and jobs --


def test_one_record_is_what_the_list_says_of_it(client: FlaskClient, submit: Callable) -> None:
    submit("first")
    job_id = submit("second")

    for path in ("templates", "jobs", "requests"):
        listed = client.get(f"{WORLD}/{path}").json[path][-1]
        shown = client.get(f"{WORLD}/{path}/{listed['id']}")
        assert (shown.status_code, shown.json) == (200, listed)
    assert listed["action"] == "SubmitLiveSnapshotJob"
    assert client.get(f"{WORLD}/jobs/{job_id}").json["name"] == "second"


def test_a_call_that_was_forgotten_is_not_there_any_more(client: FlaskClient, api: Callable) -> None:
    api("ListLiveSnapshotTemplates")
    [request] = client.get(f"{WORLD}/requests").json["requests"]

    client.delete(f"{WORLD}/requests")

    assert client.get(f"{WORLD}/requests/{request['id']}").status_code == 404


def test_a_template_is_shown_with_its_plan(client: FlaskClient, submit: Callable) -> None:
    submit()

    [template] = client.get(f"{WORLD}/templates").json["templates"]

    assert template.pop("id")
    assert template == {
        "name": "Every five seconds",
        "type": "custom",
        "interval": 5.0,
        "overwrite_format": None,
        "sequence_format": "snapshot/{JobId}/{UnixTimestamp}.jpg",
        "created_at": "2026-01-01T00:00:00.000Z",
        "modified_at": "2026-01-01T00:00:00.000Z",
    }


def test_a_job_is_shown_with_its_runs_and_how_many_frames_it_has(
    client: FlaskClient, api: Callable, submit: Callable, advance: Callable
) -> None:
    job_id = submit("room 1")
    advance(12)
    api("SendLiveSnapshotJobCommand", JobId=job_id, Command="stop")
    advance(60)

    [job] = client.get(f"{WORLD}/jobs").json["jobs"]

    assert job.pop("template_id")
    assert job == {
        "id": job_id,
        "name": "room 1",
        "status": "paused",
        "stream": STREAM,
        "bucket": "pictures",
        "endpoint": "oss.example.com",
        "callback_url": INBOX,
        "interval": 5.0,
        "overwrite_format": None,
        "sequence_format": "snapshot/{JobId}/{UnixTimestamp}.jpg",
        "frames": 2,
        "last_frame_at": "2026-01-01T00:00:10.000Z",
        "runs": [{"started_at": "2026-01-01T00:00:00.000Z", "stopped_at": "2026-01-01T00:00:12.000Z"}],
        "created_at": "2026-01-01T00:00:00.000Z",
        "modified_at": "2026-01-01T00:00:12.000Z",
    }


def test_a_job_that_has_captured_nothing_shows_none(client: FlaskClient, submit: Callable) -> None:
    submit()

    [job] = client.get(f"{WORLD}/jobs").json["jobs"]

    assert (job["frames"], job["last_frame_at"], job["runs"][0]["stopped_at"]) == (0, None, None)


def test_the_files_of_a_job_are_listed_with_their_paths(
    client: FlaskClient, submit: Callable, advance: Callable
) -> None:
    job_id = submit()
    advance(12)

    listed = client.get(f"{WORLD}/jobs/{job_id}/files").json

    assert listed["frames"] == 2
    assert listed["files"][1] == {
        "bucket": "pictures",
        "key": f"snapshot/{job_id}/1767225610000.jpg",
        "frame": 2,
        "created_at": "2026-01-01T00:00:10.000Z",
        "timestamp": 1767225610000,
        "overlay": False,
        "path": f"/pictures/snapshot/{job_id}/1767225610000.jpg",
        "fault": None,
    }


@pytest.mark.parametrize(
    ("window", "frames"),
    [
        ("", list(range(1, 13))),
        ("?offset=10", [11, 12]),
        ("?limit=2", [1, 2]),
        ("?offset=3&limit=2", [4, 5]),
        ("?offset=12", []),
        ("?offset=99999999999999999999", []),
    ],
)
def test_a_window_shows_a_part_of_the_files(
    client: FlaskClient, submit: Callable, advance: Callable, window: str, frames: list[int]
) -> None:
    job_id = submit()
    advance(60)

    listed = client.get(f"{WORLD}/jobs/{job_id}/files{window}").json

    assert listed["frames"] == 12
    assert [file["frame"] for file in listed["files"]] == frames


# -- The journal of calls --


def test_a_call_is_in_the_journal_with_its_parameters_and_its_answer(
    client: FlaskClient, api: Callable
) -> None:
    answer = api("ListLiveSnapshotTemplates", SearchKeyWord="截图")

    [entry] = client.get(f"{WORLD}/requests").json["requests"]

    assert entry.pop("duration_ms") >= 0
    assert entry.pop("fault") is None
    assert entry == {
        "id": answer.json["RequestId"],
        "at": "2026-01-01T00:00:00.000Z",
        "action": "ListLiveSnapshotTemplates",
        "dialect": "anonymous",
        "method": "POST",
        "access_key_id": None,
        "parameters": {"SearchKeyWord": "截图"},
        "status": 200,
        "code": None,
        "message": None,
        "answer": answer.text,
        "answer_length": len(answer.data),
        "signature": "not checked: the call has no signature",
        "reason": None,
        "unread": [],
    }


def test_a_refusal_is_in_the_journal_with_its_reason(client: FlaskClient, api: Callable) -> None:
    api("GetLiveSnapshotJob", JobId="nobody")

    [entry] = client.get(f"{WORLD}/requests").json["requests"]

    assert (entry["status"], entry["code"], entry["message"]) == (404, "JobNotFound", "No such job.")


@pytest.mark.parametrize(
    ("filters", "actions"),
    [
        ("action=GetLiveSnapshotJob", ["GetLiveSnapshotJob", "GetLiveSnapshotJob"]),
        ("code=JobNotFound", ["GetLiveSnapshotJob"]),
        ("code=OK&action=GetLiveSnapshotJob", ["GetLiveSnapshotJob"]),
        ("job_id=nobody", ["GetLiveSnapshotJob"]),
        ("since=2026-01-01T00:00:10Z", ["ListLiveSnapshotJobs"]),
        ("since=2026-01-01T00:00:11Z", []),
        ("action=Nothing", []),
    ],
)
def test_the_journal_is_filtered(
    client: FlaskClient,
    api: Callable,
    submit: Callable,
    advance: Callable,
    filters: str,
    actions: list[str],
) -> None:
    job_id = submit()
    api("GetLiveSnapshotJob", JobId=job_id)
    api("GetLiveSnapshotJob", JobId="nobody")
    advance(10)
    api("ListLiveSnapshotJobs")

    found = client.get(f"{WORLD}/requests?{filters}").json["requests"]

    assert [entry["action"] for entry in found] == actions


def test_the_journal_is_cleared(client: FlaskClient, api: Callable) -> None:
    api("ListLiveSnapshotJobs")

    response = client.delete(f"{WORLD}/requests")

    assert (response.status_code, response.data) == (204, b"")
    assert client.get(f"{WORLD}/requests").json == {
        "requests": [],
        "found": 0,
        "counts": [],
        "dropped": 0,
    }


def test_control_requests_are_not_in_the_journal(client: FlaskClient, advance: Callable) -> None:
    advance(1)
    client.get("/_ice_mock/nothing")

    assert client.get(f"{WORLD}/requests").json["requests"] == []
