"""Scenario tools, which need no server."""

import json
from xml.etree import ElementTree as ET

import pytest

from ice_mock.scenario import shipped
from ice_mock.scenario.json_schema import json_schema

GOOD = """scenario: good
templates: [{id: t, interval: 5, sequence_format: "{Sequence}.jpg"}]
streams: [{url: "rtmp://live.example.com/app/room1", state: live}]
jobs: [{name: room 1, template: t, stream: "rtmp://live.example.com/app/room1", bucket: pictures}]
expect: [{frames: 12}]
"""
WRONG = "scenario: wrong\nsead: 7\nclock: {mode: x0}\n"


@pytest.fixture
def file(tmp_path, monkeypatch):
    """Write files into a folder that is the present one; their names are all that is needed."""
    monkeypatch.chdir(tmp_path)

    def write(text, name="mine.yaml"):
        (tmp_path / name).write_text(text)
        return name

    return write


# -- The library --


def test_every_ready_scenario_is_listed_with_what_happens(command):
    ended = command("scenario", "list")

    assert (ended.status, ended.err) == (0, "")
    assert [line.split()[0] for line in ended.out.splitlines() if line[0] != " "] == [
        "SCENARIO",
        *shipped().names(),
    ]


def test_the_list_is_printed_as_a_document(command):
    listed = json.loads(command("scenario", "list", "--json").out)["scenarios"]

    assert [each["name"] for each in listed] == shipped().names()
    assert all(set(each) == {"name", "description"} and each["description"] for each in listed)


@pytest.mark.parametrize("name", shipped().names())
def test_a_ready_scenario_is_printed_as_it_is_written(command, name):
    assert command("scenario", "show", name) == (0, shipped().text(name).rstrip("\n") + "\n", "")


def test_a_name_that_there_is_not_gets_a_suggestion(command):
    ended = command("scenario", "show", "one-rom")

    assert (ended.status, ended.out) == (2, "")
    assert ended.err.startswith("ice-mock: the scenario is wrong:\n")
    assert "did you mean one-room?" in ended.err


def test_the_schema_is_printed_as_a_document(command):
    ended = command("scenario", "schema")

    assert (ended.status, json.loads(ended.out)) == (0, json_schema())


def test_without_a_tool_nothing_is_done(command):
    ended = command("scenario")

    assert (ended.status, ended.out) == (2, "")


# -- Checking --


def test_a_file_without_mistakes_is_praised(command, file):
    assert command("scenario", "check", file(GOOD)) == (0, "1 scenario, no mistakes.\n", "")


def test_several_files_and_names_are_checked_at_once(command, file):
    ended = command("scenario", "check", file(GOOD), file('{"scenario": "a"}', "a.json"), "one-room")

    assert ended == (0, "3 scenarios, no mistakes.\n", "")


def test_all_mistakes_of_all_files_are_reported_with_their_places(command, file):
    ended = command("scenario", "check", file(GOOD), file(WRONG, "a.yaml"), file(WRONG, "b.yaml"))

    lines = ended.out.splitlines()
    assert (ended.status, ended.err) == (1, "")
    assert [line.partition(": ")[0] for line in lines] == [
        "a.yaml:2:1",
        "a.yaml:3:9",
        "b.yaml:2:1",
        "b.yaml:3:9",
    ]
    assert "did you mean seed?" in lines[0]


def test_mistakes_are_printed_as_a_document(command, file):
    ended = command("scenario", "check", file(WRONG), "--json")

    problems = json.loads(ended.out)["problems"]
    assert ended.status == 1
    assert [(each["source"], each["line"], each["column"], each["path"]) for each in problems] == [
        ("mine.yaml", 2, 1, "sead"),
        ("mine.yaml", 3, 9, "clock.mode"),
    ]
    assert problems[0]["suggestion"] == "seed"


def test_no_mistakes_are_an_empty_list(command, file):
    ended = command("scenario", "check", file(GOOD), "--json")

    assert (ended.status, json.loads(ended.out)) == (0, {"problems": []})


@pytest.mark.parametrize(
    ("content", "status"), [(b"scenario: \xff", 1), (None, 2)], ids=["no UTF-8", "no file"]
)
def test_a_file_that_cannot_be_read_is_a_mistake(command, file, tmp_path, content, status):
    file(GOOD)
    if content is not None:
        (tmp_path / "other.yaml").write_bytes(content)

    ended = command("scenario", "check", "other.yaml")

    assert (ended.status, ended.out.count("\n")) == (status, 1)
    assert ended.out.startswith("other.yaml")


def test_a_mistake_cannot_steer_the_terminal(command, file):
    ended = command("scenario", "check", file('scenario: a\n"\\e[31m": 1\n'))

    assert ended.status == 1
    assert "\x1b" not in ended.out


# -- Planning --


def test_a_plan_is_a_line_for_each_step(command, file):
    ended = command("scenario", "plan", file(GOOD), "--until", "5s")

    assert (ended.status, ended.err) == (0, "")
    assert [line.split(maxsplit=4) for line in ended.out.splitlines()[-2:]] == [
        ["2026-01-01", "00:00:05.000", "+5s", "frame", "room 1               number 1"],
        ["2026-01-01", "00:00:05.000", "+5s", "file", "room 1               pictures/1.jpg"],
    ]
    assert len(ended.out.splitlines()) == 6


