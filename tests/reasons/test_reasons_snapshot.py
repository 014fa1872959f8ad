"""Why there is no snapshot, at an instant or at all; or where the one is that there is."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from ice_mock.clock import timestamp_ms
from ice_mock.domain.behaviour import Behaviour
from ice_mock.domain.fault import Fault, Frequency, Plane
from ice_mock.domain.journal import JournalEntry
from ice_mock.domain.model import Bucket
from ice_mock.engine import Engine
from ice_mock.errors import NotFound
from ice_mock.reasons.snapshot import of_snapshot

STREAM = "rtmp://live.example.com/app/room1"
START = datetime(2026, 1, 1, tzinfo=UTC)


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


@pytest.fixture
def behave(engine: Engine) -> Callable[..., None]:
    return lambda **knobs: engine.store.put(replace(engine.account, behaviour=Behaviour(**knobs)))


@pytest.fixture
def why(engine: Engine) -> Callable[..., str]:
    """The sentence about an instant, so many seconds after the start, without the day in it."""

    def ask(job, seconds: float | None = None) -> str:
        sentence = of_snapshot(engine, job.id, None if seconds is None else at(seconds)).sentence
        return re.sub(r"2026-01-01T00:(\d\d:\d\d)\.000Z", r"\1", sentence)

    return ask


@pytest.fixture
def strike(engine: Engine) -> Callable[..., None]:
    """Arm a fault of pictures for the next frame: ``strike("missing")``."""

    def arm(kind: str, times: int | None = 1, **options: object) -> None:
        engine.faults.add(Fault("f", Plane.SNAPSHOT, kind, options, frequency=Frequency(times=times)))

    return arm


# -- Instants at which nothing was captured --


def test_before_its_submission_a_job_captures_nothing(stream, make_job, why, pass_time):
    pass_time(seconds=30)
    job = make_job()

    assert why(job, 5) == "At 00:05 there is no snapshot, because job 'room 1' was submitted only at 00:30."


def test_an_instant_to_come_says_how_far_and_what_there_will_be(stream, make_job, why):
    job = make_job()

    assert why(job, 10) == (
        "At 00:10 there is no snapshot yet, because that is in 10s (the clock is frozen: advance it by 10s), "
        "and as things stand there will be frame 2."
    )


def test_an_instant_to_come_without_a_frame_says_that_advancing_will_not_help(stream, make_job, why):
    job = make_job()

    assert why(job, 7) == (
        "At 00:07 there is no snapshot yet, because that is in 7s (the clock is frozen: advance it "
        "by 7s), but "
        "as things stand there will be none then, because job 'room 1' captures every 5s: frame 1 at 00:05 "
        "comes before and frame 2 at 00:10 after, in 10s (the clock is frozen: advance it by 10s)."
    )


def test_the_end_of_all_calendars_can_be_asked_about(engine, stream, make_job):
    job = make_job()

    reason = of_snapshot(engine, job.id, datetime.max.replace(tzinfo=UTC))

    assert reason.facts["asked_about"] == "2286-11-20T17:46:39.999Z"


def test_a_job_that_never_started_says_why(make_job, why, pass_time):
    job = make_job()
    pass_time(seconds=10)

    assert why(job, 5).startswith(
        "At 00:05 there is no snapshot, because job 'room 1' has not started: its stream"
    )


def test_between_two_frames_both_are_named(engine, stream, make_job, why, pass_time):
    job = make_job()
    pass_time(seconds=12)

    assert why(job, 7) == (
        "At 00:07 there is no snapshot, because job 'room 1' captures every 5s: frame 1 at 00:05 "
        "comes before "
        "and frame 2 at 00:10 after."
    )
    facts = of_snapshot(engine, job.id, at(7)).facts
    assert facts["frame_before"] == "1, at 2026-01-01T00:00:05.000Z"
    assert facts["frame_after"] == "2, at 2026-01-01T00:00:10.000Z"
    assert facts["asked_about"] == "2026-01-01T00:00:07.000Z"


def test_after_the_last_frame_the_next_one_is_ahead(stream, make_job, why, pass_time):
    job = make_job()
    pass_time(seconds=12)

    assert why(job, 11).endswith("frame 3 at 00:15 after, in 3s (the clock is frozen: advance it by 3s).")


def test_before_the_first_frame_the_interval_was_not_over(stream, make_job, why, pass_time):
    job = make_job()
    pass_time(seconds=12)

    assert why(job, 2) == (
        "At 00:02 there is no snapshot, because job 'room 1' captures every 5s from 00:00 on: frame "
        "1 at 00:05 "
        "is the first."
    )


def test_key_frames_are_mentioned_where_pictures_wait_for_them(stream, make_job, why, behave, pass_time):
    behave(key_frames=timedelta(seconds=2))
    job = make_job()
    pass_time(seconds=12)

    assert why(job, 5) == (
        "At 00:05 there is no snapshot, because job 'room 1' captures every 5s, at the stream's next "
        "key frame "
        "(behaviour.key_frames is 2s) from 00:00 on: frame 1 at 00:06 is the first."
    )


def test_in_an_outage_there_is_no_ingest(engine, stream, make_job, why, pass_time):
    job = make_job()
    pass_time(seconds=12)
    engine.unpublish(STREAM)
    pass_time(seconds=20)
    lasting = why(job, 15)
    engine.publish(STREAM)

    assert lasting == (
        "At 00:15 there is no snapshot, because job 'room 1' had no ingest then: its stream "
        f"{STREAM} is offline since 00:12."
    )
    assert why(job, 15) == (
        "At 00:15 there is no snapshot, because job 'room 1' had no ingest then: its stream was offline from "
        "00:12 to 00:32."
    )
    facts = of_snapshot(engine, job.id, at(15)).facts
    assert facts["offline_since"] == "2026-01-01T00:00:12.000Z"
    assert facts["offline_until"] == "2026-01-01T00:00:32.000Z"


def test_an_outage_to_come_will_be_without_ingest(engine, stream, make_job, why, pass_time):
    job = make_job()
    engine.unpublish(STREAM)
    pass_time(seconds=1)

    assert "because job 'room 1' will have no ingest then: its stream" in why(job, 15)


@pytest.mark.parametrize(
    ("end", "words"),
    [
        (lambda engine, job: engine.unpublish(STREAM), "its stream went offline at 00:12"),
        (lambda engine, job: engine.jobs.stop(job.id), "the job was stopped at 00:12"),
    ],
    ids=["outage", "stop"],
)
def test_shortly_before_an_end_the_last_frame_is_named(engine, stream, make_job, why, pass_time, end, words):
    job = make_job()
    pass_time(seconds=12)
    end(engine, job)
    pass_time(seconds=60)

    assert why(job, 11) == (
        "At 00:11 there is no snapshot, because job 'room 1' captures every 5s: frame 2 at 00:10 was "
        "the last "
        f"one before {words}."
    )


def test_a_run_that_was_shorter_than_the_interval_captured_nothing(engine, stream, make_job, why, pass_time):
    job = make_job()
    pass_time(seconds=3)
    engine.jobs.stop(job.id)
    pass_time(seconds=60)

    assert why(job, 2) == (
        "At 00:02 there is no snapshot, because job 'room 1' captures every 5s, and from 00:00 on no "
        "frame was "
        "due before the job was stopped at 00:03."
    )


def test_between_two_runs_the_job_was_stopped(engine, stream, make_job, why, pass_time):
    job = make_job()
    pass_time(seconds=12)
    engine.jobs.stop(job.id)
    pass_time(seconds=18)
    engine.jobs.start(job.id)

    assert why(job, 20) == (
        "At 00:20 there is no snapshot, because job 'room 1' was stopped from 00:12 to 00:30."
    )


def test_after_a_stop_its_cause_is_told(engine, stream, make_job, why, pass_time):
    job = make_job()
    pass_time(seconds=12)
    engine.jobs.stop(job.id)
    pass_time(seconds=18)

    assert why(job, 20).startswith(
        "At 00:20 there is no snapshot, because job 'room 1' is stopped since 00:12, by a command;"
    )


def test_before_the_first_start_the_job_was_still_to_start(engine, make_job, why, pass_time):
    job = make_job()
    engine.publish(STREAM)
    pass_time(seconds=12)
    engine.jobs.start(job.id)

    assert why(job, 5) == (
        "At 00:05 there is no snapshot, because job 'room 1' had not started then, which it did at 00:12."
    )


@pytest.mark.parametrize(
    ("passed", "words"), [(4, "has not started yet: "), (20, "(behaviour.start_delay).")]
)
def test_a_delayed_start_names_its_knob(stream, make_job, why, behave, pass_time, passed, words):
    behave(start_delay=timedelta(seconds=10))
    job = make_job()
    pass_time(seconds=passed)

    assert words in why(job, 3)


# -- No snapshot at all --


def test_a_job_without_frames_waits_for_the_first(stream, make_job, why, pass_time):
    job = make_job()
    pass_time(seconds=1)

    assert why(job) == (
        "There is no snapshot yet, because job 'room 1' captures every 5s from 00:00 on: frame 1 at 00:05 is "
        "the first, in 4s (the clock is frozen: advance it by 4s)."
    )


def test_the_last_snapshot_is_found_and_the_next_announced(stream, make_job, why, pass_time):
    job = make_job()
    pass_time(seconds=12)

    assert why(job) == (
        "Of the last of 2 frames there is a snapshot: frame 2 of 00:10, under "
        f"snapshot/{job.id}/2.jpg in bucket "
        "'pictures'; the next is due at 00:15, in 3s (the clock is frozen: advance it by 3s)."
    )


def test_a_job_that_captures_no_more_says_why_there_is_no_newer_one(engine, stream, make_job, why, pass_time):
    job = make_job()
    pass_time(seconds=7)
    engine.unpublish(STREAM)

    assert f"; job 'room 1' is paused: its stream {STREAM} is offline since 00:07;" in why(job)


# -- Frames that were captured --


def test_a_snapshot_that_is_there_is_found(engine, stream, make_job, why, pass_time):
    job = make_job(overwrite="snapshot/{JobId}.jpg")
    pass_time(seconds=5)

    facts = of_snapshot(engine, job.id, at(5)).facts

    assert why(job, 5) == (
        f"At 00:05 there is a snapshot: frame 1 of 00:05, under snapshot/{job.id}/1.jpg in bucket 'pictures'."
    )
    assert facts["sequence_file"] == f"snapshot/{job.id}/1.jpg: stored"
    assert facts["overwrite_file"] == f"snapshot/{job.id}.jpg: stored"
    assert (facts["frame"], facts["frame_at"]) == ("1", "2026-01-01T00:00:05.000Z")


def test_a_whole_second_stands_for_every_frame_in_it(engine, stream, make_job, why, pass_time):
    pass_time(milliseconds=300)
    job = make_job()
    pass_time(seconds=6)

    assert "there is a snapshot: frame 1" in why(job, 5)
    assert "there is a snapshot: frame 1" in why(job, 5.3)
    assert "there is no snapshot" in why(job, 5.299)
    assert "there is no snapshot" in why(job, 4)


def test_an_overwrite_file_holds_only_the_last_frame(engine, stream, make_job, why, pass_time):
    job = make_job(overwrite="now.jpg", sequence=None)
    pass_time(seconds=12)

    assert why(job, 5) == (
        "At 00:05 there is no snapshot, because frame 1 was captured at 00:05, but its overwrite "
        "file now.jpg "
        "was overwritten by frame 2 at 00:10, which has the same name."
    )
    assert "there is a snapshot: frame 2" in why(job, 10)


def test_another_job_may_have_written_under_the_same_name(engine, stream, make_job, why, pass_time):
    job = make_job("mine", overwrite="now.jpg", sequence=None)
    pass_time(seconds=2)
    make_job("yours", overwrite="now.jpg", sequence=None)
    pass_time(seconds=5)

    assert "now.jpg was overwritten by frame 1 of job 'yours' at 00:07" in why(job, 5)


def test_one_file_that_is_left_is_a_snapshot(engine, stream, make_job, why, pass_time):
    job = make_job(overwrite="now.jpg")
    pass_time(seconds=12)

    facts = of_snapshot(engine, job.id, at(5)).facts

    assert "there is a snapshot: frame 1" in why(job, 5)
    assert facts["overwrite_file"].startswith("now.jpg: was overwritten by frame 2")


@pytest.mark.parametrize("originals", [True, False])
def test_files_that_the_api_deleted_name_the_call(engine, stream, make_job, why, pass_time, originals):
    job = make_job()
    pass_time(seconds=7)
    timestamp = timestamp_ms(at(5))
    engine.files.delete(job.id, [timestamp], originals=originals)
    parameters = {"JobId": job.id, "CreateTimestampList": f"[{timestamp}]"}
    entry = JournalEntry(
        id="THIS",
        at=engine.now(),
        action="DeleteLiveSnapshotFiles",
        dialect="rpc",
        access_key_id=None,
        method="POST",
        parameters=parameters,
        status=200,
        code=None,
        message=None,
        answer="{}",
        answer_length=2,
        duration=timedelta(),
    )
    engine.journal.add(replace(entry, id="OTHER", parameters={**parameters, "JobId": "another"}))
    engine.journal.add(entry)

    call = "by DeleteLiveSnapshotFiles (request THIS at 00:07)"
    file = f"frame 1 was captured at 00:05, but its sequence file snapshot/{job.id}/1.jpg"
    words = (
        f"was deleted at 00:07 {call}" if originals else f"its record was deleted {call}, though its object"
    )
    assert file in why(job, 5)
    assert words in why(job, 5)


def test_an_object_that_was_deleted_from_oss_says_so(engine, stream, make_job, why, pass_time):
    job = make_job()
    pass_time(seconds=7)
    engine.objects.delete("pictures", f"snapshot/{job.id}/1.jpg")

    assert why(job, 5).endswith(f"its sequence file snapshot/{job.id}/1.jpg was deleted at 00:07 from OSS.")


def test_a_bucket_that_was_withdrawn_says_since_when(engine, stream, make_job, why, pass_time):
    job = make_job()
    pass_time(seconds=7)
    engine.buckets.remove("pictures")

    assert why(job, 5).endswith(
        "is out of reach: there is no bucket 'pictures' in this world, since it was withdrawn at 00:07."
    )


def test_a_bucket_that_never_was_says_so(engine, stream, make_job, why, pass_time):
    engine.store.put(replace(engine.account, any_bucket=False))
    engine.buckets.put(Bucket("another"))
    job = make_job()
    pass_time(seconds=7)

    assert why(job, 5).endswith("is out of reach: there is no bucket 'pictures' in this world.")


def test_a_bucket_in_which_nothing_may_be_deleted_holds_its_snapshots(
    engine, stream, make_job, why, pass_time
):
    engine.buckets.put(Bucket("pictures", authorized=False))
    job = make_job()
    pass_time(seconds=7)

    assert "there is a snapshot" in why(job, 5)


def test_a_frame_that_a_fault_made_go_missing_names_the_fault(stream, make_job, why, pass_time, strike):
    job = make_job()
    strike("missing")
    pass_time(seconds=12)

    assert why(job, 5).endswith("1.jpg was never stored: the fault f made it go missing.")
    assert "there is a snapshot" in why(job, 10)


@pytest.mark.parametrize(
    ("kind", "options", "words"),
    [
        ("black", {}, "it is black"),
        ("truncated", {}, "its JPEG is cut short"),
        ("wrong-size", {"width": 10, "height": 20}, "it measures 10 x 20 pixels"),
        ("stale", {}, "it shows the frame before"),
    ],
)
def test_a_picture_that_a_fault_spoiled_is_there_all_the_same(
    stream, make_job, why, pass_time, strike, kind, options, words
):
    job = make_job()
    pass_time(seconds=7)
    strike(kind, **options)
    pass_time(seconds=5)

    assert why(job, 10).endswith(f"/2.jpg in bucket 'pictures', but {words}, by the fault f.")
    assert "fault" not in why(job, 5)


def test_a_first_frame_has_none_before_it_that_it_could_show(stream, make_job, why, pass_time, strike):
    job = make_job()
    strike("stale")
    pass_time(seconds=7)

    assert why(job, 5).endswith("/1.jpg in bucket 'pictures'.")


def test_a_job_that_does_not_exist_is_not_found(engine):
    with pytest.raises(NotFound):
        of_snapshot(engine, "x", at(5))
