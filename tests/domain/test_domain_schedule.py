from datetime import UTC, datetime, timedelta
from itertools import accumulate, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ice_mock.domain.model import Job, Plan, Stream
from ice_mock.domain.schedule import Schedule

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def new_job(interval: timedelta = timedelta(seconds=5)) -> Job:
    plan = Plan(interval, sequence_format="{Sequence}.jpg")
    return Job("j", "room 1", "t", "T", plan, "rtmp://h/a/s", "e", "b", None, NOON, NOON, NOON)


def seconds_of(schedule: Schedule) -> list[float]:
    return [(frame.instant - NOON).total_seconds() for frame in schedule]


LIVE = Stream("rtmp://h/a/s").published(at(-1))


def test_a_job_that_never_started_has_no_frames():
    assert list(Schedule(new_job(), LIVE, at(1000))) == []


def test_a_frame_is_captured_each_interval_after_the_start():
    job = new_job().started(at(2))

    schedule = Schedule(job, LIVE, at(20))

    assert seconds_of(schedule) == [7, 12, 17]


def test_frames_are_numbered_from_one_on_and_know_their_job_and_plan():
    job = new_job().started(at(0))

    schedule = Schedule(job, LIVE, at(10))

    assert [(frame.job_id, frame.number, frame.instant, frame.plan) for frame in schedule] == [
        ("j", 1, at(5), job.plan),
        ("j", 2, at(10), job.plan),
    ]


@pytest.mark.parametrize(
    ("until", "count"), [(4.999, 0), (5, 1), (5.001, 1), (9.999, 1), (10, 2)], ids=lambda each: f"{each}"
)
def test_a_frame_exists_from_its_own_instant_on(until, count):
    job = new_job().started(at(0))

    assert len(Schedule(job, LIVE, at(until))) == count


def test_an_outage_loses_frames_but_not_numbers_and_does_not_shift_the_beat():
    job = new_job().started(at(0))
    stream = LIVE.unpublished(at(12)).published(at(28))

    schedule = Schedule(job, stream, at(40))

    assert seconds_of(schedule) == [5, 10, 30, 35, 40]
    assert [frame.number for frame in schedule] == [1, 2, 3, 4, 5]


def test_a_stop_ends_the_beat_and_a_start_begins_another():
    job = new_job().started(at(0)).stopped(at(12)).started(at(21))

    schedule = Schedule(job, LIVE, at(32))

    assert seconds_of(schedule) == [5, 10, 26, 31]


def test_a_restart_begins_the_beat_anew():
    job = new_job().started(at(0)).stopped(at(13)).started(at(13))

    schedule = Schedule(job, LIVE, at(24))

    assert seconds_of(schedule) == [5, 10, 18, 23]


def test_a_job_may_start_before_its_stream():
    job = new_job().started(at(0))
    stream = Stream("rtmp://h/a/s").published(at(11))

    assert seconds_of(Schedule(job, stream, at(20))) == [15, 20]


@pytest.mark.parametrize(
    ("stream", "captured"),
    [
        pytest.param(LIVE.unpublished(at(10)), [5, 10], id="unpublished at the frame's instant"),
        pytest.param(LIVE.unpublished(at(9.999)), [5], id="unpublished just before it"),
        pytest.param(Stream("s").published(at(10)), [15], id="published at the frame's instant"),
        pytest.param(Stream("s").published(at(9.999)), [10, 15], id="published just before it"),
        pytest.param(
            LIVE.unpublished(at(10)).published(at(10)), [5, 10, 15], id="off and on again at its instant"
        ),
        pytest.param(
            Stream("s").published(at(10)).unpublished(at(10)), [], id="on and off again at its instant"
        ),
    ],
)
def test_at_the_boundary_of_ingest_the_end_is_inside_and_the_beginning_is_not(stream, captured):
    job = new_job().started(at(0))

    assert seconds_of(Schedule(job, stream, at(15))) == captured


@pytest.mark.parametrize(
    ("stopped_at", "captured"), [(9.999, [5]), (10, [5, 10]), (10.001, [5, 10])], ids=lambda each: f"{each}"
)
def test_a_frame_at_the_very_instant_of_the_stop_is_captured(stopped_at, captured):
    job = new_job().started(at(0)).stopped(at(stopped_at))

    assert seconds_of(Schedule(job, LIVE, at(100))) == captured


def test_a_frame_at_the_very_instant_of_a_restart_is_captured_once():
    job = new_job().started(at(0)).stopped(at(10)).started(at(10))

    assert seconds_of(Schedule(job, LIVE, at(15))) == [5, 10, 15]


def test_runs_without_length_capture_nothing():
    job = new_job()
    for _ in range(3):
        job = job.started(at(0)).stopped(at(0))

    assert len(Schedule(job, LIVE, at(100))) == 0


def test_a_thousand_outages_lose_a_thousand_frames():
    job = new_job().started(at(0))
    stream = LIVE
    for outage in range(1000):
        stream = stream.unpublished(at(10 * outage + 4)).published(at(10 * outage + 6))

    schedule = Schedule(job, stream, at(10_000))

    assert len(schedule) == 1000
    assert schedule[999].instant == at(10_000)
    assert schedule.at(at(5_000)) == schedule[499]
    assert schedule.at(at(5_005)) is None


