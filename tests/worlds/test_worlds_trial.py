"""Scenarios are performed, and held against what they expect."""

from datetime import timedelta
from xml.etree import ElementTree as ET

import pytest

from ice_mock.cli.junit import document
from ice_mock.domain.scenario import Bounds, Expectation
from ice_mock.scenario import shipped
from ice_mock.worlds import scenarios
from ice_mock.worlds.trial import Verdict, failures, perform

MINUTE = timedelta(minutes=1)
ROOM = """
scenario: tried
templates: [{id: t, interval: 5, overwrite_format: "now.jpg", sequence_format: "{Sequence}.jpg"}]
streams: [{url: "rtmp://live.example.com/app/room1", state: live}]
jobs:
  - {name: room 1, template: t, stream: "rtmp://live.example.com/app/room1", bucket: pictures}
  - {name: room 2, template: t, stream: "rtmp://live.example.com/app/room1", bucket: others}
timeline:
  - {at: 30s, job: {name: room 2, command: stop}}
"""
DEAF = 'account: {callback: {url: "inbox"}}\nfaults: [{id: deaf, callback: drop}]\n'
INBOX = 'account: {callback: {url: "inbox"}}\n'


def tried(text, until=MINUTE):
    return perform(scenarios.of_text(ROOM + text), until)


@pytest.mark.parametrize("name", shipped().names())
def test_every_ready_scenario_meets_its_expectations(name):
    trial = perform(scenarios.named(name), timedelta(minutes=3))

    assert list(failures(trial)) == []
    assert trial.is_passed


@pytest.mark.parametrize(
    ("expected", "more", "found"),
    [
        ("{frames: 18}", "", 18),
        ("{frames: {job: room 1, exactly: 12}}", "", 12),
        ("{frames: {job: room 2, exactly: 6}}", "", 6),
        ("{files: 20}", "", 20),
        ("{files: {job: room 2, exactly: 7}}", "", 7),
        ("{callbacks: 36}", INBOX, 36),
        ("{callbacks: {delivered: 36}}", INBOX, 36),
        ("{callbacks: {job: room 2, exactly: 12}}", INBOX, 12),
        ("{callbacks: {lost: 36}}", DEAF, 36),
        ("{callbacks: {waiting: 0}}", DEAF, 0),
        ("{callbacks: 0}", "", 0),
        ("{calls: 0}", "", 0),
        ("{jobs: {room 1: started}}", "", 1),
        ("{jobs: {room 2: paused}}", "", 1),
        ("{frames: {at_least: 18, at_most: 18}}", "", 18),
        ("{frames: {at_least: 1}}", "", 18),
        ("{frames: {at_most: 100}}", "", 18),
    ],
)
def test_what_is_expected_is_counted_and_met(expected, more, found):
    trial = tried(f"{more}expect: [{expected}]")

    assert [(verdict.found, verdict.is_met) for verdict in trial.verdicts] == [(found, True)]
    assert trial.is_passed


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        ("{frames: 17}", "frames: expected exactly 17, found 18"),
        ("{frames: {job: room 1, at_least: 13}}", "frames job room 1: expected at least 13, found 12"),
        ("{files: {at_most: 19}}", "files: expected at most 19, found 20"),
        ("{files: {at_least: 1, at_most: 2}}", "files: expected at least 1 and at most 2, found 20"),
        ("{callbacks: {delivered: 1}}", "callbacks state delivered: expected exactly 1, found 0"),
        ("{jobs: {room 1: paused}}", "jobs job room 1 status paused: expected exactly 1, found 0"),
    ],
)
def test_what_is_not_met_says_what_was_expected_and_what_was_found(expected, text):
    trial = tried(f"expect: [{{frames: 18}}, {expected}]")

    assert not trial.is_passed
    assert list(failures(trial)) == [text]


