"""Counting that costs next to nothing: dictionaries under a lock.

What is counted has labels, and some of their values come from callers: so there is a most of everything.
"""

from bisect import bisect_left
from collections.abc import Iterable
from itertools import accumulate
from typing import NamedTuple, Self

from ice_mock.threads import Lock

MOST_SERIES = 1_000
"""How many combinations of labels are counted for themselves."""
OTHER = "other"
"""What stands for every label beyond that, and for every name that is the caller's invention."""
LENGTHS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Up to how many seconds each bucket of a histogram counts; one more counts everything."""


class Tally:
    """How often something happened, by labels; what is *expected* is there before it happens."""

    def __init__(self, expected: Iterable[tuple[str, ...]] = (), *, most: int = MOST_SERIES) -> None:
        self._most = most
        self._lock = Lock()
        self._counts: dict[tuple[str, ...], int] = dict.fromkeys(expected, 0)

    def add(self, *labels: str) -> None:
        with self._lock:
            if labels not in self._counts and len(self._counts) >= self._most:
                labels = (OTHER,) * len(labels)
            self._counts[labels] = self._counts.get(labels, 0) + 1

    def all(self) -> dict[tuple[str, ...], int]:
        with self._lock:
            return dict(self._counts)


class Spread(NamedTuple):
    """How lengths of time are spread: for each of `LENGTHS`, and for any, how many were no longer."""

    counts: tuple[int, ...]
    seconds: float
    """All of them together."""


class Durations:
    """How long something took, by one label; it is the caller who sees to it that there are few."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._counts: dict[str, list[int]] = {}
        self._seconds: dict[str, float] = {}

    def add(self, label: str, seconds: float) -> None:
        with self._lock:
            counts = self._counts.get(label)
            if counts is None:
                counts = self._counts[label] = [0] * (len(LENGTHS) + 1)
                self._seconds[label] = 0.0
            counts[bisect_left(LENGTHS, seconds)] += 1
            self._seconds[label] += seconds

    def all(self) -> dict[str, Spread]:
        with self._lock:
            return {
                label: Spread(tuple(accumulate(counts)), self._seconds[label])
                for label, counts in self._counts.items()
            }


class Level:
    """How many are in a section at the moment: ``with level:`` is one more until the end of the body."""

    def __init__(self) -> None:
        self._lock = Lock()
        self.height = 0

    def __enter__(self) -> Self:
        with self._lock:
            self.height += 1
        return self

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self.height -= 1
