"""Where diverted calls go: to an application in this process, or to a server elsewhere."""

import asyncio
import socket
from collections.abc import Callable, Iterator
from datetime import timedelta
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Protocol

from ice_mock import threads
from ice_mock.client.transport import Address
from ice_mock.domain.fault import Armed, Plane
from ice_mock.interception.exchange import Incoming, answered
from ice_mock.interception.line import Line, SocketLike
from ice_mock.interception.pipe import Pipe
from ice_mock.worlds import IceMock

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

PATIENCE = timedelta(seconds=10)
"""How long a server elsewhere may take to be connected to."""
SLOWING = frozenset({Plane.API, Plane.OSS})
"""Where faults can make an answer late."""


class Destination(Protocol):
    """Takes diverted calls; *world* is the id of the world to which it brings them."""

    world: str

    def line(self, timeout: float | None) -> SocketLike:
        """A fresh connection, whose receiver waits for at most so many seconds, or without end."""
        ...

    async def connect(self, factory: Callable[[], asyncio.Protocol]) -> asyncio.Protocol:
        """A fresh connection for a protocol of asyncio, made by *factory*."""
        ...


class Inline:
    """A WSGI application that is called where a request comes from, without a socket or a thread."""

    def __init__(self, app: "WSGIApplication", world: str) -> None:
        self.world = world
        self._app = app

    @property
    def is_prompt(self) -> bool:
        """Whether the application answers at once, so that nobody need be able to give up waiting."""
        return True

    def line(self, timeout: float | None) -> SocketLike:
        return Line(self.answer, timeout)

    async def connect(self, factory: Callable[[], asyncio.Protocol]) -> asyncio.Protocol:
        protocol = factory()
        protocol.connection_made(Pipe(protocol, self.answer_later))
        return protocol

    def answer(self, request: Incoming, timeout: float | None) -> Iterator[bytes]:
        """Yield the bytes of the answer, which may end too early.

        Raises TimeoutError if one of them takes longer than so many seconds, and ConnectionResetError if the
        connection is reset.
        """
        if self.is_prompt:
            return answered(self._app, request)
        pieces: SimpleQueue[bytes | Exception | None] = SimpleQueue()
        self._answer_in_thread(request, pieces.put)
        return _taken(pieces, timeout)

    def answer_later(self, request: Incoming, then: Callable[[bytes | Exception | None], object]) -> None:
        """Give *then* the bytes of the answer, and in the end None or the error that it comes to.

        That happens in another thread if the answer may take its time.
        """
        if self.is_prompt:
            _give(answered(self._app, request), then)
        else:
            self._answer_in_thread(request, then)

    def _answer_in_thread(
        self, request: Incoming, then: Callable[[bytes | Exception | None], object]
    ) -> None:
        threads.start("call", lambda: _give(answered(self._app, request), then))


class InProcess(Inline):
    """The world *world* of an emulator in this process, through its application: see `create_app`.

    With the *mock* that the application serves, calls are made in the thread that they come from as long as
    no fault can strike one in the world. Where one can, or where nobody can tell, an answer may be late: then
    each call has a thread of its own, so that a client can give up waiting for it.
    """

    def __init__(self, app: "WSGIApplication", world: str, mock: IceMock | None = None) -> None:
        super().__init__(app, world)
        self._mock = mock

    @property
    def is_prompt(self) -> bool:
        if self._mock is None:
            return False
        # Where it has ended this is the default world: what is left of the call is a refusal.
        armed = self._mock.worlds.engine_of(None, self.world).store.all(Armed)
        return not any(each.fault.plane in SLOWING and not each.is_exhausted for each in armed)


class Remote:
    """The world *world* of the server at *url*, such as ``http://127.0.0.1:4610``."""

    def __init__(self, url: str, world: str) -> None:
        """Connect to nothing yet; raises ValueError unless it is an http address without a path."""
        address = Address.of(url)
        if address.scheme != "http" or address.prefix:
            raise ValueError(
                f"calls cannot be diverted to {url!r}: expected one such as http://127.0.0.1:4610"
            )
        self.world = world
        self._place = (address.host, address.port)

    def line(self, timeout: float | None) -> SocketLike:
        line = socket.create_connection(self._place, PATIENCE.total_seconds())
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        line.settimeout(timeout)
        return line

    async def connect(self, factory: Callable[[], asyncio.Protocol]) -> asyncio.Protocol:
        _, protocol = await asyncio.get_running_loop().create_connection(factory, *self._place)
        return protocol


def _give(pieces: Iterator[bytes], then: Callable[[bytes | Exception | None], object]) -> None:
    try:
        for piece in pieces:
            then(piece)
    except Exception as error:  # noqa: BLE001  # it is raised where the call came from
        then(error)
    else:
        then(None)


def _taken(pieces: "SimpleQueue[bytes | Exception | None]", timeout: float | None) -> Iterator[bytes]:
    try:
        while (piece := pieces.get(timeout=timeout)) is not None:
            if isinstance(piece, Exception):
                raise piece
            yield piece
    except Empty:
        # The words of a socket.
        raise TimeoutError("timed out") from None
