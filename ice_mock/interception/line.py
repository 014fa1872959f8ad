"""A connection without a socket, for the clients of http.client."""

import io
from collections.abc import Callable, Iterator
from typing import IO, Any, Literal, Protocol

from ice_mock.interception.exchange import Incoming

Answer = Callable[[Incoming, float | None], Iterator[bytes]]
"""Gives the bytes of the answer to a request, of which each may take so many seconds."""


class SocketLike(Protocol):
    """What http.client wants of a socket."""

    def sendall(self, data: bytes, /) -> None: ...
    def makefile(self, mode: Literal["rb"], /) -> IO[bytes]: ...
    def settimeout(self, timeout: float | None, /) -> None: ...
    def close(self) -> None: ...


class Line:
    """Collects one request, and has it answered when somebody begins to read."""

    def __init__(self, answer: Answer, timeout: float | None) -> None:
        self._answer = answer
        self._timeout = timeout
        self._request = Incoming()

    def sendall(self, data: bytes) -> None:
        self._request.feed(data)

    def makefile(self, _mode: str = "rb", *_: Any) -> IO[bytes]:
        return io.BufferedReader(_Received(self._pieces()))

    def settimeout(self, timeout: float | None) -> None:
        """Set how many seconds to wait for each piece of the answer; None waits without end."""
        self._timeout = timeout

    def gettimeout(self) -> float | None:
        return self._timeout

    def shutdown(self, _how: int) -> None:
        """There is nobody to be told."""

    def close(self) -> None:
        """There is nothing to be closed; what has been received can still be read, as with a socket."""

    def _pieces(self) -> Iterator[bytes]:
        # Not before the first is read: until then the time that it may take can be set.
        yield from self._answer(self._request, self._timeout)


class _Received(io.RawIOBase):
    """The bytes that come in, as a file."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        while not self._rest:
            piece = next(self._pieces, None)
            if piece is None:
                return 0
            self._rest = memoryview(piece)
        taken = self._rest[: len(buffer)]
        buffer[: len(taken)] = taken
        self._rest = self._rest[len(taken) :]
        return len(taken)
