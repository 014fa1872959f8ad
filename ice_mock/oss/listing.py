"""Pages of a bucket: its keys in order, where a delimiter folds those that share a prefix into one entry."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from ice_mock.engine.objects import Objects, StoredObject

_LAST_CHARACTER = 0x10FFFF


@dataclass(frozen=True, slots=True)
class Entry:
    """What is listed under a name: an object, or None for all the keys that begin with it."""

    name: str
    found: StoredObject | None


@dataclass(frozen=True, slots=True)
class Page:
    """Entries that follow one another, and the name after which the next page begins, if there is one."""

    entries: list[Entry]
    next_after: str | None


@dataclass(frozen=True, slots=True)
class Listing:
    """What of a bucket is listed, and how much at once."""

    bucket: str
    prefix: str
    delimiter: str
    max_keys: int

    def page(self, objects: Objects, after: str) -> Page:
        """The entries whose names are greater than *after*."""
        entries = list(islice(self._entries(objects, after), self.max_keys + 1))
        is_last = len(entries) <= self.max_keys
        entries = entries[: self.max_keys]
        return Page(entries, None if is_last else entries[-1].name)

    def _entries(self, objects: Objects, after: str) -> Iterator[Entry]:
        """Yield entries in order. A folded prefix is leapt over, however many keys it has."""
        place = self._first_place(after)
        walk = objects.walk(self.bucket, start=place or "")
        while place is not None and (found := walk.next_from(place)) and found.key.startswith(self.prefix):
            if folded := self._folded(found.key):
                yield Entry(folded, None)
                place = beyond(folded)
            else:
                yield Entry(found.key, found)
                place = found.key + "\0"

    def _first_place(self, after: str) -> str | None:
        """The least key that can come after the entry *after*; None if there is none."""
        # Assumed: a list that begins after a folded prefix leaves all of it out; else pages would repeat it.
        if after < self.prefix:
            return self.prefix
        is_folded = after.startswith(self.prefix) and after == self._folded(after)
        return beyond(after) if is_folded else after + "\0"

    def _folded(self, key: str) -> str | None:
        """The part of *key* up to the first delimiter behind the prefix."""
        if not self.delimiter:
            return None
        end = key.find(self.delimiter, len(self.prefix))
        return None if end < 0 else key[: end + len(self.delimiter)]


def beyond(prefix: str) -> str | None:
    """The least text that is greater than every text with this prefix; None if there is none."""
    text = prefix.rstrip(chr(_LAST_CHARACTER))
    return text[:-1] + chr(ord(text[-1]) + 1) if text else None
