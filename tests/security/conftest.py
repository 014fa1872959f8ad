"""Servers as an attacker finds them, and a place that nobody should be led to."""

import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from http.client import HTTPConnection
from typing import NamedTuple

import pytest

from ice_mock.callbacks import Policy, Sender
from ice_mock.domain.scenario import Scenario
from ice_mock.server import Server, running
from ice_mock.web.guard import Access
from ice_mock.worlds import IceMock


class Answer(NamedTuple):
    """What came back; *headers* has names in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes


class Place(socketserver.ThreadingTCPServer):
    """Counts who connects to it, and answers each with 200 and a secret."""

    daemon_threads = True
    block_on_close = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), socketserver.StreamRequestHandler)
        self.visits = 0

    @property
    def port(self) -> int:
        return self.server_address[1]

    def finish_request(self, request, client_address) -> None:
        self.visits += 1
        request.recv(65536)
        request.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\nConnection: close\r\n\r\nsecret")


@pytest.fixture
def place() -> Iterator[Place]:
    """A service of this machine that is nobody's receiver."""
    with Place() as place:
        thread = threading.Thread(target=place.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield place
        place.shutdown()
        thread.join()


@pytest.fixture
def serving() -> Callable[..., AbstractContextManager[Server]]:
    """Serve a frozen world: at a host, behind an access, with a policy for callbacks."""

    @contextmanager
    def serve(
        *, host: str = "127.0.0.1", access: Access | None = None, policy: Policy | None = None
    ) -> Iterator[Server]:
        mock = IceMock(Scenario(clock="frozen"), sender=Sender(policy))
        with running(mock, host=host, access=access) as server:
            yield server

    return serve


@pytest.fixture
def ask() -> Callable[..., Answer]:
    """Make a request to a server, with plain HTTP."""

    def ask(
        server: Server, method: str, path: str, body: bytes | str | None = None, **headers: str
    ) -> Answer:
        port = int(server.url.rpartition(":")[2])
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        with closing(HTTPConnection("127.0.0.1", port, timeout=20)) as connection:
            connection.request(method, path, body, named)
            response = connection.getresponse()
            found = {name.lower(): value for name, value in response.getheaders()}
            return Answer(response.status, found, response.read())

    return ask
