from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ice_mock.domain import naming
from ice_mock.domain.model import Job, Plan, Stream
from ice_mock.domain.schedule import Frame, Schedule
from ice_mock.engine.objects import frame_named
from ice_mock.identifiers import seeded_id

JOB_ID = "3f9a7c1e-58d2-4b06-9e8f-7f1a2b3c4d5e"
EXAMPLE = datetime(2022, 8, 16, 8, 30, 13, 798_000, tzinfo=UTC)
FIVE = timedelta(seconds=5)

texts = st.text("ab01-_/ {}()[].*+?\\^$|截", max_size=6)
placeholders = st.sampled_from(naming.PLACEHOLDERS)
# Whatever else a format holds: by its timestamp or its number a frame is told from all others.
telling = st.sampled_from([naming.TIMESTAMP, naming.SEQUENCE])
formats = st.tuples(
    st.lists(texts | placeholders, max_size=4), telling, st.lists(texts | placeholders, max_size=4)
).map(lambda parts: "".join((*parts[0], parts[1], *parts[2], ".jpg")))


def captured(
    format: str, *, start: datetime, seconds: float, interval: timedelta = FIVE, job_id: str = JOB_ID
) -> Schedule:
    """The frames of a job that has run for some seconds."""
    plan = Plan(interval, sequence_format=format)
    job = Job(job_id, "n", "t", "T", plan, "rtmp://h/a/s", "e", "b", None, start, start, start)
    stream = Stream("rtmp://h/a/s").published(start)
    return Schedule(job.started(start), stream, start + timedelta(seconds=seconds))


def frame(number: int, instant: datetime, format: str = "{Sequence}.jpg") -> Frame:
    """The frame of that number, captured at that instant."""
    return captured(format, start=instant - FIVE * number, seconds=5 * number)[number - 1]


@pytest.mark.parametrize(
    ("format", "key"),
    [
        ("snapshot/{JobId}.jpg", f"snapshot/{JOB_ID}.jpg"),
        ("snapshot/{JobId}/{UnixTimestamp}.jpg", f"snapshot/{JOB_ID}/1660638613798.jpg"),
        ("{Sequence}.jpg", "42.jpg"),
        ("{Date}/{Sequence}.jpg", "2022-08-16/42.jpg"),
        ("{Sequence}{Sequence}.jpg", "4242.jpg"),
        ("{sequence}-{Sequence}-{}-{0}-{{Sequence}}.jpg", "{sequence}-42-{}-{0}-{42}.jpg"),
        ("latest.jpg", "latest.jpg"),
    ],
)
def test_placeholders_are_filled_and_everything_else_stays(format, key):
    assert naming.key(format, frame(42, EXAMPLE)) == key


@pytest.mark.parametrize(
    ("instant", "timestamp"),
    [
        (datetime(2001, 9, 9, 1, 46, 39, 999_000, tzinfo=UTC), "0999999999999"),
        (datetime(2026, 1, 1, tzinfo=UTC), "1767225600000"),
        (datetime(2286, 11, 20, 17, 46, 39, 999_000, tzinfo=UTC), "9999999999999"),
    ],
)
def test_a_timestamp_has_thirteen_digits(instant, timestamp):
    assert naming.key("{UnixTimestamp}", frame(1, instant)) == timestamp


@given(
    format=formats,
    milliseconds=st.integers(0, 9_999_999_999_999 - 4_000_000_000),
    interval=st.integers(5, 3600),
    place=st.integers(1, 1_000_000),
    seed=st.integers(0, 9),
)
def test_every_frame_is_found_by_its_key(format, milliseconds, interval, place, seed):
    start = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=milliseconds)
    every, job_id = timedelta(seconds=interval), seeded_id(seed, "job", 1)
    schedule = captured(format, start=start, seconds=4_000_000, interval=every, job_id=job_id)
    frame = schedule[place % len(schedule)]

    found = frame_named(format, naming.key(format, frame), schedule)

    assert found == frame


