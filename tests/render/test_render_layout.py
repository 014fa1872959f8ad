from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ice_mock.render.layout import MCU, layout

sides = st.integers(64, 4096)


@given(width=sides, height=sides)
def test_every_slot_is_in_the_picture(width, height) -> None:
    for _, box in layout(width, height).slots:
        assert 0 <= box.left < box.right <= width
        assert 0 <= box.top < box.bottom <= height


@given(width=sides, height=sides)
def test_no_two_slots_overlap(width, height) -> None:
    boxes = sorted(box for _, box in layout(width, height).slots)

    for nth, one in enumerate(boxes):
        for other in boxes[nth + 1 :]:
            beside = one.right <= other.left
            assert beside or one.bottom <= other.top or other.bottom <= one.top


@given(width=sides, height=sides)
def test_slots_keep_to_the_restart_intervals_if_there_are_any(width, height) -> None:
    places = layout(width, height)
    across = places.interval * MCU

    if across:
        assert -(-width // MCU) % places.interval == 0
        for _, box in places.slots:
            assert (box.left % across, box.width % across) == (0, 0)
            assert (box.top % MCU, box.height % MCU) == (0, 0)


@given(width=sides, height=sides)
def test_the_last_segment_of_the_scan_is_in_no_slot(width, height) -> None:
    places = layout(width, height)

    if places.interval:
        assert all(box.bottom <= (height - 1) // MCU * MCU for _, box in places.slots)


@pytest.mark.parametrize(
    ("width", "height", "interval"),
    [(640, 360, 1), (1280, 720, 2), (1920, 1080, 3), (2560, 1440, 4), (3840, 2160, 6), (320, 180, 0)],
)
def test_the_larger_the_picture_the_fewer_its_restart_markers(width, height, interval) -> None:
    assert layout(width, height).interval == interval


@pytest.mark.parametrize(
    ("width", "height", "fields"),
    [
        (1280, 720, {"stream", "job", "seed", "number", "date", "time", "dial"}),
        (720, 1280, {"stream", "job", "seed", "number", "date", "time", "dial"}),
        (160, 90, {"seed", "number", "date", "time", "dial"}),
    ],
)
def test_only_small_pictures_leave_something_out(width, height, fields) -> None:
    assert {field for field, _ in layout(width, height).slots} == fields


@pytest.mark.parametrize(("width", "height"), [(1280, 720), (854, 480), (1080, 1920), (160, 90)])
@pytest.mark.parametrize("field", ["number", "date", "time"])
def test_the_characters_of_a_field_stand_in_a_row(width, height, field) -> None:
    boxes = [box for name, box in layout(width, height).slots if name == field]

    assert all(one.right == other.left and one.top == other.top for one, other in pairwise(boxes))
