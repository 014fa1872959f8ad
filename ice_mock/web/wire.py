"""Answers that do not arrive as they should, down to the connection.

The server puts its connection into the environment of a request. Where it does not, as with werkzeug's test
client, a client finds ConnectionResetError in place of everything that is no answer.
"""

import errno
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Protocol

from werkzeug.wrappers import Response

from ice_mock.domain.course import Ending

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

CONNECTION = "ice_mock.connection"
GARBAGE = b"\x15\x03\x01 \xff\xfe This is no HTTP.\r\n\r\n"


class Connection(Protocol):
    """What a server lets be done to the connection of a request, beside answering it."""

    def reset(self) -> None:
        """Have it reset as soon as the request is given up."""
        ...

    def send(self, raw: bytes) -> None:
        """Send bytes as they are."""
        ...


def answering(body: bytes, status: int, ending: Ending) -> Response:
    """A response that comes to this *ending*."""
    if ending is Ending.EMPTY:
        return Response(b"", status)
    if ending is Ending.WHOLE or (ending is Ending.HALF and not body):
        return Response(body, status)
    return BreakingResponse(body, status, ending)


class BreakingResponse(Response):
    """A response that is given up: before, in the middle of, or instead of itself."""

    def __init__(self, body: bytes, status: int, ending: Ending) -> None:
        super().__init__(body, status)
        self._ending = ending

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        if self._ending is Ending.HALF:
            body, status, headers = self.get_wsgi_response(environ)
            start_response(status, headers)
            return _half(b"".join(body))
        connection: Connection | None = environ.get(CONNECTION)
        if connection and self._ending is Ending.RESET:
            connection.reset()
        elif connection:
            connection.send(GARBAGE)
        raise _given_up()


def _half(body: bytes) -> Iterator[bytes]:
    yield body[: len(body) // 2]
    raise _given_up()


def _given_up() -> ConnectionResetError:
    """What makes a server close a connection without a word: to it, the client is gone."""
    return ConnectionResetError(errno.ECONNRESET, "a fault has the connection given up")
