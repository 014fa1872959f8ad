"""One HTTP exchange with a WSGI application, in bytes: what a server does, without a socket."""

import io
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from errno import ECONNRESET
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes, urlsplit

from ice_mock.web.wire import CONNECTION

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment

_END = b"\r\n\r\n"
_ITSELF = {"CONTENT_TYPE", "CONTENT_LENGTH"}


@dataclass(frozen=True, slots=True)
class Head:
    """The first line and the headers of a request, as they were sent."""

    method: str
    target: str
    headers: Sequence[tuple[str, str]]

    @classmethod
    def read(cls, raw: bytes) -> "Head":
        first, *lines = raw.decode("latin-1").split("\r\n")
        method, target, _ = first.split(" ", 2)
        parts = (line.partition(":") for line in lines)
        return cls(method, target, [(name, value.strip()) for name, _, value in parts])

    def find(self, wanted: str) -> str | None:
        """The value of a header, its name in lower case."""
        return next((value for name, value in self.headers if name.lower() == wanted), None)


class Incoming:
    """A request while it arrives, piece by piece."""

    def __init__(self) -> None:
        self.head: Head | None = None
        self.body = bytearray()
        self._pending = bytearray()
        self._ended = False

    @property
    def is_complete(self) -> bool:
        return self._ended

    def feed(self, data: bytes) -> None:
        """Take the next bytes."""
        self._pending += data
        if self.head is None and _END in self._pending:
            raw, _, rest = bytes(self._pending).partition(_END)
            self.head, self._pending = Head.read(raw), bytearray(rest)
        if self.head is None:
            return
        if (self.head.find("transfer-encoding") or "").lower() == "chunked":
            self._take_chunks()
        else:
            self.body += self._pending
            self._pending.clear()
            self._ended = len(self.body) >= int(self.head.find("content-length") or 0)

    def _take_chunks(self) -> None:
        while not self._ended and (line_end := self._pending.find(b"\r\n")) >= 0:
            size = int(self._pending[:line_end].partition(b";")[0], 16)
            start, end = line_end + 2, line_end + 2 + size
            if len(self._pending) < end + 2:
                return
            self.body += self._pending[start:end]
            del self._pending[: end + 2]
            self._ended = size == 0


@dataclass(slots=True)
class _Connection:
    """What an application may do to the connection; see `ice_mock.web.wire`."""

    is_reset: bool = False
    sent: list[bytes] = field(default_factory=list)

    def reset(self) -> None:
        self.is_reset = True

    def send(self, raw: bytes) -> None:
        self.sent.append(raw)


def answered(app: "WSGIApplication", request: Incoming) -> Iterator[bytes]:
    """Yield the answer in pieces, as bytes of HTTP/1.1; the connection is closed after it.

    It ends too early where the application gives the connection up, and with ConnectionResetError where
    it resets it. Whatever else the application raises is raised.
    """
    connection = _Connection()
    with suppress(ConnectionResetError):
        yield from _called(app, environ_of(request, connection))
    if connection.is_reset:
        raise ConnectionResetError(ECONNRESET, "Connection reset by peer")
    yield from connection.sent


def _called(app: "WSGIApplication", environ: "WSGIEnvironment") -> Iterator[bytes]:
    heads: list[bytes] = []

    def start_response(status: str, headers: list[tuple[str, str]], _error: Any = None) -> Any:
        heads[:] = [_head(status, headers)]
        return heads.append

    body: Iterable[bytes] = app(environ, start_response)
    try:
        for piece in body:
            yield b"".join([*heads, piece])
            heads.clear()
        yield from heads
    finally:
        if close := getattr(body, "close", None):
            close()


def _head(status: str, headers: list[tuple[str, str]]) -> bytes:
    lines = [f"HTTP/1.1 {status}", *(f"{name}: {value}" for name, value in headers)]
    return "\r\n".join([*lines, "Connection: close", "", ""]).encode("latin-1")


def environ_of(request: Incoming, connection: object) -> "WSGIEnvironment":
    """The environment of a request that has arrived.

    The target is in it as it came, but for scheme and host, which are sent to proxies only.
    """
    head = request.head or Head("GET", "/", ())
    target = origin_form(head.target)
    path, _, query = target.partition("?")
    host = head.find("host") or "localhost"
    environ: WSGIEnvironment = {
        "REQUEST_METHOD": head.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
        "QUERY_STRING": query,
        "REQUEST_URI": target,
        "SERVER_NAME": host.partition(":")[0],
        "SERVER_PORT": host.partition(":")[2] or "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(request.body),
        # Its end is the end of the body, also where no length was announced.
        "wsgi.input_terminated": True,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        CONNECTION: connection,
    }
    for name, value in head.headers:
        key = _variable(name)
        environ[key] = f"{environ[key]}, {value}" if key in environ else value
    return environ


def origin_form(target: str) -> str:
    """The path and query of a target that may begin with scheme and host."""
    if target.startswith("/"):
        return target
    parts = urlsplit(target)
    return parts._replace(scheme="", netloc="", path=parts.path or "/").geturl()


@lru_cache(maxsize=1024)
def _variable(header: str) -> str:
    name = header.upper().replace("-", "_")
    return name if name in _ITSELF else f"HTTP_{name}"
