"""Serves the emulator over HTTP: in the foreground until a signal, or in a thread while a test lasts."""

import json
import logging
import resource
import signal
import socket
import struct
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from types import FrameType
from typing import Any

from cheroot.makefile import MakeFile
from cheroot.server import HTTPConnection, HTTPRequest
from cheroot.workers.threadpool import ThreadPool
from cheroot.wsgi import Gateway_10 as WSGIGateway
from cheroot.wsgi import Server as WSGIServer

from ice_mock import limits, threads
from ice_mock.clock import stopwatch
from ice_mock.durations import written
from ice_mock.version import __version__
from ice_mock.web import create_app
from ice_mock.web.arrival import CHUNK, Malformed, PatientSocket, body_of
from ice_mock.web.guard import Access
from ice_mock.web.lanes import PEEKED, Lane, Lanes, lane_of
from ice_mock.web.wire import CONNECTION
from ice_mock.worlds import DEFAULT, IceMock

# The service's own: "Keep-Alive: timeout=25".
KEEP_ALIVE = timedelta(seconds=25)
LINGERING = timedelta(seconds=1)
"""How long a client that was refused may go on sending, so that it comes to see why."""
BACKLOG = 1_024
"""How many clients may wait to be let in at all."""
RESERVED_DESCRIPTORS = 256
"""Of those that the system lets a process have, how many are for other things than clients."""
_WORDS = {
    "408": f"The request did not arrive within {written(limits.ARRIVAL)}.",
    "413": (
        f"The request has more than {limits.HEAD_BYTES} bytes of headers, "
        f"or than {limits.DISCARDED_BYTES} bytes of body."
    ),
    "414": f"The first line of the request and its headers are longer than {limits.HEAD_BYTES} bytes.",
}
_FULL = "As many connections are open as there may be, and none of them is idle. Come again in a second.\n"
GRACE = timedelta(milliseconds=300)
log = logging.getLogger(__name__)


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

    def read_request_headers(self) -> bool:
        if not super().read_request_headers():  # type: ignore[no-untyped-call]
            return False
        length = self.inheaders.get(b"Content-Length")
        if length is not None and (self.chunked_read or not length.isdigit()):
            self.simple_response("400 Bad Request", "Malformed Content-Length Header.")
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


class Server:
    """A mock behind a socket. It is bound when it is made, and serves from `start` to `stop`."""

    def __init__(
        self,
        mock: IceMock,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        access: Access | None = None,
        grace: timedelta = GRACE,
        request_time: timedelta = limits.REQUEST_TIME,
    ) -> None:
        """Bind to *host* and *port*; raises OSError if that cannot be had.

        *access* is what the control API asks for, by default a made up token unless *host* is loopback.
        *grace* is how long callbacks that are being sent may take to end when it stops, *request_time* how
        long a request may be performed.
        """
        self.mock = mock
        self.grace = grace
        self.access = access or Access.at(host)
        self._server = BoundedServer(
            (host, port), create_app(mock, self.access), server_name=f"ice_mock/{__version__}"
        )
        self._server.request_time = request_time
        self._server.most_connections = most_connections()
        self._server.request_queue_size = BACKLOG
        self._server.ConnectionClass = BreakableConnection
        self._server.gateway = BreakingGateway
        self._server.keep_alive_conn_limit = limits.CONNECTIONS
        self._server.timeout = KEEP_ALIVE // timedelta(seconds=1)
        self._server.max_request_header_size = limits.HEAD_BYTES
        self._server.max_request_body_size = limits.DISCARDED_BYTES
        self._server.shutdown_timeout = 0.1
        # How often idle connections are looked for, and with it how long a stop may take.
        self._server.expiration_interval = 0.02
        self._server.prepare()
        self._add_bounds()

    @property
    def url(self) -> str:
        host, port = self._server.bind_addr[:2]
        return f"http://{f'[{host}]' if ':' in host else host}:{port}"

    def start(self) -> None:
        """Serve in a thread, and let time pass."""
        self.mock.start()
        self._thread = threads.start("server", self._server.serve)

    def stop(self) -> None:
        """Finish what is under way within the grace, refuse what is new meanwhile, and close."""
        self.mock.stop(self.grace)
        self._server.stop()
        self._thread.join()

    def _add_bounds(self) -> None:
        bounds, server = self.mock.metrics.bounds, self._server
        bounds.add("threads", self._busy_threads, limits.THREADS)
        bounds.add("connections", lambda: len(server.open), server.most_connections)

    def _busy_threads(self) -> int:
        return limits.THREADS - int(self._server.requests.idle)


def most_connections() -> int:
    """How many connections there may be: fewer, where the system lets a process have few descriptors."""
    descriptors, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if descriptors == resource.RLIM_INFINITY:
        return limits.CONNECTIONS
    return min(limits.CONNECTIONS, max(descriptors - RESERVED_DESCRIPTORS, descriptors // 2))


@contextmanager
def running(
    mock: IceMock,
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    access: Access | None = None,
    grace: timedelta = GRACE,
    request_time: timedelta = limits.REQUEST_TIME,
) -> Iterator[Server]:
    """Serve *mock* for as long as the body runs."""
    server = Server(mock, host=host, port=port, access=access, grace=grace, request_time=request_time)
    server.start()
    try:
        yield server
    finally:
        server.stop()


def serve(
    mock: IceMock,
    *,
    host: str,
    port: int,
    access: Access | None = None,
    grace: timedelta = GRACE,
    request_time: timedelta = limits.REQUEST_TIME,
) -> None:
    """Serve until SIGTERM or SIGINT, after announcing on standard output that it answers.

    Raises OSError if the address cannot be had.
    """
    with (
        ending_signals() as signals,
        running(mock, host=host, port=port, access=access, grace=grace, request_time=request_time) as server,
    ):
        if server.access.is_made_up:
            tell_token(server.access)
        announce(server)
        log.info("%s: stopping", signal.Signals(signals.recv(1)[0]).name)
    log.info("stopped")


@contextmanager
def ending_signals() -> Iterator[socket.socket]:
    """A socket on which SIGTERM and SIGINT can be read as a byte each, while the body runs.

    Handlers run between two instructions of the main thread, and so never if the signal comes
    while it is about to wait. What is written to a socket is there whenever it is read.
    """
    signals, written = socket.socketpair()
    written.setblocking(False)
    with signals, written:
        before = signal.set_wakeup_fd(written.fileno())
        handlers = {number: signal.signal(number, _noted) for number in (signal.SIGTERM, signal.SIGINT)}
        try:
            yield signals
        finally:
            for number, handler in handlers.items():
                signal.signal(number, handler)
            signal.set_wakeup_fd(before)


def _noted(_number: int, _frame: FrameType | None) -> None:
    """Keep a signal from what it does by itself."""


def tell_token(access: Access) -> None:
    """Tell a token that nobody could know otherwise in the log, however little goes there."""
    token_log = logging.getLogger("ice_mock.token")
    token_log.setLevel(logging.WARNING)
    token_log.warning(
        "the control API wants the token %s, made up for this run; clients take it from ICE_MOCK_TOKEN. "
        "--token (or ICE_MOCK_TOKEN) sets one of your own, and --control open does without",
        access.token,
    )


def announce(server: Server) -> None:
    ready: dict[str, Any] = {
        "event": "ready",
        "url": server.url,
        "pid": threads.process_id(),
        "version": __version__,
        "scenario": server.mock.worlds.find(DEFAULT).scenario.name,
    }
    sys.stdout.write(json.dumps(ready) + "\n")
    sys.stdout.flush()
