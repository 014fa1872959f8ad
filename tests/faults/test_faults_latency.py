from datetime import timedelta
from statistics import median
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import ValidationError

from ice_mock.faults.latency import Fixed, Lognormal, Uniform
from ice_mock.faults.options import LONGEST_WAIT, LatencyField, Length
from ice_mock.identifiers import seeded_fraction

MS = timedelta(milliseconds=1)
chances = st.floats(0, 1, exclude_max=True)


@pytest.mark.parametrize(
    ("written", "latency"),
    [
        ("300ms", Fixed(300 * MS)),
        ("10m", Fixed(LONGEST_WAIT)),
        ({"uniform": ["100ms", "300ms"]}, Uniform(100 * MS, 300 * MS)),
        ({"uniform": ["1s", "1s"]}, Uniform(1000 * MS, 1000 * MS)),
        ({"lognormal": {"median": "200ms", "sigma": 0.5}}, Lognormal(200 * MS, 0.5, LONGEST_WAIT)),
    ],
)
def test_a_latency_is_read_and_written_the_same_way(written: Any, latency: object) -> None:
    field = LatencyField("how late")

    assert field.deserialize(written) == latency
    assert field.serialize("late", {"late": latency}) == written


@pytest.mark.parametrize(
    "written",
    [
        "300",
        300,
        True,
        [],
        {},
        "-1s",
        "0s",
        "0.5ms",
        "11m",
        "1e3s",
        {"uniform": ["300ms", "100ms"]},
        {"uniform": ["100ms"]},
        {"uniform": [100, 300]},
        {"uniform": "100ms"},
        {"uniform": ["100ms", "300ms"], "lognormal": {"median": "1s", "sigma": 1}},
        {"lognormal": {"median": "200ms"}},
        {"lognormal": {"median": "200ms", "sigma": -1}},
        {"lognormal": {"median": "200ms", "sigma": True}},
        {"lognormal": {"median": "200ms", "sigma": float("nan")}},
        {"lognormal": {"median": "200ms", "sigma": 0.5, "mean": "1s"}},
        {"normal": ["100ms", "300ms"]},
    ],
    ids=str,
)
def test_what_is_no_latency_is_refused_with_what_would_be(written: Any) -> None:
    with pytest.raises(ValidationError, match="expected a duration such as 300ms"):
        LatencyField("how late").deserialize(written)


@pytest.mark.parametrize("written", ["0s", "0.1ms", "6m", "5", 5, "ever"], ids=str)
def test_a_length_has_a_millisecond_at_least_and_no_more_than_its_field_takes(written: Any) -> None:
    with pytest.raises(ValidationError, match="expected a duration such as 30s or 500ms, up to 5m"):
        Length("how long", most=timedelta(minutes=5)).deserialize(written)


@given(chances)
def test_a_uniform_latency_lies_between_its_ends(chance: float) -> None:
    assert 100 * MS <= Uniform(100 * MS, 300 * MS).drawn(chance) <= 300 * MS


@given(st.one_of(chances, st.just(0.0)))
def test_a_lognormal_latency_is_never_longer_than_the_longest(chance: float) -> None:
    assert timedelta() <= Lognormal(200 * MS, 5, LONGEST_WAIT).drawn(chance) <= LONGEST_WAIT


def test_half_of_a_lognormal_latency_lies_below_its_median() -> None:
    latency = Lognormal(200 * MS, 0.5, LONGEST_WAIT)
    drawn = [latency.drawn(seeded_fraction(7, "latency", number)) for number in range(1, 2000)]

    assert latency.drawn(0.5) == 200 * MS
    assert 190 < median(each / MS for each in drawn) < 210
    assert max(drawn) > 600 * MS
