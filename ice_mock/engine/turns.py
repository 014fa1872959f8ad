"""Which frames of a job a fault strikes: a pure function of their numbers, for a year as for a minute."""

from dataclasses import dataclass
from functools import lru_cache

from ice_mock.domain.fault import Frequency
from ice_mock.identifiers import seeded_numbers

_BLOCK = 1024
_CERTAIN = 2**32


@dataclass(frozen=True, slots=True)
class Turns:
    """The frames of a job that are struck, of those with certain *numbers*.

    The first of them has the first turn: `after`, `every`, `times` and `probability` count from it.
    *name* and *seed* decide what is left to chance.
    """

    numbers: range
    frequency: Frequency
    seed: int
    name: str

    def __contains__(self, number: int) -> bool:
        if number not in self.numbers:
            return False
        place, rest = divmod(number - self.numbers.start + 1 - self.frequency.after, self.frequency.every)
        if rest or place < 1 or not self._is_lucky(place):
            return False
        return self.frequency.times is None or self._lucky_until(place - 1) < self.frequency.times

    def __len__(self) -> int:
        return self._lucky_until(max(0, len(self.numbers) - self.frequency.after) // self.frequency.every)

    @property
    def row(self) -> range:
        """The numbers that follow one another without a gap, if all that are struck do; else none."""
        if self.frequency.every > 1 or self._threshold < _CERTAIN:
            return range(0)
        numbers = self.numbers[self.frequency.after :]
        return numbers if self.frequency.times is None else numbers[: self.frequency.times]

    @property
    def _threshold(self) -> int:
        return round(self.frequency.probability * _CERTAIN)

    def _is_lucky(self, place: int) -> bool:
        """Whether chance lets the *place*-th strike happen, of those that are due."""
        if self._threshold >= _CERTAIN:
            return True
        block, bit = divmod(place - 1, _BLOCK)
        return bool(_lucky(self.seed, self.name, block, self._threshold) >> bit & 1)

    def _lucky_until(self, place: int) -> int:
        """How many of the first *place* strikes chance lets happen, those that there may be at most."""
        most = place if self.frequency.times is None else min(place, self.frequency.times)
        if self._threshold >= _CERTAIN:
            return most
        count = 0
        for block in range(place // _BLOCK + 1):
            bits = _lucky(self.seed, self.name, block, self._threshold)
            count += (bits & ((1 << max(0, place - block * _BLOCK)) - 1)).bit_count()
            if count >= most:
                return most
        return count


@lru_cache(maxsize=32_768)
def _lucky(seed: int, name: str, block: int, threshold: int) -> int:
    """A bit for each place of a block, the lowest for its first: set if chance is below the *threshold*."""
    numbers = seeded_numbers(seed, name, block, _BLOCK)
    return int("".join("1" if number < threshold else "0" for number in reversed(numbers)), 2)
