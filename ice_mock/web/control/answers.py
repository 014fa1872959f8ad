"""What the control API answers, as schemas; `ice_mock.web.control.views` makes what they describe."""

from typing import Any

from marshmallow import RAISE, Schema, fields, validate

from ice_mock.domain.callback import Delivery
from ice_mock.domain.fault import Plane
from ice_mock.domain.model import Status

KINDS_OF_STATE = ("live", "offline")


class Answer(Schema):
    """A document in which every entry is always there, unless it says that it is *optional*."""

    class Meta:
        unknown = RAISE

    def on_bind_field(self, field_name: str, field_obj: fields.Field[Any]) -> None:  # noqa: ARG002
        field_obj.required = not field_obj.metadata.get("optional")


def text() -> fields.String:
    return fields.String()


def text_or_none() -> fields.String:
    return fields.String(allow_none=True)


def one_of(*choices: str) -> fields.String:
    return fields.String(validate=validate.OneOf(choices))


def number() -> fields.Integer:
    """A whole number that is not negative."""
    return fields.Integer(validate=validate.Range(0))


def numbers() -> fields.Dict:
    """Whole numbers by name."""
    return fields.Dict(keys=text(), values=number())


def texts() -> fields.Dict:
    """Texts by name."""
    return fields.Dict(keys=text(), values=text())


def many(schema: type[Schema]) -> fields.List[Any]:
    return fields.List(fields.Nested(schema))


def instant() -> fields.DateTime:
    """ISO 8601 in UTC, with milliseconds."""
    return fields.DateTime()


def instant_or_none() -> fields.DateTime:
    return fields.DateTime(allow_none=True)


class Problem(Answer):
    """What a request was refused for: a *code* for programs, a *message* for people.

    Of *details* there is often nothing; a wrong document has its `path` and all its `problems` there.
    """

    code = text()
    message = text()
    details = fields.Dict()


class Refusal(Answer):
    """A request that was not done, and changed nothing."""

    error = fields.Nested(Problem)


class Index(Answer):
    """What there is under `/_ice_mock/`."""

    name = text()
    version = text()
    paths = fields.List(text())


class Alive(Answer):
    """Whether the server lives."""

    status = one_of("ok")


class Readiness(Answer):
    """Whether the server takes new work."""

    status = one_of("ok", "stopping")


class ClockReading(Answer):
    """A clock, and what it shows."""

    mode = text()
    now = instant()


class Bound(Answer):
    """Something of which there are *used* now, and *most* at most."""

    used = number()
    most = number()


class Health(Readiness):
    """How the server is; the clock is the default world's."""

    version = text()
    uptime_seconds = fields.Float(validate=validate.Range(0))
    worlds = number()
    jobs = numbers()
    clock = fields.Nested(ClockReading)
    journal_dropped = number()
    inbox_dropped = number()
    callbacks_dropped = number()
    callbacks_waiting = number()
    callbacks_under_way = number()
    bounds = fields.Dict(keys=text(), values=fields.Nested(Bound))


class World(Answer):
    """A world without its secret."""

    id = text()
    label = text_or_none()
    access_key_id = text_or_none()
    scenario = text()
    signatures = one_of("off", "known", "required")
    seed = fields.Integer()
    began_at = instant()
    clock = fields.Nested(ClockReading)
    templates = number()
    streams = number()
    jobs = number()


class MadeWorld(World):
    """A world that has just been made, with its secret, which is told this once."""

    access_key_id = text()
    access_key_secret = text()


class EndedWorld(Answer):
    """A world that was deleted, how many requests came for it since, and callbacks that it left unsent."""

    id = text()
    label = text_or_none()
    late_calls = number()
    unsent_callbacks = number()


class Worlds(Answer):
    """Every world, and those that ended too early for something: calls that came since, or callbacks."""

    worlds = many(World)
    ended = many(EndedWorld)


class Scenario(Answer):
    """A scenario, and the *text* that it was read from, empty if a program made it."""

    name = text()
    description = text()
    text = text()


class Scenarios(Answer):
    """The ready scenarios."""

    scenarios = many(Scenario)


class FrameCounts(Answer):
    """How many frames there were, in all and of each job that had any."""

    total = number()
    by_job = numbers()


class CallbackCounts(Answer):
    """How many deliveries were tried, and what became of the callbacks."""

    attempts = number()
    delivered = number()
    lost = number()
    waiting = number()


class Change(Answer):
    """*what* happened to which *subject*."""

    at = instant()
    subject = text()
    id = text()
    what = text()


class Report(Answer):
    """What happened while a clock was moved on."""

    start = fields.DateTime(data_key="from")
    to = instant()
    seconds = fields.Float(validate=validate.Range(0))
    frames = fields.Nested(FrameCounts)
    callbacks = fields.Nested(CallbackCounts)
    changes = many(Change)


class Stream(Answer):
    """A stream, and the instants at which its state changed."""

    url = text()
    state = one_of(*KINDS_OF_STATE)
    changes = fields.List(instant())


class Streams(Answer):
    """Every stream that was ever heard of."""

    streams = many(Stream)


