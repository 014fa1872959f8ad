"""Every knob of jobs, frames, files and callbacks: what its default does, and what every other value does."""

import re
from collections import Counter
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ice_mock.domain.behaviour import Behaviour
from ice_mock.domain.model import Account, Plan
from ice_mock.domain.timepiece import FROZEN_START, Timepiece
from ice_mock.engine import Engine
from ice_mock.engine.files import files_of
from ice_mock.engine.jobs import Order
from ice_mock.errors import (
    ApiError,
    InvalidParameter,
    JobAlreadyStarted,
    NoValidSnapshot,
    OverlayNotSupported,
    StreamNotFound,
)
from ice_mock.store.memory import MemoryStore

STREAM = "rtmp://live.example.com/app/room1"
OTHER = "rtmp://live.example.com/app/room2"
BOTH = {"overwrite": "{JobId}.jpg", "sequence": "{JobId}/{Sequence}.jpg"}
TESTS = Path(__file__).parents[1]


@pytest.fixture
def behave(engine):
    """Turn knobs of the world: ``behave(first_frame="at-start")``."""
    return lambda **knobs: engine.store.put(replace(engine.account, behaviour=Behaviour(**knobs)))


@pytest.fixture
def frames(engine):
    """The seconds after the start at which a job captured its frames."""

    def seconds(job):
        schedule = engine.jobs.schedule(engine.jobs.find(job.id), engine.now())
        return [(frame.instant - FROZEN_START).total_seconds() for frame in schedule]

    return seconds


@pytest.fixture
def status(engine):
    return lambda job: engine.jobs.status(engine.jobs.find(job.id))


@pytest.fixture
def listed(engine):
    """The keys of a job's files, as they are listed."""

    def keys(job):
        whole = {"start": FROZEN_START, "end": FROZEN_START + timedelta(days=1)}
        page = engine.files.page(job.id, **whole, limit=1000, descending=False)
        return [stored.key for stored in page.files]

    return keys


def refusal(act, *arguments):
    """The class of the error that an act ends with, None if it is done."""
    try:
        act(*arguments)
    except ApiError as error:
        return type(error)
    return None


def knob(name, **expected):
    """A table of a knob's values, written with underscores, and what is expected of each."""
    return pytest.mark.parametrize(
        ("value", "expected"),
        [
            pytest.param(value.replace("_", "-"), what, id=f"{name} {value}")
            for value, what in expected.items()
        ],
    )


@pytest.mark.parametrize("field", fields(Behaviour), ids=lambda field: field.name)
def test_every_knob_is_tested_with_all_its_values(field):
    modules = [*TESTS.glob("*/test_*_behaviour.py"), TESTS / "gateway/test_gateway_admission.py"]
    text = "".join(module.read_text() for module in modules)

    untested = [
        value
        for value in get_args(field.type)
        if isinstance(value, str) and not re.search(rf"\b{value.replace('-', '[-_]')}[\"=]", text)
    ]

    assert re.search(rf"\b{field.name}\b", text)
    assert untested == []


# -- Jobs --


@pytest.mark.parametrize(
    ("delay", "seconds", "before"),
    [(0, [5, 10], "started"), (3, [8], "init")],
    ids=["by default at once", "three seconds late"],
)
def test_start_delay_is_how_long_a_new_job_takes_to_start(
    engine, stream, make_job, pass_time, behave, frames, status, delay, seconds, before
):
    behave(start_delay=timedelta(seconds=delay))
    job = make_job()
    pass_time(seconds=2)
    at_two_seconds = status(job)
    pass_time(seconds=10)

    assert at_two_seconds == before
    assert (frames(job), status(job)) == (seconds, "started")


@knob("on_ingest_begin", wait="init", start="started")
def test_on_ingest_begin_says_whether_jobs_that_wait_start(engine, make_job, behave, status, value, expected):
    behave(on_ingest_begin=value)
    job = make_job()

    engine.publish(STREAM)

    assert status(job) == expected


