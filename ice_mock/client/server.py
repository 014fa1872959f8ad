"""A server of ice_mock, as seen from outside: its address, and calls over HTTP."""

import json
from datetime import timedelta
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import cast
from urllib.parse import urlsplit

from ice_mock.client.documents import Json
from ice_mock.client.errors import ControlRefused, ServerUnreachable
from ice_mock.settings import DEFAULT_PORT

DEFAULT_URL = f"http://127.0.0.1:{DEFAULT_PORT}"
TIMEOUT = timedelta(seconds=30)
_PLANE = "/_ice_mock"
_PORTS = {"http": 80, "https": 443}
_HEADERS = {"Accept": "application/json", "Content-Type": "application/json"}


class Server:
    """Speaks HTTP: one connection for each call, so that threads need not know of each other."""

    def __init__(self, url: str, timeout: timedelta) -> None:
        self._scheme, self._host, self._port, prefix = _parts(url)
        self.url = url.rstrip("/")
        self._prefix = prefix + _PLANE
        self._timeout = timeout.total_seconds()

    @property
    def endpoint(self) -> str:
        """Host and port, the way SDKs want to be told."""
        return f"[{self._host}]:{self._port}" if ":" in self._host else f"{self._host}:{self._port}"

    def address(self, path: str) -> str:
        """The whole address of a path of the control API."""
        return f"{self.url}{_PLANE}{path}"

    def call(self, method: str, path: str, document: Json | None = None, *, patient: bool = False) -> Json:
        """Make a call; a *patient* one waits for its answer without end.

        Raises ServerUnreachable or ControlRefused.
        """
        try:
            return self._read(*self._answer(method, path, document, patient=patient))
        except TimeoutError as error:
            raise ServerUnreachable(self.url, f"no answer within {self._timeout:g}s") from error
        except OSError as error:
            raise ServerUnreachable(self.url, error.strerror or str(error)) from error
        except (HTTPException, UnicodeError) as error:
            raise ServerUnreachable(self.url, f"this is no HTTP ({error})") from error

    def _answer(self, method: str, path: str, document: Json | None, *, patient: bool) -> tuple[int, bytes]:
        connect = HTTPSConnection if self._scheme == "https" else HTTPConnection
        connection = connect(self._host, self._port, timeout=self._timeout)
        try:
            connection.connect()
            if patient and connection.sock:
                connection.sock.settimeout(None)
            body = None if document is None else json.dumps(document)
            connection.request(method, self._prefix + path, body, _HEADERS)
            response = connection.getresponse()
            return response.status, response.read()
        finally:
            connection.close()

    def _read(self, status: int, body: bytes) -> Json:
        found = _parsed(body)
        if found is not None and status < HTTPStatus.MULTIPLE_CHOICES:
            return found
        error = (found or {}).get("error")
        if not isinstance(error, dict) or "code" not in error:
            raise ServerUnreachable(self.url, f"something else does (status {status})")
        raise ControlRefused(status, error["code"], error.get("message", ""), error.get("details", {}))


def _parts(url: str) -> tuple[str, str, int, str]:
    try:
        parts = urlsplit(url)
        if parts.hostname:
            port = parts.port or _PORTS[parts.scheme]
            return parts.scheme, parts.hostname, port, parts.path.rstrip("/")
    except (KeyError, ValueError):
        pass
    raise ValueError(f"{url!r} is no address: expected one such as {DEFAULT_URL}")


def _parsed(body: bytes) -> Json | None:
    """The document in *body*, an empty one if there is no body, None if it is something else."""
    try:
        found = json.loads(body or b"{}")
    except (ValueError, RecursionError):
        return None
    return cast("Json", found) if isinstance(found, dict) else None