@given(format=formats, number=st.integers(1, 1000))
def test_a_frame_to_come_is_not_found_by_its_key(format, number):
    now = captured(format, start=EXAMPLE, seconds=4)
    future = captured(format, start=EXAMPLE, seconds=5000)

    assert frame_named(format, naming.key(format, future[number - 1]), now) is None


@given(format=formats, outage=st.integers(0, 500), length=st.integers(0, 500))
def test_every_frame_around_an_outage_is_found_by_its_key(format, outage, length):
    plan = Plan(FIVE, sequence_format=format)
    job = Job(JOB_ID, "n", "t", "T", plan, "s", "e", "b", None, EXAMPLE, EXAMPLE, EXAMPLE).started(EXAMPLE)
    out = EXAMPLE + timedelta(seconds=outage)
    back = out + timedelta(seconds=length)
    stream = Stream("s").published(EXAMPLE).unpublished(out).published(back)
    schedule = Schedule(job, stream, back + timedelta(seconds=60))

    found = [frame_named(format, naming.key(format, frame), schedule) for frame in schedule]

    assert found == list(schedule)


def test_the_published_example_is_read_back():
    format = "snapshot/{JobId}/{UnixTimestamp}.jpg"
    schedule = captured(format, start=EXAMPLE - FIVE, seconds=100)

    found = frame_named(format, f"snapshot/{JOB_ID}/1660638613798.jpg", schedule)

    assert found == schedule[0]


@pytest.mark.parametrize(
    ("format", "key"),
    [
        pytest.param("{Sequence}.jpg", "042.jpg", id="padded number"),
        pytest.param("{Sequence}.jpg", "0.jpg", id="no number is zero"),
        pytest.param("{Sequence}.jpg", "-1.jpg", id="negative number"),
        pytest.param("{Sequence}.jpg", "\N{ARABIC-INDIC DIGIT FOUR}.jpg", id="digit of another script"),
        pytest.param("{Sequence}.jpg", "42xjpg", id="the dot is a dot"),
        pytest.param("{Sequence}.jpg", "42.jpg\n", id="line end"),
        pytest.param("{Sequence}.jpg", "a42.jpg", id="something before"),
        pytest.param("{Sequence}.jpg", "42.jpga", id="something after"),
        pytest.param("{Sequence}.jpg", f"{'9' * 99}.jpg", id="a number not reached"),
        pytest.param("{Sequence}/{Sequence}.jpg", "42/43.jpg", id="two numbers for one"),
        pytest.param("{UnixTimestamp}.jpg", "166063861879.jpg", id="twelve digits"),
        pytest.param("{UnixTimestamp}.jpg", "16606386187980.jpg", id="fourteen digits"),
        pytest.param("{UnixTimestamp}.jpg", "1660638618797.jpg", id="a millisecond before"),
        pytest.param("{UnixTimestamp}.jpg", "1660638618799.jpg", id="a millisecond after"),
        pytest.param("{UnixTimestamp}-{Sequence}.jpg", "1660638618798-2.jpg", id="another number"),
        pytest.param("{JobId}/{Sequence}.jpg", "x/42.jpg", id="no job"),
        pytest.param("{JobId}/{Sequence}.jpg", f"{JOB_ID.upper()}/42.jpg", id="job in capitals"),
        pytest.param("{JobId}/{Sequence}.jpg", f"{seeded_id(1, 'job', 1)}/1.jpg", id="another job"),
        pytest.param("{Date}/{Sequence}.jpg", "22-08-16/42.jpg", id="short year"),
        pytest.param("{Date}/{Sequence}.jpg", "2022-08-17/1.jpg", id="another day"),
    ],
)
def test_what_is_not_the_name_of_a_frame_is_nobodys(format, key):
    schedule = captured(format, start=EXAMPLE, seconds=1000)

    assert frame_named(format, key, schedule) is None
