"""The way of one call: who is it, what do they want, did it work."""

import json
import logging
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from difflib import get_close_matches

from ice_mock.actions import ACTIONS, Action
from ice_mock.actions.base import Json
from ice_mock.clock import RealTime, stopwatch
from ice_mock.domain.behaviour import Behaviour
from ice_mock.domain.course import CallCourse
from ice_mock.domain.fault import Plane
from ice_mock.domain.model import AccessKey
from ice_mock.engine import Engine
from ice_mock.errors import (
    ActionNotFound,
    ApiError,
    InternalError,
    InvalidCommonParameter,
    MethodNotSupported,
    MissingCommonParameter,
)
from ice_mock.faults.short_form import short_form
from ice_mock.gateway import envelopes
from ice_mock.gateway.admission import admit
from ice_mock.gateway.authentication import REFUSED, UNREACHED, Authentication, Verification, WorldsByKey
from ice_mock.gateway.call import Call, Reply
from ice_mock.gateway.dialects import signature_of, wants_xml
from ice_mock.gateway.journaling import entry
from ice_mock.gateway.occasions import occasion_of
from ice_mock.gateway.signature import Signature
from ice_mock.threads import Patience

__all__ = ["Gateway", "Verification", "WorldsByKey"]

VERSION = "2020-11-09"
METHODS = ("GET", "POST")
REFUSING = frozenset({"error", "throttle"})
"""The kinds of faults that keep an action from being performed."""
LONGEST_NAME = 80
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
        error, course, verdict = None, CallCourse(), UNREACHED
        try:
            action = _wanted(call, engine.account.behaviour)
            verdict = REFUSED
            verdict = self._authentication.check(call, signature, engine)
            admit(engine, action.__name__)
            course = engine.faults.strike(Plane.API, course, lambda: occasion_of(call, engine))
            answer = _performed(action, course, call, engine)
        except ApiError as refusal:
            error = refusal
        except Exception:
            log.exception("request %s failed", request_id)
            error = InternalError().because(
                "The emulator itself failed; its log says how, under the id of the request."
            )
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
                verdict=verdict,
                keys=self._keys(signature, engine),
                error=error,
                fault=course.fault,
            )
        )
        return replace(reply, ending=course.ending)

    def _keys(self, signature: Signature | None, engine: Engine) -> list[AccessKey]:
        """The keys whose secrets the call may hold: its world's, and its own, which may be another one's.

        A key is its own, too, if it sent the secret in place of the id.
        """
        sent = (signature.access_key_id if signature else None) or ""
        own = self._worlds.access_key(sent) or self._worlds.key_with_secret(sent)
        keys = engine.store.all(AccessKey)
        return [*keys, own] if own and own not in keys else keys


def _wanted(call: Call, behaviour: Behaviour) -> type[Action]:
    """The action, if the call as a whole is one."""
    if call.defect:
        raise call.defect
    action = _action(call)
    _check_method(call, action, behaviour)
    wants_xml(call)
    return action


def _performed(action: type[Action], course: CallCourse, call: Call, engine: Engine) -> Json:
    if course.refusal:
        struck = [armed for armed in map(engine.faults.find, course.faults) if armed]
        refusing = next((armed for armed in struck if armed.fault.kind in REFUSING), None)
        raise course.refusal.because(
            f"The fault {refusing.id if refusing else course.fault} refuses the call, whatever it asks for.",
            fault=course.fault,
            written=json.dumps(short_form(refusing.fault)) if refusing else None,
            matched=refusing.matched if refusing else None,
            fired=refusing.fired if refusing else None,
        )
    return action.call(engine, call.parameters)


def _action(call: Call) -> type[Action]:
    """Find the action; raises the gateway's errors for what there is not."""
    if call.method not in METHODS:
        raise _wrong_method(call, METHODS)
    if not call.action:
        raise MissingCommonParameter("Action").because(
            "The call names no action: neither in the header x-acs-action nor in the parameter Action."
        )
    if not call.version:
        raise MissingCommonParameter("Version").because(
            "The call names no version of the API: neither in the header x-acs-version nor in the parameter "
            f"Version; {VERSION} is the one there is.",
            expected=VERSION,
        )
    if call.version != VERSION:
        raise InvalidCommonParameter("Version").because(
            f"The call wants version {call.version!r} of the API, and {VERSION} is the one there is.",
            expected=VERSION,
            found=call.version,
        )
    if call.action not in ACTIONS:
        near = get_close_matches(call.action[:LONGEST_NAME], ACTIONS, 3, 0.6)
        meant = f"; {' or '.join(near)} may be meant" if near else ""
        raise ActionNotFound().because(
            f"There is no action {call.action!r}{meant}.", action=call.action, nearest=", ".join(near) or None
        )
    return ACTIONS[call.action]


def _check_method(call: Call, action: type[Action], behaviour: Behaviour) -> None:
    # Assumed: every action takes both methods; which ones the service takes is not published.
    if behaviour.methods == "as-sdks":
        wanted = "GET" if action.__name__.startswith(("Get", "List")) else "POST"
        if call.method != wanted:
            raise _wrong_method(call, (wanted,))


def _wrong_method(call: Call, wanted: Sequence[str]) -> MethodNotSupported:
    return MethodNotSupported().because(
        f"The method is {call.method}, where {' or '.join(wanted)} is expected.",
        expected=" or ".join(wanted),
        found=call.method,
    )


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
