"""How a parameter that was sent differs from what a test expects: text with wildcards, JSON by meaning."""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from difflib import get_close_matches
from typing import Any

from ice_mock.client.errors import Unverifiable
from ice_mock.clock import iso_seconds
from ice_mock.credentials import masked

KEPT = 1024
"""How many characters of a value the journal keeps."""

_ONLY_BEGINNING = re.compile(rf"(.{{{KEPT}}})… \(\d+ characters\)", re.DOTALL)
_MORE = "…"
"""Under this name the journal says that there were more parameters than it keeps."""

_HIDDEN = "…"
"""In place of a value that is secret."""

_LONGEST_SHOWN = 200


def differences_of(name: str, expected: object, sent: Mapping[str, str]) -> list[str]:
    """In what the parameter of this *name* differs from what is *expected*, which None says is not sent.

    Text may hold ``*`` for anything. Objects and lists are compared by meaning with the JSON that was sent:
    what an object holds beside what is expected does not matter. Raises Unverifiable if the parameter was too
    long to be kept as a whole, and the rest matters.
    """
    numbered = _numbered(name, sent)
    if _MORE in sent and name not in sent and not numbered:
        raise Unverifiable(f"{name}: of a call with too many parameters the journal does not keep it")
    if expected is None:
        found = sent.get(name) or numbered
        return [f"{name}: expected not to be sent, and it was {found!r}"] if found else []
    if sent.get(name) == _HIDDEN:
        raise Unverifiable(f"{name}: the journal keeps no secrets")
    if name in sent:
        return _differences(name, expected, sent[name])
    if numbered and isinstance(expected, (list, tuple)):
        return _differences(name, list(expected), numbered)
    near = get_close_matches(name, sent, n=1)
    meant = f"; {near[0]} was" if near else ""
    return [f"{name}: expected {_shown(expected)}, and it was not sent{meant}"]


def _numbered(name: str, sent: Mapping[str, str]) -> list[str]:
    """The values of ``Name.1``, ``Name.2`` and so on."""
    prefix = f"{name}."
    pairs = ((each.removeprefix(prefix), value) for each, value in sent.items() if each.startswith(prefix))
    numbered = sorted((int(number), value) for number, value in pairs if number.isdecimal())
    return [value for _, value in numbered]


def _differences(path: str, expected: object, found: Any) -> list[str]:
    if isinstance(found, str) and (cut := _ONLY_BEGINNING.fullmatch(found)):
        return _differences_of_beginning(path, expected, cut[1])
    if isinstance(expected, Mapping):
        return _differences_of_objects(path, expected, _parsed(found))
    if isinstance(expected, (list, tuple)):
        return _differences_of_lists(path, expected, _parsed(found))
    if _is_same(expected, found):
        return []
    if isinstance(expected, str) and (told := masked(expected)) != expected and _is_same(told, found):
        raise Unverifiable(
            f"{path}: of URLs the journal keeps no passwords and tokens, expect {told!r} instead"
        )
    return [f"{path}: expected {_shown(expected)}, and it was {_shown(found)}"]


def _differences_of_objects(path: str, expected: Mapping[Any, Any], found: Any) -> list[str]:
    if not isinstance(found, Mapping):
        return [f"{path}: expected an object, and it was {_shown(found)}"]
    differences = []
    for name, value in expected.items():
        if name in found:
            differences += _differences(f"{path}.{name}", value, found[name])
        elif value is not None:
            differences.append(f"{path}.{name}: expected {_shown(value)}, and it was not sent")
    return differences


def _differences_of_lists(path: str, expected: Sequence[Any], found: Any) -> list[str]:
    if not isinstance(found, list) or len(found) != len(expected):
        return [f"{path}: expected {_shown(list(expected))}, and it was {_shown(found)}"]
    pairs = enumerate(zip(expected, found, strict=True))
    return [each for index, (left, right) in pairs for each in _differences(f"{path}[{index}]", left, right)]


def _differences_of_beginning(path: str, expected: object, beginning: str) -> list[str]:
    """What can be told of a value of which no more is kept than its *beginning*; raises Unverifiable."""
    if isinstance(expected, str) and expected.endswith("*") and fits(expected, beginning):
        return []
    if _may_begin_with(expected, beginning):
        raise Unverifiable(f"{path}: of so long a value the journal keeps the first {KEPT} characters only")
    return [f"{path}: expected {_shown(expected)}, and it began with {_shown(beginning)}"]


def _may_begin_with(expected: object, beginning: str) -> bool:
    """Whether a text that is longer than its *beginning* may turn out to be what is expected."""
    if not isinstance(expected, str):
        return isinstance(expected, (Mapping, list, tuple))
    before_wildcard, wildcard, _ = expected.partition("*")
    is_long_enough = bool(wildcard) or len(expected) > len(beginning)
    return is_long_enough and beginning.startswith(before_wildcard[: len(beginning)])


def _is_same(expected: object, found: Any) -> bool:
    """Whether a value is what is expected, written as it goes over the wire or not."""
    if isinstance(expected, bool):
        return str(found).lower() == str(expected).lower()
    if isinstance(expected, datetime):
        return str(found) == iso_seconds(expected)
    if isinstance(expected, str):
        if isinstance(found, str) and fits(expected, found):
            return True
        meant = _parsed(expected)
        is_document = isinstance(meant, (dict, list))
        return bool(is_document and meant == _parsed(found)) or str(found) == expected
    return bool(found == expected) or str(found) == str(expected)


def _parsed(text: Any) -> Any:
    try:
        return json.loads(text) if isinstance(text, str) else text
    except (ValueError, RecursionError):
        return text


def fits(pattern: str, text: str) -> bool:
    """Whether *text* is as *pattern*, in which ``*`` stands for anything; other signs are what they are."""
    parts = (re.escape(part) for part in pattern.split("*"))
    return bool(re.fullmatch(".*".join(parts), text, re.DOTALL))


def _shown(value: object) -> str:
    text = masked(repr(value))
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"
