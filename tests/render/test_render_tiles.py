from dataclasses import replace
from datetime import UTC, datetime

import pytest

from ice_mock.render.layout import layout
from ice_mock.render.tiles import DIAL_STEPS, frame_contents, job_contents, tile


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (1, "ooooo1    "),
        (42, "oooo42    "),
        (999_999, "999999    "),
        (1_000_000, "1000000   "),
        (10**9, "1000000000"),
        (12_345_678_901, "2345678901"),
    ],
)
def test_a_number_fills_six_places_and_grows_to_ten(picture, number, expected) -> None:
    assert "".join(frame_contents(replace(picture, number=number))[:10]) == expected


@pytest.mark.parametrize(
    ("instant", "date", "time"),
    [
        (datetime(2026, 7, 1, tzinfo=UTC), "2026-07-01", "00:00:00.000"),
        (datetime(2026, 7, 1, 23, 59, 59, 999_999, tzinfo=UTC), "2026-07-01", "23:59:59.999"),
        (datetime(1, 1, 1, 1, 1, 1, 1000, tzinfo=UTC), "0001-01-01", "01:01:01.001"),
    ],
)
def test_the_time_is_shown_to_the_millisecond(picture, instant, date, time) -> None:
    contents = frame_contents(replace(picture, instant=instant))

    assert ("".join(contents[10:20]), "".join(contents[20:32])) == (date, time)


def test_the_dial_goes_round_and_comes_back(picture) -> None:
    steps = [frame_contents(replace(picture, number=number))[-1] for number in range(DIAL_STEPS + 1)]

    assert len(set(steps)) == DIAL_STEPS
    assert steps[0] == steps[-1]
    assert len({tile("dial", step, (96, 96)).tobytes() for step in steps}) == DIAL_STEPS


@pytest.mark.parametrize(("width", "height"), [(1280, 720), (720, 1280), (160, 90)])
def test_there_is_a_content_for_each_slot(picture, width, height) -> None:
    places = layout(width, height)

    assert len(job_contents(picture, places)) == len(places.job_slots)
    assert len(frame_contents(picture)) == len(places.frame_slots)


@pytest.mark.parametrize("field", ["stream", "job", "seed", "number", "date", "time", "dial"])
@pytest.mark.parametrize("size", [(2, 2), (3, 5), (32, 32), (300, 40)], ids=str)
def test_a_tile_is_drawn_at_any_size(field, size) -> None:
    assert tile(field, "7", size).size == size


def test_a_thousand_seeds_have_a_thousand_patterns() -> None:
    patterns = {tile("seed", str(seed), (288, 32)).crop((160, 0, 288, 32)).tobytes() for seed in range(1000)}

    assert len(patterns) == 1000
