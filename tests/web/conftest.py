"""The application without a socket; callbacks to ``http://testserver/…`` come back to it."""

import json
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from ice_mock.callbacks import Post
from ice_mock.callbacks.sender import Letter
from ice_mock.domain.callback import Outcome
from ice_mock.domain.model import AccessKey
from ice_mock.domain.scenario import AccountSpec, Scenario
from ice_mock.ticker import Courier
from ice_mock.web import create_app
from ice_mock.worlds import IceMock

STREAM = "rtmp://live.example.com/app/room1"
INBOX = "http://testserver/_ice_mock/worlds/default/inbox"
ROOT = "/_ice_mock"


class LoopBack:
    """Sends callbacks into the application that they come from; *status* overrules its answer."""

    def __init__(self) -> None:
        self.app: Flask | None = None
        self.status: int | None = None

    def send_all(self, chains: Iterable[Iterable[Letter]]) -> None:
        for make, tell in [letter for chain in chains for letter in chain]:
            tell(Outcome(self.status or self._answer(make()), None, timedelta()))

    def _answer(self, post: Post) -> int:
        path = urlsplit(post.url).path
        return self.app.test_client().post(path, data=post.body, headers=dict(post.headers)).status_code


@pytest.fixture
def loop_back() -> LoopBack:
    return LoopBack()


@pytest.fixture
def mock(real_time: Callable[[], datetime], loop_back: LoopBack) -> IceMock:
    """A frozen server, in which no time passes by itself."""
    spec = Scenario(
        account=AccountSpec(access_keys=(AccessKey("AK-server", "server-secret"),)), clock="frozen", seed=7
    )
    mock = IceMock(spec, real_time=real_time)
    mock.courier = Courier(loop_back, real_time)
    return mock


@pytest.fixture
def app(mock: IceMock, loop_back: LoopBack) -> Flask:
    """What pytest-flask makes its `client` from."""
    loop_back.app = create_app(mock)
    return loop_back.app


@pytest.fixture
def api(client: FlaskClient) -> Callable[..., TestResponse]:
    """Call an action with its parameters in a form; objects and lists become JSON."""

    def call(action: str, **parameters: Any) -> TestResponse:
        texts = {
            name: value if isinstance(value, str) else json.dumps(value) for name, value in parameters.items()
        }
        return client.post(f"/?Action={action}&Version=2020-11-09&Format=JSON", data=texts)

    return call


@pytest.fixture
def submit(client: FlaskClient, api: Callable[..., TestResponse]) -> Callable[..., str]:
    """Bring the stream on air and submit a job that takes a picture every five seconds; return its id."""

    def submit_job(name: str = "room 1", **parameters: Any) -> str:
        client.put(f"{ROOT}/worlds/default/streams", json={"url": STREAM, "state": "live"})
        template = api(
            "CreateLiveSnapshotTemplate",
            TemplateName="Every five seconds",
            TimeInterval=5,
            SequenceFormat="snapshot/{JobId}/{UnixTimestamp}.jpg",
        ).json["TemplateId"]
        job = {
            "JobName": name,
            "TemplateId": template,
            "StreamInput": {"Url": STREAM, "Type": "rtmp"},
            "SnapshotOutput": {"StorageType": "oss", "Endpoint": "oss.example.com", "Bucket": "pictures"},
            "CallbackUrl": INBOX,
        }
        return api("SubmitLiveSnapshotJob", **{**job, **parameters}).json["JobId"]

    return submit_job


@pytest.fixture
def advance(client: FlaskClient) -> Callable[..., dict[str, Any]]:
    """Move the clock of the default world on, and return the report."""
    return lambda seconds: client.post(f"{ROOT}/worlds/default/clock/advance", json={"seconds": seconds}).json


@pytest.fixture
def state(client: FlaskClient) -> Callable[[], dict[str, Any]]:
    """Everything that can be seen of all worlds, but for the calls that they were sent."""

    def look() -> dict[str, Any]:
        worlds = client.get(f"{ROOT}/worlds").json["worlds"]
        parts = ("clock", "streams", "templates", "jobs", "callbacks", "inbox")
        return {
            world["id"]: [
                world,
                *(client.get(f"{ROOT}/worlds/{world['id']}/{part}").json for part in parts),
            ]
            for world in worlds
        }

    return look


@pytest.fixture
def assert_nothing_changed(state: Callable[[], dict[str, Any]]) -> Iterator[None]:
    """After a test that asks for this, every world has to be as it was before."""
    before = state()
    yield
    assert state() == before


@pytest.fixture
def assert_canonical_error() -> Callable[[TestResponse, int, str], dict[str, Any]]:
    """Check the one shape that errors of the control API have: status, type, code, message and details.

    ``{"error": {"code": "NotFound", "message": "…", "details": {}}}``
    """

    def check(response: TestResponse, status: int, code: str) -> dict[str, Any]:
        assert (response.status_code, response.mimetype) == (status, "application/json")
        assert set(response.json) == {"error"}
        error = response.json["error"]
        assert set(error) == {"code", "message", "details"}
        assert error["code"] == code
        assert isinstance(error["message"], str)
        assert error["message"]
        assert isinstance(error["details"], dict)
        return error

    return check
