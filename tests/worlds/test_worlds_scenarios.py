"""Scenarios by name, file and text; and the watch that reads a file again when it changes."""

import logging
import os

import pytest

from ice_mock.scenario import ScenarioInvalid, shipped
from ice_mock.worlds import DEFAULT, IceMock, scenarios
from ice_mock.worlds.scenarios import Watch

GOOD, BETTER, WRONG = "scenario: good\n", "scenario: better\nseed: 7\n", "scenario: wrong\nsead: 7\n"


@pytest.fixture
def file(tmp_path):
    file = tmp_path / "mine.yaml"
    file.write_text(GOOD)
    return file


@pytest.fixture
def used():
    return []


@pytest.fixture
def watch(file, used):
    """A watch that nobody starts: the test looks itself."""
    return Watch(file, lambda scenario: used.append(scenario.name))


@pytest.fixture
def change():
    """Write a file so that it is newer than it was, however coarse the file system's time is."""
    ticks = iter(range(1, 100))

    def write(file, text):
        file.write_text(text)
        changed_at = 2_000_000_000 + next(ticks)
        os.utime(file, (changed_at, changed_at))

    return write


@pytest.mark.parametrize(
    ("text", "is_file"),
    [
        ("one-room", False),
        ("one-room.yaml", True),
        ("one-room.yml", True),
        ("one-room.json", True),
        ("./one-room", True),
        ("folder/one-room", True),
        ("", False),
    ],
)
def test_a_file_is_told_from_a_name_by_its_ending_or_a_slash(text, is_file):
    assert scenarios.is_file(text) is is_file


@pytest.mark.parametrize("name", shipped().names())
def test_a_ready_scenario_comes_with_its_text(name):
    scenario = scenarios.found(name)

    assert (scenario.name, scenario.text) == (name, shipped().text(name))


def test_a_file_comes_with_its_text(file):
    scenario = scenarios.found(str(file))

    assert (scenario.name, scenario.text) == ("good", GOOD)


@pytest.mark.parametrize("text", [GOOD, '{"scenario": "good"}'], ids=["YAML", "JSON"])
def test_a_text_is_kept_with_what_it_says(text):
    scenario = scenarios.of_text(text)

    assert (scenario.name, scenario.text) == ("good", text)


@pytest.mark.parametrize("name", ["no-such", "no-such.yaml", "folder/no-such.yaml"])
def test_what_there_is_not_is_refused(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    with pytest.raises(ScenarioInvalid, match="no-such"):
        scenarios.found(name)


# -- The watch --


def test_a_file_that_has_not_changed_is_not_read_again(watch, used):
    watch.look()
    watch.look()

    assert used == []


def test_a_file_that_has_changed_is_used_once(watch, used, file, change, caplog):
    caplog.set_level(logging.INFO)
    change(file, BETTER)

    watch.look()
    watch.look()

    assert used == ["better"]
    assert caplog.messages == ["the scenario mine.yaml has changed, and its world has begun anew"]


def test_a_file_that_is_wrong_is_reported_and_not_used(watch, used, file, change, caplog):
    change(file, WRONG)

    watch.look()

    assert used == []
    said, mistake = caplog.messages
    assert said == "the scenario is wrong, and the last good one stays:"
    assert mistake.startswith("mine.yaml:2:1: sead: ")
    assert "did you mean seed?" in mistake


def test_a_file_that_is_mended_is_used_again(watch, used, file, change):
    change(file, WRONG)
    watch.look()

    change(file, BETTER)
    watch.look()

    assert used == ["better"]


def test_a_file_that_is_gone_is_reported_and_used_when_it_is_back(watch, used, file, change, caplog):
    file.unlink()
    watch.look()
    reported = list(caplog.messages)

    change(file, BETTER)
    watch.look()

    assert used == ["better"]
    assert reported == [
        "the scenario is wrong, and the last good one stays:",
        "mine.yaml: cannot be read: No such file or directory",
    ]


def test_a_file_that_another_one_extends_is_watched_too(file, used, change):
    other = file.parent / "base.yaml"
    change(other, "scenario: base\nseed: 1\n")
    change(file, "scenario: mine\nextends: base.yaml\n")
    seeds = []
    watch = Watch(file, lambda scenario: seeds.append(scenario.seed))

    change(other, "scenario: base\nseed: 2\n")
    watch.look()

    assert seeds == [2]


def test_a_scenario_that_cannot_be_used_is_reported(file, change, caplog):
    def refuse(_):
        raise RuntimeError("no room")

    watch = Watch(file, refuse)
    change(file, BETTER)

    watch.look()

    assert caplog.messages == ["the scenario could not be used, and the last good one stays"]


def test_a_world_begins_anew_when_its_file_changes_and_stays_while_that_is_wrong(file, change, real_time):
    mock = IceMock(scenarios.found(str(file)), real_time=real_time)
    watch = Watch(file, lambda scenario: mock.worlds.replace(DEFAULT, scenario))
    names = []

    for text in (BETTER, WRONG, GOOD):
        change(file, text)
        watch.look()
        names.append(mock.worlds.find(DEFAULT).scenario.name)

    assert names == ["better", "better", "good"]


def test_a_watch_that_is_started_can_be_stopped(watch):
    watch.start()

    watch.stop()

    assert not watch._thread.is_alive()
