"""A server of ice_mock, as seen from outside: its address, and calls of its control API."""

import json
from collections.abc import Mapping
from datetime import timedelta
from http import HTTPStatus
from typing import cast

from ice_mock.client.documents import Json
from ice_mock.client.errors import ControlRefused, ServerUnreachable
from ice_mock.client.transport import DEFAULT_URL, Address, Transport

__all__ = ["DEFAULT_URL", "TIMEOUT", "Server"]

TIMEOUT = timedelta(seconds=30)
_PLANE = "/_ice_mock"
_JSON: Mapping[str, str] = {"Accept": "application/json", "Content-Type": "application/json"}


class Server:
    """Makes calls of the control API, and reads their answers. Threads may share one."""

    def __init__(self, transport: Transport, timeout: timedelta) -> None:
        self.transport = transport
        self.timeout = timeout

    @property
    def url(self) -> str:
        return self.transport.url

    @property
    def endpoint(self) -> str:
        """Host and port, the way SDKs want to be told."""
        return Address.of(self.url).endpoint

    def address(self, path: str) -> str:
        """The whole address of a path of the control API."""
        return f"{self.url}{_PLANE}{path}"

    def call(
        self,
        method: str,
        path: str,
        document: Json | None = None,
        *,
        text: str | None = None,
        patient: bool = False,
        longer: timedelta = timedelta(),
    ) -> Json:
        """Make a call with a *document*, or with *text* as it is, and return the document of its answer.

        A *patient* one waits for its answer without end, others as long as the timeout, or *longer* by so
        much. Raises ServerUnreachable or ControlRefused.
        """
        sent = json.dumps(document) if document is not None else text
        timeout = None if patient else (self.timeout + longer).total_seconds()
        body = sent.encode() if sent is not None else None
        status, answer = self.transport.send(method, _PLANE + path, body, _JSON, timeout=timeout)
        return self._read(status, answer)

    def is_ready(self) -> bool:
        """Whether the server takes new work; raises ServerUnreachable if something else answers, or none."""
        timeout = self.timeout.total_seconds()
        status, body = self.transport.send("GET", f"{_PLANE}/readyz", None, _JSON, timeout=timeout)
        if status == HTTPStatus.SERVICE_UNAVAILABLE and _parsed(body) is not None:
            return False
        return self._read(status, body).get("status") == "ok"

    def content(self, path: str) -> bytes:
        """The bytes at *path*, whatever they are; raises like `call`."""
        timeout = self.timeout.total_seconds()
        status, body = self.transport.send("GET", _PLANE + path, None, {}, timeout=timeout)
        if status != HTTPStatus.OK:
            self._read(status, body)
            raise ServerUnreachable(self.url, f"something else does (status {status})")
        return body

    def _read(self, status: int, body: bytes) -> Json:
        found = _parsed(body)
        if found is not None and status < HTTPStatus.MULTIPLE_CHOICES:
            return found
        error = (found or {}).get("error")
        if not isinstance(error, dict) or "code" not in error:
            raise ServerUnreachable(self.url, f"something else does (status {status})")
        raise ControlRefused(status, error["code"], error.get("message", ""), error.get("details", {}))


def _parsed(body: bytes) -> Json | None:
    """The document in *body*, an empty one if there is no body, None if it is something else."""
    try:
        found = json.loads(body or b"{}")
    except (ValueError, RecursionError):
        return None
    return cast("Json", found) if isinstance(found, dict) else None
