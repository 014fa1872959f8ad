"""A store that lives as long as its process."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from itertools import islice
from typing import Any

from ice_mock.store import R, Record
from ice_mock.threads import ReentrantLock


class MemoryStore:
    """Dictionaries under one lock."""

    def __init__(self) -> None:
        self._lock = ReentrantLock()
        self._records: defaultdict[type[Any], dict[str, Any]] = defaultdict(dict)
        self._dropped: Counter[type[Any]] = Counter()
        self._sizes: defaultdict[type[Any], dict[str, int]] = defaultdict(dict)
        self._total_size: Counter[type[Any]] = Counter()
        self._numbers: Counter[str] = Counter()
        self._occupied: set[str] = set()

    def get(self, kind: type[R], id: str) -> R | None:
        record: R | None = self._records[kind].get(id)
        return record

    def all(self, kind: type[R]) -> list[R]:
        with self._lock:
            return list(self._records[kind].values())

    def latest(self, kind: type[R], count: int) -> list[R]:
        with self._lock:
            return list(islice(reversed(self._records[kind].values()), count))

    def count(self, kind: type[Record]) -> int:
        return len(self._records[kind])

    def put(self, record: Record) -> None:
        with self._lock:
            self._records[type(record)][record.id] = record

    def delete(self, kind: type[Record], id: str) -> bool:
        with self._lock:
            self._measure(kind, id, 0)
            return self._records[kind].pop(id, None) is not None

    def clear(self, kind: type[Record]) -> None:
        with self._lock:
            self._records[kind].clear()
            self._dropped[kind] = self._total_size[kind] = 0
            self._sizes[kind].clear()

    def append(self, record: Record, *, limit: int, size: int = 0, most: int | None = None) -> None:
        with self._lock:
            kind = type(record)
            self.put(record)
            self._measure(kind, record.id, size)
            while len(self._records[kind]) > limit or (most is not None and self._total_size[kind] > most):
                self.delete(kind, next(iter(self._records[kind])))
                self._dropped[kind] += 1

    def _measure(self, kind: type[Record], id: str, size: int) -> None:
        """Let a record count with a *size* from now on; 0 is not at all."""
        self._total_size[kind] += size - self._sizes[kind].pop(id, 0)
        if size:
            self._sizes[kind][id] = size

    def dropped(self, kind: type[Record]) -> int:
        return self._dropped[kind]

    def next_number(self, counter: str) -> int:
        with self._lock:
            self._numbers[counter] += 1
            return self._numbers[counter]

    def exclusive(self) -> AbstractContextManager[object]:
        return self._lock

    @contextmanager
    def alone(self, purpose: str) -> Iterator[bool]:
        with self._lock:
            first = purpose not in self._occupied
            self._occupied.add(purpose)
        try:
            yield first
        finally:
            if first:
                self._occupied.discard(purpose)


class MemoryStores:
    """A memory store for each world."""

    def __init__(self) -> None:
        self._stores: dict[str, MemoryStore] = {}

    def open(self, world_id: str) -> MemoryStore:
        return self._stores.setdefault(world_id, MemoryStore())

    def drop(self, world_id: str) -> None:
        self._stores.pop(world_id, None)

    def __iter__(self) -> Iterator[str]:
        return iter(list(self._stores))
