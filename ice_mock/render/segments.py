"""The marker segments that a JPEG opens with, read without trust in their lengths."""

from collections.abc import Iterator
from typing import NamedTuple

START_OF_IMAGE = b"\xff\xd8"
END_OF_IMAGE = b"\xff\xd9"
APP0 = 0xE0
START_OF_SCAN = 0xDA
COMMENT = 0xFE

_LENGTH = 2  # bytes, which count themselves
_LONGEST = 0xFFFF - _LENGTH
_WITHOUT_LENGTH = frozenset({0x01, *range(0xD0, 0xD9)})


class Segment(NamedTuple):
    """A marker, and where in the file its payload starts and ends."""

    marker: int
    start: int
    end: int


def segments(data: bytes) -> Iterator[Segment]:
    """Yield the segments up to the start of the scan, or as many as are whole.

    Raise ValueError if *data* does not begin as a JPEG does.
    """
    if data[:2] != START_OF_IMAGE:
        raise ValueError("not a JPEG: it does not begin with FF D8")
    at = 2
    while (segment := _segment_at(data, at)) is not None:
        yield segment
        if segment.marker == START_OF_SCAN:
            return
        at = segment.end


def _segment_at(data: bytes, at: int) -> Segment | None:
    """Return the segment whose marker is at *at*; None if there is no whole one."""
    if data[at : at + 1] != b"\xff":
        return None
    while data[at : at + 1] == b"\xff":  # any number of fill bytes may precede a marker
        at += 1
    start = at + 1
    if start + _LENGTH > len(data):
        return None
    marker = data[at]
    if marker in _WITHOUT_LENGTH:
        return Segment(marker, start, start)
    segment = Segment(marker, start + _LENGTH, start + int.from_bytes(data[start : start + _LENGTH], "big"))
    return segment if segment.start <= segment.end <= len(data) else None


def comment_segment(text: bytes) -> bytes:
    """Return *text* as a comment segment, marker and length included."""
    if len(text) > _LONGEST:
        raise ValueError(f"a comment holds {_LONGEST} bytes, not {len(text)}")
    return bytes((0xFF, COMMENT)) + (len(text) + _LENGTH).to_bytes(_LENGTH, "big") + text
