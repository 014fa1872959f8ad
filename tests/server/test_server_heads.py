"""Heads of requests that leave room for two readings, over a raw socket."""

import re
import socket
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from ice_mock import limits
from ice_mock.domain.scenario import Scenario
from ice_mock.server import Server, running
from ice_mock.worlds import IceMock

HOST = b"Host: localhost\r\n"
HIDDEN = b"GET /_ice_mock/worlds HTTP/1.1\r\nHost: localhost\r\n\r\n"


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with running(IceMock(Scenario(clock="frozen"))) as server:
        yield server


def answers(server: Server, request: bytes) -> list[bytes]:
    """The status lines that come back, until the connection is closed or nothing more comes."""
    url = urlsplit(server.url)
    with socket.create_connection((url.hostname, url.port), timeout=10) as connection:
        connection.sendall(request)
        connection.shutdown(socket.SHUT_WR)
        received = b"".join(iter(lambda: connection.recv(65536), b""))
    return re.findall(rb"HTTP/1\.1 \d\d\d [A-Za-z ]+", received)


def get(*headers: bytes) -> bytes:
    return b"GET /_ice_mock/livez HTTP/1.1\r\n" + b"".join(headers) + b"\r\n"


def post(body: bytes, *headers: bytes) -> bytes:
    return b"POST /_ice_mock/worlds/default/inbox HTTP/1.1\r\n" + HOST + b"".join(headers) + b"\r\n" + body


@pytest.mark.parametrize(
    "request_",
    [
        pytest.param(get(), id="no host"),
        pytest.param(get(HOST, b"Host: evil.example.com\r\n"), id="two hosts"),
        pytest.param(get(HOST, b" evil.example.com\r\n"), id="a header that goes on in the next line"),
        pytest.param(get(b"Host : localhost\r\n"), id="a space before the colon"),
        pytest.param(get(HOST, b"X-A\t: 1\r\n"), id="a tab before the colon"),
        pytest.param(get(HOST, *([b"X-A: 1\r\n"] * limits.HEADERS)), id="too many headers"),
        pytest.param(
            post(b"{}" + HIDDEN, b"Content-Length: 2\r\n", b"Content-Length: 52\r\n"), id="two lengths"
        ),
        pytest.param(
            post(b"{}", b"Content-Length: 2\r\n", b"content-length: 2\r\n"), id="the same length twice"
        ),
        pytest.param(
            post(b"0\r\n\r\n" + HIDDEN, b"Content-Length: 5\r\n", b"Transfer-Encoding: chunked\r\n"),
            id="a length and chunks",
        ),
        pytest.param(
            post(b"{}", b"Transfer-Encoding: chunked\r\n", b"Transfer-Encoding: identity\r\n"),
            id="two encodings",
        ),
        pytest.param(post(b"", b"Content-Length: -1\r\n"), id="a negative length"),
        pytest.param(post(b"{}", b"Content-Length: +2\r\n"), id="a length with a sign"),
        pytest.param(post(b"{}", b"Content-Length: 0_2\r\n"), id="a length with an underscore"),
    ],
)
def test_it_is_refused_and_nothing_after_it_is_read(server: Server, request_: bytes) -> None:
    assert answers(server, request_ + HIDDEN) == [b"HTTP/1.1 400 Bad Request"]


@pytest.mark.parametrize(
    "request_",
    [
        pytest.param(
            get(HOST, *([b"X-A: 1\r\n"] * (limits.HEADERS - 1))), id="as many headers as there may be"
        ),
        pytest.param(get(HOST, b"X-A: 1\r\n", b"X-A: 2\r\n"), id="another header twice"),
        pytest.param(post(b"2\r\n{}\r\n0\r\n\r\n", b"Transfer-Encoding: chunked\r\n"), id="chunks"),
        pytest.param(b"GET /_ice_mock/livez HTTP/1.0\r\n\r\n", id="HTTP/1.0 without a host"),
    ],
)
def test_what_can_be_read_in_one_way_is_served(server: Server, request_: bytes) -> None:
    assert answers(server, request_)[0] == b"HTTP/1.1 200 OK"


def test_a_body_that_nobody_wanted_is_not_taken_for_the_next_request(server: Server) -> None:
    chunks = b"%x\r\n%s\r\n0\r\n\r\n" % (len(HIDDEN), HIDDEN)
    request = b"POST /_ice_mock/nothing HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\n" + chunks

    assert answers(server, request + get(HOST)) == [b"HTTP/1.1 404 NOT FOUND", b"HTTP/1.1 200 OK"]
