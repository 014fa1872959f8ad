"""The records of a world: frozen values, whose history is kept so that the past can be recomputed.

Instants are aware, in UTC and whole milliseconds. Transitions give a new value.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import zip_longest
from typing import Self

from ice_mock.clock import EPOCH
from ice_mock.domain.behaviour import DEFAULT, Behaviour
from ice_mock.domain.policy import EVERYTHING, Policy
from ice_mock.domain.spans import Span


class Status(StrEnum):
    """What a job is doing, in the service's words."""

    INIT = "init"
    STARTED = "started"
    PAUSED = "paused"


@dataclass(frozen=True, slots=True)
class CallbackRules:
    """How often and how patiently a callback is tried; *timeout* is real time, *retry_after* the world's."""

    timeout: timedelta = timedelta(seconds=3)
    attempts: int = 3
    retry_after: timedelta = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class SnapshotStyle:
    """The size of the pictures in pixels, and the quality that JPEG is coded with."""

    width: int = 1280
    height: int = 720
    quality: int = 80


@dataclass(frozen=True, slots=True)
class Account:
    """Who owns the world, and what holds for all its jobs.

    *callback_url* serves jobs that name none; with an *auth_key* callbacks are signed. *status* is
    active or disabled, *ice* enabled or not-enabled. With *any_bucket* buckets need not be
    made. The world began at *started_at*; its own *world_id* is None where others may use the same.
    """

    user_id: int
    seed: int
    signatures: str
    callback_url: str | None = None
    auth_key: str | None = None
    status: str = "active"
    ice: str = "enabled"
    policy: Policy = EVERYTHING
    concurrent_jobs: int = 100
    requests_per_second: int | None = None
    any_bucket: bool = True
    started_at: datetime = EPOCH
    behaviour: Behaviour = DEFAULT
    callbacks: CallbackRules = CallbackRules()
    snapshots: SnapshotStyle = SnapshotStyle()
    world_id: str | None = None
    id: str = "account"


@dataclass(frozen=True, slots=True)
class AccessKey:
    """A key that may sign; *security_token* goes with it if it came from STS."""

    id: str
    secret: str
    active: bool = True
    security_token: str | None = None
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Bucket:
    """A bucket that exists, whose name is its *id*; the service may delete in it if it is *authorized*."""

    id: str
    endpoint: str | None = None
    authorized: bool = True


@dataclass(frozen=True, slots=True)
class WithdrawnBucket:
    """The name of a bucket that exists no more, also where any other does."""

    id: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What a template lays down: how often, and under which names; at least one of the formats is set."""

    interval: timedelta
    overwrite_format: str | None = None
    sequence_format: str | None = None


@dataclass(frozen=True, slots=True)
class Template:
    """A plan under a name."""

    # Assumed: there are no templates of the kind "system"; what the presets are is not documented.

    id: str
    name: str
    plan: Plan
    created_at: datetime
    modified_at: datetime
    kind: str = "custom"

    def updated(self, name: str, plan: Plan, now: datetime) -> Self:
        return replace(self, name=name, plan=plan, modified_at=now)


@dataclass(frozen=True, slots=True)
class Stream:
    """A live stream, which is its URL, and when it was being ingested.

    *changes* are instants, in order: the first brings it on air, the next takes it off, and so on.
    """

    id: str
    changes: tuple[datetime, ...] = ()

    @property
    def is_live(self) -> bool:
        return len(self.changes) % 2 == 1

    def published(self, now: datetime) -> Self:
        return self if self.is_live else replace(self, changes=(*self.changes, now))

    def unpublished(self, now: datetime) -> Self:
        return replace(self, changes=(*self.changes, now)) if self.is_live else self

    def live(self, until: datetime) -> Iterator[Span]:
        """Yield the spans of ingest, in order, the last one cut at *until*."""
        return (
            Span(start, min(end, until))
            for start, end in zip_longest(self.changes[::2], self.changes[1::2], fillvalue=until)
            if start < until
        )


@dataclass(frozen=True, slots=True)
class Run:
    """A time in which a job was told to capture, and the plan it went by."""

    started_at: datetime
    plan: Plan
    stopped_at: datetime | None = None

    def until(self, now: datetime) -> Span:
        return Span(self.started_at, now if self.stopped_at is None else min(self.stopped_at, now))


@dataclass(frozen=True, slots=True)
class Job:
    """A snapshot job and everything that ever happened to it.

    Its plan is the template's at the time of submission. *deleted* are the timestamps, in
    milliseconds, of frames whose records were deleted. Callbacks are out for every frame up to
    and including *announced_until*.
    """

    id: str
    name: str
    template_id: str
    template_name: str
    plan: Plan
    stream_url: str
    endpoint: str
    bucket: str
    callback_url: str | None
    created_at: datetime
    modified_at: datetime
    announced_until: datetime
    runs: tuple[Run, ...] = ()
    deleted: frozenset[int] = frozenset()

    @property
    def is_running(self) -> bool:
        """Whether it has been told to capture, be the stream there or not."""
        return bool(self.runs) and self.runs[-1].stopped_at is None

    def status(self, stream: Stream, now: datetime, behaviour: Behaviour = DEFAULT) -> Status:
        """What it is doing at the instant *now*, its last one or later."""
        if not self.runs or (len(self.runs) == 1 and self.is_running and now < self.runs[0].started_at):
            return Status.INIT
        # Assumed: a job whose stream drops out is paused, and goes on by itself when it returns.
        captures = stream.is_live or behaviour.on_ingest_end == "continue"
        return Status.STARTED if self.is_running and captures else Status.PAUSED

    def started(self, now: datetime, *, begins_at: datetime | None = None, plan: Plan | None = None) -> Self:
        """Told to start, which it does at once or at *begins_at*, by its own *plan* or another one."""
        if self.is_running:
            return self
        run = Run(begins_at or now, plan or self.plan)
        return replace(self, runs=(*self.runs, run), plan=run.plan, modified_at=now)

    def stopped(self, now: datetime) -> Self:
        if not self.is_running:
            return self
        run = replace(self.runs[-1], stopped_at=now)
        return replace(self, runs=(*self.runs[:-1], run), modified_at=now)

    def without(self, timestamps: frozenset[int]) -> Self:
        return replace(self, deleted=self.deleted | timestamps)

    def announced(self, until: datetime) -> Self:
        return replace(self, announced_until=until)


@dataclass(frozen=True, slots=True)
class ActiveJobs:
    """The ids of the jobs that run, or have frames left to announce: few, however many jobs there are."""

    job_ids: tuple[str, ...] = ()
    id: str = "active"

    def including(self, job_id: str) -> Self:
        return self if job_id in self.job_ids else replace(self, job_ids=(*self.job_ids, job_id))

    def excluding(self, job_id: str) -> Self:
        return replace(self, job_ids=tuple(each for each in self.job_ids if each != job_id))


@dataclass(frozen=True, slots=True)
class DeletedObject:
    """An object that was deleted from OSS: frames up to *deleted_at* are gone from it, later ones are not.

    The id is ``<bucket>/<key>``.
    """

    id: str
    deleted_at: datetime
