"""A press prints the frames of one size and quality from parts that are coded once.

The card is coded once, a job's tiles once per job, a character once at all. What is left to do for a new
frame is to join some two hundred byte strings, which gives byte for byte what coding the whole drawing would.
"""

from collections.abc import Iterable, Sequence
from itertools import chain
from math import ceil
from typing import NamedTuple

from PIL import Image

from ice_mock.render.card import card
from ice_mock.render.layout import MCU, Box, Layout, Slot
from ice_mock.render.segments import APP0, comment_segment, segments
from ice_mock.render.splice import Hole, coded, header_and_segments, mosaic, rows
from ice_mock.render.tiles import tile

Rows = tuple[bytes, ...]


class _Setting(NamedTuple):
    """A slot on the press, the hole that it fills, and the tiles that were coded for it."""

    slot: Slot
    hole: Hole
    cast: dict[str, Rows]


class Press:
    """All that pictures of one size and quality share. The layout must have an interval.

    What is coded for a frame is kept: it is little, as each slot shows a digit, a sign or a dial. Threads
    may share a press; at worst two of them code the same tile, and one is kept.
    """

    def __init__(self, layout: Layout, quality: int) -> None:
        self._interval, self._quality = layout.interval, quality
        header, scan = header_and_segments(self._coded(card(layout)))
        self._before_comment, self._after_comment = _cut_for_comment(header)
        holes = [_hole(slot.box, layout) for slot in layout.slots]
        blank = mosaic(scan, holes)
        settings = _settings(layout.slots, holes)
        self._blank = blank.parts
        self._places = tuple(chain.from_iterable(blank.places))
        self._job_settings = settings[: len(layout.job_slots)]
        self._frame_settings = settings[len(layout.job_slots) :]

    def job_rows(self, contents: Iterable[str]) -> tuple[Rows, ...]:
        """The job's tiles, coded, one for each of *contents*."""
        settings = zip(self._job_settings, contents, strict=True)
        return tuple(self._rows(setting, content) for setting, content in settings)

    def printed(self, job_rows: Iterable[Rows], contents: Iterable[str], comment: bytes) -> bytes:
        """The picture of a job's tiles and a frame's *contents*, with *comment* in its header."""
        parts = list(self._blank)
        frame_rows = map(self._cast, self._frame_settings, contents)
        all_rows = chain.from_iterable(chain(job_rows, frame_rows))
        for place, row in zip(self._places, all_rows, strict=True):
            parts[place] = row
        return b"".join((self._before_comment, comment_segment(comment), self._after_comment, *parts))

    def _cast(self, setting: _Setting, content: str) -> Rows:
        coded_rows = setting.cast.get(content)
        if coded_rows is None:
            coded_rows = setting.cast[content] = self._rows(setting, content)
        return coded_rows

    def _rows(self, setting: _Setting, content: str) -> Rows:
        field, box = setting.slot
        _, scan = header_and_segments(self._coded(tile(field, content, (box.width, box.height))))
        return rows(scan, setting.hole)

    def _coded(self, image: Image.Image) -> bytes:
        return coded(image, quality=self._quality, interval=self._interval)


def _settings(slots: Sequence[Slot], holes: Sequence[Hole]) -> tuple[_Setting, ...]:
    # Slots of one field whose restart markers count alike can share what is coded.
    casts: dict[tuple[str, int], dict[str, Rows]] = {}
    return tuple(
        _Setting(slot, hole, casts.setdefault((slot.field, hole.first % 8), {}))
        for slot, hole in zip(slots, holes, strict=True)
    )


def _hole(box: Box, layout: Layout) -> Hole:
    across = MCU * layout.interval
    stride = ceil(layout.width / MCU) // layout.interval
    first = box.top // MCU * stride + box.left // across
    return Hole(first, box.width // across, box.height // MCU, stride)


def _cut_for_comment(header: bytes) -> tuple[bytes, bytes]:
    """Cut *header* where Pillow, too, puts a comment: right after the JFIF segment."""
    at = next(segment.end for segment in segments(header) if segment.marker == APP0)
    return header[:at], header[at:]
