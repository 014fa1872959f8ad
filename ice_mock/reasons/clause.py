"""What reasons are made of: part of a sentence, and the facts that it brings with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from ice_mock.clock import iso_milliseconds
from ice_mock.credentials import masked
from ice_mock.domain.reason import Reason

MOST_NAMED = 5


@dataclass(frozen=True, slots=True)
class Clause:
    """Part of a sentence, such as ``is paused: its stream is offline``, and what it rests on."""

    text: str
    facts: Mapping[str, str] = field(default_factory=dict)

    def after(self, beginning: str) -> "Clause":
        """The same with a *beginning* before it."""
        return Clause(f"{beginning}{self.text}", self.facts)

    def and_then(self, other: "Clause") -> "Clause":
        """The same with another one behind it."""
        return Clause(f"{self.text}{other.text}", {**self.facts, **other.facts})


def reason(clause: Clause, facts: Mapping[str, str]) -> Reason:
    """The whole sentence, with the *facts* first that everything of its kind has; no password is in them."""
    text = masked(clause.text)
    told = {name: masked(fact) for name, fact in {**facts, **clause.facts}.items()}
    return Reason(f"{text[0].upper()}{text[1:]}.", told)


def moment(instant: datetime) -> str:
    return iso_milliseconds(instant)


def named(names: Sequence[str]) -> str:
    """Some names in a row, of many of them the first few."""
    row = ", ".join(map(repr, names[:MOST_NAMED]))
    return row if len(names) <= MOST_NAMED else f"{row} and {len(names) - MOST_NAMED:,} more"
