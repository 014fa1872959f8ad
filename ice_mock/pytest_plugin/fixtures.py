"""The fixtures: a server for the run, and a world on it for each test."""

from typing import TYPE_CHECKING

import pytest

from ice_mock.pytest_plugin import interceptions, scenarios, servers

if TYPE_CHECKING:
    from ice_mock.client import AsyncClient, Client
    from ice_mock.pytest_plugin.servers import RunServer


@pytest.fixture(scope="session")
def ice_mock_server(pytestconfig: pytest.Config) -> "RunServer":
    """The ice_mock server of the run: one in this process, or the one of --ice-mock-url.

    Its `url` is its address. `open()` is a context manager that gives a world of its own to fixtures of a
    wider scope than a test's.
    """
    return servers.of(pytestconfig)


@pytest.fixture
def ice_mock(request: pytest.FixtureRequest, ice_mock_server: "RunServer") -> "Client":
    """A handle on a fresh world of the ice_mock server, for this test alone.

    It has an access key of its own and a frozen clock, unless the marker ice_mock or its scenario say
    otherwise.
    """
    item: pytest.Item = request.node
    # The world ends after the report of the test has been made, which may be about it.
    if intercepted := interceptions.world_of(item):
        return intercepted.client
    wish = scenarios.wish(item)
    # It was not intercepted from the start if a fixture has set the marker.
    opened = (
        interceptions.begin(item, wish) if wish.intercept else scenarios.begun(item, wish, ice_mock_server)
    )
    return opened.client


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
