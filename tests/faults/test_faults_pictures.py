"""Faults of pictures: whatever is asked about a frame, in whatever order, the answers agree."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import md5
from io import BytesIO

import oss2
import pytest
from PIL import Image

from ice_mock.domain.fault import Fault
from ice_mock.domain.model import Job
from ice_mock.engine import Engine
from ice_mock.errors import NoValidSnapshot
from ice_mock.render import read_frame
from ice_mock.worlds import World

BOTH = {"overwrite": "{JobId}.jpg", "sequence": "{JobId}/{Sequence}.jpg"}


def size_of(content: bytes) -> tuple[int, int]:
    with Image.open(BytesIO(content)) as image:
        return image.size


def read(engine: Engine, job: Job, name: str) -> bytes:
    found = engine.objects.find("pictures", name.format(JobId=job.id))
    assert found is not None
    return found.content()


def in_bucket(engine: Engine, job: Job) -> list[str]:
    """The keys of a job in its bucket, without its id, those of the same length together."""
    walk, keys, place = engine.objects.walk("pictures"), [], ""
    while found := walk.next_from(place):
        keys.append(found.key.removeprefix(job.id).strip("/"))
        place = found.key + "\0"
    return sorted(keys, key=lambda key: (len(key), key))


def listed(engine: Engine, job: Job) -> list[str]:
    page = engine.files.page(job.id, start=job.created_at, end=engine.now(), limit=100, descending=False)
    keys = (stored.key.removeprefix(job.id).strip("/") for stored in page.files)
    return sorted(keys, key=lambda key: (len(key), key))


def to_be_read(engine: Engine, job: Job, most: int) -> list[str]:
    names = [".jpg", *(f"{number}.jpg" for number in range(1, most + 1))]
    keys = {name: f"{job.id}{name}" if name == ".jpg" else f"{job.id}/{name}" for name in names}
    return [name for name in names if engine.objects.find("pictures", keys[name])]


def announced(engine: Engine) -> list[str]:
    callbacks = engine.announcements.claim(engine.now(), 1000)
    keys = (callback.key.removeprefix(callback.job_id).strip("/") for callback in callbacks)
    return sorted(keys, key=lambda key: (len(key), key))


@pytest.fixture
def arm_pictures(engine: Engine, make_fault: Callable[..., Fault]) -> Callable[..., None]:
    return lambda kind, **rest: engine.faults.add(make_fault("snapshot", kind, **rest))


@pytest.mark.parametrize(
    ("frequency", "numbers"),
    [
        ({}, []),
        ({"times": 1}, [2, 3, 4, 5, 6]),
        ({"every": 2}, [1, 3, 5]),
        ({"after": 2, "times": 2}, [1, 2, 5, 6]),
        ({"after": 4}, [1, 2, 3, 4]),
        ({"since": timedelta(seconds=10), "until": timedelta(seconds=20)}, [1, 4, 5, 6]),
        ({"every": 3, "job": "another"}, [1, 2, 3, 4, 5, 6]),
        ({"every": 3, "stream": "rtmp://*"}, [1, 2, 4, 5]),
        ({"probability": 0.0}, [1, 2, 3, 4, 5, 6]),
    ],
    ids=str,
)
def test_a_missing_frame_is_missing_everywhere(
    engine: Engine,
    stream: str,
    make_job: Callable[..., Job],
    pass_time: Callable,
    arm_pictures: Callable,
    frequency: dict,
    numbers: list[int],
) -> None:
    engine.store.put(replace(engine.account, started_at=engine.now()))
    arm_pictures("missing", **frequency)
    job = make_job(callback_url="http://receiver.example.com/", sequence="{JobId}/{Sequence}.jpg")
    pass_time(seconds=30)

    expected = [f"{number}.jpg" for number in numbers]

    assert to_be_read(engine, job, 6) == expected
    assert in_bucket(engine, job) == expected
    assert listed(engine, job) == expected
    assert [stored.frame.number for stored in engine.files.window(job.id, 0, 10)[1]] == numbers
    assert announced(engine) == expected
    assert engine.faults.all()[0].fired == 6 - len(numbers)


@pytest.mark.parametrize(
    ("frequency", "shown"),
    [({}, None), ({"after": 4}, 4), ({"every": 2}, 5), ({"times": 5}, 6), ({"every": 6}, 5)],
    ids=str,
)
def test_an_overwrite_file_keeps_the_last_frame_that_was_not_missing(
    engine: Engine,
    stream: str,
    make_job: Callable[..., Job],
    pass_time: Callable,
    arm_pictures: Callable,
    frequency: dict,
    shown: int | None,
) -> None:
    arm_pictures("missing", **frequency)
    job = make_job(**BOTH)
    pass_time(seconds=30)

    found = engine.objects.find("pictures", f"{job.id}.jpg")

    assert (found and read_frame(found.content()).number) == shown
    assert (".jpg" in in_bucket(engine, job)) is (shown is not None)
    overlays = [stored for stored in engine.files.window(job.id, 0, 10)[1] if stored.is_overlay]
    assert [stored.frame.number for stored in overlays] == ([] if shown is None else [shown])
    assert found is None or found.modified_at == overlays[0].frame.instant


def test_a_missing_frame_cannot_be_deleted(
    engine: Engine, stream: str, make_job: Callable[..., Job], pass_time: Callable, arm_pictures: Callable
) -> None:
    arm_pictures("missing", times=1)
    job = make_job()
    pass_time(seconds=10)
    first, second = engine.jobs.schedule(job, engine.now())

    with pytest.raises(NoValidSnapshot):
        engine.files.delete(job.id, [first.timestamp_ms], originals=False)

    both = [first.timestamp_ms, second.timestamp_ms]
    assert list(engine.files.delete(job.id, both, originals=True).values()) == [False, True]


def test_a_key_narrows_the_files_of_a_frame_and_not_the_frames_that_are_counted(
    engine: Engine, stream: str, make_job: Callable[..., Job], pass_time: Callable, arm_pictures: Callable
) -> None:
    arm_pictures("missing", id="overlay", key="*-.jpg")
    arm_pictures("missing", id="third", key="*/3.jpg")
    arm_pictures("missing", id="second", every=2, times=1, key="*/?.jpg")
    job = make_job(overwrite="{JobId}-.jpg", sequence="{JobId}/{Sequence}.jpg", callback_url="http://r/")
    pass_time(seconds=25)

    expected = ["1.jpg", "4.jpg", "5.jpg"]

    assert in_bucket(engine, job) == listed(engine, job) == announced(engine) == expected


def test_a_missing_frame_does_not_uncover_nor_hide_what_another_job_wrote(
    engine: Engine, stream: str, make_job: Callable[..., Job], pass_time: Callable, arm_pictures: Callable
) -> None:
    older = make_job("older", sequence="{Sequence}.jpg")
    pass_time(seconds=1)
    make_job("younger", sequence="{Sequence}.jpg")
    arm_pictures("missing", job="younger", every=2)
    pass_time(seconds=20)

    writers = {}
    walk, place = engine.objects.walk("pictures"), ""
    while found := walk.next_from(place):
        assert found == engine.objects.find("pictures", found.key)
        writers[found.key] = found.stored.job.id == older.id
        place = found.key + "\0"

    assert writers == {"1.jpg": False, "2.jpg": True, "3.jpg": False, "4.jpg": True}


def test_what_was_captured_before_a_fault_was_armed_stays_as_it_was(
    engine: Engine, stream: str, make_job: Callable[..., Job], pass_time: Callable, arm_pictures: Callable
) -> None:
    job = make_job(sequence="{JobId}/{Sequence}.jpg")
    pass_time(seconds=10)

    arm_pictures("missing", times=1)
    pass_time(seconds=10)

    assert in_bucket(engine, job) == ["1.jpg", "2.jpg", "4.jpg"]


@pytest.mark.parametrize("end", ["cleared", "armed anew"])
def test_what_a_fault_struck_stays_struck_when_it_is_gone(
    engine: Engine,
    stream: str,
    make_job: Callable[..., Job],
    pass_time: Callable,
    arm_pictures: Callable,
    end: str,
) -> None:
    arm_pictures("missing", id="gap")
    job = make_job(sequence="{JobId}/{Sequence}.jpg")
    pass_time(seconds=10)

    if end == "cleared":
        engine.faults.remove("gap")
    else:
        arm_pictures("missing", id="gap", after=100)
    pass_time(seconds=10)

    assert in_bucket(engine, job) == ["3.jpg", "4.jpg"]


def test_frames_are_counted_for_each_job(
    engine: Engine, stream: str, make_job: Callable[..., Job], pass_time: Callable, arm_pictures: Callable
) -> None:
    arm_pictures("missing", times=1, job="*")
    jobs = [make_job(name, sequence="{JobId}/{Sequence}.jpg") for name in ("room 1", "room 2")]
    pass_time(seconds=15)

    assert [listed(engine, job) for job in jobs] == [["2.jpg", "3.jpg"]] * 2
    [armed] = engine.faults.all()
    assert (armed.matched, armed.fired) == (6, 2)


def test_chance_says_the_same_in_whatever_order_it_is_asked(
    engine: Engine, stream: str, make_job: Callable[..., Job], pass_time: Callable, arm_pictures: Callable
) -> None:
    arm_pictures("missing", probability=0.5)
    job = make_job(sequence="{JobId}/{Sequence}.jpg", callback_url="http://receiver.example.com/")
    pass_time(seconds=5 * 40)
    backwards = [
        number for number in range(40, 0, -1) if engine.objects.find("pictures", f"{job.id}/{number}.jpg")
    ]

    expected = [f"{number}.jpg" for number in reversed(backwards)]

    assert 10 <= len(expected) <= 30
    assert in_bucket(engine, job) == listed(engine, job) == announced(engine) == expected
    assert engine.faults.all()[0].fired == 40 - len(expected)


@pytest.mark.parametrize("frequency", [{}, {"every": 2}, {"probability": 0.5}], ids=str)
def test_a_year_of_missing_frames_is_passed_over_at_once(
    engine: Engine,
    stream: str,
    make_job: Callable[..., Job],
    pass_time: Callable,
    arm_pictures: Callable,
    frequency: dict,
) -> None:
    job = make_job(**BOTH)
    pass_time(seconds=5)
    arm_pictures("missing", **frequency)
    pass_time(days=365)
    engine.faults.clear()
    pass_time(seconds=5)

    walk, place, keys = engine.objects.walk("pictures"), "", []
    while len(keys) < 3 and (found := walk.next_from(place)):
        keys.append(found.key.removeprefix(job.id).strip("/"))
        place = found.key + "\0"

    assert keys[:2] == [".jpg", "1.jpg"]
    assert len(keys) == 3
    assert engine.objects.find("pictures", f"{job.id}.jpg").stored.frame.number == 365 * 24 * 720 + 2


def test_the_overwrite_file_of_a_year_that_is_missing_to_its_end_is_found_at_once(
    engine: Engine, stream: str, make_job: Callable[..., Job], pass_time: Callable, arm_pictures: Callable
) -> None:
    job = make_job(overwrite="latest.jpg", sequence=None)
    pass_time(seconds=5)
    arm_pictures("missing", key="latest.jpg")
    pass_time(days=365)

    assert engine.objects.find("pictures", "latest.jpg").stored.frame.number == 1
    assert [stored.frame.number for stored in engine.files.window(job.id, 0, 5)[1]] == [1]


@pytest.mark.parametrize("is_overlay", [True, False])
def test_a_stale_picture_is_that_of_the_frame_before(
    engine: Engine,
    stream: str,
    make_job: Callable[..., Job],
    pass_time: Callable,
    arm_pictures: Callable,
    is_overlay: bool,
) -> None:
    arm_pictures("stale")
    job = make_job(**BOTH)
    pass_time(seconds=15)
    name = "{JobId}.jpg" if is_overlay else "{JobId}/3.jpg"

    assert read_frame(read(engine, job, name)).number == 2
    assert engine.objects.find("pictures", name.format(JobId=job.id)).modified_at == engine.now()


def test_the_first_picture_cannot_be_stale(
    engine: Engine, stream: str, make_job: Callable[..., Job], pass_time: Callable, arm_pictures: Callable
) -> None:
    arm_pictures("stale")
    job = make_job(sequence="{JobId}/{Sequence}.jpg")
    pass_time(seconds=5)

    assert read_frame(read(engine, job, "{JobId}/1.jpg")).number == 1


def test_a_black_picture_has_the_right_size_and_is_black(
    engine: Engine, stream: str, make_job: Callable[..., Job], pass_time: Callable, arm_pictures: Callable
) -> None:
    arm_pictures("black", every=2)
    job = make_job(sequence="{JobId}/{Sequence}.jpg")
    pass_time(seconds=10)

    with Image.open(BytesIO(read(engine, job, "{JobId}/2.jpg"))) as image:
        assert image.size == (1280, 720)
        assert image.convert("L").getextrema() == (0, 0)
    assert read_frame(read(engine, job, "{JobId}/1.jpg")).number == 1


def test_a_picture_of_another_size_is_of_its_own_frame(
    engine: Engine, stream: str, make_job: Callable[..., Job], pass_time: Callable, arm_pictures: Callable
) -> None:
    arm_pictures("wrong-size", after=1, options={"width": 320, "height": None})
    job = make_job(sequence="{JobId}/{Sequence}.jpg")
    pass_time(seconds=10)

    assert size_of(read(engine, job, "{JobId}/1.jpg")) == (1280, 720)
    assert size_of(read(engine, job, "{JobId}/2.jpg")) == (320, 360)
    assert read_frame(read(engine, job, "{JobId}/2.jpg")).number == 2


def test_faults_of_a_picture_add_up(
    engine: Engine, stream: str, make_job: Callable[..., Job], pass_time: Callable, arm_pictures: Callable
) -> None:
    arm_pictures("black", id="dark")
    arm_pictures("wrong-size", id="small", options={"width": 64, "height": 64})
    job = make_job(sequence="{JobId}/{Sequence}.jpg")
    pass_time(seconds=5)

    assert size_of(read(engine, job, "{JobId}/1.jpg")) == (64, 64)
    assert engine.pictures.faults_of(job.id, engine.files.window(job.id, 0, 1)[1]) == ["dark, small"]


def test_a_truncated_picture_is_stored_in_part_and_says_so_consistently(
    world: World, submit: Callable[..., Job], walk: Callable, arm: Callable, bucket: oss2.Bucket
) -> None:
    job = submit(world.engine)
    walk(5)
    whole = bucket.get_object(f"{job.id}/1.jpg").read()
    arm(snapshot="truncated")
    walk(5)

    got = bucket.get_object(f"{job.id}/2.jpg")
    content = got.read()
    head = bucket.head_object(f"{job.id}/2.jpg")
    entry = next(each for each in oss2.ObjectIteratorV2(bucket) if each.key == f"{job.id}/2.jpg")

    assert len(content) == got.content_length == head.content_length == entry.size
    assert 0.4 < len(content) / len(whole) < 0.6
    assert got.etag == head.etag == entry.etag == md5(content).hexdigest().upper()
    assert content.startswith(b"\xff\xd8")
    assert not content.endswith(b"\xff\xd9")


def test_the_file_list_of_the_control_api_names_the_fault_of_a_picture(
    world: World, submit: Callable[..., Job], walk: Callable, arm: Callable, control: Callable
) -> None:
    arm(snapshot="black", every=2, id="dark")
    job = submit(world.engine)

    walk(20)

    files = control("GET", f"jobs/{job.id}/files").json["files"]
    assert [file["fault"] for file in files] == [None, "dark", None, "dark"]
    assert control("GET", "faults").json["faults"][0]["fired"] == 2


def test_a_missing_frame_is_no_event_for_the_receiver(
    world: World, submit: Callable[..., Job], walk: Callable, arm: Callable, receiver
) -> None:
    arm(snapshot="missing", every=2)
    submit(world.engine, callback_url=receiver.url)

    report = walk(25)

    assert receiver.keys() == ["1", "3", "5"]
    assert report.delivered == 3


def test_a_fault_that_the_timeline_sets_strikes_from_its_own_moment_on(
    engine: Engine,
    stream: str,
    make_job: Callable[..., Job],
    make_fault: Callable[..., Fault],
    pass_time: Callable,
) -> None:
    from ice_mock.domain.scenario import Event

    start: datetime = engine.now()
    fault = make_fault("snapshot", "missing", id="gap")
    engine.timeline.add(Event(timedelta(seconds=10), "fault", fault), start)
    engine.timeline.add(Event(timedelta(seconds=20), "clear_fault", "gap"), start)
    job = make_job(sequence="{JobId}/{Sequence}.jpg")
    pass_time(seconds=30)

    engine.timeline.settle()

    assert in_bucket(engine, job) == ["1.jpg", "2.jpg", "5.jpg", "6.jpg"]
