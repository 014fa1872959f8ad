"""Handles: on fresh worlds, on those that exist, and with what an SDK has to be told."""

from pathlib import Path

import pytest

import ice_mock
from ice_mock.client import DEFAULT_KEY, Client, ControlRefused, HttpTransport, ScenarioRefused
from ice_mock.domain.scenario import Scenario
from ice_mock.server import Server, running
from ice_mock.worlds import IceMock


def test_a_fresh_world_lasts_as_long_as_its_handle_is_open(server: Server):
    with Client.open(server.url, label="this test", signatures="required") as client:
        world = client.worlds.find(client.world)
        assert (world["label"], world["signatures"], world["clock"]["mode"]) == (
            "this test",
            "required",
            "frozen",
        )

    with pytest.raises(ControlRefused, match="this test"):
        client.clock.read()


def test_an_sdk_is_told_where_the_world_is_and_its_key(server: Server):
    with Client.open(server.url) as client:
        key = client.access_key_id, client.access_key_secret

        assert key == (client.world, server.mock.worlds.find(client.world).key.secret)
        assert f"http://{client.endpoint}" == server.url


def test_the_default_world_has_a_key_that_everybody_knows(server: Server):
    client = Client(server.url)

    assert (client.access_key_id, client.access_key_secret) == DEFAULT_KEY


def test_a_secret_that_was_not_told_is_not_made_up(server: Server):
    with pytest.raises(LookupError, match="give it to the handle as access_key_secret"):
        _ = Client(server.url, "somebody").access_key_secret


def test_a_fresh_world_begins_with_a_ready_scenario(server: Server):
    with Client.open(server.url, scenario="flapping-ingest") as client:
        assert client.scenario.read()["name"] == "flapping-ingest"
        assert client.streams


@pytest.mark.parametrize("clock", ["frozen", "x60", None])
def test_a_fresh_world_begins_with_a_scenario_in_a_file(server: Server, tmp_path: Path, clock: str | None):
    file = tmp_path / "mine.yaml"
    file.write_text("scenario: mine\nclock: {mode: x2}\n")

    with Client.open(server.url, scenario=file, clock=clock) as client:
        assert client.scenario.read()["name"] == "mine"
        assert client.clock.read()["mode"] == (clock or "x2")


def test_a_fresh_world_begins_with_a_scenario_in_a_text(server: Server):
    with Client.open(server.url, scenario="scenario: mine\nseed: 3\n") as client:
        assert client.worlds.find(client.world)["seed"] == 3


MOVING = "scenario: mine\nclock: {mode: x60}\n"
LATER = "scenario: mine\nclock: {start: 2026-07-01T08:00:00Z}\n"
AT_THE_START, IN_SUMMER = "2026-01-01T00:00:00.000Z", "2026-07-01T08:00:00.000Z"


@pytest.mark.parametrize("server_clock", ["real", "frozen", "x2"])
@pytest.mark.parametrize(
    ("scenario", "asked", "mode", "now"),
    [
        (None, None, "frozen", AT_THE_START),
        ("one-room", None, "frozen", AT_THE_START),
        ("scenario: mine", None, "frozen", AT_THE_START),
        ("scenario: mine", "x60", "x60", None),
        (MOVING, None, "x60", None),
        (MOVING, "frozen", "frozen", AT_THE_START),
        (LATER, None, "frozen", IN_SUMMER),
        (LATER, "frozen", "frozen", IN_SUMMER),
        (LATER, "real", "real", None),
    ],
)
def test_the_clock_is_the_one_that_is_asked_for_else_the_scenarios_else_frozen(
    server_clock: str, scenario: str | None, asked: str | None, mode: str, now: str | None
):
    with (
        running(IceMock(Scenario(clock=server_clock))) as server,
        Client.open(server.url, scenario=scenario, clock=asked) as client,
    ):
        clock = client.clock.read()

    assert clock["mode"] == mode
    assert now in (None, clock["now"])


def test_a_world_that_is_reset_has_the_clock_that_was_asked_for(server: Server):
    with Client.open(server.url, scenario=MOVING, clock="frozen") as client:
        client.reset()

        assert client.clock.read() == {"mode": "frozen", "now": AT_THE_START}


@pytest.mark.parametrize("as_given", [str, Path])
def test_a_file_comes_with_those_that_it_extends(server: Server, tmp_path: Path, as_given: type):
    tmp_path.joinpath("base.yaml").write_text("extends: one-room\nseed: 5\n")
    tmp_path.joinpath("top.yaml").write_text("extends: base.yaml\n")

    with Client.open(server.url, scenario=as_given(tmp_path / "top.yaml"), signatures="off") as client:
        world = client.worlds.find(client.world)

    assert (world["scenario"], world["seed"], world["signatures"], world["jobs"]) == ("top", 5, "off", 1)


def test_mistakes_in_a_file_are_named_with_the_file(server: Server, tmp_path: Path):
    tmp_path.joinpath("base.yaml").write_text("seeds: 5\n")
    tmp_path.joinpath("top.yaml").write_text("extends: base.yaml\nstreams: 7\n")

    with (
        pytest.raises(ScenarioRefused, match=r"top\.yaml, line 2.*\n.*base\.yaml, line 1.*mean seed"),
        Client.open(server.url, scenario=tmp_path / "top.yaml"),
    ):
        pass


def test_a_scenario_with_mistakes_leaves_no_world_behind(server: Server):
    before = len(server.mock.worlds.all())

    with pytest.raises(ScenarioRefused, match="colck"), Client.open(server.url, scenario="colck: 1\n"):
        pass

    assert len(server.mock.worlds.all()) == before


def test_a_world_is_dropped_though_its_test_failed(server: Server):
    before = len(server.mock.worlds.all())

    with pytest.raises(ZeroDivisionError), Client.open(server.url):
        _ = 1 / 0

    assert len(server.mock.worlds.all()) == before


def test_a_world_may_be_dropped_within_the_body(server: Server):
    with Client.open(server.url) as client:
        client.worlds.delete(client.world)

    assert client.world not in [world.id for world in server.mock.worlds.all()]


def test_many_worlds_share_a_connection(server: Server):
    with HttpTransport(server.url) as transport:
        for _ in range(3):
            with Client.open(transport=transport) as client:
                assert client.url == server.url

        assert len(transport._idle) == 1


def test_a_handle_says_what_it_is_of(server: Server):
    assert repr(Client(server.url, "a")) == f"<Client of the world 'a' at {server.url}>"


def test_the_handle_is_at_the_front_of_the_package():
    assert ice_mock.Client is Client
