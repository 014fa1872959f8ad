"""The server of a run, in this process or elsewhere, and the worlds that the run has there."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from ice_mock.pytest_plugin.marker import Wish
from ice_mock.pytest_plugin.scenarios import Found

if TYPE_CHECKING:
    from pathlib import Path

    from _typeshed.wsgi import WSGIApplication

    from ice_mock.client import Client
    from ice_mock.interception import InProcess, Remote
    from ice_mock.server import Server

LONGEST_LABEL = 1000
FROZEN = "frozen"
"""The clock of a world that nobody said anything about: a test moves the time."""


class Opened(NamedTuple):
    """A world of the run; *test* is the id of the test that it is for, None if it is for many."""

    client: "Client"
    test: str | None


class RunServer:
    """The server of a test run, at the address *url*.

    It is a server in this process, under pytest-xdist one in each, so that no worker waits for another, a
    worker that dies takes nothing along, and calls can be brought to a world without a socket. Or it runs
    elsewhere, in a container for instance, because ``--ice-mock-url`` says so.
    """

    def __init__(self, url: str, server: "Server | None" = None) -> None:
        """Take over the *server*, which runs, or use the one that is at *url*, with the token for it."""
        from ice_mock.client import Client, HttpTransport
        from ice_mock.settings import variable

        self.url = url
        self.opened: list[Opened] = []
        self._whose: dict[str, str] = {}
        self._server = server
        self.transport = HttpTransport(url, token=None if server else variable("TOKEN"))
        self._client = Client(url, transport=self.transport)

    @contextmanager
    def open(
        self,
        *,
        scenario: "str | Path | None" = None,
        clock: str = FROZEN,
        signatures: str | None = None,
        label: str | None = None,
    ) -> Iterator["Client"]:
        """A handle on a fresh world, which is dropped at the end of the body: see `Client.open`.

        It is for fixtures whose world outlives a test. *label* is what calls are said to belong to that come
        too late.
        """
        from ice_mock.client import Client

        with Client.open(
            scenario=scenario,
            clock=clock,
            signatures=signatures,
            label=label and _printable(label),
            transport=self.transport,
        ) as client:
            opened = self._noted(client, label, None)
            try:
                yield client
            finally:
                self.opened.remove(opened)

    def begin(self, test: str, wish: Wish, scenario: Found) -> "Client":
        """Begin a world for a *test*, by its id, and return a handle on it; raises ControlRefused."""
        from ice_mock.client import Client

        made = self._client.worlds.create(
            scenario=scenario.name,
            clock=wish.clock or FROZEN,
            signatures=wish.signatures,
            label=_printable(test),
        )
        secret = made["access_key_secret"]
        client = Client(self.url, made["id"], transport=self.transport, access_key_secret=secret)
        self._noted(client, test, test)
        if scenario.text:
            client.scenario.replace(scenario.text)
        return client

    def drop(self, opened: Opened) -> None:
        """End a world, unless the test has ended it already; raises ServerUnreachable."""
        from http import HTTPStatus

        from ice_mock.client import ControlRefused

        self.opened.remove(opened)
        try:
            opened.client.worlds.delete(opened.client.world)
        except ControlRefused as refused:
            if refused.status != HTTPStatus.NOT_FOUND:
                raise

    def late_calls(self) -> dict[str, int]:
        """How many calls came after the end of the worlds of this run, by what these were for."""
        ended = self._client.worlds.ended()
        counts: Counter[str] = Counter()
        for world in ended:
            if world["id"] in self._whose:
                counts[self._whose[world["id"]]] += world["late_calls"]
        return dict(+counts)

    def destination(self, client: "Client") -> "InProcess | Remote":
        """Where calls are brought that are diverted to the world of *client*.

        Raises ValueError for the address of a server elsewhere to which they cannot be.
        """
        from ice_mock.interception import InProcess, Remote

        if self._server is None:
            return Remote(self.url, client.world)
        return InProcess(self._app, client.world, self._server.mock)

    def stop(self) -> None:
        """Close, and end the server if it is the run's own."""
        self.transport.close()
        if self._server:
            self._server.stop()

    @cached_property
    def _app(self) -> "WSGIApplication":
        from ice_mock.web import create_app

        if self._server is None:
            raise LookupError(f"the server at {self.url} is elsewhere")
        return create_app(self._server.mock)

    def _noted(self, client: "Client", whose: str | None, test: str | None) -> Opened:
        opened = Opened(client, test)
        self.opened.append(opened)
        self._whose[client.world] = whose or f"the world {client.world}"
        return opened


def _printable(label: str) -> str:
    """A label that every server takes, whatever the id of a test is: if it is long, its beginning and end."""
    text = label.encode(errors="backslashreplace").decode()
    half = LONGEST_LABEL // 2
    return text if len(text) <= LONGEST_LABEL else f"{text[: half - 1]}…{text[-half:]}"


def start() -> RunServer:
    """Start a server on a free port of this machine, whose worlds are frozen unless told otherwise."""
    from ice_mock.domain.scenario import Scenario
    from ice_mock.server import Server
    from ice_mock.worlds import IceMock

    server = Server(IceMock(Scenario(clock=FROZEN)))
    server.start()
    return RunServer(server.url, server)