class Plan(Answer):
    """How often pictures are taken, in seconds, and what they are called."""

    interval = fields.Float()
    overwrite_format = text_or_none()
    sequence_format = text_or_none()


class Template(Plan):
    """A template."""

    id = text()
    name = text()
    type = text()
    created_at = instant()
    modified_at = instant()


class Templates(Answer):
    """Every template."""

    templates = many(Template)


class Run(Answer):
    """A stretch of time in which a job was running; it still is if nothing stopped it."""

    started_at = instant()
    stopped_at = instant_or_none()


class Job(Plan):
    """A job, its runs, and how many *frames* it has captured."""

    id = text()
    name = text()
    status = one_of(*Status)
    template_id = text()
    stream = text()
    bucket = text()
    endpoint = text()
    callback_url = text_or_none()
    frames = number()
    last_frame_at = instant_or_none()
    runs = many(Run)
    created_at = instant()
    modified_at = instant()


class Jobs(Answer):
    """Every job."""

    jobs = many(Job)


class File(Answer):
    """A file of a job; *timestamp* is in milliseconds since 1970."""

    bucket = text()
    key = text()
    frame = number()
    created_at = instant()
    timestamp = fields.Integer()
    overlay = fields.Boolean()
    path = text()
    fault = text_or_none()


class Files(Answer):
    """The files of some frames of a job, which has captured so many *frames* in all."""

    frames = number()
    files = many(File)


class FrameFile(Answer):
    """A file that a frame was meant for, whether or not it ever got there."""

    key = text()
    overlay = fields.Boolean()
    missing = fields.Boolean()
    deleted = fields.Boolean()
    announced = fields.Boolean()
    fault = text_or_none()


class Frame(Answer):
    """A frame; *timestamp* is in milliseconds since 1970."""

    number = number()
    at = instant()
    timestamp = fields.Integer()
    files = many(FrameFile)


class Frames(Answer):
    """Some frames of a job that has captured *total* of them."""

    total = number()
    frames = many(Frame)


class StoredObject(Answer):
    """An object, and the job and frame that wrote it."""

    bucket = text()
    key = text()
    job_id = text()
    frame = number()
    overlay = fields.Boolean()
    modified_at = instant()
    fault = text_or_none()


class Objects(Answer):
    """Some objects of a bucket; if there are more, *next* is what to go on after."""

    objects = many(StoredObject)
    next = text_or_none()


class Reason(Answer):
    """Why something is as it is, and the facts that this rests on."""

    sentence = text()
    facts = texts()


class Call(Answer):
    """A call of the API and its answer."""

    id = text()
    at = instant()
    action = text_or_none()
    dialect = text()
    method = text()
    access_key_id = text_or_none()
    parameters = texts()
    status = number()
    code = text_or_none()
    message = text_or_none()
    answer = text()
    answer_length = number()
    duration_ms = fields.Float()
    fault = text_or_none()
    signature = text()
    reason = fields.Nested(Reason, allow_none=True)
    unread = fields.List(text())


class CallCount(Answer):
    """How many calls of an action were answered with a code."""

    action = text_or_none()
    code = text_or_none()
    count = number()


class Calls(Answer):
    """The latest of the calls that were *found*, and how many the journal no longer has."""

    requests = many(Call)
    found = number()
    counts = many(CallCount)
    dropped = number()


class Attempt(Answer):
    """One try to deliver a callback."""

    at = instant()
    outcome = one_of("delivered", "failed")
    status = fields.Integer(allow_none=True)
    error = text_or_none()
    duration_ms = fields.Float()
    asked_for = fields.Boolean()
    repeated = fields.Boolean()
    fault = text_or_none()


class Callback(Answer):
    """The announcement of a file, with every attempt; *body* is what its receiver is sent."""

    id = text()
    job_id = text()
    url = text()
    state = one_of(*Delivery)
    frame = number()
    key = text()
    at = instant()
    body = fields.Dict()
    attempts = many(Attempt)


class Callbacks(Answer):
    """The latest of the callbacks that were *found*, and how many the list no longer has."""

    callbacks = many(Callback)
    found = number()
    dropped = number()


class Kept(Answer):
    """Under which id the inbox has kept what it was sent."""

    id = text()


class Received(Answer):
    """What the inbox was sent; *body* is base64 if *base64* says so."""

    id = text()
    at = instant()
    method = text()
    query = text()
    headers = texts()
    body = text()
    base64 = fields.Boolean()


class Inbox(Answer):
    """Everything in the inbox, and how much it no longer has."""

    received = many(Received)
    dropped = number()


class ArmedFault(Answer):
    """A fault in its short form, how often it fitted, and how often it struck."""

    id = text()
    plane = one_of(*Plane)
    kind = text()
    fault = fields.Dict()
    armed_at = instant()
    matched = number()
    fired = number()


class ArmedFaults(Answer):
    """The faults that are armed, in order."""

    faults = many(ArmedFault)


class Awaited(Answer):
    """What was awaited, under its own name, and how much of that the world no longer has."""

    callbacks = fields.List(fields.Nested(Callback), metadata={"optional": True})
    requests = fields.List(fields.Nested(Call), metadata={"optional": True})
    inbox = fields.List(fields.Nested(Received), metadata={"optional": True})
    dropped = number()
