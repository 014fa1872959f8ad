"""Waiting: a request that is answered as soon as enough has happened in a world, or when its time is over."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, Response, jsonify
from marshmallow import fields, validate

from ice_mock.clock import iso_milliseconds, stopwatch
from ice_mock.domain.callback import Callback, Delivery
from ice_mock.domain.journal import INBOX_LIMIT, JournalEntry, Received
from ice_mock.engine import Engine
from ice_mock.errors import Conflict, ControlError, Unprocessable
from ice_mock.threads import Patience, Semaphore
from ice_mock.web.control import views
from ice_mock.web.control.documents import Document, Instant, Strict, query
from ice_mock.worlds import IceMock

LONGEST = timedelta(seconds=60)
MOST_WAITING = 32
"""Each occupies a thread of the server, which has twice as many."""

MOST_SHOWN = 20
MOST_AWAITED = 10_000
SOON = timedelta(days=1)
LEAST_PAUSE, MOST_PAUSE = timedelta(milliseconds=10), timedelta(milliseconds=250)
"""Between two looks: much may happen at a time, and those who wait must not hold it up."""

LOOKS = 0.1
"""Which part of the time all who wait may spend looking, together."""

ANY = "any"


class NotSeen(ControlError):
    """Time was over before enough had happened."""

    status = 408
    code = "RequestTimeout"


class TooManyWaiting(ControlError):
    """Too many requests are waiting already."""

    status = 503
    code = "ServiceUnavailable"


class Wanted(Strict):
    """What is awaited: *count* of a kind, among those that the filters let pass, for *timeout* seconds."""

    kind = fields.String(
        required=True, data_key="for", validate=validate.OneOf(["callbacks", "requests", "inbox"])
    )
    count = fields.Integer(load_default=1, validate=validate.Range(1, MOST_AWAITED))
    timeout = fields.Float(
        load_default=5.0, allow_nan=False, validate=validate.Range(0, LONGEST.total_seconds())
    )
    since = Instant()
    job_id = fields.String()
    state = fields.String(validate=validate.OneOf([*Delivery, ANY]))
    action = fields.String()
    code = fields.String()


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of things to wait for: its own *filters*, what there is, which counts, how it is shown.

    It is told how many there *are* without looking at any.
    """

    filters: frozenset[str]
    are: Callable[[Engine], int]
    all: Callable[[Engine], Sequence[Any]]
    dropped: Callable[[Engine], int]
    counts: Callable[[Any, Document], bool]
    shown: Callable[[Any], Document]
    at_most: int = MOST_AWAITED


def _is_callback(callback: Callback, wanted: Document) -> bool:
    return (
        wanted.get("job_id") in (None, callback.job_id)
        and wanted.get("state", Delivery.DELIVERED) in (ANY, callback.state)
        and ("since" not in wanted or callback.instant >= wanted["since"])
    )


def _is_request(entry: JournalEntry, wanted: Document) -> bool:
    return (
        wanted.get("action") in (None, entry.action)
        and wanted.get("code") in (None, entry.code or "OK")
        and wanted.get("job_id") in (None, entry.job_id)
        and ("since" not in wanted or entry.at >= wanted["since"])
    )


def _is_received(received: Received, wanted: Document) -> bool:
    return wanted.get("job_id", "") in received.body and (
        "since" not in wanted or received.at >= wanted["since"]
    )


KINDS = {
    "callbacks": Kind(
        frozenset({"job_id", "state"}),
        lambda engine: engine.context.store.count(Callback),
        lambda engine: engine.announcements.all(),
        lambda engine: engine.announcements.dropped,
        _is_callback,
        views.callback,
    ),
    "requests": Kind(
        frozenset({"job_id", "action", "code"}),
        lambda engine: engine.context.store.count(JournalEntry),
        lambda engine: engine.journal.all(),
        lambda engine: engine.journal.dropped,
        _is_request,
        views.request,
    ),
    "inbox": Kind(
        frozenset({"job_id"}),
        lambda engine: engine.context.store.count(Received),
        lambda engine: engine.inbox.all(),
        lambda engine: engine.inbox.dropped,
        _is_received,
        views.received,
        INBOX_LIMIT,
    ),
}


