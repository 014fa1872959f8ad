"""The door to object storage: who is it, what do they want, did it work."""

import logging
from base64 import b64encode
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from ice_mock.clock import RealTime, stopwatch
from ice_mock.domain.course import DownloadCourse
from ice_mock.domain.fault import Plane
from ice_mock.engine import Engine, allowance
from ice_mock.oss.authentication import Authentication, access_key_id_of
from ice_mock.oss.dates import http_date
from ice_mock.oss.errors import InternalError, OssError, OwnRefusal, StrayRequest, TooManyParameters
from ice_mock.oss.mishaps import disturbed, occasion_of, performed
from ice_mock.oss.operations import Operation, operation_of
from ice_mock.oss.request import MOST_PARAMETERS, OssAnswer, OssRequest
from ice_mock.oss.worlds import OssWorlds
from ice_mock.oss.xml import Node, document
from ice_mock.threads import Patience

log = logging.getLogger(__name__)

_BODILESS = frozenset({204, 304})
_LONGEST_ELEMENT = 4000


class OssPlane:
    """Object storage for all worlds.

    *max_age* is how far, in real time, the moment of a signature may lie from the present; None takes
    signatures of any age. Where a fault makes an answer late, *wait* lets real time pass.
    """

    def __init__(
        self,
        worlds: OssWorlds,
        real_time: RealTime,
        *,
        max_age: timedelta | None,
        wait: Callable[[timedelta], object] | None = None,
    ) -> None:
        self._worlds = worlds
        self._wait = wait or Patience().wait
        self._real_time = real_time
        self._authentication = Authentication(worlds, real_time, max_age=max_age)

    def __call__(self, request: OssRequest) -> OssAnswer:
        """Answer a request, whatever it is; should the emulator fail, that too in object storage's form."""
        elapsed = stopwatch()
        access_key_id = access_key_id_of(request)
        engine = self._worlds.engine_of(access_key_id, request.world)
        request_id = engine.context.new_id("oss-request").replace("-", "")[:24].upper()
        answer = self._answer(engine, request, request_id, access_key_id)
        headers = {
            "Server": "AliyunOSS",
            "Date": http_date(self._real_time()),
            "x-oss-request-id": request_id,
            "x-oss-server-time": str(elapsed() // timedelta(milliseconds=1)),
            **answer.headers,
        }
        return _framed(replace(answer, headers=headers), request)

    def _answer(
        self, engine: Engine, request: OssRequest, request_id: str, access_key_id: str | None
    ) -> OssAnswer:
        course = DownloadCourse()
        try:
            operation = self._admitted(engine, request, access_key_id)
            course = engine.faults.strike(Plane.OSS, course, lambda: occasion_of(engine, request, operation))
            answer = performed(operation, course, engine, request)
        except OssError as error:
            answer = _refusal(error, request, request_id)
        except allowance.OwnRefusal as error:
            answer = _refusal(OwnRefusal(str(error), error.status, error.code), request, request_id)
        except Exception:
            log.exception("object storage failed at %s %s", request.method, request.path)
            answer = _refusal(InternalError(), request, request_id)
        if course.pause:
            self._wait(course.pause)
        return disturbed(answer, course)

    def _admitted(self, engine: Engine, request: OssRequest, access_key_id: str | None) -> Operation:
        """The operation, if everything before it lets the request pass."""
        if len(request.query) > MOST_PARAMETERS:
            raise TooManyParameters
        if stray := self._worlds.stray(access_key_id, request.world):
            raise StrayRequest(stray)
        self._authentication.verify(request, engine)
        return operation_of(engine, request)


def _refusal(error: OssError, request: OssRequest, request_id: str) -> OssAnswer:
    children: list[Node] = [
        ("Code", error.code),
        ("Message", str(error)),
        ("RequestId", request_id),
        ("HostId", request.host),
        *error.elements.items(),
        *([("EC", error.ec)] if error.ec else []),
    ]
    body = document(("Error", [(name, str(text)[:_LONGEST_ELEMENT]) for name, text in children]))
    headers = {"Content-Type": "application/xml", **({"x-oss-ec": error.ec} if error.ec else {})}
    if request.method == "HEAD":
        headers["x-oss-err"] = b64encode(body).decode()
    return OssAnswer(error.status, headers, body)


def _framed(answer: OssAnswer, request: OssRequest) -> OssAnswer:
    """Say how long the body is, and leave it out where there must be none."""
    if answer.status in _BODILESS:
        return replace(answer, body=b"")
    headers = {**answer.headers, "Content-Length": str(len(answer.body))}
    return replace(answer, headers=headers, body=b"" if request.method == "HEAD" else answer.body)
