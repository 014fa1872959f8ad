"""The HTTP server: cheroot's, with an end to everything that a client can draw out."""

import logging
import socket
import struct
from contextlib import suppress
from datetime import timedelta
from typing import Any

from cheroot.makefile import MakeFile
from cheroot.server import HTTPConnection, HTTPRequest
from cheroot.workers.threadpool import ThreadPool
from cheroot.wsgi import Gateway_10 as WSGIGateway
from cheroot.wsgi import Server as WSGIServer

from ice_mock import limits
from ice_mock.clock import stopwatch
from ice_mock.durations import written
from ice_mock.server.heads import StrictHeaderReader
from ice_mock.web.arrival import CHUNK, Malformed, PatientSocket, body_of
from ice_mock.web.lanes import PEEKED, Lane, Lanes, lane_of
from ice_mock.web.wire import CONNECTION

LINGERING = timedelta(seconds=1)
"""How long a client that was refused may go on sending, so that it comes to see why."""
_WORDS = {
    "408": f"The request did not arrive within {written(limits.ARRIVAL)}.",
    "413": (
        f"The request has more than {limits.HEAD_BYTES} bytes of headers, "
        f"or than {limits.DISCARDED_BYTES} bytes of body."
    ),
    "414": f"The first line of the request and its headers are longer than {limits.HEAD_BYTES} bytes.",
}
_FULL = "As many connections are open as there may be, and none of them is idle. Come again in a second.\n"
log = logging.getLogger("ice_mock.server")


class BoundedServer(WSGIServer):
    """Cheroot's server, with an end to everything, and without its word on standard error."""

    _connections: Any
    most_connections = limits.CONNECTIONS
    request_time = limits.REQUEST_TIME

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.requests = LanedPool(self)
        self.open: set[HTTPConnection] = set()

    def error_log(self, msg: str = "", level: int = logging.INFO, traceback: bool = False) -> None:
        log.log(level, "%s", msg, exc_info=traceback)

    def process_conn(self, conn: Any) -> None:
        """Have a request read that has begun to arrive; until then a connection takes no thread."""
        if conn.last_used is not None:
            super().process_conn(conn)
        elif len(self.open) <= self.most_connections or self._close_idlest():
            self._connections.put(conn)
        else:
            conn.refuse()

    def _close_idlest(self) -> bool:
        """Close the connection that is idle longest, as HTTP allows; False if there is none."""
        selector = self._connections._selector  # noqa: SLF001  # cheroot has no other way to them
        idle = [(conn.last_used, number, conn) for number, conn in selector.connections if conn is not self]
        if not idle:
            return False
        _, number, conn = min(idle, key=lambda each: each[0])
        selector.unregister(number)
        conn.close()
        return True

    def is_stopping(self) -> bool:
        return not self.ready


class LanedPool(ThreadPool):
    """Cheroot's threads, which get their work in `Lanes`."""

    def __init__(self, server: BoundedServer) -> None:
        super().__init__(server, min=limits.THREADS)
        self.lanes = Lanes()
        self._queue = self
        self.get = self.lanes.get

    def put(self, obj: Any, **_: Any) -> None:
        is_work = isinstance(obj, BreakableConnection)
        self.lanes.put(obj, lane_of(obj.beginning()) if is_work else Lane.END)

    @property
    def qsize(self) -> int:
        return len(self.lanes)


class BoundedRequest(HTTPRequest):
    """A request that has arrived, as a whole and in time, before anybody looks at it.

    Its answer says that the connection stays open, as the real gateway's does.
    """

    header_reader = StrictHeaderReader()

    def read_request_headers(self) -> bool:
        if not super().read_request_headers():  # type: ignore[no-untyped-call]
            return False
        length = self.inheaders.get(b"Content-Length")
        if length is not None and (self.chunked_read or not length.isdigit()):
            self.simple_response("400 Bad Request", "Malformed Content-Length Header.")
            return False
        if b"Host" not in self.inheaders and self.response_protocol == "HTTP/1.1":
            self.simple_response("400 Bad Request", "HTTP/1.1 wants a Host header.")
            return False
        return True

    def respond(self) -> None:
        length = None if self.chunked_read else int(self.inheaders.get(b"Content-Length", 0))
        try:
            self.rfile = body_of(self.conn.rfile, length)
        except Malformed as error:
            self.simple_response("400 Bad Request", str(error))
            self.close_connection = True
            return
        if length:
            self.inheaders[b"Content-Length"] = b"%d" % len(self.rfile.getbuffer())
        with limits.within(self.server.request_time, unless=self.server.is_stopping):
            self.server.gateway(self).respond()
        self.ensure_headers_sent()
        if self.chunked_write:
            self.conn.wfile.write(b"0\r\n\r\n")

    def simple_response(self, status: str, msg: str = "") -> None:
        self.conn.lingers = True
        super().simple_response(status, _WORDS.get(status[:3], msg))

    def send_headers(self) -> None:
        if not self.close_connection and self.server.can_add_keepalive_connection:
            self.outheaders.append((b"Connection", b"Keep-Alive"))
        super().send_headers()


class BreakableConnection(HTTPConnection):
    """A connection that can be made to end in other ways than HTTP knows; see `ice_mock.web.wire`."""

    RequestHandlerClass = BoundedRequest
    lingers = False
    """Whether it was refused, and may still be sending."""
    _is_reset = False

    def __init__(self, server: BoundedServer, sock: socket.socket, makefile: Any = MakeFile) -> None:
        super().__init__(server, PatientSocket(sock, limits.ARRIVAL), makefile)
        server.open.add(self)

    def communicate(self) -> bool:
        self.socket.begin()
        is_kept: bool = super().communicate()  # type: ignore[no-untyped-call]
        return is_kept

    def beginning(self) -> bytes:
        """What has come of the next request, as far as it is there to be seen."""
        if self.rfile.has_data():
            return bytes(self.rfile.peek(PEEKED)[:PEEKED])
        with suppress(OSError):
            return bytes(self.socket.recv(PEEKED, socket.MSG_PEEK | socket.MSG_DONTWAIT))
        return b""

    def refuse(self) -> None:
        """Have no more to do with a client than to tell it why, at once."""
        head = "HTTP/1.1 503 Service Unavailable\r\nContent-Type: text/plain\r\nConnection: close\r\n"
        answer = f"{head}Retry-After: 1\r\nContent-Length: {len(_FULL)}\r\n\r\n{_FULL}"
        with suppress(OSError):
            self.socket.setblocking(False)
            self.socket.send(answer.encode())
            self.socket.shutdown(socket.SHUT_WR)
            self.socket.recv(CHUNK)
        self.close()

    def reset(self) -> None:
        self._is_reset = True

    def send(self, raw: bytes) -> None:
        self.wfile.write(raw)

    def close(self) -> None:
        self.server.open.discard(self)
        if self.lingers:
            self._linger()
        if not self._is_reset:
            super().close()
            return
        self.rfile.close()
        # Closed without lingering, and without the orderly goodbye of a shutdown, a socket is reset.
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()

    def _linger(self) -> None:
        """Let a client finish that is still sending: it would never see an answer if it were hung up on."""
        elapsed = stopwatch()
        with suppress(OSError):
            self.socket.shutdown(socket.SHUT_WR)
            self.socket.settimeout(LINGERING.total_seconds())
            while elapsed() < LINGERING and self.socket.recv(CHUNK):
                pass


class BreakingGateway(WSGIGateway):
    """Tells the application which connection a request came through."""

    def respond(self) -> None:
        self.env[CONNECTION] = self.req.conn
        super().respond()