def test_jobs_that_start_when_ingest_begins_start_as_far_as_the_limit_goes(engine, make_job, behave, status):
    behave(on_ingest_begin="start")
    engine.store.put(replace(engine.account, concurrent_jobs=2))
    jobs = [make_job() for _ in range(3)]

    engine.publish(STREAM)

    assert [status(job) for job in jobs] == ["started", "started", "init"]


@knob("on_ingest_end", pause="paused", **{"continue": "started"})
def test_on_ingest_end_says_what_a_running_job_is_called_without_its_stream(
    engine, stream, make_job, pass_time, behave, frames, status, value, expected
):
    behave(on_ingest_end=value)
    job = make_job()
    pass_time(seconds=7)

    engine.unpublish(STREAM)
    pass_time(seconds=20)

    assert status(job) == expected
    assert frames(job) == [5]


@knob("on_ingest_return", resume=("started", [5, 15, 20]), wait=("paused", [5]))
def test_on_ingest_return_says_whether_a_running_job_goes_on(
    engine, stream, make_job, pass_time, behave, frames, status, value, expected
):
    behave(on_ingest_return=value)
    job = make_job()
    pass_time(seconds=7)
    engine.unpublish(STREAM)
    pass_time(seconds=6)

    engine.publish(STREAM)
    pass_time(seconds=7)

    assert (status(job), frames(job)) == expected


def test_a_job_that_waits_for_a_command_when_ingest_returns_takes_it(
    engine, stream, make_job, pass_time, behave, frames, status
):
    behave(on_ingest_return="wait")
    job = make_job()
    engine.unpublish(STREAM)
    engine.publish(STREAM)

    engine.jobs.start(job.id)
    pass_time(seconds=5)

    assert (status(job), frames(job)) == ("started", [5])


@knob("start_in_outage", stream_not_found=StreamNotFound, already_started=JobAlreadyStarted)
def test_start_in_outage_is_the_answer_for_a_job_that_runs_without_its_stream(
    engine, stream, make_job, behave, value, expected
):
    behave(start_in_outage=value)
    job = make_job()
    engine.unpublish(STREAM)

    assert refusal(engine.jobs.start, job.id) is expected


@knob("stop_when_stopped", succeed=None, refuse=InvalidParameter)
def test_stop_when_stopped_is_the_answer_for_a_job_that_does_not_run(
    engine, make_job, behave, status, value, expected
):
    behave(stop_when_stopped=value)
    job = make_job()

    assert refusal(engine.jobs.stop, job.id) is expected
    assert status(job) == "init"


@knob("restart", always=(None, "started"), running=(InvalidParameter, "paused"))
def test_restart_says_whether_a_job_that_does_not_run_can_be_restarted(
    engine, stream, make_job, behave, status, value, expected
):
    behave(restart=value)
    job = make_job()
    engine.jobs.stop(job.id)

    assert (refusal(engine.jobs.restart, job.id), status(job)) == expected


@pytest.mark.parametrize("value", ["always", "running"])
def test_a_running_job_can_be_restarted_whatever_restart_says(engine, stream, make_job, behave, value):
    behave(restart=value)
    job = make_job()

    assert refusal(engine.jobs.restart, job.id) is None


@knob("limit_counts", started="init", capturing="started")
def test_limit_counts_says_whether_jobs_without_their_stream_count(
    engine, make_job, behave, status, value, expected
):
    behave(limit_counts=value)
    engine.store.put(replace(engine.account, concurrent_jobs=1))
    engine.publish(STREAM)
    engine.publish(OTHER)
    make_job()
    engine.unpublish(STREAM)

    job = make_job(url=OTHER)

    assert status(job) == expected


