"""`intercept`: an emulator of one's own, outside pytest."""

import json
from pathlib import Path

import oss2
import pytest
import requests
from interception_sdks import BUCKET, STREAM, New, Old, Refusal, job, template

from ice_mock.client import Client
from ice_mock.domain.scenario import Scenario
from ice_mock.interception import HostRefused, intercept
from ice_mock.render import read_frame
from ice_mock.scenario import ScenarioInvalid

TEXT = "scenario: mine\nstreams: [{url: 'rtmp://live.example.com/app/room1', state: live}]\n"


def test_the_body_has_a_frozen_world_of_its_own() -> None:
    with intercept() as first, intercept() as second:
        New()("CreateLiveSnapshotTemplate", **template())
        clock = second.clock.read()

        assert (len(first.templates.all()), len(second.templates.all())) == (0, 1)
        assert clock == {"mode": "frozen", "now": "2026-01-01T00:00:00.000Z"}


@pytest.mark.parametrize("kind", ["text", "name", "path", "path as text", "a Scenario"])
def test_it_takes_a_scenario_in_every_form(kind: str, tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(TEXT)
    scenarios = {
        "text": TEXT,
        "name": "flapping-ingest",
        "path": file,
        "path as text": str(file),
        "a Scenario": Scenario(name="mine"),
    }

    with intercept(scenarios[kind]) as world:
        name = world.worlds.find(world.world)["scenario"]

    assert name == ("flapping-ingest" if kind == "name" else "mine")


def test_a_wrong_scenario_is_refused_before_anything_is_diverted() -> None:
    with pytest.raises(ScenarioInvalid, match="clok"), intercept("clok: {mode: frozen}\nscenario: a\n"):
        pass


def test_the_clock_and_the_signatures_are_as_asked() -> None:
    with intercept(clock="x60", signatures="required") as world:
        assert world.clock.read()["mode"] == "x60"
        with pytest.raises(Refusal) as refused:
            New()("ListLiveSnapshotTemplates")
        answer = New(access_key_id=world.access_key_id, access_key_secret=world.access_key_secret)(
            "ListLiveSnapshotTemplates"
        )

    assert "AccessKey" in refused.value.code
    assert answer["TemplateList"] == []


def test_a_clock_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValueError, match="fast"), intercept(clock="fast"):
        pass


def test_it_decorates_a_function() -> None:
    @intercept("flapping-ingest")
    def code_under_test() -> object:
        return Old()("ListLiveSnapshotTemplates")["TemplateList"]

    assert code_under_test()
    assert code_under_test()


def test_what_is_not_emulated_is_refused_unless_it_is_allowed() -> None:
    with intercept(), pytest.raises(HostRefused):
        requests.get("http://sts.aliyuncs.com/", timeout=1)


def test_the_inbox_gets_the_callbacks_without_a_socket() -> None:
    with intercept() as world:
        sdk = New()
        world.streams.publish(STREAM)
        template_id = sdk("CreateLiveSnapshotTemplate", **template())["TemplateId"]
        job_id = sdk("SubmitLiveSnapshotJob", **job(template_id), CallbackUrl=world.inbox.url)["JobId"]
        report = world.clock.advance(seconds=10)
        bodies = [json.loads(each["body"]) for each in world.inbox.all()]

    assert world.inbox.url == f"http://ice-mock.invalid/_ice_mock/worlds/{world.world}/inbox"
    assert report["callbacks"]["delivered"] == 2
    assert [each["MessageBody"]["OssObject"] for each in bodies] == [
        f"a b/{job_id}+é/{number}.jpg" for number in (1, 2)
    ]


def test_the_endpoint_of_the_handle_can_be_used_as_well() -> None:
    with intercept() as world:
        sdk = New(endpoint=world.endpoint, protocol="http")
        world.streams.publish(STREAM)
        template_id = sdk("CreateLiveSnapshotTemplate", **template())["TemplateId"]
        job_id = sdk("SubmitLiveSnapshotJob", **job(template_id))["JobId"]
        world.clock.advance(seconds=5)
        bucket = oss2.Bucket(oss2.Auth("any", "key"), world.url, BUCKET)

        assert read_frame(bucket.get_object(f"a b/{job_id}+é/1.jpg").read()).job_id == job_id


def test_after_the_body_the_handle_still_tells_what_was_called() -> None:
    with intercept() as world:
        New()("ListLiveSnapshotTemplates")

    assert isinstance(world, Client)
    assert [each["action"] for each in world.requests.all()] == ["ListLiveSnapshotTemplates"]
