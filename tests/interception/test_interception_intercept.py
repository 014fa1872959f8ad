"""`intercept`: an emulator of one's own, outside pytest."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterator
from functools import partial
from pathlib import Path

import oss2
import pytest
import requests
from alibabacloud_ice20201109 import models
from alibabacloud_ice20201109.client import Client as IceClient
from interception_sdks import BUCKET, STREAM, New, Old, Refusal, config, job, template

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


@pytest.mark.parametrize(
    ("asked", "told"), [({"clock": "fast"}, "fast"), ({"signatures": "sometimes"}, "off, known or required")]
)
def test_a_clock_or_signatures_that_do_not_exist_are_refused(asked: dict[str, str], told: str) -> None:
    with pytest.raises(ValueError, match=told), intercept(**asked):
        pass


MOVING = "scenario: mine\nclock: {mode: x60}\n"


@pytest.mark.parametrize(
    ("scenario", "asked", "mode"),
    [
        (None, None, "frozen"),
        ("one-room", None, "frozen"),
        (MOVING, None, "x60"),
        (MOVING, "frozen", "frozen"),
        ("scenario: mine\n", "x2", "x2"),
        ("scenario: mine", None, "frozen"),
        (Scenario(name="mine"), None, "frozen"),
        (Scenario(name="mine", clock="x60"), None, "x60"),
        (Scenario(name="mine", clock="x60"), "frozen", "frozen"),
    ],
)
def test_the_clock_is_the_one_that_is_asked_for_else_the_scenarios_else_frozen(
    scenario: str | Scenario | None, asked: str | None, mode: str
) -> None:
    with intercept(scenario, clock=asked) as world:
        clock = world.clock.read()

    assert clock["mode"] == mode
    assert mode != "frozen" or clock["now"] == "2026-01-01T00:00:00.000Z"


def test_it_decorates_a_function() -> None:
    @intercept("flapping-ingest")
    def code_under_test() -> object:
        return Old()("ListLiveSnapshotTemplates")["TemplateList"]

    assert code_under_test()
    assert code_under_test()


async def list_templates() -> int:
    client = IceClient(config())
    # Somebody else's turn: a decorator that is done before the coroutine has begun would show here.
    await asyncio.sleep(0)
    request = models.ListLiveSnapshotTemplatesRequest()
    return len((await client.list_live_snapshot_templates_async(request)).body.template_list)


class Listing:
    async def __call__(self) -> int:
        return await list_templates()


@pytest.mark.parametrize(
    "function", [list_templates, partial(list_templates), Listing()], ids=["function", "partial", "object"]
)
def test_it_decorates_an_asynchronous_function(function: Callable[[], object]) -> None:
    decorated = intercept("flapping-ingest")(function)

    assert asyncio.run(decorated()) > 0
    assert asyncio.run(decorated()) > 0


def test_it_decorates_a_method() -> None:
    class Rooms:
        @intercept("flapping-ingest")
        def listed(self) -> object:
            return Old()("ListLiveSnapshotTemplates")["TemplateList"]

    assert Rooms().listed()
    assert Rooms.listed.__name__ == "listed"


def generate() -> Iterator[None]:
    yield


async def generate_later() -> AsyncIterator[None]:
    yield


@pytest.mark.parametrize(
    ("what", "told"),
    [
        (generate, "generate is a generator"),
        (generate_later, "generate_later is a generator"),
        (Listing, "Listing is a class"),
        ("one-room", "'one-room' cannot be called"),
    ],
)
def test_what_it_cannot_decorate_it_refuses(what: object, told: str) -> None:
    with pytest.raises(TypeError, match=f"{told}.*with ice_mock.intercept"):
        intercept()(what)


def test_a_decorator_without_parentheses_is_refused() -> None:
    with pytest.raises(TypeError, match=r"@ice_mock.intercept\(\)"):
        intercept(generate)


def test_one_interception_can_be_entered_again() -> None:
    interception = intercept()

    with interception as first:
        New()("CreateLiveSnapshotTemplate", **template())
        with interception as inner:
            pass
        New()("CreateLiveSnapshotTemplate", **{**template(), "TemplateName": "another"})
    with interception as second:
        counts = [len(world.templates.all()) for world in (first, inner, second)]

    assert counts == [2, 0, 0]


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
