"""Receivers that behave as badly as receivers do, and the sender that has to live with them."""

import queue
import socket
import socketserver
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from datetime import timedelta

import pytest

from ice_mock.callbacks import Policy, Post, Proxies, Sender
from ice_mock.domain.callback import Outcome

PATIENCE = timedelta(seconds=30)
"""Longer than anything takes that comes to an end at all; nothing waits for it to be over."""

Behaviour = Callable[[socket.socket, bytes], None]


def read_request(connection: socket.socket) -> bytes:
    """The whole of a request whose length was announced."""
    request = b""
    while b"\r\n\r\n" not in request:
        request += connection.recv(65536)
    head, _, body = request.partition(b"\r\n\r\n")
    length = next(
        int(line.partition(b":")[2])
        for line in head.split(b"\r\n")
        if line.lower().startswith(b"content-length")
    )
    while len(body) < length:
        body += connection.recv(65536)
    return head + b"\r\n\r\n" + body


class Receiver(socketserver.ThreadingTCPServer):
    """Reads each request that comes in, and then does to its connection what it was told to do."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 256

    def __init__(self, behaviour: Behaviour) -> None:
        super().__init__(("127.0.0.1", 0), socketserver.BaseRequestHandler)
        self.behaviour = behaviour
        self.requests: list[bytes] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/callbacks"

    @property
    def bodies(self) -> list[bytes]:
        return [request.partition(b"\r\n\r\n")[2] for request in self.requests]

    def finish_request(self, request: socket.socket, client_address: object) -> None:
        # A sender that has lost its patience is gone, and no receiver minds.
        with suppress(OSError):
            received = read_request(request)
            self.requests.append(received)
            self.behaviour(request, received)


@contextmanager
def serving(receiver: Receiver) -> Iterator[Receiver]:
    with receiver:
        thread = threading.Thread(target=receiver.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield receiver
        receiver.shutdown()
        thread.join()


@pytest.fixture
def make_receiver() -> Iterator[Callable[[Behaviour], Receiver]]:
    """Run a receiver that behaves as told until the test ends."""
    with ExitStack() as running:
        yield lambda behaviour: running.enter_context(serving(Receiver(behaviour)))


@pytest.fixture
def answering(make_receiver: Callable[[Behaviour], Receiver]) -> Callable[[bytes], Receiver]:
    """Run a receiver that answers every request with these bytes, and hangs up."""
    return lambda answer: make_receiver(lambda connection, _: connection.sendall(answer))


@pytest.fixture
def deaf_url() -> Iterator[str]:
    """The address of somebody who takes connections, and neither reads nor answers ever."""
    with closing(socket.create_server(("127.0.0.1", 0), backlog=512)) as listener:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/"


@pytest.fixture
def sender() -> Iterator[Sender]:
    sender = Sender()
    yield sender
    sender.close(timedelta())


@pytest.fixture
def make_sender() -> Iterator[Callable[..., Sender]]:
    """Make a sender with a policy, or with proxies, that is closed when the test ends."""
    made: list[Sender] = []

    def make(policy: Policy | None = None, proxies: Proxies | None = None) -> Sender:
        made.append(Sender(policy, proxies))
        return made[-1]

    yield make
    for sender in made:
        sender.close(timedelta())


class Names(dict[str, list[list[str]]]):
    """What a resolver answers for names, one list of addresses at a time; the last one goes on for ever."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []
        self._system = socket.getaddrinfo

    def getaddrinfo(self, host: str, port: int, *args: int, **options: int) -> list[tuple]:
        if host not in self:
            return self._system(host, port, *args, **options)
        self.asked.append(host)
        answers = self[host]
        addresses = answers.pop(0) if answers[1:] else answers[0]
        return [
            (socket.AF_INET6, socket.SOCK_STREAM, 6, "", (address, port, 0, 0))
            if ":" in address
            else (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))
            for address in addresses
        ]


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> Names:
    """Names beside those that the system knows: ``names["a.test"] = [["127.0.0.1"]]``."""
    names = Names()
    monkeypatch.setattr(socket, "getaddrinfo", names.getaddrinfo)
    return names


@pytest.fixture(scope="session")
def _connecting() -> list[list[str]]:
    """Lists to which the interpreter adds every address that a socket is about to connect to."""
    watching: list[list[str]] = []

    def watch(event: str, arguments: tuple) -> None:
        if event == "socket.connect":
            for seen in watching:
                seen.append(arguments[1][0])

    # It cannot be taken away again, but has nothing to do after the last test that asked for it.
    sys.addaudithook(watch)
    return watching


@pytest.fixture
def connected(_connecting: list[list[str]]) -> Iterator[list[str]]:
    """The addresses that this process connects to while the test runs, as the interpreter saw them."""
    seen: list[str] = []
    _connecting.append(seen)
    yield seen
    _connecting.remove(seen)


@pytest.fixture
def make_post() -> Callable[..., Post]:
    def make(
        url: str, body: bytes = b"{}", *, timeout: timedelta = PATIENCE, headers: dict[str, str] | None = None
    ) -> Post:
        return Post(url, headers or {"Content-Type": "application/json"}, body, timeout)

    return make


@pytest.fixture
def send(sender: Sender) -> Callable[..., Outcome]:
    """Send one request, by a sender of one's own or any other, and return what became of it."""

    def send_one(post: Post, by: Sender = sender) -> Outcome:
        outcomes: list[Outcome] = []
        by.send_all([[(lambda: post, outcomes.append)]])
        [outcome] = outcomes
        return outcome

    return send_one


@pytest.fixture
def next_of() -> Callable[[queue.Queue], object]:
    """Wait for what another thread puts into a queue."""
    return lambda waiting: waiting.get(timeout=PATIENCE.total_seconds())
