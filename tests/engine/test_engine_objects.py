from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ice_mock.domain.model import Account, Plan
from ice_mock.domain.timepiece import FROZEN_START, Timepiece
from ice_mock.engine import Engine
from ice_mock.engine.jobs import Order
from ice_mock.store.memory import MemoryStore

STREAM = "rtmp://live.example.com/app/room1"


def keys(engine: Engine, bucket: str = "pictures", start: str = "") -> list[str]:
    walk, found, key = engine.objects.walk(bucket, start=start), [], start
    while stored := walk.next_from(key):
        found.append(stored.key)
        key = stored.key + "\0"
    return found


@pytest.mark.parametrize(
    "sequence",
    [
        "{JobId}/{Sequence}.jpg",
        "{UnixTimestamp}.jpg",
        "{Sequence}.jpg",
        "{Date}/{JobId}/{Sequence}-{UnixTimestamp}.jpg",
        "{Sequence}/{JobId}{Sequence}.jpg",
        "{Sequence}{UnixTimestamp}{Date}.jpg",
    ],
)
def test_an_object_is_found_under_the_key_of_its_file(engine, stream, make_job, pass_time, sequence):
    job = make_job(sequence=sequence)
    pass_time(seconds=127)

    files = engine.files.page(
        job.id, start=job.created_at, end=engine.now(), limit=100, descending=False
    ).files

    assert [engine.objects.find("pictures", stored.key).stored for stored in files] == files
    assert len(files) == 25


def test_an_object_was_modified_when_its_frame_was_captured(engine, stream, make_job, pass_time):
    job = make_job()
    pass_time(seconds=12)

    found = engine.objects.find("pictures", f"snapshot/{job.id}/2.jpg")

    assert found.modified_at == job.created_at + timedelta(seconds=10)


@pytest.mark.parametrize(
    ("bucket", "key"),
    [
        pytest.param("pictures", "", id="no key"),
        pytest.param("pictures", "snapshot/3.jpg", id="frame to come"),
        pytest.param("pictures", "snapshot/0.jpg", id="no number"),
        pytest.param("pictures", "Snapshot/1.jpg", id="capital letter"),
        pytest.param("pictures", "/snapshot/1.jpg", id="slash in front"),
        pytest.param("others", "snapshot/1.jpg", id="another bucket"),
    ],
)
def test_where_no_frame_was_captured_there_is_no_object(engine, stream, make_job, pass_time, bucket, key):
    make_job(sequence="snapshot/{Sequence}.jpg", overwrite="latest.jpg")
    pass_time(seconds=12)

    assert engine.objects.find("pictures", "snapshot/1.jpg") is not None
    assert engine.objects.find(bucket, key) is None


def test_a_job_that_captured_nothing_yet_has_no_overwrite_object(engine, stream, make_job):
    make_job(overwrite="latest.jpg")

    assert engine.objects.find("pictures", "latest.jpg") is None
    assert keys(engine) == []


def test_an_overwrite_object_is_the_last_frame(engine, stream, make_job, pass_time):
    make_job(overwrite="latest.jpg", sequence=None)
    pass_time(seconds=7)
    first = engine.objects.find("pictures", "latest.jpg")
    pass_time(seconds=5)

    second = engine.objects.find("pictures", "latest.jpg")

    assert (first.stored.frame.number, second.stored.frame.number) == (1, 2)
    assert first.stored.is_overlay


@pytest.mark.parametrize(
    ("key", "formats"),
    [
        pytest.param("same.jpg", {"overwrite": "same.jpg", "sequence": None}, id="overwrite"),
        pytest.param("1.jpg", {"sequence": "{Sequence}.jpg"}, id="sequence"),
    ],
)
def test_of_two_jobs_that_write_one_key_the_later_frame_is_found(
    engine, stream, make_job, pass_time, key, formats
):
    make_job("early", interval=5, **formats)
    pass_time(seconds=3)
    make_job("late", interval=5, **formats)
    pass_time(seconds=4)
    before = engine.objects.find("pictures", key).stored.job.name
    pass_time(seconds=2)

    after = engine.objects.find("pictures", key).stored.job.name

    assert (before, after) == ("early", "late")
    assert [engine.objects.walk("pictures").next_from(key).stored.job.name] == ["late"]


def test_a_walk_goes_through_the_keys_of_one_bucket_in_order(engine, stream, make_job, pass_time):
    make_job(sequence="b/{Sequence}.jpg", overwrite="a.jpg")
    make_job(sequence="c/{Sequence}.jpg", bucket="others")
    pass_time(seconds=52)

    numbers = sorted(str(number) for number in range(1, 11))
    assert keys(engine) == ["a.jpg", *(f"b/{number}.jpg" for number in numbers)]
    assert keys(engine, start="b/3") == [f"b/{number}.jpg" for number in range(3, 10)]
    assert len(keys(engine, "others")) == 10
    assert keys(engine, "nothing") == []


