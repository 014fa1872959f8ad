"""What a scenario becomes: the values that worlds begin with."""

from datetime import UTC, datetime, timedelta

import pytest
from marshmallow import ValidationError

from ice_mock.actions import ACTIONS
from ice_mock.actions.template_params import TemplateParams
from ice_mock.domain.behaviour import Behaviour
from ice_mock.domain.model import AccessKey, CallbackRules, Plan, SnapshotStyle
from ice_mock.domain.policy import Policy, Statement
from ice_mock.domain.scenario import (
    AccountSpec,
    BucketSpec,
    Event,
    JobSpec,
    Populate,
    Scenario,
    StreamSpec,
    TemplateSpec,
)
from ice_mock.scenario import load, load_file, names
from ice_mock.scenario.records import TemplateRecord

SECOND = timedelta(seconds=1)
JOB_ID = "6f1c2a34-0000-4000-8000-000000000001"


def test_an_empty_mapping_is_a_scenario_of_defaults() -> None:
    assert load("{}", source="x") == Scenario(name="unnamed")


def test_a_file_lends_its_name(tmp_path) -> None:
    (tmp_path / "quiet-day.yaml").write_text("seed: 0")

    assert load_file(tmp_path / "quiet-day.yaml").name == "quiet-day"


def test_what_the_file_states_itself_is_known() -> None:
    scenario = load("scenario: a\nclock: {mode: x60}\nsignatures: known", source="x")

    assert scenario.clock == "x60"
    assert {"clock", "signatures"} <= scenario.given
    assert not {"start", "seed", "faults"} & scenario.given


def test_the_top_of_a_scenario() -> None:
    scenario = load(
        "scenario: top\ndescription: |\n  Two\n  lines.\nseed: 7\nsignatures: off\n"
        "clock: {mode: frozen, start: 2026-02-01T08:00:00+08:00}\n"
        "snapshots: {width: 640, height: 360, quality: 60}\n"
        "callbacks: {timeout: 500ms, attempts: 2, retry_after: 1.5s}\n"
        "populate: {templates: 1, streams: 2, jobs: 3}\n"
        "behaviour: {first_frame: at-start, start_delay: 800ms, sequence_width: 6, host_id: null}\n",
        source="x",
    )

    assert (scenario.name, scenario.description, scenario.seed) == ("top", "Two\nlines.\n", 7)
    assert (scenario.signatures, scenario.clock) == ("off", "frozen")
    assert scenario.start == datetime(2026, 2, 1, tzinfo=UTC)
    assert scenario.snapshots == SnapshotStyle(640, 360, 60)
    assert scenario.callbacks == CallbackRules(SECOND / 2, 2, 1.5 * SECOND)
    assert scenario.populate == Populate(1, 2, 3)
    assert scenario.behaviour == Behaviour(
        first_frame="at-start", start_delay=timedelta(milliseconds=800), sequence_width=6
    )


def test_an_account() -> None:
    account = load(
        """\
account:
  id: 1001
  status: disabled
  ice: not-enabled
  policy: {Version: "1", Statement: {Effect: Deny, NotAction: "ice:Get*", Resource: ["*", "acs:ice:*"]}}
  access_keys: [{id: LTAI-a, secret: b, active: false, security_token: t, expires: 2026-01-01T01:00:00Z}]
  callback: {url: "http://a/b", auth_key: Aa1}
  limits: {concurrent_jobs: 3, requests_per_second: 5}
""",
        source="x",
    ).account

    statement = Statement(
        allows=False,
        actions=None,
        not_actions=("ice:Get*",),
        resources=("*", "acs:ice:*"),
        not_resources=None,
    )
    end = datetime(2026, 1, 1, 1, tzinfo=UTC)
    assert account == AccountSpec(
        user_id=1001,
        status="disabled",
        ice="not-enabled",
        policy=Policy((statement,)),
        access_keys=(AccessKey("LTAI-a", "b", active=False, security_token="t", expires_at=end),),
        callback_url="http://a/b",
        auth_key="Aa1",
        concurrent_jobs=3,
        requests_per_second=5,
    )


