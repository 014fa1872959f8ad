"""Waiting on the server until enough has happened, and an explanation if it has not."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from http import HTTPStatus
from math import isfinite
from typing import Any

from ice_mock.client.documents import Json
from ice_mock.client.errors import ControlRefused, NotSeen
from ice_mock.client.part import Part, query
from ice_mock.clock import stopwatch
from ice_mock.threads import Event

LONGEST_AT_A_TIME = 60.0
"""How many seconds a server lets anybody wait; who wants more asks again."""

FIRST_PAUSE, LONGEST_PAUSE = 0.05, 0.5
"""Seconds before a server is asked again that lets nobody else wait: the first ones, doubled each time."""


class Waiting(Part):
    """The place where a world lets wait."""

    def wait(self, kind: str, count: int, timeout: float, filters: Json) -> Json:
        """Wait for *count* of a *kind*, *timeout* seconds at most; raises NotSeen.

        Raises ValueError for a timeout that is no finite number.
        """
        if not isfinite(timeout):
            raise ValueError(f"timeout: expected a number of seconds, and it was {timeout!r}")
        elapsed, pauses = stopwatch(), _pauses()
        while True:
            left = max(timeout - elapsed().total_seconds(), 0)
            try:
                return self._wait(kind, count, min(left, LONGEST_AT_A_TIME), filters)
            except ControlRefused as refusal:
                if refusal.status == HTTPStatus.SERVICE_UNAVAILABLE and left:
                    pause = next(pauses)
                elif refusal.status == HTTPStatus.REQUEST_TIMEOUT and left > LONGEST_AT_A_TIME:
                    pause = 0
                else:
                    raise self._missed(refusal, kind, timeout, filters) from None
            # Once no time is left the server answers at once, however many are waiting.
            Event().wait(min(pause, left))

    def _wait(self, kind: str, count: int, timeout: float, filters: Json) -> Json:
        asked = query(**{"for": kind, "count": count, "timeout": timeout, **filters})
        path = f"{self._path}/await{asked}"
        return self._server.call("GET", path, longer=timedelta(seconds=timeout))

    def _missed(self, refusal: ControlRefused, kind: str, timeout: float, filters: Json) -> Exception:
        """The *refusal*, with an explanation if it says that time is over."""
        if refusal.status != HTTPStatus.REQUEST_TIMEOUT:
            return refusal
        message = self._explained(kind, timeout, filters, refusal.details)
        return NotSeen(message, refusal.details.get(kind, []))

    def _explained(self, kind: str, timeout: float, filters: Json, details: Json) -> str:
        given = ", ".join(f"{name}={value!r}" for name, value in filters.items() if value is not None)
        wanted = f"{details['count']} {kind}{f' with {given}' if given else ''}"
        parts = [f"{wanted} were awaited for {timeout:g} s, and {details['seen']} seen"]
        if details["dropped"]:
            parts.append(f"{details['dropped']} older ones are forgotten")
        parts += self._calls() if kind == "requests" else self._callbacks(kind, filters, details)
        return "; ".join(parts)

    def _calls(self) -> Iterator[str]:
        actions = Counter(each["action"] or "no action" for each in self._get("/requests")["requests"])
        calls = ", ".join(f"{name} ({count})" for name, count in actions.items())
        yield f"called were: {calls}" if calls else "nothing was called at all"

    def _callbacks(self, kind: str, filters: Json, details: Json) -> Iterator[str]:
        states = details["callbacks_by_state"]
        if kind == "inbox" or states:
            counts = ", ".join(f"{count} {state}" for state, count in states.items())
            yield f"there are callbacks: {counts}" if counts else "there are no callbacks"
        clock, due = details["clock"], details["next_callback"]["in_seconds"]
        if clock["mode"] == "frozen":
            yield f"the clock is frozen at {clock['now']}"
        if due is not None:
            hint = f": world.clock.advance(seconds={due:g})" if clock["mode"] == "frozen" else ""
            yield f"the next callback is due in {due:g} s{hint}"
        elif sentence := self._why(filters.get("job_id")):
            yield sentence
        elif not states.get("waiting"):
            yield "no callback is due within a day"

    def _why(self, job_id: Any) -> str | None:
        """What the server has to say of a job that announces nothing, or that there is no such job."""
        if job_id is None:
            return None
        try:
            sentence: str | None = self._get("/why", callbacks=job_id).get("sentence")
        except ControlRefused as refusal:
            return refusal.message
        return sentence


def _pauses() -> Iterator[float]:
    pause = FIRST_PAUSE
    while True:
        yield pause
        pause = min(2 * pause, LONGEST_PAUSE)
