"""The official SDKs against a server behind a socket; each test has a world of its own there."""

import asyncio
import json
import queue
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import import_module
from typing import Any

import pytest
from alibabacloud_ice20201109 import models
from alibabacloud_ice20201109.client import Client
from alibabacloud_tea_openapi.exceptions import AlibabaCloudException
from alibabacloud_tea_openapi.models import Config
from aliyunsdkcore.acs_exception.exceptions import ServerException
from aliyunsdkcore.auth.credentials import AccessKeyCredential, StsTokenCredential
from aliyunsdkcore.client import AcsClient

from ice_mock.domain.model import AccessKey
from ice_mock.domain.scenario import Scenario
from ice_mock.server import Server, running
from ice_mock.ticker import Report, advance
from ice_mock.worlds import IceMock, World

Json = dict[str, Any]
STREAM = "rtmp://live.example.com/app/room1"
PATIENCE = 30
"""Seconds: longer than anything takes that comes to an end at all."""

WARNINGS = (
    # All SDKs call it; deprecated since Python 3.12.
    r"ignore:datetime\.datetime\.utc(now|fromtimestamp)\(\) is deprecated:DeprecationWarning",
)


def pytest_itemcollected(item: pytest.Item) -> None:
    """Let the SDKs do what they do; our own code runs under the stricter rule everywhere else."""
    for warning in WARNINGS:
        item.add_marker(pytest.mark.filterwarnings(warning))


class Refusal(Exception):
    """A documented error, whichever SDK shows it."""

    def __init__(self, status: int, code: str, message: str, request_id: str) -> None:
        super().__init__(status, code, message)
        self.status, self.code, self.message, self.request_id = status, code, message, request_id


class NewSdk:
    """alibabacloud_ice20201109, as it is or with its asynchronous methods."""

    def __init__(self, url: str, key: AccessKey, *, asynchronous: bool) -> None:
        self._asynchronous = asynchronous
        self.client = Client(
            Config(
                access_key_id=key.id,
                access_key_secret=key.secret,
                security_token=key.security_token,
                endpoint=url.removeprefix("http://"),
                protocol="http",
                region_id="cn-shanghai",
            )
        )

    def __call__(self, action: str, **parameters: Any) -> Json:
        """Do *action* with parameters under the names of the wire; return the answer, or raise Refusal."""
        method = re.sub(r"(?<!^)(?=[A-Z])", "_", action).lower()
        request = getattr(models, f"{action}Request")().from_map(parameters)
        try:
            if self._asynchronous:
                response = asyncio.run(getattr(self.client, f"{method}_async")(request))
            else:
                response = getattr(self.client, method)(request)
        except AlibabaCloudException as error:
            data = error.data
            raise Refusal(error.statusCode, error.code, data["Message"], data["RequestId"]) from error
        assert response.status_code == 200
        return response.body.to_map()

    def close(self) -> None:
        """The SDK keeps its connections for the next client of the same server."""


class OldSdk:
    """aliyun-python-sdk-ice."""

    def __init__(self, url: str, key: AccessKey) -> None:
        credential = (
            StsTokenCredential(key.id, key.secret, key.security_token)
            if key.security_token
            else AccessKeyCredential(key.id, key.secret)
        )
        self._endpoint = url.removeprefix("http://")
        self.client = AcsClient(region_id="cn-shanghai", credential=credential)

    def __call__(self, action: str, **parameters: Any) -> Json:
        """Do *action* with parameters under the names of the wire; return the answer, or raise Refusal."""
        module = import_module(f"aliyunsdkice.request.v20201109.{action}Request")
        request = getattr(module, f"{action}Request")()
        request.set_endpoint(self._endpoint)
        request.set_protocol_type("http")
        for name, value in parameters.items():
            getattr(request, "set_TemplateIdss" if name == "TemplateIds" else f"set_{name}")(value)
        try:
            return json.loads(self.client.do_action_with_exception(request))
        except ServerException as error:
            raise Refusal(error.http_status, error.error_code, error.message, error.request_id) from error

    def close(self) -> None:
        """Left to the garbage collector, the SDK may warn of connections that it has not closed."""
        self.client.session.close()


SDKS: dict[str, Callable[[str, AccessKey], Any]] = {
    "new": lambda url, key: NewSdk(url, key, asynchronous=False),
    "new async": lambda url, key: NewSdk(url, key, asynchronous=True),
    "old": OldSdk,
}


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    with running(IceMock(Scenario(clock="frozen", seed=7))) as server:
        yield server


@pytest.fixture
def make_world(server: Server) -> Iterator[Callable[..., World]]:
    """Make worlds that end with the test; by default frozen ones, that let no unsigned call in."""
    made: list[World] = []

    def make(**asked: Any) -> World:
        world = server.mock.worlds.create(**{"clock": "frozen", "signatures": "required", **asked})
        made.append(world)
        return world

    yield make
    for world in made:
        server.mock.worlds.delete(world.id)


@pytest.fixture
def world(make_world: Callable[..., World]) -> World:
    return make_world()


@pytest.fixture(params=SDKS)
def make_sdk(request: pytest.FixtureRequest) -> Iterator[Callable[[str, AccessKey], Any]]:
    """Each SDK in turn, for an address and an access key."""
    with ExitStack() as open_sdks:
        yield lambda url, key: open_sdks.enter_context(closing(SDKS[request.param](url, key)))


@pytest.fixture
def sdk(make_sdk: Callable[[str, AccessKey], Any], server: Server, world: World) -> Callable[..., Json]:
    """Each SDK in turn, with the key of the test's world: ``sdk("GetLiveSnapshotJob", JobId="…")``."""
    return make_sdk(server.url, world.key)


@pytest.fixture
def refusal_of() -> Callable[..., Refusal]:
    """Do what will be refused, and return the refusal."""

    def refused(sdk: Callable[..., Json], action: str, **parameters: Any) -> Refusal:
        with pytest.raises(Refusal) as refusal:
            sdk(action, **parameters)
        return refusal.value

    return refused


@pytest.fixture
def walk(server: Server, world: World) -> Callable[[float], Report]:
    """Move the clock of the test's world on."""
    return lambda seconds: advance(
        world.engine, server.mock.courier, world.engine.now() + timedelta(seconds=seconds)
    )


@pytest.fixture
def job() -> Callable[..., Json]:
    """The parameters of a job on the usual stream."""

    def parameters(template_id: str, **others: Any) -> Json:
        return {
            "JobName": "room 1",
            "StreamInput": {"Url": STREAM, "Type": "rtmp"},
            "SnapshotOutput": {
                "StorageType": "oss",
                "Endpoint": "oss-cn-shanghai.aliyuncs.com",
                "Bucket": "pictures",
            },
            "TemplateId": template_id,
            **others,
        }

    return parameters


class Receiver(ThreadingHTTPServer):
    """Keeps the callbacks that it receives, and answers each with 200 when *react* has returned."""

    daemon_threads = True
    block_on_close = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Receiving)
        self.url = f"http://127.0.0.1:{self.server_address[1]}/snapshots?token=a"
        self.received: queue.Queue[Json] = queue.Queue()
        self.react: Callable[[Json], object] = lambda _: None

    def next(self) -> Json:
        """Wait for a callback that was not asked for before."""
        return self.received.get(timeout=PATIENCE)


class Receiving(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        callback = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.react(callback)
        self.server.received.put(callback)
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """A test's output is no log of requests."""


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """An HTTP server of the user's own."""
    with Receiver() as receiver:
        thread = threading.Thread(target=receiver.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield receiver
        receiver.shutdown()
        thread.join()
