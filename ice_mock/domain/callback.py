"""Callbacks: the announcements of files, and every attempt to deliver one."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Self
from urllib.parse import quote

from ice_mock.domain.course import CallbackCourse
from ice_mock.domain.model import CallbackRules

INBOX = "inbox"
"""In place of a URL: the world's own inbox, whatever server it is on, or none."""


def is_inbox(url: str, world_id: str | None) -> bool:
    """Whether *url* is the inbox of a world, under whichever address a client knows the server.

    A server in a container cannot be reached from inside under the address that tests outside use.
    """
    path = f"/_ice_mock/worlds/{quote(world_id, safe='')}/inbox" if world_id else None
    return url == INBOX or (path is not None and url.partition("?")[0].endswith(path))


class Delivery(StrEnum):
    """How far a callback has come; lost is one that every attempt failed."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one HTTP request: a *status*, or the *error* that came instead."""

    status: int | None
    error: str | None
    duration: timedelta

    @property
    def is_success(self) -> bool:
        """The service's rule: exactly 200, and nothing else."""
        return self.status == 200  # noqa: PLR2004

    def __str__(self) -> str:
        return self.error or f"status {self.status}"


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try to deliver a callback, *at* an instant of the world; *asked_for* if by hand.

    A *fault* changed how it went; it may be *repeated* just because of that, or *final*.
    """

    at: datetime
    outcome: Outcome
    asked_for: bool = False
    fault: str | None = None
    repeated: bool = False
    final: bool = False

    @property
    def is_granted(self) -> bool:
        """Whether it is one of those that the rules grant."""
        return not (self.asked_for or self.repeated)


@dataclass(frozen=True, slots=True)
class Callback:
    """The announcement of one file to one receiver.

    A fault may have put off the next attempt, and decided on its *course*.
    """

    id: str
    url: str
    user_id: int
    job_id: str
    endpoint: str
    bucket: str
    key: str
    number: int
    instant: datetime
    is_overlay: bool
    state: Delivery = Delivery.WAITING
    attempts: tuple[Attempt, ...] = ()
    course: CallbackCourse | None = None

    def attempted(self, attempt: Attempt, rules: CallbackRules) -> Self:
        """Add an attempt; what was delivered once stays delivered."""
        attempts = (*self.attempts, attempt)
        if attempt.outcome.is_success or self.state is Delivery.DELIVERED:
            state = Delivery.DELIVERED
        elif any(each.final for each in attempts) or (
            sum(each.is_granted for each in attempts) >= rules.attempts
        ):
            state = Delivery.LOST
        else:
            state = Delivery.WAITING
        return replace(self, state=state, attempts=attempts, course=None)


@dataclass(frozen=True, slots=True)
class Due:
    """A callback whose next attempt is to be made *at* an instant of the world."""

    id: str
    at: datetime
    callback: Callback


@dataclass(frozen=True, slots=True)
class HeldBack:
    """The id of a callback that is due at some time, or as soon as another one of its job has gone."""

    id: str
    job_id: str
