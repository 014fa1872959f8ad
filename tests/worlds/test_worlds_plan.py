"""What is planned is what happens, and is told without doing it."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from itertools import islice, pairwise

import pytest

from ice_mock.scenario import shipped
from ice_mock.worlds import IceMock, scenarios
from ice_mock.worlds.plan import plan
from ice_mock.worlds.trial import perform

THREE_MINUTES = timedelta(minutes=3)
YEAR = timedelta(days=365)
every_scenario = pytest.mark.parametrize("name", shipped().names())
ONE_ROOM = """
scenario: planned
templates: [{id: t, interval: 5, overwrite_format: "now.jpg", sequence_format: "{Sequence}.jpg"}]
streams: [{url: "rtmp://live.example.com/app/room1", state: live}]
jobs: [{name: room 1, template: t, stream: "rtmp://live.example.com/app/room1", bucket: pictures}]
"""


def planned(text, seconds=60):
    """The steps of a scenario as (seconds, what, subject, detail), without those of its beginning."""
    steps = plan(scenarios.of_text(text), timedelta(seconds=seconds))
    return [
        (step.after.total_seconds(), step.what, step.subject, step.detail)
        for step in steps
        if step.after or step.what != "state"
    ]


@every_scenario
def test_a_plan_is_the_same_every_time_and_in_order(name):
    first, second = (list(plan(scenarios.named(name), THREE_MINUTES)) for _ in range(2))

    assert first == second
    assert all(one.at <= other.at for one, other in pairwise(first))
    assert all(step.after <= THREE_MINUTES for step in first)
    assert all(step.at - step.after == first[0].at for step in first)


@every_scenario
def test_what_is_planned_is_what_happens(name):
    scenario = replace(scenarios.named(name), clock="frozen")
    steps = list(plan(scenario, THREE_MINUTES))

    mock = IceMock(scenario)
    engine = mock.worlds.engine_of(None)
    engine.time.move_to(engine.now() + THREE_MINUTES)
    engine.timeline.settle()

    names = Counter(job.name for job in engine.jobs.all())
    frames, files = [], set()
    for job in engine.jobs.all():
        schedule = engine.jobs.schedule(job, engine.now())
        frames += [(frame.instant, job.name, f"number {frame.number}") for frame in schedule]
        files |= {
            f"{job.bucket}/{stored.key}" for frame in schedule for stored in engine.files.of_frame(job, frame)
        }
    told = [(step.at, step.subject, step.detail) for step in steps if step.what == "frame"]
    assert sorted(told) == sorted(frames)
    assert {step.detail for step in steps if step.what == "file"} == files
    changes = [(change.at, change.what) for change in engine.journal.changes()]
    assert [(step.at, step.detail) for step in steps if step.what == "state"] == changes
    assert {step.subject for step in steps if step.what == "frame"} <= set(names)


@pytest.mark.parametrize("name", ["refusing-receiver", "one-room"])
def test_as_many_callbacks_are_planned_as_are_tried(name):
    scenario = scenarios.named(name)

    steps = Counter(step.what for step in plan(scenario, THREE_MINUTES))

    report = perform(scenario, THREE_MINUTES).report
    assert steps["callback"] == report.delivered + report.lost + report.waiting


def test_a_frame_its_files_and_their_callbacks_follow_one_another():
    text = ONE_ROOM + 'account: {callback: {url: "http://receiver.example.com/"}}'

    assert planned(text, 5) == [
        (5, "frame", "room 1", "number 1"),
        (5, "file", "room 1", "pictures/1.jpg"),
        (5, "file", "room 1", "pictures/now.jpg"),
        (5, "callback", "room 1", "1.jpg to http://receiver.example.com/"),
        (5, "callback", "room 1", "now.jpg to http://receiver.example.com/"),
    ]


def test_only_announced_files_have_callbacks():
    text = ONE_ROOM + (
        'account: {callback: {url: "http://receiver.example.com/"}}\nbehaviour: {callbacks_per: frame}'
    )

    callbacks = [detail for _, what, _, detail in planned(text, 10) if what == "callback"]

    assert callbacks == ["1.jpg to http://receiver.example.com/", "2.jpg to http://receiver.example.com/"]


def test_a_missing_picture_is_a_frame_without_files():
    text = ONE_ROOM + "faults: [{snapshot: missing, after: 1, times: 1}]"

    steps = [(after, what) for after, what, _, _ in planned(text, 15)]

    assert steps == [
        *[(5, "frame"), (5, "file"), (5, "file")],
        (10, "frame"),
        *[(15, "frame"), (15, "file"), (15, "file")],
    ]


@pytest.mark.parametrize(
    ("seconds", "last"), [(4.999, 0), (5, 1), (14, 2), (15, 3)], ids=["before a frame", "with it", "2", "3"]
)
def test_a_plan_goes_up_to_and_including_its_end(seconds, last):
    frames = [detail for _, what, _, detail in planned(ONE_ROOM, seconds) if what == "frame"]

    assert frames == [f"number {number}" for number in range(1, last + 1)]


def test_changes_come_after_the_frames_of_their_instant():
    text = ONE_ROOM + 'timeline: [{at: 10s, unpublish: "rtmp://live.example.com/app/room1"}]'

    steps = [(after, what, detail) for after, what, _, detail in planned(text) if what != "file"]

    assert steps == [
        (5, "frame", "number 1"),
        (10, "frame", "number 2"),
        (10, "state", "unpublished"),
    ]


def test_changes_at_the_end_of_a_plan_are_told_and_later_ones_are_not():
    text = (
        ONE_ROOM + "timeline: [{at: 20s, account: {status: disabled}}, {at: 21s, account: {status: active}}]"
    )

    changes = [
        (after, subject, detail) for after, what, subject, detail in planned(text, 20) if what == "state"
    ]

    assert [after for after, _, _ in changes] == [20]


@pytest.mark.parametrize(
    ("window", "told"),
    [
        ("since: 10s", [(10, "begins to strike")]),
        ("until: 20s", [(20, "strikes no more")]),
        ("since: 10s, until: 20s", [(10, "begins to strike"), (20, "strikes no more")]),
        ("since: 2m, until: 3m", []),
        ("times: 3", []),
    ],
    ids=["since", "until", "both", "later", "none"],
)
def test_windows_of_faults_are_told_where_they_open_and_close(window, told):
    text = ONE_ROOM + f"faults: [{{id: outage, error: InternalError, {window}}}]"

    steps = [(after, subject, detail) for after, what, subject, detail in planned(text) if what == "fault"]

    assert steps == [(after, "outage", f"api error: {word}") for after, word in told]


def test_so_are_those_of_faults_that_the_timeline_sets_as_long_as_they_are_armed():
    text = ONE_ROOM + (
        "timeline:\n"
        "  - {at: 15s, fault: {id: outage, error: InternalError, since: 20s, until: 40s}}\n"
        "  - {at: 30s, clear_fault: outage}\n"
    )

    steps = [
        (after, subject, detail)
        for after, what, subject, detail in planned(text)
        if what in ("fault", "state")
    ]

    assert steps == [
        (15, "fault outage", "armed"),
        (20, "outage", "api error: begins to strike"),
        (30, "fault outage", "cleared"),
    ]


@every_scenario
def test_the_first_steps_of_a_year_come_at_once(name):
    steps = list(islice(plan(scenarios.named(name), YEAR), 10))

    assert steps == list(islice(plan(scenarios.named(name), THREE_MINUTES), 10))


def test_a_pattern_without_end_can_be_planned_as_far_as_somebody_reads():
    text = "scenario: x\nstreams: [{url: 'rtmp://a/b', pattern: {live: 30s, offline: 5s}}]"

    steps = islice(plan(scenarios.of_text(text), YEAR), 6)

    assert [(step.after.total_seconds(), step.detail) for step in steps] == [
        (0, "published"),
        (30, "unpublished"),
        (35, "published"),
        (65, "unpublished"),
        (70, "published"),
        (100, "unpublished"),
    ]


@pytest.mark.parametrize(
    "clock", ["{mode: real}", "{mode: x60}", "{mode: frozen, start: 2031-01-01T00:00:00Z}"]
)
def test_a_plan_is_no_matter_of_the_real_time(clock):
    steps = list(plan(scenarios.of_text(ONE_ROOM + f"clock: {clock}"), timedelta(seconds=5)))

    year = "2031" if "2031" in clock else "2026"
    assert {step.at.isoformat()[:4] for step in steps} == {year}
    assert [step.what for step in steps][-3:] == ["frame", "file", "file"]
