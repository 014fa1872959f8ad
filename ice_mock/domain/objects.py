"""Which objects a bucket holds: the frames of its jobs under their keys, in the order of the keys."""

import heapq
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from ice_mock.domain import naming
from ice_mock.domain.behaviour import DEFAULT, Behaviour
from ice_mock.domain.model import Job
from ice_mock.domain.schedule import Frame, Schedule


class StoredFrame(NamedTuple):
    """A frame under one of its keys; *is_overlay* tells the overwrite file from the sequence file."""

    key: str
    frame: Frame
    job: Job
    is_overlay: bool


@dataclass(frozen=True, slots=True)
class KeyRow:
    """Frames whose keys rise with their numbers, so that a key is found by halving."""

    job: Job
    schedule: Schedule
    behaviour: Behaviour
    format: str
    indices: range
    is_overlay: bool

    def key(self, place: int) -> str:
        return naming.key(self.format, self.schedule[self.indices[place]], self.behaviour)

    def stored(self, place: int) -> StoredFrame:
        """What is under the key of a *place*: where names hold no more than seconds, the last of several."""
        key = self.key(place)
        if self.behaviour.timestamp_unit == "seconds":
            while place + 1 < len(self.indices) and self.key(place + 1) == key:
                place += 1
        return StoredFrame(key, self.schedule[self.indices[place]], self.job, self.is_overlay)

    def first_from(self, key: str, after: int = 0) -> int:
        """The first place, from *after* on, whose key is *key* or greater."""
        if after < len(self.indices) and self.key(after) >= key:
            return after
        return bisect_left(range(len(self.indices)), key, lo=after, key=self.key)


def key_rows(job: Job, schedule: Schedule, behaviour: Behaviour = DEFAULT) -> Iterator[KeyRow]:
    """Yield the frames of *job* in rows whose keys rise.

    Dates and timestamps have a fixed width, so their text rises with time. Numbers do not, but
    those of equal length do: hence a row for each length.
    """
    for series in schedule.series():
        plan = schedule[series.start].plan
        if plan.overwrite_format:
            yield KeyRow(job, schedule, behaviour, plan.overwrite_format, series[-1:], is_overlay=True)
        if plan.sequence_format:
            for indices in _of_equal_length(series, schedule[series.start].sequence):
                yield KeyRow(job, schedule, behaviour, plan.sequence_format, indices, is_overlay=False)


def _of_equal_length(series: range, sequence: int) -> Iterator[range]:
    """Cut *series*, whose numbers rise from *sequence* on, wherever these get a digit more."""
    while series:
        count = 10 ** len(str(sequence)) - sequence
        yield series[:count]
        series, sequence = series[count:], sequence + count


class ObjectWalk:
    """A walk through many rows at once, in the order of keys, that can leap forward.

    Frames that are not there, as *is_there* says, are passed over.
    """

    def __init__(
        self,
        rows: Iterable[KeyRow],
        start: str,
        is_there: Callable[[StoredFrame], bool] = lambda _: True,
    ) -> None:
        self._is_there = is_there
        self._heap: list[tuple[str, int, int, KeyRow]] = []
        for order, row in enumerate(rows):
            self._push(order, row, row.first_from(start))

    def next_from(self, key: str) -> StoredFrame | None:
        """The first object whose key is *key* or greater; of frames under one key the latest."""
        while self._leap_to(key):
            found = [(row.stored(place), order) for _, order, place, row in self._same_key()]
            there = [each for each in found if self._is_there(each[0])]
            if there:
                return max(there, key=lambda each: (each[0].frame.instant, each[1]))[0]
            key = found[0][0].key + "\0"
        return None

    def _leap_to(self, key: str) -> bool:
        """Leave every key behind that is less than *key*; return whether there is another one."""
        while self._heap and self._heap[0][0] < key:
            _, order, place, row = heapq.heappop(self._heap)
            self._push(order, row, row.first_from(key, place + 1))
        return bool(self._heap)

    def _same_key(self) -> Iterator[tuple[str, int, int, KeyRow]]:
        """Yield what is at the front; in a heap, equal keys hang together from the front on."""
        if self._heap:
            front = self._heap[0][0]
            pending = [0]
            while pending:
                at = pending.pop()
                if at < len(self._heap) and self._heap[at][0] == front:
                    yield self._heap[at]
                    pending += [2 * at + 1, 2 * at + 2]

    def _push(self, order: int, row: KeyRow, place: int) -> None:
        if place < len(row.indices):
            heapq.heappush(self._heap, (row.key(place), order, place, row))
