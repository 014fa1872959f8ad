"""What there is from the start: templates, streams, buckets and jobs."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from ice_mock.clock import MILLISECOND
from ice_mock.domain.model import Plan
from ice_mock.domain.scenario import BucketSpec, JobSpec, Populate, StreamSpec, TemplateSpec
from ice_mock.scenario import forms
from ice_mock.scenario.fields import Choice, Flag, JsonSchema, Text, Value, Whole
from ice_mock.scenario.problems import Complaint
from ice_mock.scenario.structures import Group, Many, Record
from ice_mock.scenario.times import Length

MOST_POPULATED = 10_000


class TemplateRecord(Record):
    """A template: how often pictures are taken, and what they are called."""

    makes = TemplateSpec
    at_least_one = ("overwrite_format", "sequence_format")

    id = Text("its id", longest=128, form=forms.WORD, required=True)
    name = Text("its name; by default its id", longest=128)
    interval = Whole("seconds from picture to picture", least=5, most=3600, unit="seconds", required=True)
    overwrite_format = Text("the key of the file that every picture overwrites", form=forms.OVERWRITE)
    sequence_format = Text("the key of the files that are kept", form=forms.SEQUENCE)
    type = Choice("whose template it is", "custom", "system", attribute="kind")

    def made(self, found: dict[str, Any]) -> TemplateSpec:
        plan = Plan(
            timedelta(seconds=found["interval"]), found.get("overwrite_format"), found.get("sequence_format")
        )
        kind = found.get("kind", "custom")
        return TemplateSpec(found["id"], found.get("name", found["id"]), plan, kind)


class PatternRecord(Record):
    """Ingest that comes and goes by itself."""

    live = Length("how long it is live, each time", least=MILLISECOND, required=True)
    offline = Length("how long it is offline after that", least=MILLISECOND, required=True)
    repeat = Whole(
        "how many times, after which it stays offline; for ever without it",
        least=1,
        most=1_000_000,
        allow_none=True,
        default=None,
    )


class StreamRecord(Record):
    """A live stream."""

    url = Text("its address, by which jobs know it", form=forms.RTMP, required=True)
    state = Choice("whether it is being ingested at the start", "live", "offline", default="offline")
    pattern = Group("ingest that comes and goes; it begins live, at the start", PatternRecord)

    def mistakes(self, given: Mapping[str, Any]) -> Iterator[tuple[str, Complaint]]:
        if "pattern" in given and given.get("state") == "offline":
            yield "state", Complaint("live, or no state: a stream with a pattern begins live", meant="live")

    def made(self, found: dict[str, Any]) -> StreamSpec:
        pattern = found.get("pattern")
        if pattern is None:
            return StreamSpec(found["url"], live=found.get("state") == "live")
        lengths = (pattern["live"], pattern["offline"])
        return StreamSpec(found["url"], live=True, pattern=lengths, repeat=pattern.get("repeat"))


class BucketRecord(Record):
    """A bucket."""

    makes = BucketSpec

    name = Text("its name", longest=63, form=forms.BUCKET, required=True)
    endpoint = Text(
        "the only endpoint that it can be reached at; any without it", form=forms.HOST, allow_none=True
    )
    authorized = Flag("whether the service may write and delete in it")


class Buckets(Value):
    """``any``, or a list of buckets."""

    choices = ("any",)
    expected = "any, or a list of buckets with name, endpoint and authorized"

    def __init__(self, meaning: str, **options: Any) -> None:
        super().__init__(meaning, **options)
        self.long = Many(meaning, Group("a bucket", BucketRecord), expected=self.expected)

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        if value == "any":
            return None
        if not isinstance(value, list):
            raise self.make_error("invalid", input=value)
        return self.long.deserialize(value, *args, **kwargs)

    def json_schema(self) -> JsonSchema:
        return {"const": "any"}


class JobRecord(Record):
    """A job that was submitted at the start, and so runs if its stream is live then."""

    makes = JobSpec

    name = Text("its name, by which the timeline and expectations know it", longest=128, required=True)
    template = Text("the id of its template", longest=128, required=True)
    stream = Text("the URL of its stream", form=forms.RTMP, required=True)
    bucket = Text("the bucket of its files", longest=63, form=forms.BUCKET, required=True)
    endpoint = Text("the endpoint of its bucket", form=forms.HOST)
    callback_url = Text(
        "where its files are announced; the account's by default", form=forms.RECEIVER, allow_none=True
    )
    id = Text("its id; by default one that follows from the seed", form=forms.UUID, allow_none=True)


class PopulateRecord(Record):
    """Plausible entries, made up from the seed, beside those that are written out."""

    makes = Populate

    templates = Whole("how many templates", least=0, most=MOST_POPULATED)
    streams = Whole("how many streams, three in four of them live", least=0, most=MOST_POPULATED)
    jobs = Whole(
        "how many jobs, on any of the streams, by any of the templates", least=0, most=MOST_POPULATED
    )
