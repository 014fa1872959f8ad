"""Tables: with colours, and no wider than the screen, on a terminal; plain and complete otherwise.

The one place that knows rich.
"""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from rich.box import SIMPLE_HEAD
from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.table import Table as RichTable
from rich.text import Text

from ice_mock.cli.text import day, moment, say, time_of_day
from ice_mock.words import shown

GAP = 2
PROSE = 24
KEY = 60
LONGEST = 240
STATES = {
    "delivered": "green",
    "live": "green",
    "lost": "bold red",
    "paused": "yellow",
    "started": "green",
    "waiting": "yellow",
}


@dataclass(frozen=True, slots=True)
class Column:
    """A column of *cells*.

    On a narrow screen one that *bends* folds its text to so many cells (0 for one that must not be
    touched), and one that is *spare* is left out if that is not enough.
    """

    heading: str
    cells: Sequence[str]
    right: bool = False
    bends: int = 0
    spare: bool = False
    styles: Mapping[str, str] = field(default_factory=dict)

    @property
    def width(self) -> int:
        return max(map(cell_len, map(shown, (self.heading, *self.cells))))

    @property
    def least_width(self) -> int:
        return min(self.width, self.bends or self.width)


def times(instants: Sequence[str]) -> Column:
    """A column of instants; on a terminal a day that all of them share is told once."""
    days = {day(instant) for instant in instants}
    if len(days) == 1 and sys.stdout.isatty():
        return Column(days.pop(), [time_of_day(instant) for instant in instants])
    return Column("TIME", [moment(instant) for instant in instants])


def print_table(*columns: Column) -> None:
    if sys.stdout.isatty():
        _print_on_terminal(Console(), columns)
    else:
        _print_plainly(columns)


def _print_plainly(columns: Sequence[Column]) -> None:
    widths = [column.width for column in columns]
    for cells in zip(*([column.heading, *column.cells] for column in columns), strict=True):
        padded = map(_padded, map(shown, cells), widths, [column.right for column in columns])
        say((" " * GAP).join(padded).rstrip())


def _padded(text: str, width: int, right: bool) -> str:
    return " " * (width - cell_len(text)) + text if right else set_cell_size(text, width)


def _print_on_terminal(console: Console, columns: Sequence[Column]) -> None:
    table = RichTable(
        box=SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0), header_style="bold"
    )
    chosen = fitting(columns, console.width)
    for column in chosen:
        table.add_column(
            column.heading,
            justify="right" if column.right else "left",
            no_wrap=not column.bends,
            overflow="fold",
        )
    for row in zip(*(_texts(column) for column in chosen), strict=True):
        table.add_row(*row)
    console.print(table)


def fitting(columns: Sequence[Column], width: int) -> list[Column]:
    """The columns to be shown in *width* cells: all but the spare ones for which there is no room."""
    chosen = list(columns)
    for column in reversed(columns):
        if sum(each.least_width + GAP for each in chosen) - GAP > width and column.spare:
            chosen.remove(column)
    return chosen


def _texts(column: Column) -> list[Text]:
    return [Text(_cut(shown(cell)), style=column.styles.get(cell, "")) for cell in column.cells]


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
