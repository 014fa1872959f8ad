"""The marker ``ice_mock``: what kind of world a test asks for."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from ice_mock.clock import rate_of

NAME = "ice_mock"
DESCRIPTION = (
    f"{NAME}(scenario=None, clock=None, signatures=None, intercept=False, allow=()): the world that the test "
    "gets. scenario: a ready one by its name, a YAML file, or YAML; clock: real, frozen or xN, instead of "
    "the scenario's; signatures: off, known or required; intercept=True: calls of the SDKs to "
    "*.aliyuncs.com reach this world, and none leaves for another host of Alibaba Cloud, but for those that "
    "a pattern in allow fits."
)
SIGNATURES = ("off", "known", "required")


@dataclass(frozen=True, slots=True)
class Wish:
    """The world that a test asks for; None leaves the scenario or the server to decide."""

    scenario: str | Path | None = None
    clock: str | None = None
    signatures: str | None = None
    intercept: bool = False
    allow: Sequence[str] = ()


class MarkerWrong(Exception):
    """A marker that cannot be understood; the text names the test, the argument and what is allowed."""


class Argument(NamedTuple):
    """What may be said for an argument, in words and as a question."""

    allowed: str
    fits: Callable[[Any], bool]


def _is_scenario(value: Any) -> bool:
    return isinstance(value, Path) or (isinstance(value, str) and bool(value.strip()))


def _is_clock(value: Any) -> bool:
    try:
        rate_of(value)
    except (TypeError, ValueError):
        return False
    return True


def _is_signatures(value: Any) -> bool:
    return value in SIGNATURES


def _is_intercept(value: Any) -> bool:
    return isinstance(value, bool)


def _is_allow(value: Any) -> bool:
    return isinstance(value, list | tuple) and all(isinstance(each, str) and each.strip() for each in value)


ARGUMENTS: Mapping[str, Argument] = {
    "scenario": Argument("the name of a ready scenario, the path of a YAML file, or YAML", _is_scenario),
    "clock": Argument("'real', 'frozen' or 'xN' such as 'x60'", _is_clock),
    "signatures": Argument(" or ".join(map(repr, SIGNATURES)), _is_signatures),
    "intercept": Argument("True or False", _is_intercept),
    "allow": Argument("a list of hosts, or patterns of hosts such as '*.mns.*.aliyuncs.com'", _is_allow),
}


def wish(item: pytest.Item) -> Wish:
    """What the markers of a test say together: for each argument the closest that names it.

    Raises MarkerWrong.
    """
    said: dict[str, Any] = {}
    for mark in item.iter_markers(NAME):
        _check(mark, item)
        said = {**mark.kwargs, **said}
    return Wish(**{name: value for name, value in said.items() if value is not None})


def asks_to_intercept(item: pytest.Item) -> bool:
    """Whether the markers of a test say so, be they otherwise right or wrong."""
    said = (mark.kwargs["intercept"] for mark in item.iter_markers(NAME) if "intercept" in mark.kwargs)
    return next(said, False) is True


def _check(mark: pytest.Mark, item: pytest.Item) -> None:
    if mark.args:
        names = ", ".join(f"{name}=…" for name in ARGUMENTS)
        raise MarkerWrong(complaint(item, repr(mark.args[0]), f"its arguments have names: {names}"))
    for name, value in mark.kwargs.items():
        said = f"{name}={value!r}"
        if name not in ARGUMENTS:
            raise MarkerWrong(complaint(item, said, _no_such(name)))
        if value is not None and not ARGUMENTS[name].fits(value):
            raise MarkerWrong(complaint(item, said, f"{name} is {ARGUMENTS[name].allowed}"))


def _no_such(name: str) -> str:
    from difflib import get_close_matches

    meant = get_close_matches(name, ARGUMENTS, n=1)
    question = f", did you mean {meant[0]}?" if meant else "."
    return f"there is no argument {name}{question} There are {', '.join(ARGUMENTS)}"


def complaint(item: pytest.Item, said: str, why: str) -> str:
    """The text of a MarkerWrong."""
    return f"{item.nodeid}: @pytest.mark.{NAME}({said}): {why}"
