from datetime import UTC, datetime, timedelta
from itertools import chain

import pytest

from ice_mock.domain.model import Job
from ice_mock.domain.objects import StoredFrame
from ice_mock.engine import Engine
from ice_mock.engine.files import FilePage
from ice_mock.errors import JobNotFound, NoValidSnapshot, OverlayNotSupported

START = datetime(2026, 1, 1, tzinfo=UTC)
SECOND = timedelta(seconds=1)
BOTH = {"overwrite": "{JobId}.jpg", "sequence": "{JobId}/{Sequence}.jpg"}


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def page(engine: Engine, job: Job, start: float = 0, end: float = 86_400, **options: object) -> FilePage:
    options = {"limit": 100, "descending": False, **options}
    return engine.files.page(job.id, start=at(start), end=at(end), **options)


def listed(engine: Engine, job: Job, **options: object) -> list[int]:
    """The seconds after the start at which the listed files were captured."""
    return [_second(stored) for stored in page(engine, job, **options).files]


def _second(stored: StoredFrame) -> int:
    return (stored.frame.instant - START) // SECOND


def stamp(seconds: int) -> int:
    return round(at(seconds).timestamp() * 1000)


def test_files_are_listed_in_order_of_time(engine, stream, make_job, pass_time):
    job = make_job()
    pass_time(seconds=17)

    assert listed(engine, job) == [5, 10, 15]
    assert listed(engine, job, descending=True) == [15, 10, 5]


def test_files_of_another_job_are_not_listed(engine, stream, make_job, pass_time):
    job, other = make_job(), make_job()
    pass_time(seconds=7)

    assert [stored.job.id for stored in page(engine, job).files] == [job.id]
    assert [stored.job.id for stored in page(engine, other).files] == [other.id]


def test_a_job_that_does_not_exist_is_not_found(engine):
    with pytest.raises(JobNotFound):
        engine.files.page("x", start=START, end=START, limit=1, descending=False)


@pytest.mark.parametrize(
    ("start", "end", "seconds"),
    [
        (5, 15, [5, 10, 15]),
        (6, 14, [10]),
        (10, 10, [10]),
        (11, 14, []),
        (4, 4, []),
        (-86_400, 0, []),
        (15, 86_400, [15, 20]),
        (21, 86_400, []),
    ],
)
def test_both_ends_of_the_span_are_inside_it(engine, stream, make_job, pass_time, start, end, seconds):
    job = make_job()
    pass_time(seconds=20)

    assert listed(engine, job, start=start, end=end) == seconds


def test_the_last_second_counts_to_its_last_millisecond(engine, stream, make_job, pass_time):
    pass_time(milliseconds=999)
    job = make_job()
    pass_time(seconds=20)

    assert listed(engine, job, start=5, end=10) == [5, 10]


@pytest.mark.parametrize("limit", range(1, 101))
@pytest.mark.parametrize("descending", [False, True], ids=["asc", "desc"])
def test_pages_visit_every_file_once(engine, stream, make_job, pass_time, limit, descending):
    job = make_job()
    pass_time(seconds=62)
    engine.streams.unpublish(stream)
    pass_time(seconds=60)
    engine.streams.publish(stream)
    pass_time(milliseconds=240_500)

    visited: list[list[int]] = []
    start, end = at(0), at(86_400)
    for _ in range(1000):
        found = engine.files.page(job.id, start=start, end=end, limit=limit, descending=descending)
        visited.append([_second(stored) for stored in found.files])
        if found.next_start is None:
            break
        start, end = (start, found.next_start) if descending else (found.next_start, end)

    expected = [*range(5, 61, 5), *range(125, 362, 5)]
    assert list(chain(*visited)) == (expected[::-1] if descending else expected)
    assert all(len(seconds) == limit for seconds in visited[:-1])
    assert 0 < len(visited[-1]) <= limit


@pytest.mark.parametrize("limit", [2, 3, 7, 100])
@pytest.mark.parametrize("descending", [False, True], ids=["asc", "desc"])
def test_pages_visit_the_overwrite_file_once_too(engine, stream, make_job, pass_time, limit, descending):
    job = make_job(**BOTH)
    pass_time(seconds=62)

    visited: list[StoredFrame] = []
    start, end = at(0), at(86_400)
    for _ in range(20):
        found = engine.files.page(job.id, start=start, end=end, limit=limit, descending=descending)
        visited += found.files
        assert len(found.files) <= limit
        if found.next_start is None:
            break
        start, end = (start, found.next_start) if descending else (found.next_start, end)

    assert len(visited) == len({stored.key for stored in visited}) == 13
    assert [_second(stored) for stored in visited if stored.is_overlay] == [60]


def test_a_last_page_that_is_full_is_the_last(engine, stream, make_job, pass_time):
    job = make_job()
    pass_time(seconds=50)

    assert page(engine, job, limit=10).next_start is None
    assert page(engine, job, limit=9).next_start == at(50)


def test_the_overwrite_file_is_listed_once_with_the_time_of_its_last_frame(
    engine, stream, make_job, pass_time
):
    job = make_job(**BOTH)
    pass_time(seconds=12)

    files = page(engine, job).files

    assert [(stored.key, _second(stored), stored.is_overlay) for stored in files] == [
        (f"{job.id}/1.jpg", 5, False),
        (f"{job.id}/2.jpg", 10, False),
        (f"{job.id}.jpg", 10, True),
    ]


