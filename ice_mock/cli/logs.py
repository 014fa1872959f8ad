"""The log of a server on standard error: a line for each event, for people or for programs.

What callers named is data: it breaks neither a line nor a document, and cannot steer a terminal.
"""

import json
import logging
import re
import sys
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from ice_mock.clock import from_timestamp_ms, iso_seconds
from ice_mock.settings import wants_colour
from ice_mock.words import shown

FACTS = "facts"
"""The attribute of a record under which an event's facts are, by name."""
IN_THE_MESSAGE = frozenset({"plane", "action", "method", "path", "outcome"})
"""Facts that lines for people have elsewhere."""

_PLAIN, _DIM = "\x1b[0m", "\x1b[2m"
_COLOURS = {logging.DEBUG: _DIM, logging.WARNING: "\x1b[33m", logging.ERROR: "\x1b[31m"}
_WORD = re.compile(r"""[^\s"'=\\\x00-\x20\x7f]+""")
# The facts are made for this line, and hold nothing that could hold them.
_encoded = json.JSONEncoder(default=str, check_circular=False).encode


class OneLine(logging.Formatter):
    """Time, level, who says it, what, and the facts; whatever would break the line is escaped."""

    def format(self, record: logging.LogRecord) -> str:
        return shown("\n".join(["".join(_parts(record)), *_traceback(self, record)]))


class ForPeople(OneLine):
    """The same for a terminal: tracebacks keep their lines, and it may be *coloured*."""

    def __init__(self, *, coloured: bool = False) -> None:
        super().__init__()
        self._coloured = coloured

    def format(self, record: logging.LogRecord) -> str:
        head, message, facts = map(shown, _parts(record))
        if self._coloured:
            colour = _COLOURS.get(record.levelno, "")
            head, message = f"{_DIM}{head}{_PLAIN}", f"{colour}{message}{_PLAIN if colour else ''}"
            facts = f"{_DIM}{facts}{_PLAIN}" if facts else ""
        return "\n".join([head + message + facts, *map(shown, _traceback(self, record))])


class ForPrograms(logging.Formatter):
    """One JSON object in ASCII: time, level, who says it, what, the facts, and the traceback if there is one.

    Facts that are None are left out.
    """

    def format(self, record: logging.LogRecord) -> str:
        document = {
            "time": _instant(record),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **{name: fact for name, fact in _facts(record).items() if fact is not None},
        }
        if record.exc_info:
            document["traceback"] = "\n".join(_traceback(self, record))
        return _encoded(document)


def log_to_stderr(level: str, form: str = "auto") -> None:
    """Let everything be logged that is at least of a *level*, such as ``info``.

    The *form* is ``text``, ``json``, or ``auto``: text on a terminal, JSON elsewhere.
    """
    is_terminal = sys.stderr.isatty()
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_formatter(form, is_terminal=is_terminal))
    # Nobody writes of them, and each has to be asked for: logging's own advice where it matters.
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)


def _formatter(form: str, *, is_terminal: bool) -> logging.Formatter:
    if form == "json" or (form == "auto" and not is_terminal):
        return ForPrograms()
    return ForPeople(coloured=wants_colour()) if is_terminal else OneLine()


def _parts(record: logging.LogRecord) -> tuple[str, str, str]:
    """What a line begins with, what it says, and the facts behind it."""
    head = f"{_instant(record)} {record.levelname:<7} "
    facts = (
        f" {name}={_written(fact)}"
        for name, fact in _facts(record).items()
        if fact is not None and name not in IN_THE_MESSAGE
    )
    return head, f"{record.name}: {record.getMessage()}", "".join(facts)


def _facts(record: logging.LogRecord) -> Mapping[str, Any]:
    facts: Mapping[str, Any] = getattr(record, FACTS, {})
    return facts


def _written(fact: object) -> str:
    """A fact as one word: what is more than that is quoted."""
    if not isinstance(fact, str):
        return f"{fact:.3f}" if isinstance(fact, float) else _encoded(fact)
    return fact if _WORD.fullmatch(fact) and fact.isprintable() else _encoded(fact)


def _traceback(formatter: logging.Formatter, record: logging.LogRecord) -> list[str]:
    return formatter.formatException(record.exc_info).splitlines() if record.exc_info else []


def _instant(record: logging.LogRecord) -> str:
    seconds, milliseconds = divmod(int(record.created * 1000), 1000)
    return f"{_second(seconds)}.{milliseconds:03}Z"


@lru_cache(2)
def _second(seconds: int) -> str:
    """The beginning of an instant in a log, the same for all that happens within a second."""
    return iso_seconds(from_timestamp_ms(seconds * 1000)).removesuffix("Z")
