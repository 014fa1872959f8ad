"""The world that a test wishes for, and its scenario: what the marker says, made true on a server."""

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ice_mock.pytest_plugin import marker
from ice_mock.pytest_plugin.failures import failure
from ice_mock.pytest_plugin.marker import MarkerWrong, Wish, complaint

if TYPE_CHECKING:
    from ice_mock.pytest_plugin.servers import Opened, RunServer
    from ice_mock.scenario.given import Given


def wish(item: pytest.Item) -> Wish:
    """What the markers of a test say; raises a failure of the test for one that is wrong."""
    try:
        return marker.wish(item)
    except MarkerWrong as error:
        raise failure(str(error)) from None


def begun(item: pytest.Item, wish: Wish, server: "RunServer") -> "Opened":
    """Begin the world that a test wishes for; raises a failure of the test that says why it cannot be."""
    from ice_mock.client import ControlRefused, ServerUnreachable

    try:
        return server.begin(item.nodeid, wish, found(wish, item))
    except (MarkerWrong, ServerUnreachable) as error:
        raise failure(str(error)) from None
    except ControlRefused as refused:
        raise failure(f"{item.nodeid}: the server refused to make the world: {refused}") from None


def found(wish: Wish, item: pytest.Item) -> "Given | None":
    """Find the scenario that is wished for, together with the clock and the signatures that are.

    None is the server's choice. Raises MarkerWrong with all mistakes of a file or a text. Whether there is a
    ready scenario of a name, its server knows.
    """
    if wish.scenario is None:
        return None
    from ice_mock.scenario import ScenarioInvalid
    from ice_mock.scenario.given import file_of, given

    file = file_of(wish.scenario)
    wanted = _existing(file, item) if file else wish.scenario
    try:
        return given(wanted, clock=wish.clock, signatures=wish.signatures)
    except ScenarioInvalid as error:
        raise MarkerWrong(complaint(item, "scenario=…", f"the scenario is wrong:\n{error}")) from error


def _existing(path: Path, item: pytest.Item) -> Path:
    """The file at a path that counts from the folder of the test, or else from the root of the project."""
    candidates = [item.path.parent / path, item.config.rootpath / path]
    for candidate in candidates:
        if candidate.is_file():
            return candidate
    looked = " or ".join(dict.fromkeys(map(str, candidates)))
    raise MarkerWrong(complaint(item, f"scenario={str(path)!r}", f"there is no such file: expected {looked}"))