@knob("template_update", ignore=[5, 10, 15, 20], on_start=[5, 10, 17])
def test_template_update_says_whether_a_start_reads_the_template(
    engine, stream, make_template, make_job, pass_time, behave, frames, value, expected
):
    behave(template_update=value)
    template = make_template()
    job = make_job(template=template)
    engine.templates.update(template.id, "Slower", replace(template.plan, interval=timedelta(seconds=7)))
    pass_time(seconds=10)

    engine.jobs.restart(job.id)
    pass_time(seconds=10)

    assert frames(job) == expected


def test_a_start_goes_by_the_old_plan_where_the_template_is_gone(
    engine, stream, make_template, make_job, pass_time, behave, frames
):
    behave(template_update="on-start")
    template = make_template()
    job = make_job(template=template)
    engine.delete_template(template.id)

    engine.jobs.restart(job.id)
    pass_time(seconds=10)

    assert frames(job) == [5, 10]


@knob("template_delete", keep_jobs="started", stop_jobs="paused")
def test_template_delete_says_what_becomes_of_the_running_jobs_of_a_template(
    engine, stream, make_template, make_job, behave, status, value, expected
):
    behave(template_delete=value)
    template = make_template()
    job, other = make_job(template=template), make_job()

    engine.delete_template(template.id)

    assert (status(job), status(other)) == (expected, "started")


@knob("stream_match", exact="init", without_query="started")
def test_stream_match_says_whether_a_query_makes_another_stream(
    engine, make_job, behave, status, value, expected
):
    behave(stream_match=value)
    engine.publish(f"{STREAM}?auth_key=1")

    job = make_job(url=f"{STREAM}?auth_key=2")

    assert status(job) == expected


@knob("stream_match", exact="started", without_query="paused")
def test_stream_match_holds_for_the_end_of_ingest_as_well(
    engine, stream, make_job, behave, status, value, expected
):
    behave(stream_match=value, on_ingest_return="wait")
    job = make_job()

    engine.unpublish(f"{STREAM}?auth_key=1")

    assert status(job) == expected


# -- Frames --


@knob("first_frame", after_interval=[5, 10], at_start=[0, 5, 10])
def test_first_frame_comes_with_the_start_or_an_interval_after_it(
    engine, stream, make_job, pass_time, behave, frames, value, expected
):
    behave(first_frame=value)
    job = make_job()
    pass_time(seconds=10)

    assert frames(job) == expected


@knob("beat", from_start=[5, 15, 20], from_ingest=[5, 17])
def test_beat_begins_anew_with_ingest_or_does_not(
    engine, stream, make_job, pass_time, behave, frames, value, expected
):
    behave(beat=value)
    job = make_job()
    pass_time(seconds=7)
    engine.unpublish(STREAM)
    pass_time(seconds=5)
    engine.publish(STREAM)
    pass_time(seconds=8)

    assert frames(job) == expected


def test_a_beat_from_ingest_whose_first_frame_is_at_the_start_begins_with_ingest(
    engine, stream, make_job, pass_time, behave, frames
):
    behave(beat="from-ingest", first_frame="at-start")
    job = make_job()
    pass_time(seconds=7)
    engine.unpublish(STREAM)
    pass_time(seconds=5)
    engine.publish(STREAM)
    pass_time(seconds=6)

    assert frames(job) == [0, 5, 12, 17]


@pytest.mark.parametrize(
    ("key_frames", "seconds"), [(0, [5, 10, 15]), (2, [6, 10, 16])], ids=["anywhere", "every two seconds"]
)
def test_key_frames_are_what_pictures_wait_for(
    engine, stream, make_job, pass_time, behave, frames, key_frames, seconds
):
    behave(key_frames=timedelta(seconds=key_frames))
    job = make_job()
    pass_time(seconds=16)

    assert frames(job) == seconds


def test_a_frame_whose_key_frame_is_still_to_come_is_not_there_yet(
    engine, stream, make_job, pass_time, behave, frames
):
    behave(key_frames=timedelta(seconds=2))
    job = make_job()
    pass_time(seconds=15.999)

    assert frames(job) == [6, 10]


