"""The report as text that fits a screen: what tells most comes first, and stays if there is no room."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate, chain, repeat

from ice_mock.client import Client
from ice_mock.report.advice import advice
from ice_mock.report.cells import cut, padded, shown, wrapped
from ice_mock.report.collecting import collect
from ice_mock.report.evidence import Evidence
from ice_mock.report.instants import day_and_time, since
from ice_mock.report.lanes import drawn
from ice_mock.report.sections import sections
from ice_mock.words import counted

MARGIN = 11
NARROWEST, LOWEST = 40, 8
ADVICE_SHOWN = 3
ADVICE_LINES = 4
AIRY = 24


def text(found: Client | Evidence, *, width: int = 100, height: int = 40) -> str:
    """Tell what happened in a world, in *height* lines of *width* cells at most, without colours.

    It has no control characters but line breaks, and nothing that XML cannot hold. Below 40 cells and
    8 lines it becomes no smaller. Raises what `collect` does, if it is given a handle.
    """
    evidence = found if isinstance(found, Evidence) else collect(found)
    width, height = max(width, NARROWEST), max(height, LOWEST)
    head = [*_heading(evidence, width), *_advice(evidence, width, height // 7)]
    blocks = [] if evidence.is_empty else _blocks(evidence, width, height)
    lines = head + fitted(blocks, height - len(head))
    return "\n".join(cut(shown(line), width).rstrip() for line in lines).rstrip("\n")


def _heading(evidence: Evidence, width: int) -> list[str]:
    whose = f" of {evidence.label}" if evidence.label else ""
    counts = (
        (len(evidence.streams), "stream"),
        (len(evidence.jobs), "job"),
        (evidence.frames, "frame"),
        (evidence.callbacks.found + evidence.callbacks.dropped, "callback"),
        (evidence.calls.found + evidence.calls.dropped, "call"),
    )
    told = ", ".join(counted(*count) for count in counts)
    clock = f"{evidence.mode} clock at {since(evidence.began_at, evidence.now)}, {day_and_time(evidence.now)}"
    lines = [f"world {evidence.world}{whose}", f"scenario {evidence.scenario}; {clock}", told]
    return [cut(shown(line), width) for line in lines]


def _advice(evidence: Evidence, width: int, most: int) -> list[str]:
    """What is plainly off, in so many lines at most."""
    lines: list[str] = []
    for sentence in advice(evidence)[:ADVICE_SHOWN]:
        if room := most - len(lines):
            first, *others = wrapped(sentence, width - 3, lines=min(room, ADVICE_LINES))
            lines += [f"=> {first}", *(f"   {line}" for line in others)]
    return lines


@dataclass(frozen=True, slots=True)
class Block:
    """Lines that belong together: *items* may be left out from the end, *head* and *tail* stay."""

    title: str
    noun: str
    items: tuple[tuple[str, ...], ...]
    head: tuple[str, ...] = ()
    tail: tuple[str, ...] = ()

    @property
    def size(self) -> int:
        return self._fixed + sum(map(len, self.items))

    @property
    def smallest(self) -> int:
        """The fewest lines in which something is said: what comes first, and how many follow."""
        return self._fixed + min(sum(map(len, self.items)), 2)

    @property
    def _fixed(self) -> int:
        return len(self.head) + len(self.tail)

    def told(self, lines: int) -> list[str]:
        """As much as fits into so many *lines*, and how much is missing."""
        if self.size <= lines:
            return self._with_margin(self.items)
        room = lines - self._fixed - 1
        ends = list(accumulate(map(len, self.items)))
        told = self.items[: bisect_right(ends, room)] or (self.items[0][:room],)
        missing = len(self.items) - len(told)
        return self._with_margin(
            (*told, (f"… and {counted(missing, f'more {self.noun}')}",)) if missing else told
        )

    def _with_margin(self, items: Iterable[tuple[str, ...]]) -> list[str]:
        """All lines, the items' with the title in the margin of the first."""
        margins = chain([self.title], repeat(""))
        lines = [line for item in items for line in item]
        if self.title:
            lines = [f"{padded(margin, MARGIN)}{line}" for margin, line in zip(margins, lines, strict=False)]
        return [*self.head, *lines, *self.tail]


def _blocks(evidence: Evidence, width: int, height: int) -> list[Block]:
    """The timeline and what stands out; the first are the ones to stay."""
    space = ("",) if height >= AIRY else ()
    lanes = drawn(evidence, width=width, lanes=max(height * 3 // 10, 2), legend=height // 16)
    found = [Block("", "", (), (*space, *lanes, *space))]
    told = sections(evidence, width - MARGIN)
    return [*found, *(Block(section.title, section.noun, section.items) for section in told)]


def fitted(blocks: Sequence[Block], room: int) -> list[str]:
    """The lines of *blocks*, each of which has the room for what is first in it, or is named as left out."""
    kept = list(blocks)
    while sum(block.smallest for block in kept) + (len(kept) < len(blocks)) > room:
        kept.pop()
    missing = [block.title or block.noun for block in blocks[len(kept) :]]
    rest = [f"left out, for lack of room: {', '.join(missing)}"] if missing else []
    granted = _granted(kept, room - len(rest))
    return [line for block, lines in zip(kept, granted, strict=True) for line in block.told(lines)] + rest


def _granted(blocks: Sequence[Block], room: int) -> list[int]:
    """How many lines each block may have: a third of the *room* first, and then what is left."""
    granted = [block.smallest for block in blocks]
    for share in (room // 3, room):
        for nth, block in enumerate(blocks):
            wanted = max(min(block.size, share) - granted[nth], 0)
            granted[nth] += min(wanted, room - sum(granted))
    return granted
