"""A server with a world for each test, to which calls are diverted, with or without a socket."""

import logging
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest

from ice_mock.client import Client
from ice_mock.domain.scenario import Scenario
from ice_mock.interception import Destination, Diversion, InProcess, Remote, WsgiTransport, divert
from ice_mock.server import Server, running
from ice_mock.web import create_app
from ice_mock.worlds import IceMock, World

WARNINGS = (
    # All SDKs call it; deprecated since Python 3.12.
    r"ignore:datetime\.datetime\.utc(now|fromtimestamp)\(\) is deprecated:DeprecationWarning",
)


def pytest_itemcollected(item: pytest.Item) -> None:
    """Let the SDKs do what they do; our own code runs under the stricter rule everywhere else."""
    for warning in WARNINGS:
        item.add_marker(pytest.mark.filterwarnings(warning))


@pytest.fixture(autouse=True, scope="session")
def _quiet_sdks() -> None:
    # They print what fails to standard error.
    for name in ("aliyunsdkcore", "darabonba-core", "alibabacloud-tea"):
        logging.getLogger(name).handlers.clear()


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    with running(IceMock(Scenario(clock="frozen", seed=7))) as server:
        yield server


@pytest.fixture(scope="session")
def app(server: Server) -> Any:
    return create_app(server.mock)


@pytest.fixture
def world(server: Server) -> Iterator[World]:
    world = server.mock.worlds.create(clock="frozen")
    yield world
    server.mock.worlds.delete(world.id)


@pytest.fixture
def control(app: Any, world: World) -> Client:
    """A handle on the world of the test."""
    return Client(world=world.id, transport=WsgiTransport(app))


@pytest.fixture
def in_process(server: Server, app: Any, world: World) -> InProcess:
    return InProcess(app, world.id, server.mock)


@pytest.fixture(params=["in process", "over a socket"])
def destination(
    request: pytest.FixtureRequest, server: Server, world: World, in_process: InProcess
) -> Destination:
    """Each destination in turn: what an SDK sees must not depend on it."""
    return in_process if request.param == "in process" else Remote(server.url, world.id)


@pytest.fixture
def diverted(destination: Destination) -> Iterator[Diversion]:
    with divert(destination) as diversion:
        yield diversion


class Elsewhere(BaseHTTPRequestHandler):
    """Any other server: it says what it was asked, and keeps its connections open."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        body = f"elsewhere {self.headers['Host']} {self.path}".encode()
        self.server.asked.append(dict(self.headers))
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET  # noqa: N815  # the name is looked for

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def elsewhere() -> Iterator[ThreadingHTTPServer]:
    """A server that is not ours, on a free port."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Elsewhere)
    server.daemon_threads = True
    server.asked = []
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def leads_to(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """Have names resolve to this machine: ``leads_to("sts.aliyuncs.com")``."""
    resolve = socket.getaddrinfo

    @contextmanager
    def leading(*hosts: str) -> Iterator[None]:
        with monkeypatch.context() as patch:
            patch.setattr(
                socket,
                "getaddrinfo",
                lambda host, *more, **named: resolve("127.0.0.1" if host in hosts else host, *more, **named),
            )
            yield

    return leading
