"""A scenario's timeline: changes that happen by themselves, each at its own instant."""

import heapq
import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from ice_mock import limits
from ice_mock.domain.model import AccessKey, Account, Bucket
from ice_mock.domain.policy import Policy
from ice_mock.domain.scenario import Event, StreamSpec, TemplateSpec
from ice_mock.engine.allowance import LimitReached
from ice_mock.errors import ApiError

if TYPE_CHECKING:
    from ice_mock.engine.engine import Engine

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Pending:
    """An event that is still to come, *at* an instant of the world."""

    id: str
    at: datetime
    event: Event


@dataclass(frozen=True, slots=True)
class Turn:
    """The next change of a stream that has a pattern; *turns* are those left, None for ever."""

    spec: StreamSpec
    live: bool
    turns: int | None


class Timeline:
    """The events of a world that are still to come."""

    def __init__(self, engine: "Engine") -> None:
        self._engine = engine
        self._changes: dict[str, Callable[[Any], object]] = {
            "publish": engine.publish,
            "unpublish": engine.unpublish,
            "turn": self._turn,
            "create_template": self._create_template,
            "delete_template": self._delete_template,
            "account": self._change_account,
            "access_key": self._change_key,
            "policy": self._change_policy,
            "bucket": self._change_bucket,
            "job": self._command,
            "fault": engine.faults.add,
            "clear_fault": engine.faults.remove,
        }

    def add(self, event: Event, start: datetime) -> None:
        """Let an *event* happen, counted from *start* on."""
        self._put(event, start + event.at)

    def _put(self, event: Event, at: datetime) -> Pending:
        store = self._engine.store
        pending = Pending(f"{store.next_number('event'):09d}", at, event)
        store.put(pending)
        return pending

    def add_pattern(self, spec: StreamSpec, start: datetime) -> None:
        """Let a stream come and go in its pattern, from *start* on."""
        repeat = spec.repeat
        turns = None if repeat is None else 2 * repeat
        self.add(Event(timedelta(), "turn", Turn(spec, live=True, turns=turns)), start)

    def pending(self) -> list[Pending]:
        """The events to come, in order of time."""
        return sorted(self._engine.store.all(Pending), key=lambda pending: (pending.at, pending.id))

    def next_due(self, until: datetime) -> datetime | None:
        """The earliest instant, up to and including *until*, at which something happens."""
        return min(
            (pending.at for pending in self._engine.store.all(Pending) if pending.at <= until), default=None
        )

    def settle(self) -> None:
        """Let everything happen that is due by now, each at its own instant.

        Where more is due than a world can catch up with at a time, the rest happens next time.
        """
        if not self._engine.store.count(Pending):
            return
        with self._engine.store.exclusive():
            due = [(each.at, each.id, each) for each in self._engine.store.all(Pending)]
            heapq.heapify(due)
            for _ in range(limits.EVENTS_AT_ONCE):
                if not due or due[0][0] > self._engine.now():
                    return
                pending = heapq.heappop(due)[-1]
                self._engine.store.delete(Pending, pending.id)
                with self._engine.context.at(pending.at):
                    following = self._perform(pending.event)
                if following:
                    heapq.heappush(due, (following.at, following.id, following))
            log.warning("a world has more than %d events at once, and is behind", limits.EVENTS_AT_ONCE)

    def _perform(self, event: Event) -> Pending | None:
        """Let an event happen, and return the one that it brings about, if any."""
        try:
            following = self._changes[event.change](event.what)
        except LimitReached as refusal:
            # There is nobody to tell but whoever looks at the changes.
            now = self._engine.now()
            self._engine.context.changed("timeline", event.change, f"refused: {refusal}", now)
            log.warning("an event of a timeline was refused: %s", refusal)
            return None
        return following if isinstance(following, Pending) else None

    def _turn(self, turn: Turn) -> Pending | None:
        if turn.spec.pattern is None or turn.turns == 0:
            return None
        live_for, offline_for = turn.spec.pattern
        change = self._engine.publish if turn.live else self._engine.unpublish
        change(turn.spec.url)
        following = Turn(turn.spec, live=not turn.live, turns=turn.turns and turn.turns - 1)
        now = self._engine.now()
        event = Event(live_for if turn.live else offline_for, "turn", following)
        return self._put(event, now + event.at)

    def _create_template(self, spec: TemplateSpec) -> None:
        self._engine.templates.create(spec.name, spec.plan, id=spec.id, kind=spec.kind)

    def _delete_template(self, template_id: str) -> None:
        if self._engine.templates.get(template_id):
            self._engine.delete_template(template_id)

    def _change_account(self, changes: Mapping[str, str]) -> None:
        self._put_account(replace(self._engine.account, **changes))  # type: ignore[arg-type]  # checked when read
        for name, value in changes.items():
            self._engine.context.changed("account", name, value, self._engine.now())

    def _change_policy(self, policy: Policy) -> None:
        self._put_account(replace(self._engine.account, policy=policy))
        self._engine.context.changed("account", "policy", "replaced", self._engine.now())

    def _put_account(self, account: Account) -> None:
        self._engine.store.put(account)

    def _change_key(self, change: Mapping[str, Any]) -> None:
        key = self._engine.store.get(AccessKey, change["id"])
        if key is None:
            return
        now = self._engine.now()
        if change.get("expired"):
            key = replace(key, expires_at=now)
        key = replace(key, active=change.get("active", key.active), secret=change.get("secret", key.secret))
        self._engine.store.put(key)
        what = next(name for name in ("expired", "active", "secret") if name in change)
        words = {
            "expired": "expired",
            "secret": "rotated",
            "active": "activated" if key.active else "disabled",
        }
        self._engine.context.changed("access key", key.id, words[what], now)

    def _change_bucket(self, change: Mapping[str, Any]) -> None:
        buckets = self._engine.buckets
        if not change.get("exists", True):
            buckets.remove(change["name"])
            return
        bucket = buckets.find(change["name"]) or Bucket(change["name"])
        buckets.put(replace(bucket, authorized=change.get("authorized", bucket.authorized)))

    def _command(self, change: Mapping[str, str]) -> None:
        jobs = self._engine.jobs
        wanted = (change.get("id"), change.get("name"))
        commands = {"start": jobs.start, "stop": jobs.stop, "restart": jobs.restart}
        for job in jobs.all():
            if job.id == wanted[0] or job.name == wanted[1]:
                # A command that the service would refuse is refused here as well: nothing happens.
                with suppress(ApiError):
                    commands[change["command"]](job.id)
