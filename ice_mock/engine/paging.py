"""Lists in pages, and words to search by."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """A page of a list, and how many entries the whole list has."""

    entries: Sequence[T]
    total: int


def page(entries: Sequence[T], *, number: int, size: int, descending: bool) -> Page[T]:
    """Cut page *number*, counted from 1, out of what is in ascending order of creation."""
    ordered = entries[::-1] if descending else entries
    return Page(ordered[(number - 1) * size : number * size], len(entries))


def matches(keyword: str, text: str, where: str = "anywhere") -> bool:
    """Tell whether a search word fits, in either case: ``anywhere``, as a ``prefix``, or ``exact``."""
    word, found = keyword.casefold(), text.casefold()
    return {"anywhere": word in found, "prefix": found.startswith(word), "exact": found == word}[where]
