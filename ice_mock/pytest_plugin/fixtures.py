"""The fixtures: a server for the run, and a world on it for each test."""

from collections.abc import Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest

from ice_mock.pytest_plugin import endings, marker, options, scenarios, servers
from ice_mock.pytest_plugin.failures import failure
from ice_mock.pytest_plugin.marker import MarkerWrong, Wish

if TYPE_CHECKING:
    from ice_mock.client import AsyncClient, Client
    from ice_mock.interception import InProcess, Remote
    from ice_mock.pytest_plugin.servers import RunServer


@pytest.fixture(scope="session")
def ice_mock_server(pytestconfig: pytest.Config) -> "RunServer":
    """The ice_mock server of the run: one in this process, or the one of --ice-mock-url.

    Its `url` is its address. `open()` is a context manager that gives a world of its own to fixtures of a
    wider scope than a test's.
    """
    asked = options.of(pytestconfig)
    server = _remote(asked.url, asked.url_source) if asked.url else servers.start()
    # Not stopped at the end of this fixture: the last test may still fail, and its report asks the server.
    endings.keep(server, pytestconfig)
    return server


@pytest.fixture
def ice_mock(request: pytest.FixtureRequest, ice_mock_server: "RunServer") -> Iterator["Client"]:
    """A handle on a fresh world of the ice_mock server, for this test alone.

    It has an access key of its own and a frozen clock, unless the marker ice_mock says otherwise.
    """
    wish = _wish(request.node)
    client = _begun(request.node, wish, ice_mock_server)
    with ExitStack() as interception:
        if wish.intercept:
            from ice_mock.interception import divert

            interception.enter_context(divert(_destination(ice_mock_server, client)))
        # The world ends after the report of the test has been made, which may be about it.
        yield client


@pytest.fixture
def ice_mock_async(ice_mock: "Client", ice_mock_server: "RunServer") -> "AsyncClient":
    """The handle on the world of this test for asynchronous tests: ice_mock, whose methods are awaited."""
    from ice_mock.client import AsyncClient

    return AsyncClient(
        ice_mock.url,
        ice_mock.world,
        transport=ice_mock_server.transport,
        access_key_secret=ice_mock.access_key_secret,
    )


@pytest.fixture(name="_ice_mock_marker", autouse=True)
def intercept_if_marked(request: pytest.FixtureRequest) -> None:
    """Make the world of a test that says intercept=True before its other fixtures make calls."""
    if request.node.get_closest_marker(marker.NAME) and _wish(request.node).intercept:
        request.getfixturevalue("ice_mock")


def _remote(url: str, source: str) -> "RunServer":
    from ice_mock.client import Client, ServerUnreachable

    try:
        Client(url).is_ready()
    except ServerUnreachable as error:
        raise failure(f"{source}: {error}") from None
    return servers.RunServer(url.rstrip("/"))


def _wish(item: pytest.Item) -> Wish:
    try:
        return marker.wish(item)
    except MarkerWrong as error:
        raise failure(str(error)) from None


def _begun(item: pytest.Item, wish: Wish, server: "RunServer") -> "Client":
    from ice_mock.client import ControlRefused, ServerUnreachable

    try:
        return server.begin(item.nodeid, wish, scenarios.found(wish, item))
    except (MarkerWrong, ServerUnreachable) as error:
        raise failure(str(error)) from None
    except ControlRefused as refused:
        raise failure(f"{item.nodeid}: the server refused to make the world: {refused}") from None


def _destination(server: "RunServer", client: "Client") -> "InProcess | Remote":
    try:
        return server.destination(client)
    except ValueError as error:
        raise failure(f"intercept=True: {error}") from None
