"""From the text of a scenario to its nodes: YAML 1.2 without its dark corners, and so JSON.

No tag, no anchor, no merge key; and words like ``off`` and ``yes`` are words.
"""

import json
import math
import re
from collections.abc import Iterator
from typing import Any

import yaml
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
    StreamStartEvent,
)

from ice_mock.scenario import syntax
from ice_mock.scenario.nodes import Node
from ice_mock.scenario.problems import (
    MOST_PROBLEMS,
    Path,
    Place,
    Problem,
    ScenarioInvalid,
    described,
    dotted,
    refusal,
)

LONGEST = 1024 * 1024
DEEPEST = 50
_EXPECTED = "expected a mapping with keys such as scenario and streams"

_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SURROGATES = re.compile(r"(?<!\\)((?:\\\\)*)\\u(d[89ab][\da-f]{2})\\u(d[c-f][\da-f]{2})", re.IGNORECASE)
_WORDS: dict[str, Any] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
# Not YAML's own forms: 0123 would be eighty-three to some and loses its zero to others, so it is a text.
_WHOLE = re.compile(r"[-+]?(?:0|[1-9]\d{0,17})", re.ASCII)
_BROKEN = re.compile(r"[-+]?(?:\.\d{1,30}|(?:0|[1-9]\d{0,30})(?:\.\d{0,30})?)(?:[eE][-+]?\d{1,3})?", re.ASCII)


def decoded(content: bytes, source: str) -> str:
    """The text of a file; raises ScenarioInvalid if it is too long or no UTF-8."""
    if len(content) > LONGEST:
        raise refusal(source, f"found {len(content)} bytes, expected {LONGEST} at most")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        column = error.start - content.rfind(b"\n", 0, error.start)
        found = f"found the byte 0x{content[error.start]:02x}, expected text in UTF-8"
        raise refusal(source, found, line=line, column=column) from error


def read(text: str, source: str) -> Node:
    """The root of the document, a mapping; raises ScenarioInvalid."""
    text = text.removeprefix("\ufeff")
    if match := _UNPRINTABLE.search(text):
        line, start = text.count("\n", 0, match.start()) + 1, text.rfind("\n", 0, match.start())
        found = f"found the character U+{ord(match[0]):04X}, expected text that can be printed"
        raise refusal(source, found, line=line, column=match.start() - start)
    if (size := len(text.encode())) > LONGEST:
        raise refusal(source, f"found {size} bytes, expected {LONGEST} at most")
    reader = _Reader(_without_surrogates(text), source)
    try:
        root = reader.document()
    except yaml.YAMLError as error:
        reader.problems.append(syntax.problem(error, text, source))
    if reader.problems:
        raise ScenarioInvalid(sorted(reader.problems, key=lambda each: (each.line, each.column)))
    return root


class _Reader:
    """Makes nodes of the parser's events, and notes everything that is YAML and yet refused."""

    def __init__(self, text: str, source: str) -> None:
        self._events: Iterator[Event] = yaml.parse(text, Loader=yaml.CSafeLoader)
        self._source = source
        self.problems: list[Problem] = []

    def document(self) -> Node:
        event = next(self._events)
        while isinstance(event, StreamStartEvent | DocumentStartEvent):
            event = next(self._events)
        if isinstance(event, StreamEndEvent):
            raise refusal(self._source, f"found an empty file, {_EXPECTED}", line=1, column=1)
        root = self._node(event, ())
        next(self._events)
        if isinstance(after := next(self._events), DocumentStartEvent):
            self._refuse(after, (), "found a second document, expected one")
        elif not isinstance(root.value, dict):
            self._refuse(event, (), f"found {described(root.plain())}, {_EXPECTED}")
        return root

    def _node(self, event: Event, path: Path, place: Place | None = None) -> Node:
        place = place or self._place(event)
        if len(path) > DEEPEST:
            raise refusal(
                self._source,
                f"found more than {DEEPEST} levels, expected fewer",
                line=place.line,
                column=place.column,
            )
        self._refuse_labels(event, path)
        if isinstance(event, MappingStartEvent):
            return Node(place, self._mapping(path))
        if isinstance(event, SequenceStartEvent):
            return Node(place, self._sequence(path))
        return Node(place, _scalar(event) if isinstance(event, ScalarEvent) else None)

    def _sequence(self, path: Path) -> list[Node]:
        found: list[Node] = []
        while not isinstance(event := next(self._events), SequenceEndEvent):
            found.append(self._node(event, (*path, len(found))))
        return found

    def _mapping(self, path: Path) -> dict[str, Node]:
        found: dict[str, Node] = {}
        while not isinstance(event := next(self._events), MappingEndEvent):
            key = self._key(event, path)
            node = self._node(next(self._events), (*path, key), self._place(event))
            if key in found:
                first = found[key].place.line
                message = f"found a second time, expected once; the first is in line {first}"
                self._refuse(event, (*path, key), message)
            else:
                found[key] = node
        return found

    def _key(self, event: Event, path: Path) -> str:
        if isinstance(event, AliasEvent):
            self._refuse_labels(event, path)
            return f"*{event.anchor}"
        if not isinstance(event, ScalarEvent):
            self._refuse(event, path, "found a key that is a list or a mapping, expected a word")
            self._node(event, (*path, "?"))
            return "?"
        if event.value == "<<" and event.implicit[0]:
            self._refuse(event, path, "found the merge key <<, expected the keys themselves, or extends")
        self._refuse_labels(event, path)
        return str(event.value)

    def _refuse_labels(self, event: Event, path: Path) -> None:
        if isinstance(event, AliasEvent):
            self._refuse(event, path, f"found the alias *{event.anchor}, expected the value itself")
        elif anchor := getattr(event, "anchor", None):
            self._refuse(event, path, f"found the anchor &{anchor}, expected a value without one")
        if tag := getattr(event, "tag", None):
            tag = tag.replace("tag:yaml.org,2002:", "!!")
            self._refuse(event, path, f"found the tag {tag}, expected a value without one")

    def _refuse(self, event: Event, path: Path, message: str) -> None:
        place = self._place(event)
        self.problems.append(Problem(self._source, place.line, place.column, dotted(path), message))
        if len(self.problems) >= MOST_PROBLEMS:
            raise ScenarioInvalid(self.problems)

    def _place(self, event: Event) -> Place:
        mark = event.start_mark
        return Place(self._source, mark.line + 1, mark.column + 1) if mark else Place(self._source, 1, 1)


def _scalar(event: ScalarEvent) -> Any:
    text = str(event.value)
    if not event.implicit[0]:
        return text
    if text in _WORDS:
        return _WORDS[text]
    if _WHOLE.fullmatch(text):
        return int(text)
    if _BROKEN.fullmatch(text) and math.isfinite(number := float(text)):
        return number
    return text


def _without_surrogates(text: str) -> str:
    """JSON writes rare characters as two escapes, which YAML does not know."""
    if not (text.lstrip().startswith("{") and _SURROGATES.search(text)):
        return text
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return text
    return _SURROGATES.sub(lambda match: f"{match[1]}\\U{_code_point(match[2], match[3]):08X}", text)


def _code_point(high: str, low: str) -> int:
    return 0x10000 + ((int(high, 16) - 0xD800) << 10) + (int(low, 16) - 0xDC00)
