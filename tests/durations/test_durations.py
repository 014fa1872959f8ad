"""Durations, as they are read and written."""

from datetime import timedelta

import pytest

from ice_mock.durations import duration, in_units, rough, written


@pytest.mark.parametrize("text", ["500ms", "30s", "5m", "2h", "1d", "90m"])
def test_what_is_written_is_read_again(text: str) -> None:
    assert written(duration(text)) == text


@pytest.mark.parametrize(
    ("length", "text"),
    [
        (timedelta(), "0s"),
        (timedelta(milliseconds=999), "0s"),
        (timedelta(seconds=59, milliseconds=999), "59s"),
        (timedelta(minutes=16), "16m"),
        (timedelta(minutes=17, seconds=5), "17m5s"),
        (timedelta(hours=1, seconds=59), "1h"),
        (timedelta(hours=47, minutes=59, seconds=59), "1d23h59m"),
        (timedelta(days=2), "2 days"),
        (timedelta(days=729, hours=23), "729 days"),
        (timedelta(days=730), "2 years"),
        (timedelta(seconds=217_525_303), "6 years"),
    ],
)
def test_the_longer_a_duration_is_the_less_precisely_it_is_told(length: timedelta, text: str) -> None:
    assert rough(length) == text


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (0, "0s"),
        (35, "35s"),
        (80, "1m20s"),
        (120, "2m"),
        (7200, "2h"),
        (90_061, "1d1h1m1s"),
        (1.25, "1.250s"),
        (60.5, "1m0.500s"),
        (-5, "-5s"),
    ],
)
def test_durations_leave_out_units_that_are_zero(seconds: float, expected: str) -> None:
    assert in_units(timedelta(seconds=seconds)) == expected
