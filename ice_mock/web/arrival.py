"""Requests that arrive, and answers that are taken: within a time, and a size.

A client that sends a byte every few seconds, or takes one, would keep a thread for as long as it likes if
only its pauses were measured.
"""

from collections.abc import Callable, Iterator
from datetime import timedelta
from io import BytesIO
from typing import Any, Protocol

from ice_mock import limits
from ice_mock.clock import stopwatch

CHUNK = 64 * 1024
_LONGEST_LINE = 8 * 1024
_MOST_TRAILERS = 100
_CRLF = b"\r\n"
_HEX = frozenset(b"0123456789abcdefABCDEF")
_LONGEST_NUMBER = 16


class Malformed(ValueError):
    """A body is not what HTTP says a body is."""


class Readable(Protocol):
    """What a request is read from."""

    def read(self, size: int, /) -> bytes: ...

    def readline(self, size: int, /) -> bytes: ...


class PatientSocket:
    """A socket that waits only so long for its peer, all in all, in each direction and for each request.

    Beyond that it raises TimeoutError, as a socket does that has a timeout.
    """

    def __init__(self, real: Any, patience: timedelta) -> None:
        self._real = real
        self._patience = patience
        self.begin()

    def begin(self) -> None:
        """Begin with another request."""
        self._left = {"in": self._patience, "out": self._patience}

    def recv_into(self, *arguments: Any) -> int:
        return self._waiting("in", self._real.recv_into, arguments)

    def send(self, *arguments: Any) -> int:
        return self._waiting("out", self._real.send, arguments)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def _waiting(self, direction: str, act: Callable[..., int], arguments: tuple[Any, ...]) -> int:
        left = self._left[direction]
        if left <= timedelta():
            raise TimeoutError("timed out")
        self._real.settimeout(left.total_seconds())
        elapsed = stopwatch()
        try:
            return act(*arguments)
        finally:
            self._left[direction] = left - elapsed()


def body_of(source: Readable, length: int | None) -> BytesIO:
    """Receive a body of a *length*, or one in chunks if that is None, and keep no more than a refusal needs.

    Raises Malformed, also for a body that ends too early or is far too long.
    """
    kept = BytesIO()
    received = 0
    for part in _chunks(source) if length is None else _parts(source, length):
        kept.write(part[: max(0, limits.BODY_BYTES + 1 - kept.tell())])
        received += len(part)
        if received > limits.DISCARDED_BYTES:
            raise Malformed(f"The body is longer than {limits.DISCARDED_BYTES} bytes.")
    kept.seek(0)
    return kept


def _parts(source: Readable, length: int) -> Iterator[bytes]:
    while length:
        part = source.read(min(length, CHUNK))
        if not part:
            raise Malformed("The body ends before its Content-Length.")
        length -= len(part)
        yield part


def _chunks(source: Readable) -> Iterator[bytes]:
    while size := _size(source.readline(_LONGEST_LINE)):
        yield from _parts(source, size)
        if source.read(len(_CRLF)) != _CRLF:
            raise Malformed("A chunk of the body does not end where it says.")
    for _ in range(_MOST_TRAILERS):
        line = source.readline(_LONGEST_LINE)
        if line == _CRLF:
            return
        if not line.endswith(_CRLF):
            break
    raise Malformed("The body in chunks has no end.")


def _size(line: bytes) -> int:
    number = line.partition(b";")[0].strip()
    if not line.endswith(b"\n") or not number or len(number) > _LONGEST_NUMBER or not _HEX.issuperset(number):
        raise Malformed("The body has a chunk without a size.")
    return int(number, 16)
