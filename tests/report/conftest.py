"""A server, worlds of it to be told about, and evidence that needs neither."""

import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from itertools import count
from urllib.parse import urlencode
from urllib.request import ProxyHandler, Request, build_opener

import pytest
from report_world import BEGAN, STREAM, at

from ice_mock.client import Client
from ice_mock.domain import model
from ice_mock.domain.scenario import Scenario
from ice_mock.report.evidence import Attempt, Call, Callback, Evidence, Excerpt, Fault, Job, Tally
from ice_mock.server import Server, running
from ice_mock.worlds import IceMock

open_url = build_opener(ProxyHandler({})).open
numbers = count(1)


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    with running(IceMock(Scenario(clock="frozen"))) as server:
        yield server


@pytest.fixture
def begin(server: Server) -> Callable[..., Client]:
    """Begin a world from a scenario, and return the handle on it."""

    def make(scenario: str = "one-room", *, label: str | None = None) -> Client:
        id = f"report-{next(numbers)}"
        client = Client(server.url, id)
        client.worlds.create(
            access_key_id=id, scenario=scenario, clock="frozen", signatures="off", label=label
        )
        return client

    return make


@pytest.fixture
def call() -> Callable[..., dict[str, object]]:
    """Call an action in a world, whatever comes of it."""

    def call_api(client: Client, action: str, **parameters: object) -> dict[str, object]:
        query = {"Action": action, "Version": "2020-11-09", "Format": "JSON", "AccessKeyId": client.world}
        form = {
            name: value if isinstance(value, str) else json.dumps(value) for name, value in parameters.items()
        }
        request = Request(f"{client.url}/?{urlencode(query)}", urlencode(form).encode())
        with suppress(OSError), open_url(request) as answer:
            return json.load(answer)
        return {}

    return call_api


@pytest.fixture
def submit(call: Callable[..., dict[str, object]]) -> Callable[..., str]:
    """Submit a job that takes a picture every five seconds, and return its id."""

    def submit_job(client: Client, name: str, *, stream: str = STREAM, **parameters: object) -> str:
        template = call(
            client,
            "CreateLiveSnapshotTemplate",
            TemplateName="five",
            TimeInterval="5",
            SequenceFormat="snapshot/{JobId}/{UnixTimestamp}.jpg",
        )["TemplateId"]
        job = {
            "JobName": name,
            "TemplateId": template,
            "StreamInput": {"Url": stream, "Type": "rtmp"},
            "SnapshotOutput": {"StorageType": "oss", "Endpoint": "oss.example.com", "Bucket": "pictures"},
        }
        return call(client, "SubmitLiveSnapshotJob", **{**job, **parameters})["JobId"]

    return submit_job


@pytest.fixture
def evidence() -> Evidence:
    """A minute of a world in which nothing was ever told to happen."""
    return Evidence("LTAI-x", None, "default", "frozen", BEGAN, at(60))


@pytest.fixture
def job() -> Job:
    """A job that ran from the beginning, and has no frame."""
    plan = model.Plan(timedelta(seconds=5), None, "{JobId}/{UnixTimestamp}.jpg")
    return Job(
        id="job-1",
        name="room 1",
        status="started",
        stream=STREAM,
        bucket="pictures",
        callback_url=None,
        plan=plan,
        frames=0,
        runs=(model.Run(BEGAN, plan),),
        created_at=BEGAN,
    )


@pytest.fixture
def answered() -> Call:
    """A call that was not refused; tests replace what they are about."""
    return Call(
        id="call-1",
        at=BEGAN,
        action="GetLiveSnapshotJob",
        dialect="rpc",
        method="POST",
        access_key_id="LTAI-x",
        parameters={"JobId": "job-1"},
        status=200,
        code=None,
        message=None,
        answer='{"JobId": "job-1"}',
        answer_length=18,
        duration_ms=1.5,
        fault=None,
        verdict="not checked",
        reason=None,
        unread=(),
    )


@pytest.fixture
def with_calls(evidence: Evidence) -> Callable[..., Evidence]:
    """The evidence with these calls in it, each under an id of its own."""

    def make(*calls: Call) -> Evidence:
        told = tuple(replace(each, id=f"call-{nth}") for nth, each in enumerate(calls))
        tallies: dict[tuple[str | None, str | None], int] = {}
        for each in told:
            tallies[each.action, each.code] = tallies.get((each.action, each.code), 0) + 1
        return replace(
            evidence,
            calls=Excerpt(told, len(told)),
            tallies=tuple(Tally(action, code, number) for (action, code), number in tallies.items()),
        )

    return make


@pytest.fixture
def lost() -> Callback:
    """A callback that was lost after two attempts."""
    attempt = Attempt(at(5), "failed", 500, None, 1.0, None)
    return Callback(
        id="callback-1",
        job_id="job-1",
        url="http://receiver.example/callbacks",
        state="lost",
        frame=1,
        key="job-1/1.jpg",
        at=at(5),
        body={"JobId": "job-1"},
        attempts=(attempt, replace(attempt, at=at(6))),
    )


@pytest.fixture
def fault() -> Fault:
    return Fault("fault-1", "error", {"id": "fault-1", "action": "*", "error": "InternalError"}, BEGAN, 3, 0)
