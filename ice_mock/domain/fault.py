"""Faults: what goes wrong, whom it strikes, and how often."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any


class Plane(StrEnum):
    """Where a fault strikes."""

    API = "api"
    CALLBACK = "callback"
    OSS = "oss"
    SNAPSHOT = "snapshot"


@dataclass(frozen=True, slots=True)
class Selector:
    """Whom a fault strikes; None is everybody.

    *action*, *job*, *stream*, *bucket*, *key* and the values of *parameters* may hold ``*`` and ``?``.
    *job* is compared with a job's id and its name. *parameters* are those of a call, by their names on
    the wire.
    """

    action: str | None = None
    job: str | None = None
    stream: str | None = None
    bucket: str | None = None
    key: str | None = None
    parameters: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Frequency:
    """How often a fault strikes, of all the times that its selector fits.

    The first *after* times pass, then every *every*-th strikes, *times* at most, each with a
    *probability* that follows from the world's seed. It is armed in the window from *since* to
    *until*, counted from the scenario's start on the world's clock; None is open.
    """

    times: int | None = None
    after: int = 0
    every: int = 1
    probability: float = 1.0
    since: timedelta | None = None
    until: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault of a *kind*, such as ``error`` or ``delay``, with that kind's own *options*."""

    id: str
    plane: Plane
    kind: str
    options: Mapping[str, Any] = field(default_factory=dict)
    selector: Selector = Selector()
    frequency: Frequency = Frequency()


@dataclass(frozen=True, slots=True)
class Armed:
    """A fault that waits for its moment, *since* an instant.

    It fitted *matched* times so far, and struck *fired* times.
    """

    id: str
    fault: Fault
    since: datetime
    matched: int = 0
    fired: int = 0

    @property
    def is_exhausted(self) -> bool:
        """Whether it has struck as often as it may, and never will again."""
        times = self.fault.frequency.times
        return times is not None and self.fired >= times


@dataclass(frozen=True, slots=True)
class Disarmed:
    """A fault of pictures that is armed no more. What it struck up to and including *until* stays struck."""

    id: str
    armed: Armed
    until: datetime