def test_a_key_that_expires_after_a_while_does_so_on_the_timeline() -> None:
    scenario = load(
        "account: {access_keys: [{id: a, secret: b, expires: 5m}]}\n"
        'timeline: [{at: 9m, publish: "rtmp://a/b/c"}, {at: 1m, publish: "rtmp://a/b/c"}]',
        source="x",
    )

    assert scenario.account.access_keys == (AccessKey("a", "b"),)
    assert [(event.at // SECOND, event.change) for event in scenario.timeline] == [
        (60, "publish"),
        (300, "access_key"),
        (540, "publish"),
    ]
    assert scenario.timeline[1].what == {"id": "a", "expired": True}


def test_what_there_is_from_the_start() -> None:
    scenario = load(
        f"""\
templates:
  - {{id: a, name: A, interval: 5, overwrite_format: "a.jpg", sequence_format: "{{Sequence}}.jpg",
     type: system}}
  - {{id: b, interval: 3600, overwrite_format: "b.jpg"}}
streams:
  - {{url: "rtmp://a/b/live", state: live}}
  - {{url: "rtmp://a/b/offline"}}
  - {{url: "rtmp://a/b/shaky", pattern: {{live: 30s, offline: 5s, repeat: 10}}}}
  - {{url: "rtmp://a/b/ever", pattern: {{live: 30s, offline: 5s}}}}
buckets:
  - {{name: one}}
  - {{name: two, endpoint: oss-cn-beijing.aliyuncs.com, authorized: false}}
jobs:
  - {{name: first, template: a, stream: "rtmp://a/b/live", bucket: one}}
  - {{name: second, template: b, stream: "rtmp://a/b/live", bucket: two, endpoint: "localhost:4610",
     callback_url: "http://c/d", id: {JOB_ID}}}
""",
        source="x",
    )

    assert scenario.templates == (
        TemplateSpec("a", "A", Plan(5 * SECOND, "a.jpg", "{Sequence}.jpg"), "system"),
        TemplateSpec("b", "b", Plan(3600 * SECOND, "b.jpg")),
    )
    assert scenario.streams == (
        StreamSpec("rtmp://a/b/live", live=True),
        StreamSpec("rtmp://a/b/offline"),
        StreamSpec("rtmp://a/b/shaky", live=True, pattern=(30 * SECOND, 5 * SECOND), repeat=10),
        StreamSpec("rtmp://a/b/ever", live=True, pattern=(30 * SECOND, 5 * SECOND)),
    )
    assert scenario.buckets == (
        BucketSpec("one"),
        BucketSpec("two", "oss-cn-beijing.aliyuncs.com", authorized=False),
    )
    assert scenario.jobs == (
        JobSpec("first", "a", "rtmp://a/b/live", "one"),
        JobSpec("second", "b", "rtmp://a/b/live", "two", "localhost:4610", "http://c/d", JOB_ID),
    )


@pytest.mark.parametrize(("written", "buckets"), [("any", None), ("[]", ())], ids=["any", "none"])
def test_any_bucket_or_none(written, buckets) -> None:
    assert load(f"buckets: {written}", source="x").buckets == buckets


EVENTS = {
    'publish: "rtmp://a/b/c"': "rtmp://a/b/c",
    'unpublish: "rtmp://a/b/c"': "rtmp://a/b/c",
    'create_template: {id: b, interval: 5, overwrite_format: "b.jpg"}': TemplateSpec(
        "b", "b", Plan(5 * SECOND, "b.jpg")
    ),
    "delete_template: a": "a",
    "account: {status: disabled, ice: enabled}": {"status": "disabled", "ice": "enabled"},
    "access_key: {id: LTAI-icemock, active: false}": {"id": "LTAI-icemock", "active": False},
    "access_key: {id: LTAI-icemock, secret: new}": {"id": "LTAI-icemock", "secret": "new"},
    "access_key: {id: LTAI-icemock, expired: true}": {"id": "LTAI-icemock", "expired": True},
    'policy: {Statement: {Effect: Allow, Action: "*", Resource: "*"}}': Policy(
        (Statement(allows=True, actions=("*",), resources=("*",)),)
    ),
    "bucket: {name: pictures, authorized: false}": {"name": "pictures", "authorized": False},
    "bucket: {name: pictures, exists: true}": {"name": "pictures", "exists": True},
    "job: {name: j, command: stop}": {"name": "j", "command": "stop"},
    "clear_fault: f": "f",
}


@pytest.mark.parametrize(("written", "what"), EVENTS.items(), ids=EVENTS)
def test_an_event(written, what) -> None:
    scenario = load(
        'templates: [{id: a, interval: 5, overwrite_format: "a.jpg"}]\n'
        'streams: [{url: "rtmp://a/b/c"}]\n'
        'jobs: [{name: j, template: a, stream: "rtmp://a/b/c", bucket: pictures}]\n'
        "faults: [{id: f, error: InternalError}]\n"
        f"timeline: [{{at: 90s, {written}}}]",
        source="x",
    )

    assert scenario.timeline == (Event(90 * SECOND, written.partition(":")[0], what),)


def test_the_actions_are_those_of_the_api() -> None:
    assert set(names.ACTIONS) == set(ACTIONS)


FORMATS = [
    *("a.jpg", "a/b.jpg", "{JobId}.jpg", "{JobId}/{Sequence}.jpg", "{Date}/{UnixTimestamp}.jpg", "a{}b.jpg"),
    *(
        "{Sequence}",
        "/a.jpg",
        "\\a.jpg",
        "./a.jpg",
        "a/../b.jpg",
        "{Date}.jpg",
        "{Nothing}{Sequence}.jpg",
        "a.png",
    ),
    *("{ JobId}.jpg", "{Sequence}..jpg", "{1}.jpg", ".jpg", "a/.jpg", "{JobID}{Sequence}.jpg"),
]


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("name", ["overwrite_format", "sequence_format"])
def test_formats_are_checked_as_the_api_checks_them(format, name) -> None:
    parameter, field = TemplateParams().fields[name], TemplateRecord().fields[name]

    assert _takes(field, format) == _takes(parameter, format)


def _takes(field, value) -> bool:
    try:
        field.deserialize(value)
    except ValidationError:
        return False
    return True