def add_routes(bp: Blueprint, mock: IceMock) -> None:
    waiting = Semaphore(MOST_WAITING)

    @bp.get("/worlds/<world_id>/await")
    def wait(world_id: str) -> Response:
        wanted = _checked(query(_WANTED))
        engine = mock.worlds.find(world_id).engine
        kind = KINDS[wanted["kind"]]
        found = _found(engine, wanted)
        if len(found) < wanted["count"] and wanted["timeout"]:
            with _place(waiting):
                found = _awaited(engine, wanted, mock.patience)
        if len(found) < wanted["count"]:
            _refuse_ended(mock, world_id, engine)
            raise _not_seen(engine, wanted, found)
        return jsonify(**{wanted["kind"]: [kind.shown(each) for each in found]}, dropped=kind.dropped(engine))


_WANTED = Wanted()
_EVERY_KIND = {"kind", "count", "timeout", "since"}


def _checked(wanted: Document) -> Document:
    """Refuse what makes no sense together; raises Unprocessable."""
    name = wanted["kind"]
    if others := wanted.keys() - _EVERY_KIND - KINDS[name].filters:
        other, known = min(others), ", ".join(sorted(KINDS[name].filters))
        raise Unprocessable(f"{other}: {name} are not told apart by that, but by {known}, since", path=other)
    if wanted["count"] > KINDS[name].at_most:
        raise Unprocessable(f"count: of {name} a world keeps {KINDS[name].at_most} at most", path="count")
    return wanted


@contextmanager
def _place(waiting: Semaphore) -> Iterator[None]:
    """One of the places for those who wait; raises TooManyWaiting if there is none left."""
    if not waiting.acquire(blocking=False):
        raise TooManyWaiting(f"{MOST_WAITING} requests are waiting already; ask again when one is answered")
    try:
        yield
    finally:
        waiting.release()


def _found(engine: Engine, wanted: Document) -> list[Any]:
    """What there is of what is awaited."""
    kind = KINDS[wanted["kind"]]
    return [each for each in kind.all(engine) if kind.counts(each, wanted)]


def _awaited(engine: Engine, wanted: Document, patience: Patience) -> list[Any]:
    """Wait until there is enough, or there is no more to wait for; return what there is."""
    kind, bell, elapsed = KINDS[wanted["kind"]], engine.context.bell, stopwatch()
    with patience.ringing(bell):
        while True:
            rings, looking = bell.rings, stopwatch()
            left = timedelta(seconds=wanted["timeout"]) - elapsed()
            is_over = left <= timedelta() or engine.has_ended or patience.has_ended
            if is_over or kind.are(engine) >= wanted["count"]:
                found = _found(engine, wanted)
                if is_over or len(found) >= wanted["count"]:
                    return found
            pause = min(looking() * patience.listeners / LOOKS, MOST_PAUSE)
            bell.wait(rings, left)
            # What happens after a pause is seen at once, and what happens meanwhile after the pause.
            patience.wait(min(max(pause, LEAST_PAUSE), left) - looking())


def _refuse_ended(mock: IceMock, world_id: str, engine: Engine) -> None:
    """Say that the wait was ended, if that was not for want of time; raises ControlError."""
    if engine.has_ended:
        mock.worlds.find(world_id)
        raise Conflict(f"the world {world_id} began anew during the wait")
    if mock.patience.has_ended:
        raise Conflict("the server is stopping, and nothing more will happen")


def _not_seen(engine: Engine, wanted: Document, found: list[Any]) -> NotSeen:
    name, kind = wanted["kind"], KINDS[wanted["kind"]]
    job_id = wanted.get("job_id")
    due = engine.announcements.next_due(engine.now() + SOON, job_id)
    seconds = (due - engine.now()).total_seconds() if due else None
    return NotSeen(
        f"{wanted['count']} {name} were awaited for {wanted['timeout']:g} s, and {len(found)} seen",
        count=wanted["count"],
        seen=len(found),
        dropped=kind.dropped(engine),
        clock=views.clock(engine),
        next_callback={"at": _instant(due), "in_seconds": seconds},
        callbacks_by_state=Counter(
            str(each.state) for each in engine.announcements.all() if job_id in (None, each.job_id)
        ),
        **{name: [kind.shown(each) for each in found[-MOST_SHOWN:]]},
    )


def _instant(instant: datetime | None) -> str | None:
    return iso_milliseconds(instant) if instant else None
