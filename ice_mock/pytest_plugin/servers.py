"""The server of a run, in this process or elsewhere, and the worlds that the run has there."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import pytest

from ice_mock.pytest_plugin import endings, options, scene
from ice_mock.pytest_plugin.failures import failure
from ice_mock.pytest_plugin.marker import Wish
from ice_mock.pytest_plugin.scene import Asker, Scene

if TYPE_CHECKING:
    from pathlib import Path

    from _typeshed.wsgi import WSGIApplication

    from ice_mock.client import Client
    from ice_mock.client.documents import Request
    from ice_mock.interception import InProcess, Remote
    from ice_mock.scenario.given import Given
    from ice_mock.server import Server

LONGEST_LABEL = 1000
LATE = "InvalidAccessKeyId.NotFound"
"""How a call is refused that comes for a world that has ended: the default world takes every other key."""
FROZEN = "frozen"
"""The clock of a world that nobody said anything about: a test moves the time."""


@dataclass(eq=False, slots=True)
class Opened:
    """A world of the run.

    *test* is the id of the test that it is for, None if it is for many: then *asker* is who wanted it.
    *refused* are the hosts to which calls were stopped that were to be brought to it, and *strays* tells the
    calls that have gone to the default world since it began.
    """

    client: "Client"
    test: str | None
    asker: Asker | None = None
    refused: Sequence[str] = ()
    strays: Callable[[], "Sequence[Request]"] = field(default=tuple)


class Late(NamedTuple):
    """How many calls came after the end of worlds, and how many callbacks were still to be sent then.

    They are told by what the worlds were for.
    """

    calls: Mapping[str, int]
    callbacks: Mapping[str, int]


class RunServer:
    """The server of a test run, at the address *url*.

    It is a server in this process, under pytest-xdist one in each, so that no worker waits for another, a
    worker that dies takes nothing along, and calls can be brought to a world without a socket. Or it runs
    elsewhere, in a container for instance, because ``--ice-mock-url`` says so.
    """

    def __init__(self, url: str, server: "Server | None" = None, *, scene: Scene | None = None) -> None:
        """Take over the *server*, which runs, or use the one that is at *url*, with the token for it.

        The *scene* tells who opens a world.
        """
        from ice_mock.client import Client, HttpTransport
        from ice_mock.settings import variable

        self.url = url
        self.opened: list[Opened] = []
        self._whose: dict[str, str] = {}
        self._server = server
        self._scene = scene or Scene()
        self.transport = HttpTransport(url, token=None if server else variable("TOKEN"))
        self._client = Client(url, transport=self.transport)

    @contextmanager
    def open(
        self,
        *,
        scenario: "str | Path | None" = None,
        clock: str | None = None,
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
            opened = self._noted(Opened(client, None, self._scene.asker), label)
            try:
                yield client
            finally:
                self.opened.remove(opened)

    def begin(self, test: str, wish: Wish, scenario: "Given | None") -> Opened:
        """Begin a world for a *test*, by its id; raises ControlRefused."""
        from ice_mock.client import Client, opening
        from ice_mock.client.server import TIMEOUT, Server

        strays = self._strays_from_now_on()
        made = opening.begun(
            Server(self.transport, TIMEOUT),
            scenario,
            clock=wish.clock,
            signatures=wish.signatures,
            label=_printable(test),
        )
        secret = made["access_key_secret"]
        client = Client(self.url, made["id"], transport=self.transport, access_key_secret=secret)
        return self._noted(Opened(client, test, strays=strays), test)

    def drop(self, opened: Opened) -> None:
        """End a world, unless the test has ended it already; raises ServerUnreachable."""
        from ice_mock.client import opening

        self.opened.remove(opened)
        opening.ended(opened.client.worlds, opened.client.world)

    def late(self) -> Late:
        """What came too late for the worlds of this run, or was to come when they ended."""
        calls: Counter[str] = Counter()
        callbacks: Counter[str] = Counter()
        for world in self._client.worlds.ended():
            if whose := self._whose.get(world["id"]):
                calls[whose] += world["late_calls"]
                callbacks[whose] += world["unsent_callbacks"]
        return Late(+calls, +callbacks)

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

    def _noted(self, opened: Opened, whose: str | None) -> Opened:
        self.opened.append(opened)
        self._whose[opened.client.world] = whose or f"the world {opened.client.world}"
        return opened

    def _strays_from_now_on(self) -> Callable[[], "Sequence[Request]"]:
        """What tells the calls that go to the default world from now on, if nobody else calls the server.

        Late ones, which are refused there with the name of the world that they belong to, are not told.
        """
        if self._server is None:
            return tuple
        from ice_mock.worlds import DEFAULT

        journal = self._server.mock.worlds.find(DEFAULT).engine.journal
        known = {entry.id for entry in journal.all()[-1:]}

        def strays() -> "Sequence[Request]":
            calls = list(self._client.requests.all())
            last = max((index for index, call in enumerate(calls) if call["id"] in known), default=-1)
            return [call for call in calls[last + 1 :] if call["code"] != LATE]

        return strays


def of(config: pytest.Config) -> RunServer:
    """The server of the run, which is started, or looked for, by the first who asks; raises a failure."""
    server = endings.server_of(config)
    if server is None:
        asked = options.of(config)
        who = scene.of(config)
        server = _elsewhere(asked.url, asked.url_source, who) if asked.url else _started(who)
        # Not stopped with a fixture: the last test may still fail, and its report asks the server.
        endings.keep(server, config)
    return server


def _elsewhere(url: str, source: str, scene: Scene) -> RunServer:
    from ice_mock.client import Client, ServerUnreachable

    try:
        is_ready = Client(url).is_ready()
    except ServerUnreachable as error:
        raise failure(f"{source}: {error}") from None
    if not is_ready:
        raise failure(f"{source}: the ice_mock server at {url} answers that it is not ready")
    return RunServer(url.rstrip("/"), scene=scene)


def _started(scene: Scene) -> RunServer:
    """Start a server on a free port of this machine, whose worlds are frozen unless told otherwise."""
    from ice_mock.domain.scenario import Scenario
    from ice_mock.server import Server
    from ice_mock.worlds import IceMock

    server = Server(IceMock(Scenario(clock=FROZEN)))
    server.start()
    return RunServer(server.url, server, scene=scene)


def _printable(label: str) -> str:
    """A label that every server takes, whatever the id of a test is: if it is long, its beginning and end."""
    text = label.encode(errors="backslashreplace").decode()
    half = LONGEST_LABEL // 2
    return text if len(text) <= LONGEST_LABEL else f"{text[: half - 1]}…{text[-half:]}"
