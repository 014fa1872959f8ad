from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ice_mock.domain.timepiece import Timepiece

REAL = datetime(2026, 3, 4, 5, 6, 7, 891_234, tzinfo=UTC)
SHOWN = datetime(2030, 1, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("mode", "after_a_minute"),
    [
        ("real", SHOWN + MINUTE),
        ("frozen", SHOWN),
        ("x1", SHOWN + MINUTE),
        ("x60", SHOWN + 60 * MINUTE),
        ("x0.5", SHOWN + MINUTE / 2),
        ("x1000000", SHOWN + 1_000_000 * MINUTE),
    ],
)
def test_it_runs_as_fast_as_its_mode_says(mode, after_a_minute):
    timepiece = Timepiece.starting(mode, REAL, SHOWN)

    shown = timepiece.at(REAL + MINUTE)

    assert shown == after_a_minute


@pytest.mark.parametrize(
    ("mode", "shown"),
    [
        ("real", REAL.replace(microsecond=891_000)),
        ("x60", REAL.replace(microsecond=891_000)),
        ("frozen", datetime(2026, 1, 1, tzinfo=UTC)),
    ],
)
def test_without_a_start_only_a_frozen_one_has_a_moment_of_its_own(mode, shown):
    timepiece = Timepiece.starting(mode, REAL)

    assert timepiece.at(REAL) == shown


@pytest.mark.parametrize(
    "mode",
    [
        "",
        "fast",
        "Real",
        "x",
        "x0",
        "x0.0",
        "x-1",
        "x1e3",
        "x1000000.1",
        "x99999999",
        "60",
        "x60 ",
        " x60",
        "xx2",
    ],
)
def test_a_mode_that_does_not_exist_is_refused_with_those_that_do(mode):
    with pytest.raises(ValueError, match="expected real, frozen or xN with N up to 1000000, such as x60"):
        Timepiece.starting(mode, REAL)


@given(rate=st.sampled_from(["real", "x1", "x3", "x7.77", "x60"]), microseconds=st.integers(0, 10**12))
def test_it_shows_whole_milliseconds(rate, microseconds):
    timepiece = Timepiece.starting(rate, REAL)

    shown = timepiece.at(REAL + timedelta(microseconds=microseconds))

    assert shown.microsecond % 1000 == 0


@pytest.mark.parametrize(
    ("mode", "wait"),
    [("real", timedelta(seconds=30)), ("x60", timedelta(seconds=0.5)), ("x0.5", timedelta(seconds=60))],
)
def test_the_wait_for_an_instant_is_shorter_the_faster_it_runs(mode, wait):
    timepiece = Timepiece.starting(mode, REAL, SHOWN)

    assert timepiece.real_time_until(SHOWN + timedelta(seconds=30), REAL) == wait


def test_what_is_passed_is_not_waited_for():
    timepiece = Timepiece.starting("x60", REAL, SHOWN)

    wait = timepiece.real_time_until(SHOWN, REAL + MINUTE)

    assert wait is not None
    assert wait <= timedelta(0)


def test_a_frozen_one_never_reaches_another_instant_by_itself():
    timepiece = Timepiece.starting("frozen", REAL, SHOWN)

    assert timepiece.real_time_until(SHOWN + MINUTE, REAL) is None


@given(rate=st.sampled_from(["real", "x1", "x60", "x1000"]), milliseconds=st.integers(1, 10**10))
def test_after_the_wait_the_instant_is_there_but_for_a_rounding(rate, milliseconds):
    timepiece = Timepiece.starting(rate, REAL, SHOWN)
    instant = SHOWN + timedelta(milliseconds=milliseconds)

    wait = timepiece.real_time_until(instant, REAL)

    assert wait is not None
    assert abs(timepiece.at(REAL + wait) - instant) <= timedelta(milliseconds=1)


def test_moving_keeps_the_mode():
    timepiece = Timepiece.starting("x60", REAL, SHOWN)

    moved = timepiece.moved_to(SHOWN + MINUTE, REAL)

    assert moved.mode == "x60"
    assert moved.at(REAL) == SHOWN + MINUTE
    assert moved.at(REAL + MINUTE) == SHOWN + 61 * MINUTE


@pytest.mark.parametrize("before", ["frozen", "x1", "x60"])
@pytest.mark.parametrize("after", ["frozen", "x1", "x0.5"])
def test_switching_goes_on_from_the_same_moment(before, after):
    timepiece = Timepiece.starting(before, REAL, SHOWN)
    later = REAL + MINUTE

    switched = timepiece.switched_to(after, later)

    assert switched.mode == after
    assert switched.at(later) == timepiece.at(later)


@pytest.mark.parametrize("before", ["frozen", "x1", "x60"])
def test_switching_to_real_shows_the_real_time(before):
    timepiece = Timepiece.starting(before, REAL, SHOWN)

    switched = timepiece.switched_to("real", REAL)

    assert switched.at(REAL + MINUTE) == (REAL + MINUTE).replace(microsecond=891_000)


def test_switching_to_a_mode_that_does_not_exist_is_refused():
    timepiece = Timepiece.starting("frozen", REAL)

    with pytest.raises(ValueError, match="'slow' is no clock"):
        timepiece.switched_to("slow", REAL)
