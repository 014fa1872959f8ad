"""What the control API answers, as types; instants are ISO 8601 text in UTC."""

from collections.abc import Sequence
from typing import Any, TypedDict, TypeVar

Json = dict[str, Any]
D = TypeVar("D")


class ClockReading(TypedDict):
    """A clock: its *mode* is ``real``, ``frozen`` or ``xN``."""

    mode: str
    now: str


class World(TypedDict):
    """A world, and how many templates, streams and jobs it has."""

    id: str
    label: str | None
    access_key_id: str
    scenario: str
    signatures: str
    seed: int
    began_at: str
    clock: ClockReading
    templates: int
    streams: int
    jobs: int


class NewWorld(World):
    """A world that has just been made; its secret is told this once."""

    access_key_secret: str


class EndedWorld(TypedDict):
    """A world that has ended, how many calls came for it later, and how many callbacks it left unsent."""

    id: str
    label: str | None
    late_calls: int
    unsent_callbacks: int


class Scenario(TypedDict):
    """A scenario, and the *text* that it was read from, empty if a program made it."""

    name: str
    description: str
    text: str


class Bound(TypedDict):
    """How full something is that clients fill: *used* of *most*; of a world, the fullest one's."""

    used: int
    most: int


class Health(TypedDict):
    """How a server is; the clock is the default world's, *jobs* are counted by status."""

    status: str
    version: str
    uptime_seconds: float
    worlds: int
    jobs: dict[str, int]
    clock: ClockReading
    journal_dropped: int
    inbox_dropped: int
    callbacks_dropped: int
    callbacks_waiting: int
    callbacks_under_way: int
    bounds: dict[str, Bound]


class FrameCounts(TypedDict):
    """How many frames, in all and of each job that had any."""

    total: int
    by_job: dict[str, int]


class CallbackCounts(TypedDict):
    """How many deliveries were tried, and what became of the callbacks."""

    attempts: int
    delivered: int
    lost: int
    waiting: int


class Change(TypedDict):
    """*what* happened to which *subject*: ``stream``, ``published``."""

    at: str
    subject: str
    id: str
    what: str


Report = TypedDict(
    "Report",
    {
        "from": str,
        "to": str,
        "seconds": float,
        "frames": FrameCounts,
        "callbacks": CallbackCounts,
        "changes": list[Change],
    },
)
"""What happened while a clock was moved on."""


class Stream(TypedDict):
    """A stream; *state* is ``live`` or ``offline``, *changes* are the instants at which it changed."""

    url: str
    state: str
    changes: list[str]


class Template(TypedDict):
    """A template; *interval* is in seconds."""

    id: str
    name: str
    type: str
    interval: float
    overwrite_format: str | None
    sequence_format: str | None
    created_at: str
    modified_at: str


class Run(TypedDict):
    """A stretch of time in which a job was running; it still is if *stopped_at* is None."""

    started_at: str
    stopped_at: str | None


class Job(TypedDict):
    """A job, with the plan that it copied from its template, and how many *frames* it has captured."""

    id: str
    name: str
    status: str
    template_id: str
    stream: str
    bucket: str
    endpoint: str
    callback_url: str | None
    interval: float
    overwrite_format: str | None
    sequence_format: str | None
    frames: int
    last_frame_at: str | None
    runs: list[Run]
    created_at: str
    modified_at: str


class File(TypedDict):
    """A file of a job; *path* is where the server has it, *timestamp* is in milliseconds since 1970."""

    bucket: str
    key: str
    frame: int
    created_at: str
    timestamp: int
    overlay: bool
    path: str
    fault: str | None


class FrameFile(TypedDict):
    """A file that a frame was meant for.

    It is *missing* if it never got there, *deleted* if the API has no record of it any more, and
    *announced* if a callback was made for it.
    """

    key: str
    overlay: bool
    missing: bool
    deleted: bool
    announced: bool
    fault: str | None


class FrameRecord(TypedDict):
    """A frame; *timestamp* is in milliseconds since 1970."""

    number: int
    at: str
    timestamp: int
    files: list[FrameFile]


class ObjectEntry(TypedDict):
    """An object in a bucket, and the job and frame that wrote it; *fault* struck its picture."""

    bucket: str
    key: str
    job_id: str
    frame: int
    overlay: bool
    modified_at: str
    fault: str | None


class Why(TypedDict):
    """Why something is as it is: a sentence, and the facts that it rests on."""

    sentence: str
    facts: dict[str, str]


class Request(TypedDict):
    """A call of the API and its answer, which is cut if it was longer than it is here.

    *signature* says whether it was verified, *reason* why it was refused; *unread* are parameters that were
    sent and that nothing read.
    """

    id: str
    at: str
    action: str | None
    dialect: str
    method: str
    access_key_id: str | None
    parameters: dict[str, str]
    status: int
    code: str | None
    message: str | None
    answer: str
    answer_length: int
    duration_ms: float
    fault: str | None
    signature: str
    reason: Why | None
    unread: list[str]


class Fault(TypedDict):
    """A fault in its short form, how often it fitted, and how often it struck."""

    id: str
    plane: str
    kind: str
    fault: dict[str, object]
    armed_at: str
    matched: int
    fired: int


class Attempt(TypedDict):
    """One try to deliver a callback; *outcome* is ``delivered`` or ``failed``."""

    at: str
    outcome: str
    status: int | None
    error: str | None
    duration_ms: float
    asked_for: bool
    repeated: bool
    fault: str | None


class Callback(TypedDict):
    """The announcement of a file; *state* is ``waiting``, ``delivered`` or ``lost``."""

    id: str
    job_id: str
    url: str
    state: str
    frame: int
    key: str
    at: str
    body: Json
    attempts: list[Attempt]


class Received(TypedDict):
    """What the inbox was sent; *body* is base64 where *base64* says so."""

    id: str
    at: str
    method: str
    query: str
    headers: dict[str, str]
    body: str
    base64: bool


class Count(TypedDict):
    """How many calls of an *action* were answered with a *code*, None if they were not refused."""

    action: str | None
    code: str | None
    count: int


class Kept(list[D]):
    """The newest of what a world keeps, the oldest first; *dropped* older ones are gone.

    There are *found* of them, more than are here if there was a limit; *counts* say which, of calls.
    """

    def __init__(
        self, kept: list[D], dropped: int, *, found: int | None = None, counts: Sequence[Count] = ()
    ) -> None:
        super().__init__(kept)
        self.dropped = dropped
        self.found = len(kept) if found is None else found
        self.counts = counts


class Files(list[File]):
    """Some files of a job that has captured so many *frames* in all."""

    def __init__(self, files: list[File], frames: int) -> None:
        super().__init__(files)
        self.frames = frames


class FrameRecords(list[FrameRecord]):
    """Some frames of a job that has captured *total* of them."""

    def __init__(self, frames: list[FrameRecord], total: int) -> None:
        super().__init__(frames)
        self.total = total
