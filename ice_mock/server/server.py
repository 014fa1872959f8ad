"""A mock behind a socket."""

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from ice_mock import limits, threads
from ice_mock.server.http import BoundedServer, BreakableConnection, BreakingGateway
from ice_mock.version import __version__
from ice_mock.web import create_app
from ice_mock.web.guard import Access
from ice_mock.worlds import IceMock

# The service's own: "Keep-Alive: timeout=25".
KEEP_ALIVE = timedelta(seconds=25)
GRACE = timedelta(milliseconds=300)
BACKLOG = 1_024
"""How many clients may wait to be let in at all."""
RESERVED_DESCRIPTORS = 256
"""Of those that the system lets a process have, how many are for other things than clients."""


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
