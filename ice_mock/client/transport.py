"""The way to a server: HTTP over connections that are kept open, or whatever else brings a request there."""

import select
from collections import deque
from collections.abc import Mapping
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from typing import NamedTuple, Protocol, Self
from urllib.parse import urlsplit
from weakref import finalize

from ice_mock.client.errors import ServerUnreachable
from ice_mock.settings import DEFAULT_PORT
from ice_mock.settings import token as checked_token
from ice_mock.threads import process_id

DEFAULT_URL = f"http://127.0.0.1:{DEFAULT_PORT}"
MOST_IDLE = 32
"""How many connections are kept open while nobody uses them."""

_PORTS = {"http": 80, "https": 443}
_REPEATABLE = frozenset({"GET", "HEAD", "PUT", "DELETE"})
_HAS_CHANGED = select.POLLIN | select.POLLERR | select.POLLHUP if hasattr(select, "poll") else 0


class Transport(Protocol):
    """Brings requests to a server of ice_mock, and answers back. Threads may share one."""

    @property
    def url(self) -> str:
        """The address of the server, without a slash at its end: ``http://127.0.0.1:4610``."""
        ...

    def send(
        self,
        method: str,
        target: str,
        body: bytes | None,
        headers: Mapping[str, str],
        *,
        timeout: float | None,
    ) -> tuple[int, bytes]:
        """Make a request, and return the status and the body of its answer.

        *target* is the path and query from the server's root. *timeout* is in seconds, None waits without
        end. Raises ServerUnreachable if there is no answer.
        """
        ...


class Address(NamedTuple):
    """Where a server is; *prefix* is the path under which it is, empty for the root."""

    scheme: str
    host: str
    port: int
    prefix: str

    @classmethod
    def of(cls, url: str) -> Self:
        """Read an address; raises ValueError for what is none."""
        try:
            parts = urlsplit(url)
            if parts.hostname:
                port = parts.port or _PORTS[parts.scheme]
                return cls(parts.scheme, parts.hostname, port, parts.path.rstrip("/"))
        except (KeyError, ValueError):
            pass
        raise ValueError(f"{url!r} is no address: expected one such as {DEFAULT_URL}")

    @property
    def endpoint(self) -> str:
        """Host and port, the way SDKs want to be told."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


class HttpTransport:
    """HTTP, with as many connections as threads use at a time, kept open from one request to the next.

    No proxy is ever asked for the way. A connection that the server has closed meanwhile is replaced. A
    process that was forked leaves its parent's connections alone, and opens its own.
    """

    def __init__(self, url: str = DEFAULT_URL, *, token: str | None = None) -> None:
        """Connect to nothing yet; raises ValueError for what is no address, or no token.

        The *token* of the server's control API goes along with every request.
        """
        self._address = Address.of(url)
        self._credentials = {"Authorization": f"Bearer {checked_token(token)}"} if token else {}
        self._url = url.rstrip("/")
        self._idle: deque[HTTPConnection] = deque()
        self._process = process_id()
        # Forgotten, it leaves no socket open: a socket that nobody closed is a warning, and that an error.
        self._closing = finalize(self, _close_all, self._idle)

    @property
    def url(self) -> str:
        return self._url

    def send(
        self,
        method: str,
        target: str,
        body: bytes | None,
        headers: Mapping[str, str],
        *,
        timeout: float | None,
    ) -> tuple[int, bytes]:
        """Make a request, over an idle connection if there is one; see `Transport`."""
        try:
            wanted = self._address.prefix + target
            return self._sent(method, wanted, body, {**headers, **self._credentials}, timeout)
        except TimeoutError as error:
            raise ServerUnreachable(self._url, f"no answer within {timeout:g}s") from error
        except OSError as error:
            raise ServerUnreachable(self._url, error.strerror or str(error)) from error
        except (HTTPException, UnicodeError) as error:
            raise ServerUnreachable(self._url, f"this is no HTTP ({error})") from error

    def close(self) -> None:
        """Close the connections that are idle; the next request opens another one."""
        _close_all(self._idle)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _sent(
        self, method: str, target: str, body: bytes | None, headers: Mapping[str, str], timeout: float | None
    ) -> tuple[int, bytes]:
        while connection := self._idle_connection():
            try:
                return self._exchanged(connection, method, target, body, headers, timeout)
            except ConnectionError:
                # The server closed it while the request was on its way. What is done twice may differ.
                if method not in _REPEATABLE:
                    raise
        return self._exchanged(self._connected(timeout), method, target, body, headers, timeout)

    def _exchanged(
        self,
        connection: HTTPConnection,
        method: str,
        target: str,
        body: bytes | None,
        headers: Mapping[str, str],
        timeout: float | None,
    ) -> tuple[int, bytes]:
        stays_open = False
        try:
            connection.sock.settimeout(timeout)
            connection.request(method, target, body, dict(headers))
            response = connection.getresponse()
            answer = response.status, response.read()
            stays_open = _stays_open(response) and len(self._idle) < MOST_IDLE
        finally:
            if stays_open:
                self._idle.append(connection)
            else:
                connection.close()
        return answer

    def _connected(self, timeout: float | None) -> HTTPConnection:
        connect = HTTPSConnection if self._address.scheme == "https" else HTTPConnection
        connection = connect(self._address.host, self._address.port, timeout=timeout)
        try:
            connection.connect()
        except BaseException:
            connection.close()
            raise
        return connection

    def _idle_connection(self) -> HTTPConnection | None:
        """Take the connection that was used last, if the server has not closed it."""
        self._leave_to_the_parent()
        while self._idle:
            try:
                connection = self._idle.pop()
            except IndexError:  # another thread was faster
                return None
            if _is_quiet(connection):
                return connection
            connection.close()
        return None

    def _leave_to_the_parent(self) -> None:
        """After a fork, let go of the connections that this process has inherited."""
        if self._process != process_id():
            # To close a socket ends nothing while another process has it open; to shut it down would.
            _close_all(self._idle)
            self._process = process_id()


def _stays_open(response: HTTPResponse) -> bool:
    return not response.will_close


def _is_quiet(connection: HTTPConnection) -> bool:
    """Whether nothing has come unasked: what comes on an idle connection is its end."""
    if not _HAS_CHANGED:
        return True
    poll = select.poll()
    poll.register(connection.sock, _HAS_CHANGED)
    return not poll.poll(0)


def _close_all(connections: "deque[HTTPConnection]") -> None:
    while connections:
        try:
            connections.pop().close()
        except IndexError:  # another thread was faster
            return
