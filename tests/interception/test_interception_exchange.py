"""HTTP without a server: requests in pieces, and answers of any application."""

import io
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ice_mock.interception.exchange import Incoming, answered, environ_of

GET = b"GET /b/a%2Fb%20c?x=%2F&y HTTP/1.1\r\nHost: h:81\r\nX-Oss-Meta: a\r\nx-oss-meta: \xc3\xa9\r\n\r\n"
POST = b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nContent-Type: text/plain\r\n\r\nhello"
CHUNKED = (
    b"PUT /b/k HTTP/1.1\r\ntransfer-encoding: Chunked\r\n\r\n5;a=b\r\n0\r\n\r\n\r\n3\r\nabc\r\n0\r\n\r\n"
)


def arrived(*pieces: bytes) -> Incoming:
    request = Incoming()
    for piece in pieces:
        assert not request.is_complete
        request.feed(piece)
    return request


@given(st.sampled_from([GET, POST, CHUNKED]), st.lists(st.integers(0, 120), max_size=8))
def test_a_request_is_complete_with_its_last_byte_however_it_is_cut(raw: bytes, cuts: list[int]) -> None:
    places = sorted({0, *(cut for cut in cuts if cut < len(raw)), len(raw)})
    pieces = [raw[start:end] for start, end in pairwise(places)]

    request = arrived(*pieces)

    assert request.is_complete
    assert bytes(request.body) == {GET: b"", POST: b"hello", CHUNKED: b"0\r\n\r\nabc"}[raw]


def test_the_environment_has_the_target_as_it_came() -> None:
    environ = environ_of(arrived(GET), None)

    assert environ["REQUEST_METHOD"] == "GET"
    assert environ["REQUEST_URI"] == "/b/a%2Fb%20c?x=%2F&y"
    assert (environ["PATH_INFO"], environ["QUERY_STRING"]) == ("/b/a/b c", "x=%2F&y")
    assert (environ["HTTP_HOST"], environ["SERVER_PORT"]) == ("h:81", "81")
    # Bytes as Latin-1, and one header for many of a name.
    assert environ["HTTP_X_OSS_META"] == "a, Ã©"


def test_the_environment_of_a_request_to_a_proxy_has_the_target_of_the_host() -> None:
    environ = environ_of(arrived(b"GET http://h/b/a%2Fb?x HTTP/1.1\r\nHost: h\r\n\r\n"), None)

    assert environ["REQUEST_URI"] == "/b/a%2Fb?x"


def test_the_environment_has_the_body() -> None:
    environ = environ_of(arrived(POST), None)

    assert (environ["CONTENT_TYPE"], environ["CONTENT_LENGTH"]) == ("text/plain", "5")
    assert environ["wsgi.input"].read() == b"hello"


def test_an_answer_is_given_piece_by_piece_and_the_application_closed() -> None:
    class Body:
        def __init__(self) -> None:
            self.closed = False

        def __iter__(self) -> Iterator[bytes]:
            yield from (b"one", b"two")

        def close(self) -> None:
            self.closed = True

    body = Body()

    def app(_environ: Any, start_response: Any) -> Iterable[bytes]:
        start_response("200 OK", [("X-a", "b")])
        return body

    pieces = list(answered(app, arrived(GET)))

    assert pieces == [b"HTTP/1.1 200 OK\r\nX-a: b\r\nConnection: close\r\n\r\none", b"two"]
    assert body.closed


def test_an_answer_may_have_no_body() -> None:
    def app(_environ: Any, start_response: Any) -> Iterable[bytes]:
        start_response("204 No Content", [])
        return []

    assert b"".join(answered(app, arrived(GET))) == b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"


def test_a_mistake_of_the_application_is_raised_where_the_call_is_made() -> None:
    def app(_environ: Any, _start_response: Any) -> Iterable[bytes]:
        raise io.UnsupportedOperation("a mistake")

    with pytest.raises(io.UnsupportedOperation, match="a mistake"):
        list(answered(app, arrived(GET)))
