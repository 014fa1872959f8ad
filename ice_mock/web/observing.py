"""What the log and the metrics say of requests: a line for each, and a few numbers.

Nothing that is secret is written: no header, no body, and of a URL neither query nor signature.
"""

import logging
import re
from base64 import b64decode
from binascii import Error as NoBase64
from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from werkzeug.wrappers import Response

from ice_mock.clock import stopwatch
from ice_mock.domain.journal import JournalEntry
from ice_mock.metrics import Metrics
from ice_mock.metrics.metrics import OK
from ice_mock.metrics.tally import OTHER
from ice_mock.oss.mishaps import FAULT
from ice_mock.oss.operations import OPERATIONS
from ice_mock.oss.request import OssAnswer, OssRequest
from ice_mock.oss.subresources import CHOOSING
from ice_mock.worlds import IceMock

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

SEEN = "ice_mock.seen"
"""Where in the environment of a request the planes leave what they made of it."""
AWAIT = "/await"
CONTROL = "/_ice_mock"
LONGEST_NAME = 1_024
"""How many characters of a name are written that is the caller's."""
MILLISECOND = timedelta(milliseconds=1)

_CODE = re.compile(rb"<Code>([^<]{1,80})</Code>")
_KEPT_OUT = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)
_calls = logging.getLogger("ice_mock.api")
_requests = logging.getLogger("ice_mock.oss")
_steering = logging.getLogger("ice_mock.control")


class Seen(Protocol):
    """What a plane made of a request."""

    def count_in(self, metrics: Metrics, length: timedelta) -> None: ...

    def log(self, caller: str | None, length: timedelta) -> None: ...


class Observing:
    """Has each request counted and logged that *app* answers, as soon as its answer is there to be sent."""

    def __init__(self, app: "WSGIApplication", mock: IceMock) -> None:
        self._app = app
        self._mock = mock

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        elapsed = stopwatch()
        metrics, statuses = self._mock.metrics, list[str]()

        def start(status: str, headers: list[tuple[str, str]], *problem: Any) -> Callable[[bytes], object]:
            statuses.append(status)
            return start_response(status, headers, *problem)

        path = environ.get("PATH_INFO", "")
        try:
            with metrics.patient if path.endswith(AWAIT) else metrics.busy:
                return self._app(environ, start)
        finally:
            seen = environ.get(SEEN) or SteeringSeen(environ, statuses)
            length = elapsed()
            seen.count_in(metrics, length)
            seen.log(environ.get("REMOTE_ADDR"), length)
            self._mock.reached.forget()


class CallSeen(NamedTuple):
    """A call of the API; there is no *entry* if its journal was cleared in that moment."""

    mock: IceMock
    request_id: str
    status: int
    entry: JournalEntry | None

    @classmethod
    def of(cls, mock: IceMock, response: Response) -> "CallSeen | None":
        """None if it was no call, but a browser that was sent elsewhere."""
        request_id = response.headers.get("x-acs-request-id")
        if request_id is None:
            return None
        engine = mock.reached.engine
        return cls(
            mock, request_id, response.status_code, engine.journal.find(request_id) if engine else None
        )

    @property
    def code(self) -> str:
        return (self.entry.code or OK) if self.entry else f"status {self.status}"

    def count_in(self, metrics: Metrics, length: timedelta) -> None:
        metrics.called(self.entry.action if self.entry else None, self.code, length.total_seconds())

    def log(self, caller: str | None, length: timedelta) -> None:
        if not _calls.isEnabledFor(logging.INFO):
            return
        action = self.entry.action if self.entry else None
        facts = {
            "plane": "api",
            "action": action,
            "status": self.status,
            "code": self.code,
            "duration_ms": round(length / MILLISECOND, 3),
            "world": self.mock.reached.id_of(self.mock.reached.engine),
            "request_id": self.request_id,
            "caller": caller,
            "fault": self.entry.fault if self.entry else None,
        }
        _write(_calls, logging.INFO, action or "no action", facts)