def test_a_plan_is_the_same_text_every_time_and_for_ten_minutes_by_default(command, file):
    name = file(GOOD)

    plans = [command("scenario", "plan", name, *until).out for until in ([], [], ["--until", "10m"])]

    assert plans[0] == plans[1] == plans[2]
    assert plans[0].splitlines()[-1].endswith("pictures/120.jpg")


def test_a_plan_is_printed_as_a_document(command, file):
    steps = json.loads(command("scenario", "plan", file(GOOD), "--until", "5s", "--json").out)["steps"]

    assert steps[-1] == {
        "at": "2026-01-01T00:00:05.000Z",
        "after": 5.0,
        "what": "file",
        "subject": "room 1",
        "detail": "pictures/1.jpg",
    }


def test_a_ready_scenario_is_planned_by_its_name(command):
    ended = command("scenario", "plan", "flapping-ingest", "--until", "35s")

    assert ended.out.splitlines()[-1].split()[2:4] == ["+35s", "state"]


# -- Running --


def test_a_run_tells_what_happened_and_what_was_met(command, file):
    ended = command("scenario", "run", file(GOOD), "--until", "1m")

    assert (ended.status, ended.err) == (0, "")
    assert ended.out.splitlines() == [
        "good: 1m, 12 frames, no callbacks delivered, 0 lost, 0 waiting",
        "  ok    frames: expected exactly 12, found 12",
    ]


def test_a_run_that_does_not_meet_its_expectations_fails(command, file):
    ended = command("scenario", "run", file(GOOD), "--until", "2m")

    assert (ended.status, ended.err) == (1, "")
    assert ended.out.splitlines()[1:] == ["  FAIL  frames: expected exactly 12, found 24"]


def test_a_run_without_expectations_says_so(command, file):
    ended = command("scenario", "run", file("scenario: empty"), "--until", "1m")

    assert ended.status == 0
    assert ended.out.splitlines()[1:] == ["  note  nothing was expected"]


def test_a_run_names_the_faults_that_never_struck(command, file):
    ended = command(
        "scenario", "run", file(GOOD + "faults: [{id: outage, error: InternalError}]"), "--until", "1m"
    )

    assert ended.status == 0
    assert ended.out.splitlines()[2:] == ["  note  the fault api error outage never struck"]


@pytest.mark.parametrize(("until", "status", "found"), [("1m", 0, 12), ("2m", 1, 24)])
def test_a_run_is_printed_as_a_document(command, file, until, status, found):
    ended = command("scenario", "run", file(GOOD), "--until", until, "--json")

    assert ended.status == status
    assert json.loads(ended.out) == {
        "scenario": "good",
        "passed": status == 0,
        "frames": found,
        "callbacks": {"delivered": 0, "lost": 0, "waiting": 0},
        "expectations": [
            {"name": "frames", "wanted": "exactly 12", "found": found, "met": status == 0},
        ],
        "unfired_faults": [],
    }


@pytest.mark.parametrize(("until", "status", "failures"), [("1m", 0, "0"), ("2m", 1, "1")])
def test_a_run_is_written_as_junit_xml_whether_it_passed_or_not(
    command, file, tmp_path, until, status, failures
):
    ended = command("scenario", "run", file(GOOD), "--until", until, "--junit", "report.xml")

    suite = ET.parse(tmp_path / "report.xml").getroot()[0]
    assert ended.status == status
    assert (suite.get("name"), suite.get("tests"), suite.get("failures")) == ("good", "1", failures)


def test_a_report_that_cannot_be_written_is_one_line(command, file):
    ended = command("scenario", "run", file(GOOD), "--junit", "no-such-folder/report.xml")

    assert (ended.status, ended.out) == (2, "")
    assert ended.err == (
        "ice-mock: --junit: cannot write no-such-folder/report.xml: No such file or directory\n"
    )


# -- What can be wrong --


@pytest.mark.parametrize("tool", ["plan", "run"])
@pytest.mark.parametrize("until", ["", "x", "10", "-1s", "1y"])
def test_a_wrong_duration_is_one_line(command, file, tool, until):
    ended = command("scenario", tool, file(GOOD), f"--until={until}")

    assert (ended.status, ended.out) == (2, "")
    assert ended.err == (
        f"ice-mock: --until: {until!r} is no duration: expected a number and ms, s, m, h or d, such as 30s\n"
    )


@pytest.mark.parametrize("tool", ["plan", "run"])
@pytest.mark.parametrize("scenario", ["one-rom", "no-such.yaml", "folder/no-such"])
def test_a_scenario_that_there_is_not_is_wrong_input(command, file, tool, scenario):
    file(GOOD)

    ended = command("scenario", tool, scenario)

    assert (ended.status, ended.out) == (2, "")
    assert ended.err.startswith("ice-mock: the scenario is wrong:\n")


@pytest.mark.parametrize("tool", ["plan", "run"])
def test_a_wrong_scenario_is_not_used_and_all_its_mistakes_are_told(command, file, tool):
    ended = command("scenario", tool, file(WRONG))

    assert (ended.status, ended.out) == (2, "")
    assert len(ended.err.splitlines()) == 3
    assert "mine.yaml:2:1: sead" in ended.err
