"""A server that begins with a scenario, and follows its file."""

import os
import subprocess
import sys

import pytest

from ice_mock.cli.failures import Failure
from ice_mock.cli.serve import scenario_of, watching
from ice_mock.client import Client
from ice_mock.settings import SETTINGS, given, settings
from ice_mock.worlds import DEFAULT, IceMock
from ice_mock.worlds.scenarios import Watch

PATIENCE = 20
SERVE = [sys.executable, "-m", "ice_mock", "serve", "--port", "0"]
SURROUNDINGS = {name: value for name, value in os.environ.items() if not name.startswith("ICE_MOCK_")}
STATED = "scenario: stated\nseed: 1\nsignatures: required\nclock: {mode: x2}\n"
SILENT = "scenario: silent\n"


def lines_until(stream, words):
    """What is logged, up to the line that holds these words; waits for it."""
    lines = []
    for line in stream:
        lines.append(line.rstrip("\n"))
        if words in line:
            return lines
    raise AssertionError(lines)


@pytest.fixture
def file(tmp_path):
    def write(text, name="mine.yaml"):
        (tmp_path / name).write_text(text)
        return str(tmp_path / name)

    return write


@pytest.fixture
def wanted():
    """The scenario that flags and variables ask for."""

    def scenario(flags, variables):
        return scenario_of(settings(flags, variables), given(flags, variables))

    return scenario


@pytest.fixture
def watches(monkeypatch):
    """The watches that were started; none of them looks by itself."""
    started = []

    class Still(Watch):
        def start(self):
            started.append(self)

        def stop(self):
            pass

    monkeypatch.setattr("ice_mock.worlds.scenarios.Watch", Still)
    return started


@pytest.mark.parametrize(
    ("text", "flags", "variables", "expected"),
    [
        (SILENT, {}, {}, ("real", "known", 0)),
        (STATED, {}, {}, ("x2", "required", 1)),
        (STATED, {}, {"ICE_MOCK_CLOCK": "frozen", "ICE_MOCK_SEED": "5"}, ("frozen", "required", 5)),
        (STATED, {"clock": "x60", "signatures": "off"}, {}, ("x60", "off", 1)),
        (
            STATED,
            {"clock": "x60"},
            {"ICE_MOCK_CLOCK": "frozen", "ICE_MOCK_SEED": "5"},
            ("x60", "required", 5),
        ),
        (STATED, {"seed": "0"}, {"ICE_MOCK_SIGNATURES": "known"}, ("x2", "known", 0)),
        (STATED, {}, {"ICE_MOCK_CLOCK": ""}, ("x2", "required", 1)),
    ],
    ids=[
        "defaults",
        "scenario",
        "variable",
        "flag",
        "flag and variable",
        "even a default",
        "an empty variable",
    ],
)
def test_a_flag_beats_a_variable_beats_the_scenario_beats_the_default(
    wanted, file, text, flags, variables, expected
):
    scenario = wanted({"scenario": file(text), **flags}, variables)

    assert (scenario.clock, scenario.signatures, scenario.seed) == expected


@pytest.mark.parametrize(
    ("flags", "variables", "name"),
    [
        ({"scenario": "one-room"}, {}, "one-room"),
        ({}, {"ICE_MOCK_SCENARIO": "one-room"}, "one-room"),
        ({"scenario": "throttled"}, {"ICE_MOCK_SCENARIO": "one-room"}, "throttled"),
        ({}, {}, "default"),
    ],
    ids=["flag", "variable", "both", "neither"],
)
def test_a_scenario_is_named_by_flag_or_variable(wanted, flags, variables, name):
    assert wanted(flags, variables).name == name


def test_a_wrong_scenario_is_told_with_all_its_mistakes(wanted, file):
    with pytest.raises(Failure, match=r"^the scenario is wrong:\n") as failure:
        wanted({"scenario": file("scenario: a\nsead: 1\nclock: {mode: x0}\n")}, {})

    assert failure.value.status == 2
    assert len(str(failure.value).splitlines()) == 3


def test_a_file_that_is_followed_is_read_with_the_flags_that_the_server_was_started_with(
    wanted, file, watches
):
    flags = {"scenario": file(SILENT), "clock": "frozen"}
    mock = IceMock(wanted(flags, {}))
    with watching(mock, settings(flags, {}), given(flags, {})):
        file(STATED + "description: longer than it was\n")

        watches[0].look()

    world = mock.worlds.find(DEFAULT)
    assert (world.scenario.name, world.engine.account.seed) == ("stated", 1)
    assert world.engine.time.timepiece.mode == "frozen"


@pytest.mark.parametrize("scenario", ["", "one-room"], ids=["none", "a ready one"])
def test_without_a_file_nothing_is_followed(wanted, watches, scenario):
    flags = {"scenario": scenario}

    with watching(IceMock(wanted(flags, {})), settings(flags, {}), given(flags, {})):
        pass

    assert watches == []


def test_a_server_announces_its_scenario_follows_its_file_and_keeps_the_last_good_one(serving, file):
    flags = ["--port", "0", "--clock", "frozen", "--log-format", "text"]
    with serving(*flags, "--scenario", file(SILENT)) as (process, ready):
        world = Client(ready["url"]).worlds
        first = world.find("default")
        file("scenario: wrong\nsead: 1\n")
        complaint = lines_until(process.stderr, "mine.yaml:2:1")
        kept = world.find("default")
        file(STATED)
        told = lines_until(process.stderr, "has begun anew")
        last = world.find("default")

    assert ready["scenario"] == first["scenario"] == kept["scenario"] == "silent"
    assert (last["scenario"], last["seed"], last["clock"]["mode"]) == ("stated", 1, "frozen")
    assert complaint[0].endswith("the scenario is wrong, and the last good one stays:")
    assert "(did you mean seed?)" in complaint[1]
    assert told[-1].endswith("the scenario mine.yaml has changed, and its world has begun anew")


def test_a_server_does_not_start_with_a_wrong_scenario(file):
    ended = subprocess.run(
        [*SERVE, "--scenario", file("scenario: a\nsead: 1\n")],
        env=SURROUNDINGS,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )

    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.startswith("ice-mock: the scenario is wrong:\n")
    assert "did you mean seed?" in ended.stderr


def test_scenarios_are_a_setting_like_all_others():
    assert [setting.variable for setting in SETTINGS if setting.name == "scenario"] == ["ICE_MOCK_SCENARIO"]