def test_a_thousand_years_are_counted_and_not_gone_through():
    job = new_job().started(at(0))
    until = NOON + 365_000 * DAY

    schedule = Schedule(job, LIVE, until)

    assert len(schedule) == 365_000 * 24 * 3600 // 5
    assert schedule[len(schedule) - 1].instant == until
    assert schedule.count_until(NOON + DAY) == 24 * 3600 // 5


def test_a_schedule_is_a_sequence():
    schedule = Schedule(new_job().started(at(0)), LIVE, at(50))

    assert schedule[2:4] == [schedule[2], schedule[3]]
    assert schedule[8:99] == [schedule[8], schedule[9]]
    assert schedule[3] in schedule
    assert next(reversed(schedule)) == schedule[9]


@pytest.mark.parametrize("index", [-1, 10, 10**30])
def test_an_index_outside_of_a_schedule_is_an_error(index):
    schedule = Schedule(new_job().started(at(0)), LIVE, at(50))

    with pytest.raises(IndexError):
        schedule[index]


@pytest.mark.parametrize("milliseconds", [0, -1, 1, -(10**18), 10**18, 10**40])
def test_a_timestamp_without_a_frame_has_none_however_far_away(milliseconds):
    schedule = Schedule(new_job().started(at(0)), LIVE, at(50))

    assert schedule.stamped(milliseconds) is None


# -- Any history, compared with a walk from millisecond to millisecond --

histories = st.lists(
    st.tuples(
        st.integers(0, 40), st.sampled_from(["publish", "unpublish", "start", "stop", "restart", "nothing"])
    ),
    max_size=20,
).map(lambda steps: list(zip(accumulate(gap for gap, _ in steps), (what for _, what in steps), strict=True)))
intervals = st.integers(1, 25)


def at_ms(milliseconds: int) -> datetime:
    return NOON + timedelta(milliseconds=milliseconds)


def told(history: list[tuple[int, str]], interval: int, until: int) -> tuple[Job, Stream]:
    """Build the records that the *history* leaves behind *until* an instant."""
    job, stream = new_job(timedelta(milliseconds=interval)), Stream("rtmp://h/a/s")
    for milliseconds, what in history:
        now = at_ms(milliseconds)
        if milliseconds <= until:
            stream = {"publish": stream.published, "unpublish": stream.unpublished}.get(
                what, lambda _, same=stream: same
            )(now)
            job = job.stopped(now) if what in ("stop", "restart") else job
            job = job.started(now) if what in ("start", "restart") else job
    return job, stream


def walked(history: list[tuple[int, str]], interval: int, until: int) -> list[int]:
    """Go through time and note when a frame is captured; what happens in a millisecond counts after it."""
    captured, is_live, started = [], False, None
    for now in range(until + 1):
        if is_live and started is not None and now > started and (now - started) % interval == 0:
            captured.append(now)
        for what in (what for milliseconds, what in history if milliseconds == now):
            is_live = {"publish": True, "unpublish": False}.get(what, is_live)
            if what in ("stop", "restart"):
                started = None
            if what in ("start", "restart") and started is None:
                started = now
    return captured


@given(history=histories, interval=intervals, until=st.integers(0, 600))
def test_the_frames_are_those_that_a_walk_through_time_finds(history, interval, until):
    job, stream = told(history, interval, until)

    schedule = Schedule(job, stream, at_ms(until))

    assert [frame.instant for frame in schedule] == [at_ms(each) for each in walked(history, interval, until)]


@given(history=histories, interval=intervals, until=st.integers(0, 600))
def test_numbers_instants_and_timestamps_lead_back_to_their_frame(history, interval, until):
    schedule = Schedule(*told(history, interval, until), at_ms(until))

    for index, frame in enumerate(schedule):
        assert frame.number == index + 1
        assert schedule[frame.number - 1] == frame
        assert schedule.at(frame.instant) == frame
        assert schedule.stamped(frame.timestamp_ms) == frame


@given(history=histories, interval=intervals, until=st.integers(0, 600), asked=st.integers(-5, 700))
def test_counting_and_the_next_frame_agree_with_going_through_all(history, interval, until, asked):
    schedule = Schedule(*told(history, interval, until), at_ms(until))
    frames = list(schedule)

    earlier = [frame for frame in frames if frame.instant <= at_ms(asked)]
    later = frames[len(earlier) :]

    assert schedule.count_until(at_ms(asked)) == len(earlier)
    assert schedule.after(at_ms(asked)) == (later[0] if later else None)
    assert schedule.at(at_ms(asked)) == next(
        (frame for frame in frames if frame.instant == at_ms(asked)), None
    )


@given(history=histories, interval=intervals, instants=st.tuples(st.integers(0, 600), st.integers(0, 600)))
def test_whatever_happens_later_the_frames_so_far_stay(history, interval, instants):
    earlier, later = sorted(instants)

    before = list(Schedule(*told(history, interval, earlier), at_ms(earlier)))
    after = list(Schedule(*told(history, interval, later), at_ms(later)))

    assert after[: len(before)] == before
    assert all(frame.instant > at_ms(earlier) for frame in after[len(before) :])


@given(history=histories, interval=intervals)
def test_frames_are_never_closer_than_the_interval(history, interval):
    schedule = Schedule(*told(history, interval, 600), at_ms(600))

    gaps = [after.instant - before.instant for before, after in pairwise(schedule)]

    assert all(gap >= timedelta(milliseconds=interval) for gap in gaps)