def test_key_frames_count_from_the_beginning_of_ingest(engine, stream, make_job, pass_time, behave, frames):
    behave(key_frames=timedelta(seconds=2))
    pass_time(seconds=1)
    job = make_job()
    pass_time(seconds=14)

    assert frames(job) == [6, 12]


# -- Names --


@knob("sequence", per_job=["1", "2", "3", "4"], per_start=["1", "2", "1", "2"])
def test_sequence_goes_on_or_begins_again_with_a_start(
    engine, stream, make_job, pass_time, behave, listed, value, expected
):
    behave(sequence=value)
    job = make_job(sequence="{Sequence}.jpg")
    pass_time(seconds=10)
    engine.jobs.restart(job.id)
    pass_time(seconds=10)

    assert listed(job) == [f"{number}.jpg" for number in expected]


@knob("sequence", per_job=[1, 2, 3, 4], per_start=[3, 4])
def test_a_sequence_that_begins_again_overwrites_its_files(
    engine, stream, make_job, pass_time, behave, value, expected
):
    behave(sequence=value)
    make_job(sequence="{Sequence}.jpg")
    pass_time(seconds=10)
    engine.jobs.restart(engine.jobs.all()[0].id)
    pass_time(seconds=10)

    found = [engine.objects.find("pictures", f"{number}.jpg") for number in (1, 2, 3, 4)]

    assert [each.stored.frame.number for each in found if each] == expected


@pytest.mark.parametrize(
    ("name", "value", "key"),
    [
        pytest.param("sequence_width", 0, "2026-01-01/1767290400000-1.jpg", id="sequence_width 0"),
        pytest.param("sequence_width", 5, "2026-01-01/1767290400000-00001.jpg", id="sequence_width 5"),
        pytest.param("date_format", "yyyy-MM-dd", "2026-01-01/1767290400000-1.jpg", id="date_format dashes"),
        pytest.param("date_format", "yyyyMMdd", "20260101/1767290400000-1.jpg", id="date_format digits"),
        pytest.param("date_zone", "utc", "2026-01-01/1767290400000-1.jpg", id="date_zone utc"),
        pytest.param("date_zone", "asia-shanghai", "2026-01-02/1767290400000-1.jpg", id="date_zone shanghai"),
        pytest.param(
            "timestamp_unit",
            "milliseconds",
            "2026-01-01/1767290400000-1.jpg",
            id="timestamp_unit milliseconds",
        ),
        pytest.param("timestamp_unit", "seconds", "2026-01-01/1767290400-1.jpg", id="timestamp_unit seconds"),
    ],
)
def test_names_are_written_and_read_as_the_knobs_say(
    engine, stream, make_template, make_job, pass_time, behave, listed, name, value, key
):
    behave(**{name: value})
    template = make_template(interval=3600, sequence="{Date}/{UnixTimestamp}-{Sequence}.jpg")
    pass_time(hours=17)
    job = make_job(template=template)
    pass_time(hours=1)

    assert listed(job) == [key]
    assert engine.objects.find("pictures", key).stored.frame.number == 1
    assert engine.objects.walk("pictures").next_from("").key == key


# -- Files --


@knob("overlay_records", latest=1, every=3)
def test_overlay_records_says_how_often_an_overwrite_file_is_listed(
    engine, stream, make_job, pass_time, behave, listed, value, expected
):
    behave(overlay_records=value)
    job = make_job(**BOTH)
    pass_time(seconds=15)

    assert Counter(listed(job))[f"{job.id}.jpg"] == expected


@knob("delete_missing", report=(None, 1), refuse=(NoValidSnapshot, 2))
def test_delete_missing_says_what_unknown_timestamps_among_known_ones_do(
    engine, stream, make_job, pass_time, behave, listed, value, expected
):
    behave(delete_missing=value)
    job = make_job()
    pass_time(seconds=10)
    known = round(engine.now().timestamp() * 1000)

    error = refusal(lambda: engine.files.delete(job.id, [known, known + 1], originals=False))

    assert (error, len(listed(job))) == expected


