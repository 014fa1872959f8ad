"""The timeline as a drawing: places are percents of its width, so that it needs no measure of its own."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from ice_mock.report import timeline as t
from ice_mock.report.evidence import Evidence
from ice_mock.report.instants import since
from ice_mock.report.ruler import Ruler
from ice_mock.report.timeline import Lane, timeline

COLUMNS = 180
LANES = 40
TICKS = 8
_SHAPES = {
    t.FRAME: "tick",
    t.STRUCK: "tick",
    t.CALL: "tick",
    t.DELIVERED: "dot",
    t.WAITING: "dot",
    t.FAILED: "dot",
    t.LOST: "cross",
    t.REFUSED: "cross",
}
_WORDS = {
    t.STRUCK: ("frame with a fault", "frames with a fault"),
    t.REFUSED: ("call refused", "calls refused"),
    t.FAILED: ("attempt failed", "attempts failed"),
    t.FRAME: ("frame", "frames"),
    t.CALL: ("call", "calls"),
}


@dataclass(frozen=True, slots=True)
class Bar:
    """A stretch of a lane with one *ground*."""

    ground: str
    at: str
    width: str


@dataclass(frozen=True, slots=True)
class Sign:
    """A mark, or many alike in one place; *title* says what it stands for."""

    kind: str
    shape: str
    at: str
    title: str


@dataclass(frozen=True, slots=True)
class Row:
    """A lane, drawn."""

    lane: Lane
    bars: tuple[Bar, ...]
    signs: tuple[Sign, ...]


@dataclass(frozen=True, slots=True)
class Drawing:
    """All rows, and where on the ruler which instant is."""

    ticks: tuple[tuple[str, str], ...]
    rows: tuple[Row, ...]
    untold_jobs: int
    untold_streams: int


def drawing(evidence: Evidence) -> Drawing:
    """Draw the time of a world."""
    found = timeline(evidence, columns=COLUMNS, lanes=LANES)
    rows = tuple(
        Row(lane, tuple(_bars(lane)), tuple(_signs(evidence, found.ruler, lane))) for lane in found.lanes
    )
    ticks = tuple((_percent(place), label) for place, label in found.ruler.ticks(TICKS))
    return Drawing(ticks if evidence.elapsed else (), rows, found.untold_jobs, found.untold_streams)


def _bars(lane: Lane) -> Iterator[Bar]:
    at = 0
    for ground, cells in groupby(lane.cells, key=lambda cell: cell.ground):
        count = len(list(cells))
        if ground != t.IDLE:
            yield Bar(ground, _percent(at / len(lane.cells)), _percent(count / len(lane.cells)))
        at += count


def _signs(evidence: Evidence, ruler: Ruler, lane: Lane) -> Iterator[Sign]:
    """Yield the marks of each column, those that matter most last: they lie on top."""
    for column, cell in enumerate(lane.cells):
        start, end = (since(evidence.began_at, bound) for bound in ruler.bounds(column))
        for kind, shape in _SHAPES.items():
            if count := cell.marks[kind]:
                one, many = _WORDS.get(kind, (kind, kind))
                words = f"{count:,} {one if count == 1 else many}, {start} to {end}"
                yield Sign(kind, shape, _percent((column + 0.5) / len(lane.cells)), words)


def _percent(part: float) -> str:
    return f"{part * 100:.2f}%"
