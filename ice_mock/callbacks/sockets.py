"""The sockets of callbacks: they connect only where they may, and hear only so much."""

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, final

LONGEST_ANSWER = 256 * 1024
"""How many bytes of an answer are read, headers and all, give or take what comes in one piece."""


Judge = Callable[[str, str], str | None]
"""Says why nothing may be sent to a host at an address, if that is so."""


class Refused(OSError):
    """A callback may not go there; the text says why."""


class AnswerTooLong(OSError):
    """A receiver does not come to an end."""


class Errand:
    """One delivery on its way to a host: which connections it may make, and which it was refused.

    Without a judge it may make all.
    """

    def __init__(self, host: str, judge: Judge | None) -> None:
        self._host = host
        self._judge = judge
        self._is_let_through = False
        self._refusals: list[str] = []

    @property
    def refusal(self) -> str | None:
        """Why it came nowhere, if that is what happened."""
        return None if self._is_let_through else "; ".join(dict.fromkeys(self._refusals)) or None

    def check(self, address: str) -> None:
        """Let a connection to this address through, or raise Refused."""
        reason = self._judge(self._host, address) if self._judge else None
        if reason:
            self._refusals.append(reason)
            raise Refused(reason)
        self._is_let_through = True


_errand: ContextVar[Errand] = ContextVar("errand")
"""What the sockets that a task makes are for. A task that has no errand can make none."""


@contextmanager
def on_errand(host: str, judge: Judge | None) -> Iterator[None]:
    """Let what happens within connect to *host*, as far as the *judge* lets it.

    Raises Refused if that is why it failed.
    """
    errand = Errand(host, judge)
    token = _errand.set(errand)
    try:
        yield
    except Exception as error:
        if errand.refusal:
            raise Refused(errand.refusal) from error
        raise
    finally:
        _errand.reset(token)


@final
class CallbackSocket(socket.socket):
    """A socket that checks where it connects to at the last moment, whoever found out the address."""

    def __init__(self, family: int, kind: int, protocol: int, errand: Errand) -> None:
        super().__init__(family, kind, protocol)
        self._errand = errand
        self._heard = 0

    def connect(self, address: Any, /) -> None:
        self._errand.check(address[0])
        super().connect(address)

    def recv(self, size: int, flags: int = 0, /) -> bytes:
        self._listen()
        received = super().recv(size, flags)
        self._heard += len(received)
        return received

    def recv_into(self, buffer: Any, size: int = 0, flags: int = 0) -> int:
        self._listen()
        length = super().recv_into(buffer, size, flags)
        self._heard += length
        return length

    def _listen(self) -> None:
        if self._heard >= LONGEST_ANSWER:
            raise AnswerTooLong(f"the answer is longer than {LONGEST_ANSWER // 1024} KiB")


def callback_socket(address_info: tuple[Any, ...]) -> socket.socket:
    """Make a socket for the errand at hand, as the ``socket_factory`` of aiohttp."""
    family, kind, protocol, *_ = address_info
    return CallbackSocket(family, kind, protocol, _errand.get())
