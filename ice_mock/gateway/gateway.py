"""The way of one call: who is it, what do they want, did it work."""

import logging
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from ice_mock.actions import ACTIONS, Action
from ice_mock.actions.base import Json
from ice_mock.clock import RealTime, stopwatch
from ice_mock.domain.behaviour import Behaviour
from ice_mock.domain.course import CallCourse
from ice_mock.domain.fault import Plane
from ice_mock.engine import Engine
from ice_mock.errors import (
    ActionNotFound,
    ApiError,
    InternalError,
    InvalidCommonParameter,
    MethodNotSupported,
    MissingCommonParameter,
)
from ice_mock.gateway import envelopes
from ice_mock.gateway.admission import admit
from ice_mock.gateway.authentication import Authentication, Verification, WorldsByKey
from ice_mock.gateway.call import Call, Reply
from ice_mock.gateway.dialects import signature_of, wants_xml
from ice_mock.gateway.journaling import entry
from ice_mock.gateway.occasions import occasion_of
from ice_mock.gateway.signature import Signature
from ice_mock.threads import Patience

__all__ = ["Gateway", "Verification", "WorldsByKey"]

VERSION = "2020-11-09"
_REGION = re.compile(r"[a-z]{2}-[a-z0-9-]{1,30}")
log = logging.getLogger(__name__)


class Gateway:
    """Takes calls to the API plane, in every dialect, and answers each in its own.

    Where a fault makes an answer late, *wait* lets real time pass.
    """

    def __init__(
        self,
        worlds: WorldsByKey,
        real_time: RealTime,
        verification: Verification,
        *,
        wait: Callable[[timedelta], object] | None = None,
    ) -> None:
        self._worlds = worlds
        self._wait = wait or Patience().wait
        self._authentication = Authentication(worlds, real_time, verification)

    def __call__(self, call: Call) -> Reply:
        elapsed = stopwatch()
        signature = signature_of(call)
        engine = self._worlds.engine_of(signature.access_key_id if signature else None, call.world)
        request_id = engine.context.new_id("request").upper()
        error, course = None, CallCourse()
        try:
            action = self._admitted(call, signature, engine)
            course = engine.faults.strike(Plane.API, course, lambda: occasion_of(call, engine))
            answer = _performed(action, course, call, engine)
        except ApiError as refusal:
            error = refusal
        except Exception:
            log.exception("request %s failed", request_id)
            error = InternalError()
        reply = _envelope(call, request_id, answer if error is None else error, engine.account.behaviour)
        at = engine.now()
        if course.pause:
            self._wait(course.pause)
        engine.journal.add(
            entry(
                call,
                reply,
                request_id=request_id,
                at=at,
                duration=elapsed(),
                signature=signature,
                error=error,
                fault=course.fault,
            )
        )
        return replace(reply, ending=course.ending)

    def _admitted(self, call: Call, signature: Signature | None, engine: Engine) -> type[Action]:
        """The action, if everything before it lets the call pass."""
        if call.defect:
            raise call.defect
        action = _action(call)
        _check_method(call, action, engine.account.behaviour)
        wants_xml(call)
        self._authentication.check(call, signature, engine)
        admit(engine, action.__name__)
        return action


def _performed(action: type[Action], course: CallCourse, call: Call, engine: Engine) -> Json:
    if course.refusal:
        raise course.refusal
    return action.call(engine, call.parameters)


def _action(call: Call) -> type[Action]:
    """Find the action; raises the gateway's errors for what there is not."""
    if call.method not in ("GET", "POST"):
        raise MethodNotSupported
    if not call.action:
        raise MissingCommonParameter("Action")
    if not call.version:
        raise MissingCommonParameter("Version")
    if call.version != VERSION:
        raise InvalidCommonParameter("Version")
    if call.action not in ACTIONS:
        raise ActionNotFound
    return ACTIONS[call.action]


def _check_method(call: Call, action: type[Action], behaviour: Behaviour) -> None:
    # Assumed: every action takes both methods; which ones the service takes is not published.
    if behaviour.methods == "as-sdks":
        reads = action.__name__.startswith(("Get", "List"))
        if call.method != ("GET" if reads else "POST"):
            raise MethodNotSupported


def _envelope(call: Call, request_id: str, answer: Json | ApiError, behaviour: Behaviour) -> Reply:
    try:
        xml = wants_xml(call)
    except ApiError:
        xml = False
    if isinstance(answer, ApiError):
        return envelopes.failure(answer, request_id, behaviour.host_id or _host(call), xml=xml)
    return envelopes.success(call.action or "", request_id, answer, behaviour, xml=xml)


def _host(call: Call) -> str:
    # Assumed: the public endpoint of the region that is asked for, else of Shanghai.
    region = call.parameters.get("RegionId", "")
    return f"ice.{region if _REGION.fullmatch(region) else 'cn-shanghai'}.aliyuncs.com"
