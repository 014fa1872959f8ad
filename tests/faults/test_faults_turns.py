"""Which frames of a job are struck: the same as if they had been counted one by one."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ice_mock.domain.fault import Frequency
from ice_mock.engine.faults import is_struck
from ice_mock.engine.turns import Turns

YEAR = range(1, 365 * 24 * 720 + 1)

frequencies = st.builds(
    Frequency,
    times=st.none() | st.integers(1, 20),
    after=st.integers(0, 20),
    every=st.integers(1, 5),
    probability=st.sampled_from([0.0, 0.3, 0.9, 1.0]),
)


def turns(numbers: range, frequency: Frequency, seed: int = 7, name: str = "fault/job") -> Turns:
    return Turns(numbers, frequency, seed, name)


@given(st.integers(1, 50), st.integers(0, 100), frequencies.filter(lambda each: each.probability == 1))
def test_they_are_those_that_counting_would_strike(first: int, count: int, frequency: Frequency) -> None:
    numbers, counted = range(first, first + count), []
    for matched, number in enumerate(numbers, start=1):
        if is_struck(frequency, matched, len(counted), 0.0):
            counted.append(number)

    assert [number for number in numbers if number in turns(numbers, frequency)] == counted


@given(st.integers(1, 50), st.integers(0, 3000), frequencies)
def test_their_number_is_known_without_looking_at_each(first: int, count: int, frequency: Frequency) -> None:
    struck = turns(range(first, first + count), frequency)

    assert len(struck) == sum(number in struck for number in range(first + count + 10))


@given(st.integers(0, 100), st.integers(0, 100), frequencies)
def test_what_was_struck_stays_struck_however_many_come_after(
    count: int, more: int, frequency: Frequency
) -> None:
    before = turns(range(1, count + 1), frequency)
    after = turns(range(1, count + more + 1), frequency)

    assert [number in before for number in range(1, count + 1)] == [
        number in after for number in range(1, count + 1)
    ]


@given(st.integers(1, 50), st.integers(0, 60), frequencies)
def test_a_row_is_everything_that_is_struck_and_has_no_gap(
    first: int, count: int, frequency: Frequency
) -> None:
    struck = turns(range(first, first + count), frequency)

    if struck.row:
        assert list(struck.row) == [number for number in range(first + count) if number in struck]
        assert all(later - earlier == 1 for earlier, later in pairwise(struck.row))


def test_chance_is_another_one_for_each_fault_job_and_seed() -> None:
    half = Frequency(probability=0.5)
    first = [number in turns(range(1, 101), half) for number in range(1, 101)]

    for other in (turns(range(1, 101), half, seed=8), turns(range(1, 101), half, name="fault/another")):
        assert [number in other for number in range(1, 101)] != first


@pytest.mark.parametrize("probability", [0.01, 0.5, 0.99])
def test_about_as_many_are_struck_as_is_probable(probability: float) -> None:
    struck = len(turns(range(1, 20_001), Frequency(probability=probability)))

    assert abs(struck / 20_000 - probability) < 0.02


@pytest.mark.parametrize(
    "frequency",
    [Frequency(), Frequency(every=7), Frequency(times=3), Frequency(probability=0.5, times=3)],
    ids=str,
)
def test_a_year_is_no_more_work_than_a_minute(frequency: Frequency) -> None:
    struck = turns(YEAR, frequency)

    assert (YEAR[-1] in struck) is (frequency.times is None and YEAR[-1] % frequency.every == 0)