class RequestSeen(NamedTuple):
    """A request to object storage."""

    mock: IceMock
    request: OssRequest
    answer: OssAnswer

    @property
    def operation(self) -> str:
        """Its name in object storage's documentation; ``other`` for what is not served here."""
        request = self.request
        kind = "service" if request.bucket is None else "bucket" if request.key is None else "object"
        sides = "&".join(sorted({name for name, _ in request.query if name in CHOOSING}))
        operation = OPERATIONS.get((request.method, f"{kind}?{sides}" if sides else kind))
        return operation.__name__.title().replace("_", "") if operation else OTHER

    @property
    def code(self) -> str:
        if self.answer.status < HTTPStatus.BAD_REQUEST:
            return OK
        found = _CODE.search(self.answer.body or _error_in(self.answer.headers))
        return found[1].decode() if found else f"status {self.answer.status}"

    def count_in(self, metrics: Metrics, length: timedelta) -> None:  # noqa: ARG002  # pictures vary by size
        metrics.requested(self.operation, self.code)

    def log(self, caller: str | None, length: timedelta) -> None:
        if not _requests.isEnabledFor(logging.INFO):
            return
        request, answer, operation = self.request, self.answer, self.operation
        facts = {
            "plane": "oss",
            "action": operation,
            "method": request.method,
            "bucket": _cut(request.bucket),
            "key": _cut(request.key),
            "status": answer.status,
            "code": self.code,
            "duration_ms": round(length / MILLISECOND, 3),
            "world": self.mock.reached.id_of(self.mock.reached.engine),
            "request_id": answer.headers.get("x-oss-request-id"),
            "caller": caller,
            "fault": answer.headers.get(FAULT),
        }
        _write(_requests, logging.INFO, operation, facts)


class SteeringSeen(NamedTuple):
    """A request to the control API or the console, or one that was turned away before it reached a plane.

    Of *statuses* there is none if it was given up.
    """

    environ: "WSGIEnvironment"
    statuses: list[str]

    @property
    def status(self) -> int | None:
        return int(self.statuses[-1][:3]) if self.statuses else None

    @property
    def is_turned_away(self) -> bool:
        """Whether somebody was kept out, by the control API or by all of the server."""
        status, is_steering = self.status or 0, self.environ.get("PATH_INFO", "").startswith(CONTROL)
        return status in _KEPT_OUT or (status >= HTTPStatus.BAD_REQUEST and not is_steering)

    def count_in(self, metrics: Metrics, length: timedelta) -> None:
        """Whoever steers is not what is watched."""

    def log(self, caller: str | None, length: timedelta) -> None:
        # Of who was turned away somebody should hear without asking.
        level = logging.WARNING if self.is_turned_away else logging.DEBUG
        if not _steering.isEnabledFor(level):
            return
        method, path = self.environ.get("REQUEST_METHOD"), _path(self.environ)
        facts = {
            "plane": "control",
            "method": method,
            "path": path,
            "status": self.status,
            "duration_ms": round(length / MILLISECOND, 3),
            "caller": caller,
        }
        _write(_steering, level, f"{method} {path}", facts)


def _write(log: logging.Logger, level: int, message: str, facts: dict[str, Any]) -> None:
    if not message.isascii():
        # What was no UTF-8 could not be written by whoever listens.
        message = message.encode("utf-8", "backslashreplace").decode()
    # Not log.log, which looks for the line of code that it is called from: a tenth of what a call costs.
    log.handle(log.makeRecord(log.name, level, __name__, 0, message, (), None, extra={"facts": facts}))


def _error_in(headers: Mapping[str, str]) -> bytes:
    """The document that the answer to a HEAD has in a header, as it has no body."""
    try:
        return b64decode(headers.get("x-oss-err", ""))
    except NoBase64:
        return b""


def _path(environ: "WSGIEnvironment") -> str | None:
    path: str = environ.get("PATH_INFO", "")
    return _cut(path.encode("latin-1").decode("utf-8", "surrogateescape"))


def _cut(name: str | None) -> str | None:
    return name if name is None or len(name) <= LONGEST_NAME else f"{name[:LONGEST_NAME]}…"
