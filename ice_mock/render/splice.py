"""Coded pictures cut at their restart markers, so that parts of one can be set into another.

After a restart marker a decoder remembers nothing of what came before, so a segment between two markers
means the same in every picture of the same tables. Only the markers' numbers, which count from 0 to 7 over
and over, belong to the place.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO

from PIL import Image

from ice_mock.render.segments import END_OF_IMAGE, START_OF_SCAN, segments

_RESTART = re.compile(rb"\xff[\xd0-\xd7]")
_RESTARTS = tuple(bytes((0xFF, marker)) for marker in range(0xD0, 0xD8))


@dataclass(frozen=True, slots=True)
class Hole:
    """Where a tile goes: *rows* rows of *count* segments, each *stride* after the one above it."""

    first: int
    count: int
    rows: int
    stride: int

    @property
    def starts(self) -> range:
        """The first segment of each row."""
        return range(self.first, self.first + self.rows * self.stride, self.stride)


@dataclass(frozen=True, slots=True)
class Mosaic:
    """A scan in parts, to be joined once every hole is filled.

    *places* has for each hole the parts that its rows are to become.
    """

    parts: tuple[bytes, ...]
    places: tuple[tuple[int, ...], ...]


def coded(image: Image.Image, *, quality: int, interval: int, comment: bytes = b"") -> bytes:
    """Code *image* as baseline JPEG with a restart marker every *interval* MCUs; 0 is none."""
    file = BytesIO()
    image.save(
        file,
        "JPEG",
        quality=quality,
        subsampling="4:2:0",
        restart_marker_blocks=interval,
        comment=comment,
    )
    return file.getvalue()


def header_and_segments(data: bytes) -> tuple[bytes, list[bytes]]:
    """Cut a coded picture into all up to its scan, and the segments of the scan without markers."""
    scan = next(end for marker, _, end in segments(data) if marker == START_OF_SCAN)
    return data[:scan], _RESTART.split(data[scan : -len(END_OF_IMAGE)])


def mosaic(scan: Sequence[bytes], holes: Sequence[Hole]) -> Mosaic:
    """Cut *holes* out of *scan*. They must not overlap, nor hold its last segment."""
    parts: list[bytes] = []
    places: list[list[int]] = [[] for _ in holes]
    at = 0
    for start, nth in sorted((start, nth) for nth, hole in enumerate(holes) for start in hole.starts):
        if start > at:
            parts.append(_numbered(scan[at:start], at))
        places[nth].append(len(parts))
        parts.append(b"")
        at = start + holes[nth].count
    parts.append(_numbered(scan[at:], at)[: -len(END_OF_IMAGE)] + END_OF_IMAGE)
    return Mosaic(tuple(parts), tuple(map(tuple, places)))


def rows(tile: Sequence[bytes], hole: Hole) -> tuple[bytes, ...]:
    """Return the segments of a tile by row, with the markers that they have in *hole*."""
    return tuple(
        _numbered(tile[nth * hole.count : (nth + 1) * hole.count], start)
        for nth, start in enumerate(hole.starts)
    )


def _numbered(scan: Sequence[bytes], first: int) -> bytes:
    return b"".join(segment + _RESTARTS[nth % 8] for nth, segment in enumerate(scan, first))
