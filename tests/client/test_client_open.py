"""Handles: on fresh worlds, on those that exist, and with what an SDK has to be told."""

from pathlib import Path

import pytest

import ice_mock
from ice_mock.client import DEFAULT_KEY, Client, ControlRefused, HttpTransport, ScenarioRefused
from ice_mock.server import Server


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
