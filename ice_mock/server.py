"""Serves the emulator over HTTP: in the foreground until a signal, or in a thread while a test lasts."""

import json
import logging
import signal
import socket
import struct
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from types import FrameType
from typing import Any

from cheroot.server import HTTPConnection, HTTPRequest
from cheroot.wsgi import Gateway_10 as WSGIGateway
from cheroot.wsgi import Server as WSGIServer

from ice_mock import __version__, threads
from ice_mock.web import create_app
from ice_mock.web.wire import CONNECTION
from ice_mock.worlds import DEFAULT, IceMock

# Calls that wait, such as an advance whose receivers call back, hold a thread each.
THREADS = 64
CONNECTIONS = 1_000
# The service's own: "Keep-Alive: timeout=25".
KEEP_ALIVE = timedelta(seconds=25)
LONGEST_HEADERS = 8 * 1024 * 1024
LONGEST_BODY = 64 * 1024 * 1024
GRACE = timedelta(milliseconds=300)
log = logging.getLogger(__name__)


class LoggingServer(WSGIServer):
    """Cheroot's server, which by itself writes to standard error."""

    def error_log(self, msg: str = "", level: int = logging.INFO, traceback: bool = False) -> None:
        log.log(level, "%s", msg, exc_info=traceback)


class KeepAliveRequest(HTTPRequest):
    """A request whose answer says that the connection stays open, as the real gateway's does."""

    def send_headers(self) -> None:
        if not self.close_connection and self.server.can_add_keepalive_connection:
            self.outheaders.append((b"Connection", b"Keep-Alive"))
        super().send_headers()


class BreakableConnection(HTTPConnection):
    """A connection that can be made to end in other ways than HTTP knows; see `ice_mock.web.wire`."""

    RequestHandlerClass = KeepAliveRequest
    _is_reset = False

    def reset(self) -> None:
        self._is_reset = True

    def send(self, raw: bytes) -> None:
        self.wfile.write(raw)

    def close(self) -> None:
        if not self._is_reset:
            super().close()
            return
        self.rfile.close()
        # Closed without lingering, and without the orderly goodbye of a shutdown, a socket is reset.
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()


class BreakingGateway(WSGIGateway):
    """Tells the application which connection a request came through."""

    def respond(self) -> None:
        self.env[CONNECTION] = self.req.conn
        super().respond()


class Server:
    """A mock behind a socket. It is bound when it is made, and serves from `start` to `stop`."""

    def __init__(self, mock: IceMock, *, host: str = "127.0.0.1", port: int = 0) -> None:
        """Bind to *host* and *port*; raises OSError if that cannot be had."""
        self.mock = mock
        self._server = LoggingServer(
            (host, port), create_app(mock), numthreads=THREADS, server_name=f"ice_mock/{__version__}"
        )
        self._server.ConnectionClass = BreakableConnection
        self._server.gateway = BreakingGateway
        self._server.keep_alive_conn_limit = CONNECTIONS
        self._server.timeout = KEEP_ALIVE // timedelta(seconds=1)
        self._server.max_request_header_size = LONGEST_HEADERS
        self._server.max_request_body_size = LONGEST_BODY
        self._server.shutdown_timeout = 0.1
        # How often idle connections are looked for, and with it how long a stop may take.
        self._server.expiration_interval = 0.02
        self._server.prepare()

    @property
    def url(self) -> str:
        host, port = self._server.bind_addr[:2]
        return f"http://{f'[{host}]' if ':' in host else host}:{port}"

    def start(self) -> None:
        """Serve in a thread, and let time pass."""
        self.mock.start()
        self._thread = threads.start("server", self._server.serve)

    def stop(self) -> None:
        """Finish what is under way within a short grace, and close."""
        self.mock.stop(GRACE)
        self._server.stop()
        self._thread.join()


@contextmanager
def running(mock: IceMock, *, host: str = "127.0.0.1", port: int = 0) -> Iterator[Server]:
    """Serve *mock* for as long as the body runs."""
    server = Server(mock, host=host, port=port)
    server.start()
    try:
        yield server
    finally:
        server.stop()


def serve(mock: IceMock, *, host: str, port: int) -> None:
    """Serve until SIGTERM or SIGINT, after announcing on standard output that it answers.

    Raises OSError if the address cannot be had.
    """
    with ending_signals() as signals, running(mock, host=host, port=port) as server:
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