def test_an_overwrite_file_of_a_later_time_is_not_in_an_earlier_span(engine, stream, make_job, pass_time):
    job = make_job(**BOTH)
    pass_time(seconds=12)

    assert [stored.is_overlay for stored in page(engine, job, end=9).files] == [False]


def test_a_job_without_frames_has_no_files(engine, make_job):
    job = make_job(**BOTH)

    assert page(engine, job) == FilePage([], None)


def test_deleted_records_are_not_listed_and_the_others_stay(engine, stream, make_job, pass_time):
    job = make_job()
    pass_time(seconds=20)

    engine.files.delete(job.id, [stamp(5), stamp(15)], originals=False)

    assert listed(engine, job) == [10, 20]


def test_deleting_does_not_change_the_numbers_of_others(engine, stream, make_job, pass_time):
    job = make_job()
    pass_time(seconds=10)

    engine.files.delete(job.id, [stamp(5)], originals=False)

    assert [stored.key for stored in page(engine, job).files] == [f"snapshot/{job.id}/2.jpg"]


def test_each_timestamp_is_answered(engine, stream, make_job, pass_time):
    job = make_job()
    pass_time(seconds=20)
    engine.files.delete(job.id, [stamp(10)], originals=False)

    found = engine.files.delete(job.id, [stamp(15), stamp(6), stamp(10), stamp(5), 10**30], originals=False)

    assert found == {stamp(15): True, stamp(6): False, stamp(10): False, stamp(5): True, 10**30: False}


@pytest.mark.parametrize(
    "seconds",
    [
        pytest.param([6], id="between two frames"),
        pytest.param([25], id="not captured yet"),
        pytest.param([10], id="deleted already"),
        pytest.param([0, 6, 10, 25], id="all of these"),
    ],
)
def test_where_no_file_exists_nothing_is_deleted(engine, stream, make_job, pass_time, seconds):
    job = make_job()
    pass_time(seconds=20)
    engine.files.delete(job.id, [stamp(10)], originals=False)

    with pytest.raises(NoValidSnapshot):
        engine.files.delete(job.id, [stamp(each) for each in seconds], originals=True)

    assert listed(engine, job) == [5, 15, 20]


def test_a_file_that_is_known_by_its_overwrite_file_only_is_not_deleted(engine, stream, make_job, pass_time):
    job = make_job(overwrite="{JobId}.jpg", sequence=None)
    pass_time(seconds=20)

    with pytest.raises(OverlayNotSupported):
        engine.files.delete(job.id, [stamp(20), 1], originals=True)

    assert listed(engine, job) == [20]
    assert engine.objects.find(job.bucket, f"{job.id}.jpg") is not None


def test_an_unknown_timestamp_of_an_overwrite_job_is_no_overlay(engine, stream, make_job, pass_time):
    job = make_job(overwrite="{JobId}.jpg", sequence=None)
    pass_time(seconds=20)

    with pytest.raises(NoValidSnapshot):
        engine.files.delete(job.id, [1], originals=False)


def test_where_there_are_both_the_sequence_file_goes_and_the_overwrite_file_stays(
    engine, stream, make_job, pass_time
):
    job = make_job(**BOTH)
    pass_time(seconds=10)

    engine.files.delete(job.id, [stamp(10)], originals=True)

    assert [stored.key for stored in page(engine, job).files] == [f"{job.id}/1.jpg", f"{job.id}.jpg"]
    assert engine.objects.find(job.bucket, f"{job.id}/2.jpg") is None
    assert engine.objects.find(job.bucket, f"{job.id}.jpg") is not None


@pytest.mark.parametrize(("originals", "stays"), [(False, True), (True, False)], ids=["record", "original"])
def test_the_object_stays_unless_the_original_is_to_be_deleted(
    engine, stream, make_job, pass_time, originals, stays
):
    job = make_job()
    pass_time(seconds=10)

    engine.files.delete(job.id, [stamp(5)], originals=originals)

    assert (engine.objects.find(job.bucket, f"snapshot/{job.id}/1.jpg") is not None) is stays
    assert engine.objects.find(job.bucket, f"snapshot/{job.id}/2.jpg") is not None


def test_deleting_files_of_a_job_that_does_not_exist_is_refused(engine):
    with pytest.raises(JobNotFound):
        engine.files.delete("x", [1], originals=False)


def test_a_deletion_is_noted(engine, stream, make_job, pass_time):
    job = make_job()
    pass_time(seconds=10)

    engine.files.delete(job.id, [stamp(5), stamp(10), 1], originals=False)

    assert engine.journal.changes()[-1].what == "2 files deleted"


def test_a_page_in_the_middle_of_a_year_is_found_without_going_through_it(
    engine, stream, make_job, pass_time
):
    job = make_job()
    pass_time(days=365)
    middle = 180 * 86_400

    found = page(engine, job, start=middle, end=middle + 86_400, limit=3)

    assert [_second(stored) for stored in found.files] == [middle, middle + 5, middle + 10]
    assert found.next_start == at(middle + 15)
