"""A scenario: how a world begins, what happens to it, what goes wrong and what is expected of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from ice_mock.domain.behaviour import Behaviour
from ice_mock.domain.fault import Fault
from ice_mock.domain.model import AccessKey, CallbackRules, Plan, SnapshotStyle
from ice_mock.domain.policy import EVERYTHING, Policy

DEFAULT_KEY = AccessKey("LTAI-icemock", "icemock")


@dataclass(frozen=True, slots=True)
class AccountSpec:
    """The account at the start.

    A key that expires some time after the start does so by an event of the timeline.
    """

    user_id: int = 1234567890123456
    status: str = "active"
    ice: str = "enabled"
    policy: Policy = EVERYTHING
    access_keys: tuple[AccessKey, ...] = (DEFAULT_KEY,)
    callback_url: str | None = None
    auth_key: str | None = None
    concurrent_jobs: int = 100
    requests_per_second: int | None = None


@dataclass(frozen=True, slots=True)
class TemplateSpec:
    """A template that exists from the start, or is made by the timeline."""

    id: str
    name: str
    plan: Plan
    kind: str = "custom"


@dataclass(frozen=True, slots=True)
class StreamSpec:
    """A stream: live or not from the start; *pattern* is how long it is live and offline, in turns."""

    url: str
    live: bool = False
    pattern: tuple[timedelta, timedelta] | None = None
    repeat: int | None = None


@dataclass(frozen=True, slots=True)
class BucketSpec:
    """A bucket that exists; the service may write and delete in it if it is *authorized*."""

    name: str
    endpoint: str | None = None
    authorized: bool = True


@dataclass(frozen=True, slots=True)
class JobSpec:
    """A job that exists from the start; *id* None is made up from the seed."""

    name: str
    template: str
    stream: str
    bucket: str
    endpoint: str = "oss-cn-shanghai.aliyuncs.com"
    callback_url: str | None = None
    id: str | None = None


@dataclass(frozen=True, slots=True)
class Populate:
    """How many plausible entries are made up from the seed."""

    templates: int = 0
    streams: int = 0
    jobs: int = 0


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happens *at* a time after the start.

    *change* is one of: publish, unpublish (a URL), create_template (a TemplateSpec),
    delete_template (an id), account (a mapping with status or ice), access_key (a mapping with id
    and active, secret or expired), policy (a Policy), bucket (a mapping with name and authorized or
    exists), job (a mapping with id or name and command), fault (a Fault), clear_fault (an id).
    """

    at: timedelta
    change: str
    what: Any


@dataclass(frozen=True, slots=True)
class Bounds:
    """How many there may be, both ends included; None is open."""

    least: int | None = None
    most: int | None = None

    def __contains__(self, count: int) -> bool:
        return (self.least is None or count >= self.least) and (self.most is None or count <= self.most)


@dataclass(frozen=True, slots=True)
class Expectation:
    """What has to be true when the scenario ends.

    *subject* is callbacks, frames, files, calls or jobs; *selector* narrows it; *bounds* are what is
    allowed. Selectors are job (a name or an id), for callbacks state (a Delivery), for calls
    action (a pattern) and code (of an error, or OK), for jobs status (a Status).
    """

    subject: str
    selector: Mapping[str, str]
    bounds: Bounds


@dataclass(frozen=True, slots=True)
class Scenario:
    """Everything that a scenario file says. *buckets* None is any.

    *given* names the attributes that the file states itself; all others are defaults, for whoever
    runs it to choose: a server, for example, takes a real clock, and a test a frozen one.
    """

    name: str = "default"
    description: str = ""
    seed: int = 0
    clock: str = "real"
    start: datetime | None = None
    signatures: str = "known"
    account: AccountSpec = AccountSpec()
    templates: tuple[TemplateSpec, ...] = ()
    streams: tuple[StreamSpec, ...] = ()
    buckets: tuple[BucketSpec, ...] | None = None
    jobs: tuple[JobSpec, ...] = ()
    populate: Populate = Populate()
    snapshots: SnapshotStyle = SnapshotStyle()
    callbacks: CallbackRules = CallbackRules()
    behaviour: Behaviour = Behaviour()
    timeline: tuple[Event, ...] = ()
    faults: tuple[Fault, ...] = ()
    expect: tuple[Expectation, ...] = ()
    given: frozenset[str] = frozenset()
    text: str = field(default="", compare=False, repr=False)
    """The document that it was read from, if it was."""
