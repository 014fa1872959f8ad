"""The timeline in characters, every one of which fills one cell on any screen."""

from ice_mock.report import timeline as t
from ice_mock.report.cells import cells, cut_left, padded, shown, wrapped
from ice_mock.report.evidence import Evidence
from ice_mock.report.ruler import Ruler
from ice_mock.report.timeline import Cell, Lane, Timeline, timeline
from ice_mock.words import counted

GAP = "  "
HARD = "\N{NO-BREAK SPACE}"
TICK_EVERY = 9
_GROUNDS = {t.LIVE: "=", t.OUT: "-", t.BOTH: "~", t.RUNNING: ".", t.PAUSED: "-", t.IDLE: " "}
_COUNTED = {t.FRAME: "|", t.CALL: "^"}
_MARKS = {t.STRUCK: "!", t.LOST: "✗", t.FAILED: "↻", t.WAITING: "?", t.DELIVERED: "✓", t.REFUSED: "x"}
_MEANINGS = {
    "=": "live",
    "-": "no stream",
    "~": "both",
    ".": "capturing",
    "|": "frame",
    "!": "frame with fault",
    "^": "call",
    "x": "refused",
    "✓": "delivered",
    "↻": "failed, tried again",
    "✗": "lost",
    "?": "waiting",
}


def drawn(evidence: Evidence, *, width: int, lanes: int, legend: int = 2) -> list[str]:
    """The ruler, so many *lanes* at most, and lines of *legend*, each of *width* cells at most."""
    labels_width, columns = _widths(evidence, width, lanes)
    found = timeline(evidence, columns=columns, lanes=lanes)
    rows = [
        GAP.join((padded(_label(lane, labels_width), labels_width), _drawn(lane), lane.note))
        for lane in found.lanes
    ]
    ticks = _ruler(found.ruler)
    ruler = [" " * labels_width + GAP + ticks] if ticks.strip() else []
    return [*ruler, *rows, *_untold(found), *_legend(found, width)[:legend]]


def _widths(evidence: Evidence, width: int, lanes: int) -> tuple[int, int]:
    """How many cells labels need, a quarter at most, and how many they and the notes leave for lanes."""
    sketch = timeline(evidence, columns=1, lanes=lanes).lanes
    labels = min(max((cells(_label(lane, width)) for lane in sketch), default=0), width // 4)
    notes = min(max((cells(lane.note) for lane in sketch), default=0), width // 4)
    return labels, width - labels - notes - 2 * len(GAP)


def _label(lane: Lane, width: int) -> str:
    """The name of a lane; of a stream its end, which tells it from others."""
    name = shown(lane.name)
    return cut_left(name, width) if lane.kind == "stream" else f"  {name}" if lane.kind == "job" else name


def _drawn(lane: Lane) -> str:
    return "".join(map(_glyph, lane.cells))


def _glyph(cell: Cell) -> str:
    for mark, glyph in _MARKS.items():
        if cell.marks[mark]:
            return glyph
    for mark, glyph in _COUNTED.items():
        if count := cell.marks[mark]:
            return glyph if count == 1 else f"{count}" if count < 10 else "#"  # noqa: PLR2004 - one digit
    return _GROUNDS[cell.ground]


def _ruler(ruler: Ruler) -> str:
    line = [" "] * ruler.columns
    free = 0
    for place, label in ruler.ticks(ruler.columns // TICK_EVERY):
        column = ruler.column(ruler.start + ruler.span * place)
        text = f"|{label}"
        if column >= free and column + len(text) <= ruler.columns:
            line[column : column + len(text)] = text
            free = column + len(text) + 1
    return "".join(line)


def _untold(found: Timeline) -> list[str]:
    missing = [
        counted(count, f"more {noun}")
        for count, noun in ((found.untold_streams, "stream"), (found.untold_jobs, "job"))
        if count
    ]
    return [f"  … and {' and '.join(missing)}"] if missing else []


def _legend(found: Timeline, width: int) -> list[str]:
    glyphs = "".join(_drawn(lane) for lane in found.lanes)
    meanings = [f"{glyph} {meaning}" for glyph, meaning in _MEANINGS.items() if glyph in glyphs]
    if many := sorted({glyph for glyph in glyphs if glyph in "23456789"}):
        meanings.append(f"{many[0]}{f'-{many[-1]}' if len(many) > 1 else ''} so many")
    if "#" in glyphs:
        meanings.append("# ten or more")
    # Hard spaces keep a sign and its meaning together, and are none any more in what is returned.
    lines = wrapped("  ".join(meaning.replace(" ", HARD) for meaning in meanings), width, lines=2)
    return [line.replace(HARD, " ").strip() for line in lines if line]
