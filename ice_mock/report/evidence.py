"""What a report is made of: a world as it was found, in frozen values that need no server any more."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from ice_mock.domain import model
from ice_mock.domain.reason import Reason
from ice_mock.domain.schedule import Schedule

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Excerpt(Generic[T]):
    """Things that are *told* of, the oldest first, of so many *found*; the world lost *dropped* others."""

    told: tuple[T, ...] = ()
    found: int = 0
    dropped: int = 0

    def __iter__(self) -> Iterator[T]:
        return iter(self.told)

    @property
    def untold(self) -> int:
        """How many the world has and the report has not."""
        return self.found - len(self.told)


@dataclass(frozen=True, slots=True)
class Call:
    """A call of the API and its answer; *unread* are the parameters that nothing read."""

    id: str
    at: datetime
    action: str | None
    dialect: str
    method: str
    access_key_id: str | None
    parameters: Mapping[str, str]
    status: int
    code: str | None
    message: str | None
    answer: str
    answer_length: int
    duration_ms: float
    fault: str | None
    verdict: str | None
    reason: Reason | None
    unread: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """Why it was refused, in the best words that there are."""
        return (self.reason.sentence if self.reason else self.message) or ""


@dataclass(frozen=True, slots=True)
class Tally:
    """How often an action was answered alike; *code* is None for those that were not refused."""

    action: str | None
    code: str | None
    count: int


@dataclass(frozen=True, slots=True)
class File:
    """A file that a frame was meant for, and the fault that struck it; a missing one was never there."""

    job_id: str
    bucket: str
    key: str
    number: int
    instant: datetime
    is_overlay: bool
    is_missing: bool
    fault: str | None


@dataclass(frozen=True, slots=True)
class Job:
    """A job; *files* are those of its last frames, *why* is what the server says of one in trouble."""

    id: str
    name: str
    status: str
    stream: str
    bucket: str
    callback_url: str | None
    plan: model.Plan
    frames: int
    runs: tuple[model.Run, ...]
    created_at: datetime
    files: tuple[File, ...] = ()
    why: Reason | None = None

    @property
    def is_running(self) -> bool:
        """Whether it was told to capture, be the stream there or not."""
        return bool(self.runs) and self.runs[-1].stopped_at is None

    def schedule(self, stream: model.Stream, until: datetime) -> Schedule:
        """When frames were due, by the rules that hold where a scenario says nothing else."""
        first = self.created_at
        job = model.Job(
            self.id,
            self.name,
            "",
            "",
            self.plan,
            self.stream,
            "",
            self.bucket,
            None,
            first,
            first,
            first,
            self.runs,
        )
        return Schedule(job, stream, until)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try to deliver a callback."""

    at: datetime
    outcome: str
    status: int | None
    error: str | None
    duration_ms: float
    fault: str | None

    @property
    def is_delivered(self) -> bool:
        return self.outcome == "delivered"

    def __str__(self) -> str:
        return self.error or f"status {self.status}"


@dataclass(frozen=True, slots=True)
class Callback:
    """The announcement of a file, and what became of it; *why* is what the server says of one that failed."""

    id: str
    job_id: str
    url: str
    state: str
    frame: int
    key: str
    at: datetime
    body: Mapping[str, object]
    attempts: tuple[Attempt, ...]
    why: Reason | None = None

    @property
    def trouble(self) -> str | None:
        """What went wrong and what to do about it, in the best words that there are; None if nothing did."""
        if self.why is None:
            failed = [attempt for attempt in self.attempts if not attempt.is_delivered]
            return str(failed[-1]) if failed else None
        cause, advice = self.why.facts.get("cause"), self.why.facts.get("advice")
        return f"{cause}; {advice}" if cause and advice else self.why.sentence


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault in its short form, how often it fitted, and how often it struck."""

    id: str
    kind: str
    short_form: Mapping[str, object]
    armed_at: datetime
    matched: int
    fired: int


@dataclass(frozen=True, slots=True)
class Picture:
    """A frame of the film strip: its picture in small, or the *problem* that there is none."""

    file: File
    thumbnail: bytes | None
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """A world as it was found at the instant *now*.

    *began_at* is where instants are counted from. *strays* are calls that went to the default world
    instead, *refused* is how often calls to which hosts were stopped on their way out, *pictures* is the film
    strip, if one was asked for.
    """

    world: str
    label: str | None
    scenario: str
    mode: str
    began_at: datetime
    now: datetime
    streams: tuple[model.Stream, ...] = ()
    jobs: tuple[Job, ...] = ()
    calls: Excerpt[Call] = Excerpt()
    tallies: tuple[Tally, ...] = ()
    callbacks: Excerpt[Callback] = Excerpt()
    faults: tuple[Fault, ...] = ()
    strays: tuple[Tally, ...] = ()
    refused: tuple[tuple[str, int], ...] = ()
    pictures: tuple[Picture, ...] = ()

    @property
    def elapsed(self) -> timedelta:
        return self.now - self.began_at

    @property
    def frames(self) -> int:
        return sum(job.frames for job in self.jobs)

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all has happened that a report could tell of."""
        return not (self.streams or self.jobs or self.calls.found or self.callbacks.found or self.elapsed)

    def stream(self, url: str) -> model.Stream:
        """The stream of that address; one that was never heard of was never live."""
        return next((stream for stream in self.streams if stream.id == url), model.Stream(url))
