import pytest

from ice_mock.render.segments import Segment, comment_segment, segments


def test_segments_are_read_up_to_the_scan_and_no_further() -> None:
    data = b"\xff\xd8" + b"\xff\xe0\x00\x03a" + b"\xff\xda\x00\x02" + b"\xff\xfe\x00\x02"

    assert list(segments(data)) == [Segment(0xE0, 6, 7), Segment(0xDA, 11, 11)]


def test_fill_bytes_and_markers_without_length_are_stepped_over() -> None:
    data = b"\xff\xd8" + b"\xff\xff\xff\x01" + b"\xff\xd0" + b"\xff\xfe\x00\x03a"

    assert [(marker, data[start:end]) for marker, start, end in segments(data)] == [
        (0x01, b""),
        (0xD0, b""),
        (0xFE, b"a"),
    ]


@pytest.mark.parametrize("end", range(2, 12))
def test_a_segment_that_is_not_whole_is_not_given(end) -> None:
    data = b"\xff\xd8" + b"\xff\xfe\x00\x08secret"

    assert list(segments(data[:end] if end < 12 else data)) == []


@pytest.mark.parametrize("size", [0, 1, 65_533])
def test_a_comment_is_a_segment_again(size) -> None:
    data = b"\xff\xd8" + comment_segment(b"x" * size)

    ((marker, start, end),) = segments(data)

    assert (marker, data[start:end]) == (0xFE, b"x" * size)


def test_a_comment_that_no_segment_can_hold_is_refused() -> None:
    with pytest.raises(ValueError, match="65533 bytes, not 65534"):
        comment_segment(b"x" * 65_534)
