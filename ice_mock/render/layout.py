"""Where on the card each thing is, for pictures of any size and shape."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from math import ceil, gcd
from typing import NamedTuple

MCU = 16
"""Pixels a side of what JPEG codes as one, its colour halved: a splice can only cut between these."""

NUMBER_LENGTH = 10
DATE_LENGTH = len("2026-07-01")
TIME_LENGTH = len("12:34:56.789")


class Area(NamedTuple):
    """A place on a design, in units from the upper left of the panel."""

    left: float
    top: float
    width: float
    height: float


class Box(NamedTuple):
    """A place on a picture, in pixels."""

    left: int
    top: int
    width: int
    height: int

    @property
    def right(self) -> int:
        return self.left + self.width

    @property
    def bottom(self) -> int:
        return self.top + self.height


class Slot(NamedTuple):
    """A place for a tile, and the field of the picture that the tile shows."""

    field: str
    box: Box


@dataclass(frozen=True, slots=True)
class Design:
    """A panel, and the smallest picture that it belongs on, in units of the picture's scale.

    Of number, date and time the area is that of the first character; the others follow to its right.
    """

    canvas: tuple[float, float]
    panel: tuple[float, float]
    job_fields: tuple[tuple[str, Area], ...]
    number: Area
    date: Area
    time: Area
    dial: Area
    labels: tuple[tuple[str, str], ...]

    @property
    def frame_fields(self) -> tuple[tuple[str, Area, int], ...]:
        return (
            ("number", self.number, NUMBER_LENGTH),
            ("date", self.date, DATE_LENGTH),
            ("time", self.time, TIME_LENGTH),
            ("dial", self.dial, 1),
        )


WIDE = Design(
    canvas=(40, 22),
    panel=(34, 14),
    job_fields=(
        ("stream", Area(1, 1.5, 32, 1.15)),
        ("job", Area(1, 12, 21, 1.15)),
        ("seed", Area(24, 12, 9, 1.15)),
    ),
    number=Area(1, 4, 2, 3),
    date=Area(1, 8, 1, 2),
    time=Area(12, 8, 1, 2),
    dial=Area(27, 4, 6, 6),
    labels=(
        ("stream", "STREAM"),
        ("number", "FRAME"),
        ("date", "DATE"),
        ("time", "TIME (UTC)"),
        ("job", "JOB"),
        ("seed", "SEED"),
    ),
)
TALL = Design(
    canvas=(22.5, 26),
    panel=(21, 24),
    job_fields=(
        ("stream", Area(0.5, 1.5, 20, 1.15)),
        ("job", Area(0.5, 15.5, 20, 1.15)),
        ("seed", Area(0.5, 18.5, 9, 1.15)),
    ),
    number=Area(0.5, 4, 2, 3),
    date=Area(0.5, 8.5, 1.5, 2.5),
    time=Area(0.5, 11, 1.5, 2.5),
    dial=Area(15.5, 18, 5, 5),
    labels=(
        ("stream", "STREAM"),
        ("number", "FRAME"),
        ("date", "DATE AND TIME (UTC)"),
        ("job", "JOB"),
        ("seed", "SEED"),
    ),
)
COMPACT = Design(
    canvas=(13.2, 7.4),
    panel=(13, 7),
    job_fields=(("seed", Area(0.5, 5.8, 12, 0.8)),),
    number=Area(0.5, 0.4, 1.2, 2),
    date=Area(0.5, 2.4, 1, 1.6),
    time=Area(0.5, 4, 1, 1.6),
    dial=Area(10.7, 2.4, 1.8, 1.6),
    labels=(),
)


@dataclass(frozen=True, slots=True)
class Layout:
    """A design at the size of a picture: every place in pixels.

    *interval* is the number of MCUs between two restart markers, such that no place begins or ends
    within an interval. It is 0 if the places do not keep to the MCUs, as on small pictures.
    """

    width: int
    height: int
    scale: float
    panel: Box
    job_slots: tuple[Slot, ...]
    frame_slots: tuple[Slot, ...]
    labels: tuple[tuple[str, Box], ...]
    interval: int

    @property
    def slots(self) -> tuple[Slot, ...]:
        return self.job_slots + self.frame_slots


@lru_cache(maxsize=32)
def layout(width: int, height: int) -> Layout:
    """Return where things are on a picture of *width* by *height* pixels."""
    design = _design(width, height)
    scale = _scale(design, width, height)
    step = MCU if scale >= MCU and design is not COMPACT else 1
    panel = _centred(design.panel, scale, step, width, height)
    job_slots = tuple(Slot(field, _box(area, panel, scale, step)) for field, area in design.job_fields)
    frame_slots = tuple(_frame_slots(design, panel, scale, step))
    first: dict[str, Box] = dict(reversed(job_slots + frame_slots))  # of a field with many slots
    return Layout(
        width=width,
        height=height,
        scale=scale,
        panel=panel,
        job_slots=job_slots,
        frame_slots=frame_slots,
        labels=tuple((text, first[field]) for field, text in design.labels),
        interval=_interval(width, job_slots + frame_slots) if step == MCU else 0,
    )


def _design(width: int, height: int) -> Design:
    design = WIDE if width * 2 >= height * 3 else TALL
    legible = 8
    return design if _scale(design, width, height) * design.time.width >= legible else COMPACT


def _scale(design: Design, width: int, height: int) -> float:
    return min(width / design.canvas[0], height / design.canvas[1])


def _nearest(length: float, step: int) -> int:
    return int(length / step + 0.5) * step


def _at_most(length: float, step: int) -> int:
    return int(length) // step * step


def _centred(size: tuple[float, float], scale: float, step: int, width: int, height: int) -> Box:
    panel_width, panel_height = (int(side * scale) for side in size)
    left = _at_most((width - panel_width) / 2, step)
    top = _at_most((height - panel_height) / 2, step)
    return Box(left, top, panel_width, panel_height)


def _box(area: Area, panel: Box, scale: float, step: int) -> Box:
    # Neighbours do not come to overlap: what is taken from a length is at least what places move by.
    return Box(
        panel.left + _nearest(area.left * scale, step),
        panel.top + _nearest(area.top * scale, step),
        _at_most(area.width * scale, step),
        _at_most(area.height * scale, step),
    )


def _frame_slots(design: Design, panel: Box, scale: float, step: int) -> Iterator[Slot]:
    for field, area, count in design.frame_fields:
        first = _box(area, panel, scale, step)
        for nth in range(count):
            yield Slot(field, first._replace(left=first.left + nth * first.width))


def _interval(width: int, slots: tuple[Slot, ...]) -> int:
    edges = (edge for slot in slots for edge in (slot.box.left // MCU, slot.box.width // MCU))
    return gcd(ceil(width / MCU), *edges)
