"""What the clients did and found, gathered from all their processes."""

from collections import Counter
from dataclasses import dataclass, field

MOST_SHOWN = 20


@dataclass
class Tally:
    """How often each thing was done, and every *violation* of what was promised."""

    done: Counter[str] = field(default_factory=Counter)
    violations: list[str] = field(default_factory=list)

    def did(self, what: str, times: int = 1) -> None:
        self.done[what] += times

    def expect(self, is_so: bool, what: str) -> None:
        """Note a violation unless it is so."""
        if not is_so and len(self.violations) < MOST_SHOWN:
            self.violations.append(what)

    def add(self, other: "Tally") -> None:
        self.done += other.done
        self.violations += other.violations