@pytest.mark.parametrize(
    ("least", "most", "found", "is_met"),
    [
        (2, 4, 1, False),
        (2, 4, 2, True),
        (2, 4, 4, True),
        (2, 4, 5, False),
        (2, None, 1_000_000, True),
        (None, 4, 0, True),
        (None, None, 7, True),
        (0, 0, 0, True),
        (0, 0, 1, False),
    ],
)
def test_both_bounds_are_inside_and_an_open_one_is_none(least, most, found, is_met):
    verdict = Verdict(Expectation("frames", {}, Bounds(least, most)), found)

    assert verdict.is_met is is_met


def test_an_expectation_without_bounds_wants_any_number():
    assert Verdict(Expectation("frames", {}, Bounds()), 3).wanted == "any number"


def test_a_scenario_that_expects_nothing_passes():
    trial = tried("")

    assert (trial.is_passed, trial.verdicts) == (True, ())


def test_the_report_counts_what_happened():
    report = tried(INBOX).report

    assert sum(report.frames.values()) == 18
    assert (report.delivered, report.lost, report.waiting) == (36, 0, 0)
    assert report.end - report.start == MINUTE


@pytest.mark.parametrize("until", [0, 4.999, 5, 60], ids=str)
def test_a_trial_goes_up_to_and_including_its_end(until):
    trial = tried("", timedelta(seconds=until))

    assert sum(trial.report.frames.values()) == {0: 0, 4.999: 0, 5: 2, 60: 18}[until]


def test_a_trial_of_a_world_with_another_clock_takes_no_longer():
    trial = tried("clock: {mode: real}\nexpect: [{frames: 34566}]", timedelta(days=2))

    assert trial.is_passed


def test_faults_that_never_struck_are_named():
    trial = tried(
        INBOX
        + "faults:\n"
        + "  - {id: on-calls, error: InternalError}\n"
        + "  - {id: late, callback: drop, since: 2m}\n"
        + "  - {id: nobodys, callback: drop, job: nobody}\n"
        + "  - {id: struck, callback: duplicate, times: 1}\n"
        + "  - {id: on-pictures, snapshot: black, job: nobody}\n"
        + "  - {id: black, snapshot: black, times: 1}\n"
    )

    assert trial.unfired == (
        "api error on-calls",
        "callback drop late",
        "callback drop nobodys",
        "snapshot black on-pictures",
    )


# -- JUnit --


def test_a_trial_that_passed_is_a_suite_of_cases():
    root = ET.fromstring(document(tried("expect: [{frames: 18}, {jobs: {room 1: started}}]")))

    assert (root.tag, [child.tag for child in root]) == ("testsuites", ["testsuite"])
    assert root[0].attrib == {"name": "tried", "tests": "2", "failures": "0", "errors": "0"}
    assert [case.attrib for case in root.iter("testcase")] == [
        {"classname": "tried", "name": "frames"},
        {"classname": "tried", "name": "jobs job room 1 status started"},
    ]
    assert list(root.iter("failure")) == []


def test_what_was_not_met_is_a_failure_that_says_why():
    root = ET.fromstring(document(tried("expect: [{frames: 1}, {files: 20}, {files: 3}]")))

    assert (root[0].get("tests"), root[0].get("failures")) == ("3", "2")
    assert [case.get("name") for case in root.iter("testcase") if case.find("failure") is not None] == [
        "frames",
        "files",
    ]
    assert [(each.get("message"), each.text) for each in root.iter("failure")] == [
        ("frames: expected exactly 1, found 18",) * 2,
        ("files: expected exactly 3, found 20",) * 2,
    ]


def test_faults_that_never_struck_are_noted_in_the_output():
    root = ET.fromstring(document(tried("faults: [{id: outage, error: InternalError}]")))

    assert root[0].findtext("system-out") == "the fault api error outage never struck"


def test_names_that_are_no_xml_are_written_as_such():
    text = (
        ROOM.replace("room 1,", '"<room> & 直播间",')
        + 'expect: [{frames: {job: "<room> & 直播间", exactly: 12}}]'
    )

    trial = perform(scenarios.of_text(text), MINUTE)

    [case] = ET.fromstring(document(trial)).iter("testcase")
    assert case.get("name") == "frames job <room> & 直播间"
