"""A server behind a socket, a world of its own for each test, and faults in it by way of the control API."""

import json
import queue
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from datetime import timedelta
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple
from urllib.parse import urlencode

import oss2
import pytest
import requests
from alibabacloud_ice20201109 import models
from alibabacloud_ice20201109.client import Client
from alibabacloud_tea_openapi.models import Config

from ice_mock.domain.fault import Fault, Frequency, Plane, Selector
from ice_mock.domain.model import Job, Plan, SnapshotStyle
from ice_mock.domain.scenario import Scenario
from ice_mock.engine import Engine
from ice_mock.engine.jobs import Order
from ice_mock.server import Server, running
from ice_mock.ticker import Report, advance
from ice_mock.worlds import IceMock, World

Json = dict[str, Any]
STREAM = "rtmp://live.example.com/app/room1"
PATIENCE = 30
"""Seconds: longer than anything takes that comes to an end at all."""


class Answer(NamedTuple):
    """A status, headers in lower case, and a body."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Json:
        return json.loads(self.body)


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    scenario = Scenario(clock="frozen", seed=7, snapshots=SnapshotStyle(width=160, height=96, quality=60))
    with running(IceMock(scenario)) as server:
        yield server


@pytest.fixture
def world(server: Server) -> Iterator[World]:
    world = server.mock.worlds.create(signatures="off")
    yield world
    server.mock.worlds.delete(world.id)


@pytest.fixture
def http(server: Server) -> Callable[..., Answer]:
    """Make one request on a connection of its own, with nothing between the test and the socket."""

    def ask(method: str, path: str, document: Json | None = None) -> Answer:
        host = server.url.removeprefix("http://")
        with closing(HTTPConnection(host, timeout=PATIENCE)) as connection:
            connection.request(method, path, None if document is None else json.dumps(document))
            response = connection.getresponse()
            headers = {name.lower(): value for name, value in response.getheaders()}
            return Answer(response.status, headers, response.read())

    return ask


@pytest.fixture
def control(http: Callable[..., Answer], world: World) -> Callable[..., Answer]:
    """Ask the control API about the test's world: ``control("GET", "faults")``."""
    return lambda method, path, document=None: http(method, f"/_ice_mock/worlds/{world.id}/{path}", document)


@pytest.fixture
def arm(control: Callable[..., Answer]) -> Callable[..., Json]:
    """Arm a fault in the test's world, in the short form: ``arm(error="InternalError", times=1)``."""

    def post(**document: Any) -> Json:
        answer = control("POST", "faults", document)
        assert answer.status == 201, answer.body
        return answer.json

    return post


@pytest.fixture
def fired(control: Callable[..., Answer]) -> Callable[[], dict[str, int]]:
    """How often each fault has struck."""
    return lambda: {each["id"]: each["fired"] for each in control("GET", "faults").json["faults"]}


@pytest.fixture
def call(http: Callable[..., Answer], world: World) -> Callable[..., Answer]:
    """Call an action with the key of the test's world, and with no signature that anybody would look at."""

    def call_action(action: str = "ListLiveSnapshotJobs", **parameters: str) -> Answer:
        identity = {"AccessKeyId": world.id, "Signature": "none", "Format": "JSON"}
        query = {"Action": action, "Version": "2020-11-09", **identity, **parameters}
        return http("GET", f"/?{urlencode(query)}")

    return call_action


@pytest.fixture
def sdk(server: Server, world: World) -> Client:
    key = world.key
    return Client(
        Config(
            access_key_id=key.id,
            access_key_secret=key.secret,
            endpoint=server.url.removeprefix("http://"),
            protocol="http",
            region_id="cn-shanghai",
        )
    )


@pytest.fixture
def list_jobs(sdk: Client) -> Callable[[], Any]:
    """The simplest call there is, by the official SDK."""
    return lambda: sdk.list_live_snapshot_jobs(models.ListLiveSnapshotJobsRequest())


@pytest.fixture
def create_template(sdk: Client) -> Callable[[str], Any]:
    """A call that leaves something behind, by the official SDK."""
    return lambda name: sdk.create_live_snapshot_template(
        models.CreateLiveSnapshotTemplateRequest(
            template_name=name, time_interval=5, sequence_format="{JobId}/{Sequence}.jpg"
        )
    )


@pytest.fixture
def bucket(server: Server, world: World) -> Iterator[oss2.Bucket]:
    with ExitStack() as leftovers:
        session = oss2.Session()
        leftovers.callback(session.session.close)

        # oss2 does not read answers that have no body, and so keeps their connections.
        def close_later(response: requests.Response, **_: object) -> None:
            leftovers.callback(response.close)

        session.session.hooks["response"].append(close_later)
        auth = oss2.Auth(world.key.id, world.key.secret)
        yield oss2.Bucket(auth, server.url, "pictures", session=session)


def submit_job(
    engine: Engine,
    *,
    name: str = "room 1",
    overwrite: str | None = None,
    sequence: str | None = "{JobId}/{Sequence}.jpg",
    callback_url: str | None = None,
    stream: str = STREAM,
    bucket: str = "pictures",
) -> Job:
    engine.publish(stream)
    template = engine.templates.create("Every five seconds", Plan(timedelta(seconds=5), overwrite, sequence))
    order = Order(name, template.id, stream, "oss-cn-shanghai.aliyuncs.com", bucket, callback_url)
    return engine.jobs.submit(order)


@pytest.fixture
def submit() -> Callable[..., Job]:
    """Submit a job on a live stream that takes a picture every five seconds."""
    return submit_job


@pytest.fixture
def walk(server: Server, world: World) -> Callable[[float], Report]:
    """Move the clock of the test's world on."""
    return lambda seconds: advance(
        world.engine, server.mock.courier, world.engine.now() + timedelta(seconds=seconds)
    )


@pytest.fixture
def make_fault() -> Callable[..., Fault]:
    """Make a fault without a document: ``make_fault("api", "error", options={…}, times=2, job="*")``."""

    def make(plane: str, kind: str, *, id: str = "", options: Json | None = None, **rest: Any) -> Fault:
        selector = {name: rest.pop(name) for name in list(rest) if name in Selector.__slots__}
        return Fault(id, Plane(plane), kind, options or {}, Selector(**selector), Frequency(**rest))

    return make


class Receiver(ThreadingHTTPServer):
    """Keeps what it receives, and answers with the status that *react* returns."""

    daemon_threads = True
    block_on_close = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Receiving)
        self.url = f"http://127.0.0.1:{self.server_address[1]}/snapshots"
        self.requests: queue.SimpleQueue[tuple[Json, dict[str, str]]] = queue.SimpleQueue()
        self.react: Callable[[Json], int] = lambda _: 200

    def received(self) -> list[tuple[Json, dict[str, str]]]:
        return [self.requests.get() for _ in range(self.requests.qsize())]

    def keys(self) -> list[str]:
        """The last parts of the keys that were announced, without their ``.jpg``, in order."""
        objects = (body["MessageBody"]["OssObject"] for body, _ in self.received())
        return [key.rpartition("/")[2].removesuffix(".jpg") for key in objects]


class Receiving(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.requests.put((body, {name.lower(): value for name, value in self.headers.items()}))
        self.send_response(self.server.react(body))
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