@knob("delete_both", sequence=(None, 1), refuse=(OverlayNotSupported, 2))
def test_delete_both_says_whether_a_frame_with_both_files_can_be_deleted(
    engine, stream, make_job, pass_time, behave, listed, value, expected
):
    behave(delete_both=value)
    job = make_job(**BOTH)
    pass_time(seconds=5)
    stamp = round(engine.now().timestamp() * 1000)

    error = refusal(lambda: engine.files.delete(job.id, [stamp], originals=True))

    assert (error, len(listed(job))) == expected


# -- Searching and announcing --


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("anywhere", {"room": True, "ROOM 1": True, "oom": True}),
        ("prefix", {"room": True, "ROOM 1": True, "oom": False}),
        ("exact", {"room": False, "ROOM 1": True, "oom": False}),
    ],
    ids=["anywhere", "prefix", "exact"],
)
def test_search_says_where_a_word_has_to_match(engine, make_template, make_job, behave, value, words):
    behave(search=value)
    make_job("Room 1", template=make_template("Room 1"))
    page = {"number": 1, "size": 10, "descending": False}
    span = {"created_from": FROZEN_START, "created_until": FROZEN_START}

    jobs = {word: engine.jobs.page(**span, keyword=word, status=None, **page).total for word in words}
    templates = {
        word: engine.templates.page(keyword=word, ids=None, kind=None, **page).total for word in words
    }

    assert jobs == templates == words


@knob("callbacks_per", file=["{JobId}/1.jpg", "{JobId}.jpg"], frame=["{JobId}/1.jpg"])
def test_callbacks_per_says_what_is_announced_of_a_frame_with_both_files(
    engine, stream, make_job, pass_time, behave, value, expected
):
    behave(callbacks_per=value)
    job = make_job(callback_url="http://receiver.example.com/", **BOTH)
    pass_time(seconds=5)

    claimed = engine.announcements.claim(engine.now(), 10)

    assert [callback.key.replace(job.id, "{JobId}") for callback in claimed] == expected


@pytest.mark.parametrize("value", ["file", "frame"])
def test_an_overwrite_file_that_is_alone_is_announced_whatever_callbacks_per_says(
    engine, stream, make_job, pass_time, behave, value
):
    behave(callbacks_per=value)
    make_job(callback_url="http://receiver.example.com/", overwrite="{JobId}.jpg", sequence=None)
    pass_time(seconds=5)

    assert [callback.is_overlay for callback in engine.announcements.claim(engine.now(), 10)] == [True]


# -- Listing, finding and walking agree, whatever the knobs --

FORMATS = st.sampled_from(
    [
        (None, "{Sequence}.jpg"),
        ("{JobId}.jpg", "{JobId}/{UnixTimestamp}.jpg"),
        ("latest.jpg", "{Date}/{JobId}/{Sequence}.jpg"),
        (None, "{UnixTimestamp}/{Sequence}.jpg"),
        (None, "{Sequence}-{Date}-{Sequence}.jpg"),
        ("cover.jpg", None),
    ]
)
SECONDS = st.sampled_from([5, 7, 20])
BEHAVIOURS = st.builds(
    Behaviour,
    sequence=st.sampled_from(["per-job", "per-start"]),
    sequence_width=st.sampled_from([0, 1, 2, 9]),
    date_format=st.sampled_from(["yyyy-MM-dd", "yyyyMMdd"]),
    date_zone=st.sampled_from(["utc", "asia-shanghai"]),
    timestamp_unit=st.sampled_from(["milliseconds", "seconds"]),
    key_frames=st.sampled_from([timedelta(seconds=number) for number in (0, 1, 2.4)]),
    first_frame=st.sampled_from(["after-interval", "at-start"]),
    beat=st.sampled_from(["from-start", "from-ingest"]),
    template_update=st.sampled_from(["ignore", "on-start"]),
    on_ingest_return=st.sampled_from(["resume", "wait"]),
)
WAITS = st.tuples(st.just("wait"), st.integers(1, 30_000))
DEEDS = st.tuples(st.sampled_from(["publish", "unpublish", "start", "stop", "restart"]))
UPDATES = st.tuples(st.just("update"), SECONDS, FORMATS)
HISTORIES = st.lists(WAITS | DEEDS | UPDATES, max_size=12)


