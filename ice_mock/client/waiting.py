"""Waiting on the server until enough has happened, and an explanation if it has not."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from http import HTTPStatus
from typing import Any

from ice_mock.client.documents import Json
from ice_mock.client.errors import ControlRefused, NotSeen
from ice_mock.client.part import Part, query

LONGEST_AT_A_TIME = 60.0
"""How many seconds a server lets anybody wait; who wants more asks again."""


class Waiting(Part):
    """The place where a world lets wait."""

    def wait(self, kind: str, count: int, timeout: float, filters: Json) -> Json:
        """Wait for *count* of a *kind*, *timeout* seconds at most; raises NotSeen."""
        *before, last = _portions(timeout)
        for portion in before:
            try:
                return self._wait(kind, count, portion, filters)
            except ControlRefused as refusal:
                _is_over(refusal)
        try:
            return self._wait(kind, count, last, filters)
        except ControlRefused as refusal:
            _is_over(refusal)
            message = self._explained(kind, timeout, filters, refusal.details)
            raise NotSeen(message, refusal.details.get(kind, [])) from None

    def _wait(self, kind: str, count: int, timeout: float, filters: Json) -> Json:
        asked = query(**{"for": kind, "count": count, "timeout": timeout, **filters})
        path = f"{self._path}/await{asked}"
        return self._server.call("GET", path, longer=timedelta(seconds=timeout))

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
        """What the server has to say of a job that announces nothing, if anything."""
        if job_id is None:
            return None
        try:
            sentence: str | None = self._get("/why", callbacks=job_id).get("sentence")
        except ControlRefused:
            return None
        return sentence


def _portions(timeout: float) -> list[float]:
    """How long to wait each time, to have waited for *timeout* seconds in the end."""
    whole, rest = divmod(timeout, LONGEST_AT_A_TIME)
    return [LONGEST_AT_A_TIME] * int(whole) + ([rest] if rest or not whole else [])


def _is_over(refusal: ControlRefused) -> None:
    """Raise the *refusal* again unless it says that time was over."""
    if refusal.status != HTTPStatus.REQUEST_TIMEOUT:
        raise refusal
