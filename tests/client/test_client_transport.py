"""The way to a server, and what stands in it."""

import gc
import json
import os
import socket
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Barrier, Thread
from typing import Self

import pytest

from ice_mock.client import DEFAULT_URL, Client, HttpTransport, ServerUnreachable
from ice_mock.server import Server

HEALTH = b'HTTP/1.1 200 OK\r\nContent-Length: 15\r\n\r\n{"status":"ok"}'


class Scripted:
    """A server that answers each connection as a script says, and counts connections and requests.

    A script has an answer for each request of a connection; after the last one the connection is closed.
    """

    def __init__(self, *scripts: list[bytes]) -> None:
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        self.requests: list[str] = []
        self.connections = 0
        self._thread = Thread(target=self._serve, args=(scripts,))
        self._thread.start()

    def _serve(self, scripts: tuple[list[bytes], ...]) -> None:
        for script in scripts:
            connection, _ = self._listening.accept()
            self.connections += 1
            with connection:
                for answer in script:
                    if head := connection.recv(65536):
                        self.requests.append(head.split(b" ")[0].decode())
                        connection.sendall(answer)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._thread.join()
        self._listening.close()


@pytest.fixture
def answering() -> Iterator[Callable[..., str]]:
    """A web server that answers whatever it is told to, and its address."""
    told = {}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.wfile.write(told["answer"])

        def log_message(self, *_: object) -> None:
            """Keep quiet."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()

        def answer(text: bytes) -> str:
            told["answer"] = text
            return f"http://127.0.0.1:{server.server_port}"

        yield answer
        server.shutdown()
        thread.join()


def test_a_server_that_is_not_there_is_named():
    with HTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as server:
        url = f"http://127.0.0.1:{server.server_port}"

    with pytest.raises(ServerUnreachable, match=f"no ice_mock server answers at {url}: Connection refused"):
        Client(url).health()


def test_a_server_that_is_silent_is_not_waited_for_without_end():
    with HTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as silent:
        client = Client(f"http://127.0.0.1:{silent.server_port}", timeout=timedelta(milliseconds=10))

        with pytest.raises(ServerUnreachable, match=r"no answer within 0\.01s"):
            client.health()


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (b"HTTP/1.1 404 Not Found\r\n\r\n<html>", "something else does"),
        (b"HTTP/1.1 200 OK\r\n\r\n[1, 2]", "something else does"),
        (b"HTTP/1.1 302 Found\r\nLocation: /\r\n\r\n", "something else does"),
        (b'HTTP/1.1 500 No\r\n\r\n{"error": "no"}', "something else does"),
        (b"220 mail.example.com ESMTP\r\n", "this is no HTTP"),
        (b"", "Remote end closed connection"),
    ],
)
def test_whatever_else_answers_is_no_server_of_ice_mock(
    answering: Callable[..., str], answer: bytes, reason: str
):
    client = Client(answering(answer))

    with pytest.raises(ServerUnreachable, match=reason):
        client.health()


@pytest.mark.parametrize(
    "url", ["", "localhost", "localhost:4610", "ftp://localhost", "http://", "http://a:b", "http://a:99999"]
)
def test_an_address_has_to_be_one(url: str):
    with pytest.raises(ValueError, match=f"is no address: expected one such as {DEFAULT_URL}"):
        Client(url)


@pytest.mark.parametrize("host", ["a..b", "a" * 64 + ".example"])
def test_a_host_that_cannot_be_is_unreachable(host: str):
    with pytest.raises(ServerUnreachable):
        Client(f"http://{host}").health()


@pytest.mark.parametrize(
    ("url", "endpoint", "inbox"),
    [
        ("http://127.0.0.1:4610/", "127.0.0.1:4610", "http://127.0.0.1:4610/_ice_mock/worlds/a%2Fb/inbox"),
        ("https://ice.test/mock/", "ice.test:443", "https://ice.test/mock/_ice_mock/worlds/a%2Fb/inbox"),
        ("http://[::1]", "[::1]:80", "http://[::1]/_ice_mock/worlds/a%2Fb/inbox"),
    ],
)
def test_addresses_follow_from_the_servers(url: str, endpoint: str, inbox: str):
    client = Client(url, "a/b")

    assert (client.url, client.endpoint, client.inbox.url) == (url.rstrip("/"), endpoint, inbox)


def test_one_connection_is_used_again_and_again():
    with Scripted([HEALTH, HEALTH, HEALTH]) as server, HttpTransport(server.url) as transport:
        for _ in range(3):
            assert Client(transport=transport).is_ready()

    assert (server.connections, len(server.requests)) == (1, 3)


def test_a_connection_that_the_server_closed_is_replaced():
    with Scripted([HEALTH], [HEALTH]) as server, Client(server.url) as client:
        assert client.is_ready()
        assert client.is_ready()

    assert (server.connections, len(server.requests)) == (2, 2)


def test_what_was_lost_on_the_way_is_sent_again_if_that_does_no_harm():
    with Scripted([HEALTH, b""], [HEALTH]) as server, Client(server.url) as client:
        assert client.is_ready()
        assert client.is_ready()

    assert server.requests == ["GET", "GET", "GET"]


def test_what_may_have_been_done_already_is_not_sent_again():
    with Scripted([HEALTH, b""]) as server, Client(server.url) as client:
        assert client.is_ready()
        with pytest.raises(ServerUnreachable):
            client.worlds.create()

    assert server.requests == ["GET", "POST"]


def test_a_server_that_is_gone_for_good_is_named_however_often_it_is_asked():
    with Scripted([HEALTH]) as server, Client(server.url) as client:
        assert client.is_ready()

    for _ in range(2):
        with pytest.raises(ServerUnreachable, match="Connection refused"):
            client.is_ready()


@pytest.mark.parametrize(
    ("answer", "is_ready"),
    [
        (HEALTH, True),
        (b'HTTP/1.1 200 OK\r\nContent-Length: 21\r\n\r\n{"status":"stopping"}', False),
        (b'HTTP/1.1 503 No\r\nContent-Length: 21\r\n\r\n{"status":"stopping"}', False),
        (b"HTTP/1.1 503 No\r\nContent-Length: 2\r\n\r\n{}", False),
        (b'HTTP/1.1 503 No\r\nContent-Length: 24\r\n\r\n{"error":{"code":"Any"}}', False),
    ],
)
def test_a_server_tells_whether_it_is_ready(answer: bytes, is_ready: bool):
    with Scripted([answer]) as server, Client(server.url) as client:
        assert client.is_ready() is is_ready


def test_what_else_refuses_is_no_server_that_is_not_ready():
    answer = b"HTTP/1.1 503 No\r\nContent-Length: 2\r\n\r\nno"
    with Scripted([answer]) as server, Client(server.url) as client, pytest.raises(ServerUnreachable):
        client.is_ready()


@pytest.fixture
def in_a_child() -> Callable[[Callable[[], bool]], int]:
    """Do something in a process that is forked; return the status that it ends with, 0 if it was true."""
    if not hasattr(os, "fork"):
        pytest.skip("processes are not forked here")

    def fork(work: Callable[[], bool]) -> int:
        with warnings.catch_warnings():
            # The server's threads are not in the child, which asks the one in its parent.
            warnings.filterwarnings("ignore", "This process .* is multi-threaded", DeprecationWarning)
            child = os.fork()
        if not child:
            status = 2
            with suppress(BaseException):
                status = 0 if work() else 1
            os._exit(status)
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])

    return fork


def test_a_process_that_was_forked_leaves_the_connections_of_its_parent_alone(
    server: Server, in_a_child: Callable[..., int]
):
    with Client(server.url) as client:
        assert client.is_ready()
        [inherited] = client._owned._idle

        def ask() -> bool:
            client.is_ready()
            [own] = client._owned._idle
            return own is not inherited and inherited.sock is None

        assert in_a_child(ask) == 0
        assert client.is_ready()
        assert [*client._owned._idle] == [inherited]


def test_processes_that_share_a_handle_get_their_own_answers(server: Server, in_a_child: Callable[..., int]):
    first, second = (server.mock.worlds.create().id for _ in range(2))
    with Client(server.url) as client, ThreadPoolExecutor(1) as beside:
        client.is_ready()
        asking = beside.submit(in_a_child, lambda: _asked_for(client, first) == {first})

        assert _asked_for(client, second) == {second}
        assert asking.result() == 0


def _asked_for(client: Client, world: str) -> set[str]:
    """Ask for a world again and again; return the ids of those that were answered."""
    return {client.worlds.find(world)["id"] for _ in range(50)}


def test_an_answer_that_ends_its_connection_leaves_none_open():
    closing = HEALTH.replace(b"OK\r\n", b"OK\r\nConnection: close\r\n")
    with Scripted([closing], [HEALTH]) as server, Client(server.url) as client:
        assert client.is_ready()
        assert client.is_ready()

    assert server.connections == 2


def test_threads_have_connections_of_their_own(server: Server):
    together, answers = Barrier(4), []

    def ask(client: Client) -> None:
        together.wait()
        answers.extend(client.is_ready() for _ in range(20))

    with Client(server.url) as client:
        threads = [Thread(target=ask, args=(client,)) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert answers == [True] * 80


def test_a_handle_that_is_forgotten_leaves_no_socket_open(server: Server):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        client = Client(server.url)
        client.is_ready()
        connection = client._owned._idle[0]

        client.itself = client
        del client
        gc.collect()

    assert connection.sock is None


def test_a_handle_that_was_closed_opens_a_connection_again(server: Server):
    client = Client(server.url)
    client.is_ready()

    client.close()

    assert not client._owned._idle
    assert client.is_ready()
    client.close()


def test_a_transport_that_was_given_stays_open(server: Server):
    with HttpTransport(server.url) as transport:
        with Client(transport=transport) as client:
            client.is_ready()

        assert (client.url, len(transport._idle)) == (server.url, 1)


def test_any_way_to_a_server_will_do():
    sent = []

    class Canned:
        url = "http://nowhere.test"

        def send(self, method, target, body, headers, *, timeout):
            sent.append((method, target, body, timeout))
            return 201, json.dumps({"mode": "frozen", "now": "…"}).encode()

    client = Client(transport=Canned(), world="a/b", timeout=timedelta(seconds=2))
    client.clock.switch_to("frozen")
    client.clock.advance(seconds=1)

    assert sent == [
        ("PUT", "/_ice_mock/worlds/a%2Fb/clock", b'{"mode": "frozen"}', 2.0),
        ("POST", "/_ice_mock/worlds/a%2Fb/clock/advance", b'{"seconds": 1}', None),
    ]
    assert client.endpoint == "nowhere.test:80"
