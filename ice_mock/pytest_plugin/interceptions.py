"""Interception for tests whose marker asks for it: from before the first of their fixtures to after the last.

Fixtures of a module or a class are set up within the setup of the first test that wants them, and taken down
within the teardown of the last one, so what they call is intercepted as well.
"""

from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest

from ice_mock.pytest_plugin import marker, scenarios, servers
from ice_mock.pytest_plugin.failures import failure

if TYPE_CHECKING:
    from ice_mock.interception import InProcess, Remote
    from ice_mock.pytest_plugin.servers import Opened, RunServer

_REFUSAL = pytest.StashKey[BaseException]()
_RUNNING = pytest.StashKey[dict[pytest.Item, tuple["Opened", ExitStack]]]()


def begin_if_marked(item: pytest.Item) -> None:
    """Begin the world of a test that says intercept=True, and bring calls to it.

    What is in the way of that is left to `Refusals`.
    """
    # Pytest finds out about conditions later; what will certainly be skipped needs no world.
    if not item.get_closest_marker(marker.NAME) or item.get_closest_marker("skip"):
        return
    try:
        wish = scenarios.wish(item)
        if wish.intercept:
            begin(item, wish)
    except pytest.fail.Exception as error:
        item.stash[_REFUSAL] = error


class Refusals:
    """Raises what was in the way of an interception, before anything is set up for the test.

    Not where that was found out: there other plugins have not begun yet what they end in the teardown.
    """

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        if _REFUSAL in item.stash:
            error = item.stash[_REFUSAL]
            del item.stash[_REFUSAL]
            raise error


def begin(item: pytest.Item, wish: marker.Wish) -> "Opened":
    """Begin a world for a test, and bring calls to it until `end`; raises a failure."""
    from ice_mock.interception import divert

    server = servers.of(item.config)
    opened = scenarios.begun(item, wish, server)
    diverting = ExitStack()
    diversion = diverting.enter_context(divert(_destination(server, opened), allow=wish.allow))
    opened.refused = diversion.refused
    _running(item.config)[item] = opened, diverting
    return opened


def world_of(item: pytest.Item) -> "Opened | None":
    """The world to which the calls of a test are brought."""
    opened, _ = _running(item.config).get(item, (None, None))
    return opened


def end(item: pytest.Item) -> None:
    """Bring calls to the world of a test no more, if they were."""
    _, diverting = _running(item.config).pop(item, (None, None))
    if diverting:
        diverting.close()


def end_all(config: pytest.Config) -> None:
    """End those whose test was interrupted, so that it has no teardown."""
    for item in list(_running(config)):
        end(item)


def _running(config: pytest.Config) -> dict[pytest.Item, tuple["Opened", ExitStack]]:
    return config.stash.setdefault(_RUNNING, {})


def _destination(server: "RunServer", opened: "Opened") -> "InProcess | Remote":
    try:
        return server.destination(opened.client)
    except ValueError as error:
        raise failure(f"intercept=True: {error}") from None