def test_a_deleted_object_is_gone_and_its_record_stays(engine, stream, make_job, pass_time):
    job = make_job(sequence="{Sequence}.jpg")
    pass_time(seconds=17)

    engine.objects.delete("pictures", "2.jpg")

    page = engine.files.page(job.id, start=job.created_at, end=engine.now(), limit=9, descending=False)
    assert engine.objects.find("pictures", "2.jpg") is None
    assert keys(engine) == ["1.jpg", "3.jpg"]
    assert [stored.key for stored in page.files] == ["1.jpg", "2.jpg", "3.jpg"]


def test_what_is_gone_stays_gone_as_time_passes(engine, stream, make_job, pass_time):
    make_job(sequence="{Sequence}.jpg")
    pass_time(seconds=7)

    engine.objects.delete("pictures", "1.jpg")
    pass_time(days=1)

    assert engine.objects.find("pictures", "1.jpg") is None


def test_a_later_frame_brings_a_deleted_overwrite_object_back(engine, stream, make_job, pass_time):
    make_job(overwrite="latest.jpg", sequence=None)
    pass_time(seconds=7)
    engine.objects.delete("pictures", "latest.jpg")
    gone = engine.objects.find("pictures", "latest.jpg")
    pass_time(seconds=3)

    back = engine.objects.find("pictures", "latest.jpg")

    assert gone is None
    assert back.stored.frame.number == 2
    assert keys(engine) == ["latest.jpg"]


def test_what_does_not_exist_yet_is_not_deleted_beforehand(engine, stream, make_job, pass_time):
    make_job(sequence="{Sequence}.jpg")

    engine.objects.delete("pictures", "1.jpg")
    pass_time(seconds=7)

    assert engine.objects.find("pictures", "1.jpg") is not None


def test_an_object_of_one_bucket_is_not_deleted_with_that_of_another(engine, stream, make_job, pass_time):
    make_job(sequence="{Sequence}.jpg")
    make_job(sequence="{Sequence}.jpg", bucket="others")
    pass_time(seconds=7)

    engine.objects.delete("others", "1.jpg")

    assert engine.objects.find("pictures", "1.jpg") is not None


def test_the_content_is_a_picture_and_always_the_same(engine, stream, make_job, pass_time):
    make_job(sequence="{Sequence}.jpg")
    pass_time(seconds=12)

    first, again, second = (
        engine.objects.find("pictures", key).content() for key in ("1.jpg", "1.jpg", "2.jpg")
    )

    assert first[:3] == b"\xff\xd8\xff"
    assert first == again
    assert first != second


def test_a_listed_file_has_an_object_behind_it(engine, stream, make_job, pass_time):
    job = make_job(sequence="{Sequence}.jpg")
    pass_time(seconds=7)
    page = engine.files.page(job.id, start=job.created_at, end=engine.now(), limit=9, descending=False)

    assert engine.objects.of_file(page.files[0]) == engine.objects.find("pictures", "1.jpg")


plans = st.builds(
    Plan,
    st.integers(5, 30).map(lambda seconds: timedelta(seconds=seconds)),
    st.sampled_from([None, "{JobId}.jpg", "latest.jpg"]),
    st.sampled_from(["{JobId}/{Sequence}.jpg", "{Sequence}.jpg", "{Date}-{UnixTimestamp}.jpg"]),
)


@given(
    given=st.lists(st.tuples(plans, st.integers(0, 60)), min_size=1, max_size=4),
    deletions=st.lists(st.tuples(st.integers(0, 30), st.integers(0, 40)), max_size=4),
)
def test_walking_and_finding_agree_whatever_was_deleted(given, deletions):
    engine = Engine.create(
        MemoryStore(), lambda: FROZEN_START, Account(1, 7, "off"), Timepiece.starting("frozen", FROZEN_START)
    )
    engine.streams.publish(STREAM)
    for plan, seconds in given:
        template = engine.templates.create("t", plan)
        engine.jobs.submit(Order("j", template.id, STREAM, "e", "pictures", None))
        engine.time.move_to(engine.now() + timedelta(seconds=seconds))
    for seconds, place in deletions:
        engine.time.move_to(engine.now() + timedelta(seconds=seconds))
        for key in keys(engine)[place : place + 1]:
            engine.objects.delete("pictures", key)

    walk = engine.objects.walk("pictures")
    walked = {key: walk.next_from(key).modified_at for key in keys(engine)}

    assert walked == {key: engine.objects.find("pictures", key).modified_at for key in walked}
