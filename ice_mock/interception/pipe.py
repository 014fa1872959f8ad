"""A connection without a socket, for the protocols of asyncio."""

import asyncio
from collections.abc import Callable
from contextlib import suppress

from ice_mock.interception.exchange import Incoming

Then = Callable[[bytes | Exception | None], object]
AnswerLater = Callable[[Incoming, Then], None]
"""Gives a function the bytes of the answer to a request, and in the end None or an error."""


class Pipe(asyncio.Transport):
    """Collects one request, has it answered, and closes."""

    def __init__(self, protocol: asyncio.Protocol, answer: AnswerLater) -> None:
        super().__init__()
        self._loop = asyncio.get_running_loop()
        self._protocol = protocol
        self._answer = answer
        self._request = Incoming()
        self._is_closing = False

    def write(self, data: bytes | bytearray | memoryview) -> None:
        if self._is_closing or self._request.is_complete:
            return
        self._request.feed(bytes(data))
        if self._request.is_complete:
            self._loop.call_soon(self._answer, self._request, self._then)

    def _then(self, piece: bytes | Exception | None) -> None:
        # The client may have given up, and its loop with it.
        with suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._receive, piece)

    def _receive(self, piece: bytes | Exception | None) -> None:
        if self._is_closing:
            return
        if isinstance(piece, bytes):
            self._protocol.data_received(piece)
        elif piece is None:
            self._protocol.eof_received()
            self.close()
        else:
            self._end(piece)

    def is_closing(self) -> bool:
        return self._is_closing

    def close(self) -> None:
        self._end(None)

    def abort(self) -> None:
        self._end(None)

    def can_write_eof(self) -> bool:
        return False

    def get_write_buffer_size(self) -> int:
        return 0

    def pause_reading(self) -> None:
        """What arrives has arrived already: holding it back would save nothing."""

    def resume_reading(self) -> None:
        """See `pause_reading`."""

    def _end(self, error: Exception | None) -> None:
        if not self._is_closing:
            self._is_closing = True
            self._loop.call_soon(self._protocol.connection_lost, error)
