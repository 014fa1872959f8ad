"""Text in the cells of a screen: what callers named is data, and keeps columns in line."""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from unicodedata import category, east_asian_width

from ice_mock import words
from ice_mock.credentials import masked

ELLIPSIS = "…"


def shown(text: str) -> str:
    """*text* as a report may have it, which others read too: printable, and no password in its URLs."""
    return words.shown(masked(text))


def cells(text: str) -> int:
    """How many cells *text* fills: two for a Chinese character, none for an accent that joins another one."""
    return len(text) if text.isascii() else sum(map(_cells_of, text))


@lru_cache(maxsize=4096)
def _cells_of(char: str) -> int:
    if category(char) in ("Mn", "Me"):
        return 0
    return 2 if east_asian_width(char) in "WF" else 1


def cut(text: str, width: int) -> str:
    """The beginning of *text* that fits, with an ellipsis if that is not all of it."""
    if cells(text) <= width:
        return text
    return _head(text, width - 1) + ELLIPSIS if width > 0 else ""


def cut_left(text: str, width: int) -> str:
    """The end of *text* that fits: of addresses it tells more."""
    if cells(text) <= width:
        return text
    return ELLIPSIS + _head(text[::-1], width - 1)[::-1] if width > 0 else ""


def padded(text: str, width: int) -> str:
    """*text* in exactly *width* cells."""
    fitting = cut(text, width)
    return fitting + " " * (width - cells(fitting))


def wrapped(text: str, width: int, *, lines: int) -> list[str]:
    """*text* in so many lines at most, broken between words where there are any."""
    broken = list(_broken(text.split(" "), max(width, 1)))
    if len(broken) > lines:
        rest = " ".join(broken[lines - 1 :])
        return [*broken[: lines - 1], cut(rest, width)]
    return broken


def _broken(words: Iterable[str], width: int) -> Iterator[str]:
    line = ""
    for word in words:
        joined = f"{line} {word}" if line else word
        if cells(joined) <= width:
            line = joined
            continue
        if line:
            yield line
        line = word
        while cells(line) > width:
            # A character of two cells does not fit into one: it goes there, and is cut off in the end.
            head = _head(line, width) or line[0]
            yield head
            line = line[len(head) :]
    yield line


def _head(text: str, width: int) -> str:
    filled = 0
    for at, char in enumerate(text):
        filled += _cells_of(char)
        if filled > width:
            return text[:at]
    return text
