"""What is wrong with a scenario: where it stands, what was found there and what would be right."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

MOST_PROBLEMS = 100
LONGEST_FOUND = 60

Path = tuple[str | int, ...]
"""How to get to an entry from the root: keys and, in lists, indices."""


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where something stands, counted from 1; line 0 is the file as a whole."""

    source: str
    line: int = 0
    column: int = 0


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake, in one line of text."""

    source: str
    line: int
    column: int
    path: str
    message: str
    suggestion: str | None = None

    def __str__(self) -> str:
        where = f"{self.source}:{self.line}:{self.column}" if self.line else self.source
        path = f" {self.path}:" if self.path else ""
        meant = f" (did you mean {self.suggestion}?)" if self.suggestion else ""
        return f"{where}:{path} {self.message}{meant}"


class ScenarioInvalid(Exception):
    """A scenario that cannot be used; *problems* are all its mistakes, in the order of the file."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


@dataclass(frozen=True, slots=True)
class Complaint:
    """What would be right, to follow "expected".

    *found* None is whatever stands there. *choices* are words of which one may have been meant;
    *meant* is what certainly was.
    """

    expected: str
    choices: tuple[str, ...] = ()
    found: str | None = None
    meant: str | None = None

    def message(self, value: Any) -> str:
        return f"found {self.found or described(value)}, expected {self.expected}"

    def suggestion(self, word: Any) -> str | None:
        """What was probably meant by *word*."""
        if self.meant or not isinstance(word, str) or len(word) > LONGEST_FOUND:
            return self.meant
        near = get_close_matches(word, self.choices, 1) or get_close_matches(
            word.lower(), [choice for choice in self.choices if choice.lower() == word.lower()], 1, 0
        )
        return near[0] if near else None


def refusal(source: str, message: str, *, line: int = 0, column: int = 0) -> ScenarioInvalid:
    """The refusal of a file as a whole, or for one thing that makes it unreadable."""
    return ScenarioInvalid([Problem(source, line, column, "", message)])


def described(value: Any) -> str:
    """A value in words that need no knowledge of YAML."""
    match value:
        case None:
            return "nothing"
        case bool():
            return "true" if value else "false"
        case str():
            return f"'{value}'" if len(value) <= LONGEST_FOUND else f"'{value[:LONGEST_FOUND]}…'"
        case dict():
            return "a mapping" if value else "an empty mapping"
        case list():
            return "a list" if value else "an empty list"
    return str(value)


def dotted(path: Path) -> str:
    """A path as people write it: ``streams[0].state``."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        elif part.replace("-", "_").isidentifier():
            text += f".{part}" if text else part
        else:
            text += f'["{part}"]'
    return text


def listed(words: Sequence[str]) -> str:
    """``live or offline``, ``reset, empty or half``."""
    *most, last = words
    return f"{', '.join(most)} or {last}" if most else last
