from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ice_mock.domain import naming
from ice_mock.domain.model import Job, Plan, Stream
from ice_mock.domain.objects import ObjectWalk, StoredFrame, key_rows
from ice_mock.domain.schedule import Schedule
from ice_mock.identifiers import seeded_id

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
LIVE = Stream("rtmp://h/a/s").published(NOON)
FIVE = timedelta(seconds=5)


def running(number: int, plan: Plan, *, started: int = 0) -> Job:
    job_id = seeded_id(7, "job", number)
    job = Job(job_id, "n", "t", "T", plan, "rtmp://h/a/s", "e", "b", None, NOON, NOON, NOON)
    return job.started(NOON + timedelta(seconds=started))


def walk_through(jobs: list[Job], seconds: int, start: str = "") -> ObjectWalk:
    until = NOON + timedelta(seconds=seconds)
    rows = [row for job in jobs for row in key_rows(job, Schedule(job, LIVE, until))]
    return ObjectWalk(rows, start)


def naive(jobs: list[Job], seconds: int) -> dict[str, StoredFrame]:
    """Write every frame under its keys, in order of time, as the service does."""
    written: dict[str, StoredFrame] = {}
    until = NOON + timedelta(seconds=seconds)
    frames = [(frame.instant, job, frame) for job in jobs for frame in Schedule(job, LIVE, until)]
    for _, job, frame in sorted(frames, key=lambda each: each[0]):
        for format, is_overlay in ((job.plan.overwrite_format, True), (job.plan.sequence_format, False)):
            if format:
                key = naming.key(format, frame)
                written[key] = StoredFrame(key, frame, job, is_overlay)
    return dict(sorted(written.items()))


def all_of(walk: ObjectWalk) -> list[StoredFrame]:
    found, key = [], ""
    while stored := walk.next_from(key):
        found.append(stored)
        key = stored.key + "\0"
    return found


overwrites = st.sampled_from([None, "{JobId}.jpg", "latest.jpg", "1.jpg", "a/{JobId}/now.jpg"])
sequences = st.sampled_from(
    [
        None,
        "{Sequence}.jpg",
        "{JobId}/{Sequence}.jpg",
        "{Sequence}/{UnixTimestamp}.jpg",
        "{UnixTimestamp}.jpg",
        "{Date}/{UnixTimestamp}-{Sequence}.jpg",
        "{Sequence}{JobId}.jpg",
        "a/{Sequence}{Sequence}.jpg",
        "a/{Date}{Sequence}{UnixTimestamp}.jpg",
    ]
)
plans = st.builds(
    Plan, st.integers(5, 60).map(lambda seconds: timedelta(seconds=seconds)), overwrites, sequences
)
crowds = st.lists(st.tuples(plans, st.integers(0, 300)), max_size=4).map(
    lambda given: [running(number, plan, started=started) for number, (plan, started) in enumerate(given)]
)


@given(jobs=crowds, seconds=st.integers(0, 2000))
def test_a_walk_visits_each_key_once_and_in_order(jobs, seconds):
    visited = [stored.key for stored in all_of(walk_through(jobs, seconds))]

    assert visited == list(naive(jobs, seconds))


@given(jobs=crowds, seconds=st.integers(0, 2000))
def test_under_each_key_lies_what_was_written_last(jobs, seconds):
    visited = {stored.key: stored.frame.instant for stored in all_of(walk_through(jobs, seconds))}

    assert visited == {key: stored.frame.instant for key, stored in naive(jobs, seconds).items()}


@given(jobs=crowds, seconds=st.integers(0, 2000), data=st.data())
def test_a_walk_may_leap_and_start_anywhere(jobs, seconds, data):
    keys = list(naive(jobs, seconds))
    prefixes = st.sampled_from([*keys, ""]).flatmap(
        lambda key: st.integers(0, len(key)).map(lambda length: key[:length])
    )
    leaps = sorted(
        data.draw(
            st.lists(st.tuples(prefixes, st.sampled_from(["", "\0", "1", "~"])).map("".join), min_size=1)
        )
    )
    walk = walk_through(jobs, seconds, start=leaps[0])

    for leap in leaps:
        stored = walk.next_from(leap)
        assert (stored.key if stored else None) == next((key for key in keys if key >= leap), None)


@pytest.mark.parametrize(
    ("frames", "rows"), [(0, []), (9, [9]), (10, [9, 1]), (99, [9, 90]), (1234, [9, 90, 900, 235])]
)
def test_numbers_of_equal_length_make_a_row(frames, rows):
    job = running(1, Plan(FIVE, sequence_format="{Sequence}.jpg"))
    schedule = Schedule(job, LIVE, NOON + FIVE * frames)

    assert [len(row.indices) for row in key_rows(job, schedule)] == rows


def test_the_overwrite_file_is_the_last_frame_alone():
    job = running(1, Plan(FIVE, overwrite_format="latest.jpg"))

    stored = all_of(walk_through([job], 60))

    assert [(each.key, each.frame.number, each.is_overlay) for each in stored] == [("latest.jpg", 12, True)]


def test_a_year_of_frames_is_leapt_through_and_not_gone_through():
    jobs = [running(number, Plan(FIVE, sequence_format="{JobId}/{Sequence}.jpg")) for number in range(20)]
    walk = walk_through(jobs, 365 * 24 * 3600)
    last = max(job.id for job in jobs)

    stored = walk.next_from(f"{last}/6307")

    assert stored is not None
    assert stored.key == f"{last}/6307.jpg"
    assert walk.next_from(f"{last}0") is None
