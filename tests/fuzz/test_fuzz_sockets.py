"""Raw bytes over real sockets: an answer or a closed connection, and a server that goes on serving."""

import socket
from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from fuzz_targets import new_mock, request_seeds
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ice_mock import Client
from ice_mock.server import Server, running

LONGEST = 5
"""How many seconds a server may be silent before it hangs."""
PIECES = st.sampled_from(
    [
        *(b"\r\n", b"\r\n\r\n", b"\n", b" ", b":", b"\0", b"\xff\xfe", b"GET / HTTP/1.1\r\n"),
        *(b"POST /?Action=X HTTP/1.1\r\n", b"Content-Length: 5\r\n", b"Content-Length: -1\r\n"),
        *(b"Content-Length: 99999999999999999999\r\n", b"Transfer-Encoding: chunked\r\n"),
        *(b"5\r\nhello\r\n", b"0\r\n\r\n", b"ffffffffffffffff\r\n", b"-5\r\n", b"Host: localhost\r\n"),
        *(b"Host:\r\n", b"Expect: 100-continue\r\n", b"Connection: close\r\n", b"HTTP/9.9"),
        *(b"GET http://localhost/_ice_mock/livez HTTP/1.1\r\n", b"GET /% HTTP/1.1\r\n"),
        *(b"GET \xff HTTP/1.0\r\n", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
        *(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", b"A" * 9000),
    ]
)  # fmt: skip
SEEDS = [seed for seed in request_seeds() if b"/await" not in seed]


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with running(new_mock("known")) as server:
        yield server


def answer_to(server: Server, raw: bytes) -> bytes:
    """Everything that comes back; raises TimeoutError if nothing does, and the connection stays open."""
    url = urlsplit(server.url)
    with socket.create_connection((url.hostname, url.port), LONGEST) as connection:
        try:
            connection.sendall(raw)
            connection.shutdown(socket.SHUT_WR)
            return b"".join(iter(lambda: connection.recv(65536), b""))
        except (ConnectionResetError, BrokenPipeError):
            return b""


def statuses(answer: bytes) -> list[int]:
    lines = [line for line in answer.split(b"\r\n") if line.startswith(b"HTTP/1.")]
    return [int(line.split(b" ")[1]) for line in lines]


def assert_served(server: Server, raw: bytes, caplog: pytest.LogCaptureFixture) -> None:
    answer = answer_to(server, raw)

    assert all(status < 500 or status in (501, 503, 505) for status in statuses(answer)), answer[:500]
    assert [record.exc_text or record.message for record in caplog.records if record.exc_info] == []


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(raw=st.lists(PIECES | st.binary(max_size=12), max_size=8).map(b"".join))
def test_bytes_that_may_be_no_http_are_answered_or_hung_up_on(
    server: Server, caplog: pytest.LogCaptureFixture, raw: bytes
) -> None:
    assert_served(server, raw, caplog)


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.sampled_from(SEEDS), data=st.data())
def test_requests_that_end_too_soon_or_go_on_too_long_are_answered_or_hung_up_on(
    server: Server, caplog: pytest.LogCaptureFixture, seed: bytes, data: st.DataObject
) -> None:
    start = data.draw(st.integers(0, len(seed)))
    piece = data.draw(PIECES | st.just(b"") | st.just(seed))

    assert_served(server, seed[:start] + piece + data.draw(st.sampled_from([seed[start:], b""])), caplog)


def test_the_server_goes_on_serving_after_all_that(server: Server) -> None:
    for raw in (b"\0" * 100_000, b"GET " + b"/" * 100_000, b"X: y\r\n" * 50_000):
        answer_to(server, raw)

    assert Client(server.url).clock.advance(seconds=timedelta(minutes=1).total_seconds())["seconds"] == 60
