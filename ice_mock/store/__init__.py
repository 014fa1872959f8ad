"""What remembers: records by kind and id. Nothing here knows what a record means."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import Protocol, TypeVar


class Record(Protocol):
    """Anything frozen with an id."""

    @property
    def id(self) -> str: ...


R = TypeVar("R", bound=Record)


class Store(Protocol):
    """The records of one world. Records are frozen, so a write replaces the whole.

    Whatever is true of a store is true for every process that shares it: nothing read from it
    may be kept past the `exclusive` section that read it.
    """

    def get(self, kind: type[R], id: str) -> R | None: ...

    def all(self, kind: type[R]) -> list[R]:
        """Return every record of a kind, in the order in which their ids were first put."""
        ...

    def latest(self, kind: type[R], count: int) -> list[R]:
        """Return the *count* records of a kind that were first put last, the newest first."""
        ...

    def count(self, kind: type[Record]) -> int:
        """Return how many records of a kind there are."""
        ...

    def put(self, record: Record) -> None: ...

    def delete(self, kind: type[Record], id: str) -> bool:
        """Return whether there was such a record."""
        ...

    def clear(self, kind: type[Record]) -> None:
        """Delete every record of a kind, and forget how many were dropped."""
        ...

    def append(self, record: Record, *, limit: int, size: int = 0, most: int | None = None) -> None:
        """Put a record, and drop the oldest of its kind beyond *limit*.

        They are dropped as well while the sizes that were given with them add up to more than *most*;
        a size is whatever the caller measures.
        """
        ...

    def dropped(self, kind: type[Record]) -> int:
        """Return how many records of a kind `append` dropped."""
        ...

    def next_number(self, counter: str) -> int:
        """Count 1, 2, 3, ...: no number is given out twice, whoever asks."""
        ...

    def exclusive(self) -> AbstractContextManager[object]:
        """Hold every other writer off, in this process and any that shares the store; may be nested."""
        ...

    def alone(self, purpose: str) -> AbstractContextManager[bool]:
        """Enter a section that only one may be in at a time; False, at once, if another is in it."""
        ...


class Stores(Protocol):
    """The stores of all worlds."""

    def open(self, world_id: str) -> Store:
        """Return the store of a world, empty if it is new."""
        ...

    def drop(self, world_id: str) -> None: ...

    def __iter__(self) -> Iterator[str]:
        """Yield the ids of the worlds, in the order in which they were opened."""
        ...
