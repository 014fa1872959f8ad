"""IceMockContainer: what Docker is told, and that its clients reach the server."""

import subprocess
import sys
from pathlib import Path

import pytest
from docker.errors import DockerException

from ice_mock.scenario import ScenarioInvalid, load
from ice_mock.testing import IceMockContainer

ROOM = "rtmp://live.example.com/app/room1"
TEXT = f"scenario: my-own\nstreams:\n  - {{url: '{ROOM}', state: live}}\n"


def test_it_is_the_image_that_make_builds(make, engine):
    with make():
        assert engine.created["Image"] == "ice-mock:latest"


def test_another_image_and_another_port_may_be_asked_for(make, engine):
    with make("example/ice-mock:1.2", port=8080):
        assert engine.created["Image"] == "example/ice-mock:1.2"
        assert list(engine.created["ExposedPorts"]) == ["8080/tcp"]
        assert engine.variables["ICE_MOCK_PORT"] == "8080"


def test_the_server_listens_where_docker_comes_in_at_a_free_port_of_the_host(make, engine):
    with make():
        assert engine.variables["ICE_MOCK_HOST"] == "0.0.0.0"
        assert engine.created["HostConfig"]["PortBindings"] == {"4610/tcp": [{"HostIp": "", "HostPort": ""}]}


def test_each_container_has_a_token_of_its_own(make):
    first, second = make(), make()

    assert len(first.token) >= 20
    assert first.token != second.token


def test_a_token_may_be_given(make, engine):
    with make(token="open-sesame"):
        assert engine.variables["ICE_MOCK_TOKEN"] == "open-sesame"


def test_the_container_knows_the_host_by_name(make, engine):
    with make() as container:
        assert engine.created["HostConfig"]["ExtraHosts"] == ["host.testcontainers.internal:host-gateway"]
        assert container.host_url(8000, "/snapshots") == "http://host.testcontainers.internal:8000/snapshots"


def test_what_else_docker_is_told_does_not_take_the_host_away(make, engine):
    with make().with_kwargs(mem_limit="64m", extra_hosts={"cb.example.com": "10.0.0.1"}):
        hosts = engine.created["HostConfig"]

        assert hosts["Memory"] == 64 * 2**20
        assert set(hosts["ExtraHosts"]) == {
            "host.testcontainers.internal:host-gateway",
            "cb.example.com:10.0.0.1",
        }


def test_its_address_is_that_of_the_port_that_docker_chose(make, server):
    with make() as container:
        assert container.url == server.url
        assert container.endpoint == server.url.removeprefix("http://")


def test_its_client_steers_the_server(make):
    with make() as container:
        client = container.client()
        client.streams.publish(ROOM)

        assert [stream["url"] for stream in container.client().streams.all()] == [ROOM]


def test_its_client_is_a_handle_on_the_world_that_is_meant(make, server):
    world = server.mock.worlds.create()

    with make() as container:
        assert container.client(world.id).world == world.id


def test_the_inbox_for_jobs_is_the_servers_own_address_in_the_container(make):
    with make(port=8080) as container:
        assert container.inbox_url("alice") == "http://127.0.0.1:8080/_ice_mock/worlds/alice/inbox"


def test_it_starts_when_the_server_answers_and_leaves_nothing_behind(make, engine):
    with make():
        pass

    assert engine.happened == [
        "/containers/create",
        "/containers/c0ffee/start",
        "removed /containers/c0ffee",
    ]


def test_a_server_that_does_not_answer_in_time_is_an_error_with_its_log(make, engine):
    engine.port = 9  # discard: nobody listens there
    container = make()
    container._wait_strategy.with_startup_timeout(0).with_poll_interval(0)

    with pytest.raises(TimeoutError, match="readyz") as late, container:
        pass

    assert "a bad port" in late.value.__notes__[0]
    assert engine.happened[-1] == "removed /containers/c0ffee"


# --- scenarios ---


def test_a_ready_scenario_is_asked_for_by_its_name(make, engine):
    with make().with_scenario("flapping-ingest"):
        assert engine.variables["ICE_MOCK_SCENARIO"] == "flapping-ingest"
        assert engine.files == {}


def test_the_text_of_a_scenario_becomes_a_file_before_the_server_starts(make, engine):
    with make().with_scenario(TEXT):
        assert engine.files == {engine.variables["ICE_MOCK_SCENARIO"]: TEXT}
        assert engine.happened[1:] == ["/containers/c0ffee/archive", "/containers/c0ffee/start"]


def test_a_line_of_text_is_text_too(make, engine):
    with make().with_scenario("scenario: my-own"):
        assert engine.files[engine.variables["ICE_MOCK_SCENARIO"]] == "scenario: my-own"


def test_json_is_text_too(make, engine):
    with make().with_scenario('{"scenario": "my-own"}'):
        assert engine.files[engine.variables["ICE_MOCK_SCENARIO"]] == '{"scenario": "my-own"}'


@pytest.mark.parametrize("as_given", [str, Path])
def test_a_file_comes_with_all_that_it_extends(make, engine, tmp_path, as_given):
    (tmp_path / "mine.yaml").write_text("scenario: mine\nextends: base/ours.yaml\n")
    (tmp_path / "base").mkdir()
    (tmp_path / "base" / "ours.yaml").write_text("scenario: ours\nextends: rooms.yml\n")
    (tmp_path / "rooms.yml").write_text("scenario: rooms\nextends: one-room\n")
    (tmp_path / "others.yaml").write_text("scenario: others\n")

    with make().with_scenario(as_given(tmp_path / "mine.yaml")):
        assert engine.variables["ICE_MOCK_SCENARIO"] == "/scenarios/mine.yaml"
        [(place, text)] = engine.files.items()

    scenario = load(text, source=place)
    assert (place, scenario.name) == ("/scenarios/mine.yaml", "mine")
    assert [job.name for job in scenario.jobs] == ["room 1"]


def test_a_file_in_the_working_directory_needs_no_slash(make, engine, tmp_path, monkeypatch):
    (tmp_path / "mine.yaml").write_text(TEXT)
    monkeypatch.chdir(tmp_path)

    with make().with_scenario("mine.yaml"):
        assert engine.files == {"/scenarios/mine.yaml": TEXT}


@pytest.mark.parametrize(
    ("scenario", "told"),
    [
        ("scenario: mine\nstraems: []\n", "did you mean streams"),
        ("flaping-ingest", "did you mean flapping-ingest"),
        ("nowhere/mine.yaml", "mine.yaml: cannot be read: No such file or directory"),
    ],
    ids=["text", "name", "file"],
)
def test_a_wrong_scenario_is_refused_before_anything_starts(make, engine, scenario, told):
    with pytest.raises(ScenarioInvalid, match=told):
        make().with_scenario(scenario)

    assert engine.happened == []


# --- without ---


def test_without_an_engine_docker_says_so(monkeypatch):
    monkeypatch.setenv("DOCKER_HOST", "tcp://127.0.0.1:9")

    with pytest.raises(DockerException):
        IceMockContainer()


def test_without_testcontainers_it_says_what_to_install():
    code = "import sys; sys.modules['testcontainers'] = None; import ice_mock.testing"

    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

    assert ended.returncode == 1
    assert "needs testcontainers 4.15 or newer" in ended.stderr
    assert "pip install 'ice-mock[testcontainers]'" in ended.stderr
