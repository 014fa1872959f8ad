"""How late something is: distributions of which a length of time is drawn."""

from dataclasses import dataclass
from datetime import timedelta
from math import exp
from typing import Protocol

_EDGE = 1e-9
"""How near to 0 and 1 the normal distribution is asked; at the ends themselves it is infinite."""


class Latency(Protocol):
    """Something that lengths are drawn from."""

    def drawn(self, chance: float) -> timedelta:
        """The length below which the share *chance* of all lengths lies."""
        ...


@dataclass(frozen=True, slots=True)
class Fixed:
    """Always the same."""

    length: timedelta

    def drawn(self, chance: float) -> timedelta:
        del chance
        return self.length


@dataclass(frozen=True, slots=True)
class Uniform:
    """Anything from *least* to *most*, with equal probability."""

    least: timedelta
    most: timedelta

    def drawn(self, chance: float) -> timedelta:
        return self.least + chance * (self.most - self.least)


@dataclass(frozen=True, slots=True)
class Lognormal:
    """Half of them below the *median*, few of them far above it: the more, the greater *sigma* is.

    *sigma* is the standard deviation of the logarithm. What is longer than *longest* is cut to it.
    """

    median: timedelta
    sigma: float
    longest: timedelta

    def drawn(self, chance: float) -> timedelta:
        # Not imported before it is needed: it brings a lot with it.
        from statistics import NormalDist

        deviation = NormalDist().inv_cdf(min(max(chance, _EDGE), 1 - _EDGE))
        return min(self.median * exp(self.sigma * deviation), self.longest)
