import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from ice_mock.render.splice import Hole, coded, header_and_segments, mosaic, rows

MARKERS = [bytes((0xFF, 0xD0 + number)) for number in range(8)]


def numbered(segments: list[bytes]) -> bytes:
    """A scan as a decoder wants it: markers counting from 0 to 7, and the end of the image."""
    markers = [MARKERS[number % 8] for number in range(len(segments) - 1)] + [b"\xff\xd9"]
    return b"".join(segment + marker for segment, marker in zip(segments, markers, strict=True))


@given(
    stride=st.integers(4, 19),
    first=st.integers(0, 30),
    count=st.integers(1, 3),
    height=st.integers(1, 4),
)
def test_a_tile_has_the_restart_markers_of_its_hole(stride, first, count, height) -> None:
    hole = Hole(first, count, height, stride)
    scan = [b"s%d" % nth for nth in range(first + height * stride + 1)]
    tile = [b"t%d" % nth for nth in range(count * height)]

    cut = mosaic(scan, [hole])
    parts = list(cut.parts)
    for place, row in zip(cut.places[0], rows(tile, hole), strict=True):
        parts[place] = row

    expected = list(scan)
    for nth, start in enumerate(hole.starts):
        expected[start : start + count] = tile[nth * count : (nth + 1) * count]
    assert b"".join(parts) == numbered(expected)


def test_holes_side_by_side_leave_nothing_between() -> None:
    scan = [b"%d" % nth for nth in range(9)]

    cut = mosaic(scan, [Hole(4, 2, 1, 8), Hole(2, 2, 1, 8)])

    assert cut.places == ((2,), (1,))
    assert [bool(part) for part in cut.parts] == [True, False, False, True]


@pytest.mark.parametrize("interval", [1, 2, 5])
def test_a_coded_picture_is_its_header_and_its_numbered_segments(interval) -> None:
    data = coded(Image.radial_gradient("L").convert("RGB"), quality=80, interval=interval)

    header, scan = header_and_segments(data)

    assert len(scan) == -(-16 * 16 // interval)
    assert header + numbered(scan) == data
