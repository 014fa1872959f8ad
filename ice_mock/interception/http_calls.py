"""Calls that are made with http.client: by requests, its copy in the old core, urllib3 and urllib."""

import http.client
import socket
from collections.abc import Callable
from functools import wraps
from types import ModuleType
from urllib.parse import urlsplit

from ice_mock.interception.destinations import Destination
from ice_mock.interception.exchange import origin_form
from ice_mock.interception.patches import Patches
from ice_mock.interception.ways import HEADER, current

Connection = http.client.HTTPConnection


def patch(patches: Patches) -> None:
    patches.replace(Connection, "putrequest", _putting)
    patch_connections(patches, http.client)


def patch_connections(patches: Patches, module: ModuleType) -> None:
    """Patch the classes of connections that *module* defines: each connects in its own way."""
    for each in list(vars(module).values()):
        if isinstance(each, type) and issubclass(each, Connection) and each.__module__ == module.__name__:
            _patch_class(patches, each)


def _patch_class(patches: Patches, connections: type[Connection]) -> None:
    if "connect" in vars(connections):
        patches.replace(connections, "connect", _connecting)


def _connecting(connect: Callable[..., None]) -> Callable[..., None]:
    @wraps(connect)
    def connect_or_divert(self: Connection) -> None:
        if _diverted(self, None) is None:
            connect(self)

    return connect_or_divert


def _putting(putrequest: Callable[..., None]) -> Callable[..., None]:
    @wraps(putrequest)
    def put_or_divert(
        self: Connection, method: str, url: str, skip_host: bool = False, skip_accept_encoding: bool = False
    ) -> None:
        host, port = _meant(self, url)
        destination = _diverted(self, url)
        if destination is None:
            putrequest(self, method, url, skip_host, skip_accept_encoding)
            return
        # A proxy would be given the whole address; and the host is the one that was meant.
        putrequest(self, method, origin_form(url), True, skip_accept_encoding)
        if not skip_host:
            self.putheader("Host", host if port in (None, self.default_port) else f"{host}:{port}")
        self.putheader(HEADER, destination.world)

    return put_or_divert


def _diverted(connection: Connection, url: str | None) -> Destination | None:
    """Have a connection lead where its request is to go, None if that is where it leads by itself."""
    diversion = current()
    if diversion is None:
        return None
    host, _ = _meant(connection, url)
    destination = diversion.way(host, url)
    if destination and not diversion.holds(connection):
        if connection.sock is not None:
            # A pool has kept it from before, when it led to the real host. Not closed in urllib3's own way,
            # which would forget the request that is being made.
            Connection.close(connection)
        # What http.client takes for a socket need not be one.
        connection.sock = destination.line(_timeout(connection))
        diversion.hold(connection)
    if destination:
        # urllib3 warns of encrypted connections whose other end it has not verified.
        connection.is_verified = True  # type: ignore[attr-defined]
    return destination


def _meant(connection: Connection, url: str | None) -> tuple[str, int | None]:
    """The host and the port that a request is meant for, whether it goes by way of a proxy or not."""
    if url and not url.startswith("/") and (named := urlsplit(url)).hostname:
        return named.hostname or "", named.port
    if tunnel := getattr(connection, "_tunnel_host", None):
        return tunnel, getattr(connection, "_tunnel_port", None)
    return connection.host, connection.port


def _timeout(connection: Connection) -> float | None:
    timeout: object = connection.timeout
    if timeout is None or isinstance(timeout, int | float):
        return timeout
    # What http.client has in place of a timeout that nobody gave.
    return socket.getdefaulttimeout()
