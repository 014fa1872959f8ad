from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from ice_mock.report.instants import day_and_time, since
from ice_mock.report.ruler import Ruler

BEGAN = datetime(2026, 1, 1, tzinfo=UTC)


def test_instants_are_counted_from_the_beginning() -> None:
    assert since(BEGAN, BEGAN + timedelta(seconds=35)) == "+35s"
    assert since(BEGAN, BEGAN - timedelta(seconds=35)) == "-35s"
    assert day_and_time(BEGAN + timedelta(milliseconds=500)) == "2026-01-01 00:00:00.500 UTC"


def test_a_column_is_open_left_and_closed_right() -> None:
    ruler = Ruler(BEGAN, BEGAN + timedelta(seconds=60), 12)

    columns = [ruler.column(BEGAN + timedelta(seconds=seconds)) for seconds in (-5, 0, 5, 5.001, 60, 90)]

    assert columns == [0, 0, 0, 1, 11, 11]


@given(st.timedeltas(timedelta(), timedelta(days=36_500)), st.integers(1, 200), st.integers(1, 20))
def test_any_length_of_time_has_a_few_ticks_in_order(span, columns, most) -> None:
    ticks = list(Ruler(BEGAN, BEGAN + span, columns).ticks(most))

    assert 1 <= len(ticks) <= most + 1
    assert [place for place, _ in ticks] == sorted(place for place, _ in ticks)
    assert all(0 <= place <= 1 for place, _ in ticks)


@given(st.integers(0, 10**9), st.integers(0, 10**9), st.integers(1, 200))
def test_every_instant_lies_between_the_bounds_of_its_column(span, part, columns) -> None:
    ruler = Ruler(BEGAN, BEGAN + timedelta(milliseconds=span + 1), columns)
    instant = BEGAN + timedelta(milliseconds=part % (span + 1) + 1)

    start, end = ruler.bounds(ruler.column(instant))

    # Bounds are whole microseconds, and may be half of one off.
    assert start - timedelta(microseconds=1) <= instant <= end + timedelta(microseconds=1)
