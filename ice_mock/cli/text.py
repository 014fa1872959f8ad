"""What is printed: sentences and documents. What callers named is data, and cannot steer the terminal."""

import json
import sys
from datetime import datetime

from ice_mock.clock import from_iso
from ice_mock.words import counted, shown


def shown_lines(text: str) -> str:
    """Like `shown`, for text whose line breaks are ours."""
    return "\n".join(map(shown, text.split("\n")))


def say(text: str) -> None:
    """Print a line."""
    # "backslashreplace" for a terminal that knows no arrows.
    encoding = sys.stdout.encoding or "utf-8"
    sys.stdout.write(text.encode(encoding, "backslashreplace").decode(encoding) + "\n")


def print_document(document: object) -> None:
    """Print one JSON document, in ASCII: then no character of it can do any harm."""
    sys.stdout.write(json.dumps(document, indent=2) + "\n")


def count(number: int, noun: str) -> str:
    """``no frames``, ``1 frame``, ``1,200 frames``."""
    return counted(number, noun) if number else f"no {noun}s"


def moment(instant: str) -> str:
    """An ISO 8601 instant the way people read it, to the second unless there is more to it."""
    return _written(from_iso(instant), "%Y-%m-%d %H:%M:%S")


def time_of_day(instant: str) -> str:
    return _written(from_iso(instant), "%H:%M:%S")


def day(instant: str) -> str:
    return from_iso(instant).strftime("%Y-%m-%d")


def _written(instant: datetime, form: str) -> str:
    milliseconds = instant.microsecond // 1000
    return instant.strftime(form) + (f".{milliseconds:03}" if milliseconds else "")
