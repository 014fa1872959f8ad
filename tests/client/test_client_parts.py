"""The parts of a handle, against a server that runs."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import get_type_hints

import pytest

from ice_mock.client import Client, ControlRefused, ScenarioRefused, documents
from ice_mock.domain.model import Job
from ice_mock.engine import Engine

STREAM = "rtmp://live.example.com/app/room1"


def test_time_passes_and_tells_what_happened(client: Client, job: Job):
    report = client.clock.advance(seconds=5)

    assert report["frames"] == {"total": 1, "by_job": {job.id: 1}}
    assert client.clock.read() == {"mode": "frozen", "now": "2026-01-01T00:00:15.000Z"}


def test_time_is_set(client: Client):
    assert client.clock.advance_to("2026-01-01T01:00:00Z")["seconds"] == 3600


def test_the_clock_changes_its_mode(client: Client):
    assert client.clock.switch_to("x60")["mode"] == "x60"
    assert client.clock.switch_to("frozen")["mode"] == "frozen"


def test_streams_come_and_go(client: Client):
    assert client.streams.publish(STREAM)["state"] == "live"
    assert client.streams.unpublish(STREAM)["state"] == "offline"
    assert [stream["url"] for stream in client.streams.all()] == [STREAM]


def test_records_are_found(client: Client, job: Job):
    assert [template["id"] for template in client.templates.all()] == [job.template_id]
    assert [(each["id"], each["frames"]) for each in client.jobs.all()] == [(job.id, 2)]


def test_files_come_in_parts(client: Client, job: Job):
    files = client.files(job.id, offset=1, limit=1)

    assert [file["frame"] for file in files] == [2]
    assert files.frames == 2


def test_callbacks_are_found_and_delivered_again(client: Client, job: Job):
    first, second = client.callbacks.all(job_id=job.id, state="delivered", since="2026-01-01T00:00:05Z")

    again = client.callbacks.redeliver(second["id"])

    assert [attempt["asked_for"] for attempt in again["attempts"]] == [False, True]
    assert client.callbacks.find(first["id"]) == first


def test_the_inbox_keeps_what_it_is_sent_until_it_is_cleared(client: Client, job: Job):
    before = client.inbox.all()

    client.inbox.clear()

    assert (len(before), before.dropped) == (2, 0)
    assert client.inbox.all() == []


def test_requests_are_found_and_cleared(client: Client, call_api: Callable[..., object]):
    call_api("ListLiveSnapshotTemplates")

    found = client.requests.all(action="ListLiveSnapshotTemplates", code="OK")
    client.requests.clear()

    assert ([request["status"] for request in found], found.dropped) == ([200], 0)
    assert client.requests.all() == []


def test_a_world_is_reset(client: Client, job: Job):
    world = client.reset()

    assert (world["jobs"], world["clock"]["now"]) == (0, "2026-01-01T00:00:00.000Z")


def test_worlds_are_made_found_and_deleted(client: Client):
    made = client.worlds.create(access_key_id="a", access_key_secret="b", security_token="c", clock="frozen")

    found = client.worlds.find("a")
    client.worlds.delete("a")

    assert made == {**found, "access_key_secret": "b"}
    assert "a" not in {world["id"] for world in client.worlds.all()}


def test_a_server_tells_how_it_is(client: Client):
    assert client.is_ready()
    assert client.health()["status"] == "ok"


def test_documents_hold_what_their_types_say(client: Client, job: Job, call_api: Callable[..., object]):
    call_api("ListLiveSnapshotTemplates")
    callback = client.callbacks.all()[0]
    report = client.clock.advance(seconds=1)
    examples = {
        documents.Health: client.health(),
        documents.World: client.worlds.find(client.world),
        documents.NewWorld: client.worlds.create(),
        documents.ClockReading: client.clock.read(),
        documents.Report: report,
        documents.FrameCounts: report["frames"],
        documents.CallbackCounts: report["callbacks"],
        documents.Stream: client.streams.all()[0],
        documents.Template: client.templates.all()[0],
        documents.Job: client.jobs.all()[0],
        documents.Run: client.jobs.all()[0]["runs"][0],
        documents.File: client.files(job.id)[0],
        documents.Request: client.requests.all()[0],
        documents.Why: client.why(job=job.id),
        documents.FrameRecord: client.jobs.frames(job.id)[0],
        documents.FrameFile: client.jobs.frames(job.id)[0]["files"][0],
        documents.ObjectEntry: next(client.objects.all("pictures")),
        documents.Scenario: client.scenario.read(),
        documents.Callback: callback,
        documents.Attempt: callback["attempts"][0],
        documents.Received: client.inbox.all()[0],
        documents.Fault: client.faults.add({"action": "*", "error": "InternalError", "times": 1}),
    }

    differing = {
        kind.__name__: example
        for kind, example in examples.items()
        if get_type_hints(kind).keys() != example.keys()
    }

    assert differing == {}


def test_a_refusal_says_what_is_wrong_and_where(client: Client):
    with pytest.raises(ControlRefused, match="expected an RTMP address") as refused:
        client.streams.publish("x")

    assert (refused.value.status, refused.value.code) == (422, "Unprocessable")
    assert refused.value.details["path"] == "url"
    assert refused.value.message == str(refused.value)


@pytest.mark.parametrize("id", ["nobody", "a/../b?c#d", "", "直播间\x00"])
def test_an_id_is_one_step_of_a_path_whatever_is_in_it(client: Client, id: str):
    with pytest.raises(ControlRefused) as refused:
        client.files(id)

    assert refused.value.status == 404


def test_a_clock_is_frozen_set_going_and_made_real(client: Client):
    assert client.clock.run(60)["mode"] == "x60"
    assert client.clock.run(0.5)["mode"] == "x0.5"
    assert client.clock.freeze()["mode"] == "frozen"
    assert client.clock.run_real()["mode"] == "real"


@pytest.mark.parametrize(
    "instant",
    [
        "2026-01-01T01:00:00Z",
        datetime(2026, 1, 1, 1, tzinfo=UTC),
        datetime(2026, 1, 1, 9, tzinfo=timezone(timedelta(hours=8))),
    ],
    ids=["text", "UTC", "another zone"],
)
def test_time_goes_on_to_an_instant_however_it_is_said(client: Client, instant: str | datetime):
    assert client.clock.advance(to=instant)["to"] == "2026-01-01T01:00:00.000Z"


def test_an_instant_has_to_name_its_zone(client: Client):
    with pytest.raises(ValueError, match="names no zone"):
        client.clock.advance(to=datetime(2026, 1, 1, 1))  # noqa: DTZ001


@pytest.mark.parametrize("how_far", [{}, {"seconds": 1, "to": "2026-01-01T01:00:00Z"}])
def test_time_goes_on_by_a_length_or_to_an_instant(client: Client, how_far: dict):
    with pytest.raises(TypeError, match="one of both"):
        client.clock.advance(**how_far)


def test_records_are_found_by_their_ids(client: Client, job: Job, call_api: Callable[..., object]):
    call_api("ListLiveSnapshotTemplates")
    fault = client.faults.add(action="*", delay="1s")
    request = client.requests[0]

    assert client.jobs.find(job.id)["id"] == job.id
    assert client.templates.find(job.template_id)["id"] == job.template_id
    assert client.streams.find(STREAM)["url"] == STREAM
    assert client.requests.find(request["id"]) == request
    assert client.faults.find(fault["id"]) == fault
    assert client.scenarios.find("flapping-ingest")["name"] == "flapping-ingest"


def test_what_is_not_found_is_named(client: Client):
    finds = (client.jobs.find, client.templates.find, client.requests.find, client.callbacks.find)
    for find in (*finds, client.streams.find, client.faults.find):
        with pytest.raises(ControlRefused, match=r"there is no .* 'nobody'") as refused:
            find("nobody")

        assert (refused.value.status, refused.value.code) == (404, "NotFound")


def test_one_call_is_asked_for_without_all_the_others(client: Client, call_api: Callable[..., object]):
    call_api("ListLiveSnapshotTemplates")
    [request] = client.requests.all()
    asked = []
    call = client._server.call
    client._server.call = lambda *given, **how: asked.append(given[1]) or call(*given, **how)

    assert client.requests.find(request["id"]) == client.requests.find(request["id"].lower()) == request

    assert asked[0] == f"/worlds/{client.world}/requests/{request['id']}"


def test_a_part_says_what_it_is_of_without_asking():
    client = Client("http://127.0.0.1:9", "a/b")
    root = "http://127.0.0.1:9/_ice_mock"

    assert repr(client.jobs) == f"<Jobs at {root}/worlds/a%2Fb/jobs>"
    assert repr(client.clock) == f"<Clock at {root}/worlds/a%2Fb>"
    assert repr(client.worlds) == f"<Worlds at {root}/worlds>"


def test_a_list_is_asked_for_anew_each_time(client: Client, job: Job):
    callbacks = client.callbacks
    before = len(callbacks)

    client.clock.advance(seconds=5)

    assert (before, len(callbacks)) == (2, 3)
    assert [each["frame"] for each in callbacks] == [1, 2, 3]
    assert [each["frame"] for each in reversed(callbacks)] == [3, 2, 1]
    assert callbacks[-1]["frame"] == 3
    assert [each["frame"] for each in callbacks[:2]] == [1, 2]
    assert callbacks[0] in callbacks
    assert callbacks == callbacks.all()
    assert callbacks != []
    assert callbacks != client.inbox


def test_files_and_frames_are_gone_through_page_by_page(
    client: Client, job: Job, monkeypatch: pytest.MonkeyPatch
):
    client.clock.advance(seconds=15)
    monkeypatch.setattr("ice_mock.client.parts.PAGE", 2)

    files = list(client.all_files(job.id))
    frames = list(client.jobs.all_frames(job.id))

    assert [file["frame"] for file in files] == [1, 2, 3, 4, 5]
    assert [frame["number"] for frame in frames] == [1, 2, 3, 4, 5]
    assert [frame["files"][0]["key"] for frame in frames] == [file["key"] for file in files]


def test_frames_tell_what_became_of_them(client: Client, job: Job, engine: Engine):
    client.faults.add(snapshot="missing", times=1)
    client.clock.advance(seconds=5)
    engine.files.delete(job.id, [client.files(job.id)[0]["timestamp"]], originals=False)

    files = [frame["files"][0] for frame in client.jobs.frames(job.id)]

    assert [file["deleted"] for file in files] == [True, False, False]
    assert [file["missing"] for file in files] == [False, False, True]
    assert [file["announced"] for file in files] == [True, True, False]
    assert [file["fault"] for file in files] == [None, None, "fault-1"]


def test_faults_are_armed_by_keywords_or_as_a_whole(client: Client):
    by_keywords = client.faults.add(action="*", delay="300ms", every=3)
    as_a_whole = client.faults.add({"action": "*", "delay": "300ms", "every": 3})

    assert by_keywords["fault"].keys() == as_a_whole["fault"].keys()
    client.faults.remove(by_keywords["id"])
    assert [fault["id"] for fault in client.faults] == [as_a_whole["id"]]
    client.faults.clear()
    assert client.faults == []


def test_objects_are_listed_read_and_found(client: Client, job: Job):
    keys = [file["key"] for file in client.files(job.id)]

    assert [each["key"] for each in client.objects.all("pictures", job_id=job.id)] == keys
    assert [each["key"] for each in client.objects.all("pictures", prefix=keys[1])] == keys[1:]
    assert client.objects.find("pictures", keys[0])["frame"] == 1
    assert client.objects.find("pictures", keys[0][:-1]) is None
    assert client.objects.read("pictures", keys[0]).startswith(b"\xff\xd8")


def test_an_object_that_is_not_there_is_named(client: Client):
    with pytest.raises(ControlRefused, match=r"no object 'a b/c%\.jpg' in the bucket 'pictures'"):
        client.objects.read("pictures", "a b/c%.jpg")


def test_a_world_begins_anew_with_another_scenario(client: Client):
    world = client.scenario.replace("scenario: mine\nsignatures: 'off'\n")

    assert (world["id"], world["scenario"]) == (client.world, "mine")
    assert client.scenario.read()["text"].startswith("scenario: mine")


def test_every_mistake_in_a_scenario_is_told(client: Client):
    with pytest.raises(ScenarioRefused) as refused:
        client.scenario.replace("colck: 1\nfoo: 2\n")

    assert "2 mistakes" in str(refused.value)
    assert "line 1, column 1: colck" in str(refused.value)
    assert "(did you mean clock?)" in str(refused.value)
    assert "line 2, column 1: foo" in str(refused.value)
    assert [problem["path"] for problem in refused.value.problems] == ["colck", "foo"]
    assert (refused.value.status, client.scenario.read()["name"]) == (422, "default")


def test_a_scenario_for_a_world_that_there_is_not_is_no_matter_of_mistakes(client: Client):
    with pytest.raises(ControlRefused, match="nobody") as refused:
        Client(client.url, "nobody").scenario.replace("scenario: x")

    assert (refused.type, refused.value.status) == (ControlRefused, 404)


def test_the_format_of_scenarios_is_told(client: Client):
    assert "properties" in client.scenarios.schema()


def test_a_reason_is_given(client: Client, job: Job):
    why = client.why(job=job.id)

    assert why["sentence"]
    assert isinstance(why["facts"], dict)


def test_one_thing_is_explained_at_a_time(client: Client):
    with pytest.raises(ControlRefused, match="exactly one"):
        client.why()