def lived(behaviour, formats, history):
    """A world in which a job went through a history that begins half a minute before midnight in China."""
    account = Account(user_id=1, seed=7, signatures="known", behaviour=behaviour)
    start = datetime(2026, 1, 1, 15, 59, 30, tzinfo=UTC)
    engine = Engine.create(MemoryStore(), lambda: start, account, Timepiece.starting("frozen", start, start))
    engine.publish(STREAM)
    template = engine.templates.create("t", Plan(timedelta(seconds=5), *formats))
    job = engine.jobs.submit(Order("room 1", template.id, STREAM, "oss", "pictures", None))
    doings = {
        "wait": lambda length: engine.time.move_to(engine.now() + timedelta(milliseconds=length)),
        "publish": lambda: engine.publish(STREAM),
        "unpublish": lambda: engine.unpublish(STREAM),
        "start": lambda: engine.jobs.start(job.id),
        "stop": lambda: engine.jobs.stop(job.id),
        "restart": lambda: engine.jobs.restart(job.id),
        "update": lambda interval, formats: engine.templates.update(
            template.id, "t", Plan(timedelta(seconds=interval), *formats)
        ),
    }
    for what, *how in [*history, ("wait", 10_000)]:
        refusal(doings[what], *how)
    return engine, engine.jobs.find(job.id)


@given(BEHAVIOURS, FORMATS, HISTORIES)
def test_walking_yields_every_key_once_and_each_is_found_with_its_last_frame(behaviour, formats, history):
    engine, job = lived(behaviour, formats, history)
    frames = list(engine.jobs.schedule(job, engine.now()))
    written = {stored.key: frame.number for frame in frames for stored in files_of(job, frame, behaviour)}
    assume(len({frame.timestamp_ms // 1000 for frame in frames}) == len(frames))

    walk, walked, key = engine.objects.walk("pictures"), {}, ""
    while found := walk.next_from(key):
        walked[found.key] = found.stored.frame.number
        key = found.key + "\0"
    found = {key: engine.objects.find("pictures", key) for key in written}

    assert list(walked) == sorted(written)
    assert walked == written
    assert {key: each and each.stored.frame.number for key, each in found.items()} == written


@given(BEHAVIOURS, FORMATS, HISTORIES)
def test_every_listed_file_is_found_with_a_frame_that_is_no_older(behaviour, formats, history):
    engine, job = lived(behaviour, formats, history)
    _, listed = engine.files.window(job.id, 0, 100_000)
    assume(behaviour.timestamp_unit == "milliseconds" or behaviour.first_frame == "after-interval")

    found = [engine.objects.find("pictures", stored.key) for stored in listed]

    assert [each and each.key for each in found] == [stored.key for stored in listed]
    assert all(each.modified_at >= stored.frame.instant for each, stored in zip(found, listed, strict=True))


@given(BEHAVIOURS, FORMATS, HISTORIES)
def test_frames_are_numbered_in_order_of_time_and_found_by_their_numbers_and_instants(
    behaviour, formats, history
):
    engine, job = lived(behaviour, formats, history)
    schedule = engine.jobs.schedule(job, engine.now())

    frames = list(schedule)

    assert [frame.number for frame in frames] == list(range(1, len(frames) + 1))
    assert [frame.instant for frame in frames] == sorted(frame.instant for frame in frames)
    assert all(frame in schedule.numbered(frame.sequence) for frame in frames)
    assert all(schedule.stamped(frame.timestamp_ms).instant == frame.instant for frame in frames)
