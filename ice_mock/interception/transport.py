"""The control API of an emulator in this process, without a socket."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ice_mock.interception.exchange import Head, Incoming, answered
from ice_mock.interception.hosts import NOWHERE

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


class WsgiTransport:
    """Brings requests of a handle to an application, in the thread that they come from; see `Transport`.

    The address that it tells, and with it that of the inbox, leads to the application while calls are
    diverted to it.
    """

    def __init__(self, app: "WSGIApplication") -> None:
        self._app = app

    @property
    def url(self) -> str:
        return f"http://{NOWHERE}"

    def send(
        self,
        method: str,
        target: str,
        body: bytes | None,
        headers: Mapping[str, str],
        *,
        timeout: float | None,  # noqa: ARG002  # nothing is on its way here that could get lost
    ) -> tuple[int, bytes]:
        """Make a request, and return the status and the body of its answer."""
        content = body or b""
        own = {"host": NOWHERE, "content-length": str(len(content))}
        request = Incoming()
        request.head = Head(method, target, [*own.items(), *headers.items()])
        request.body += content
        answer = b"".join(answered(self._app, request))
        head, _, rest = answer.partition(b"\r\n\r\n")
        return int(head.split(b" ", 2)[1]), rest

    def close(self) -> None:
        """Nothing is held open."""
