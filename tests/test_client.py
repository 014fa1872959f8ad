"""The handle on a world, against a server that runs."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from itertools import count
from threading import Thread
from typing import get_type_hints
from urllib.parse import urlencode
from urllib.request import ProxyHandler, build_opener

import pytest

from ice_mock.client import DEFAULT_URL, Client, ControlRefused, ServerUnreachable, documents
from ice_mock.domain.model import Job, Plan
from ice_mock.domain.scenario import Scenario
from ice_mock.engine import Engine
from ice_mock.engine.jobs import Order
from ice_mock.server import Server, running
from ice_mock.worlds import IceMock

STREAM = "rtmp://live.example.com/app/room1"
open_url = build_opener(ProxyHandler({})).open
numbers = count(1)


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with running(IceMock(Scenario(clock="frozen"))) as server:
        yield server


@pytest.fixture
def client(server: Server) -> Client:
    """A handle on a world of its own, whose id has to be quoted in a path."""
    client = Client(server.url, f"world.{next(numbers)}")
    client.worlds.create(access_key_id=client.world, signatures="off")
    return client


@pytest.fixture
def engine(server: Server, client: Client) -> Engine:
    return server.mock.worlds.find(client.world).engine


@pytest.fixture
def job(engine: Engine, client: Client) -> Job:
    """A job that has captured two frames, and announced them to the inbox."""
    client.streams.publish(STREAM)
    template = engine.templates.create("x", Plan(timedelta(seconds=5), None, "{JobId}/{Sequence}.jpg"))
    job = engine.jobs.submit(Order("x", template.id, STREAM, "oss", "pictures", client.inbox.url))
    client.clock.advance(seconds=10)
    return job


@pytest.fixture
def answering() -> Iterator[Callable[..., str]]:
    """A web server that answers whatever it is told to, and its address."""
    told = {}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.wfile.write(told["answer"])

        def log_message(self, *_: object) -> None:
            """Keep quiet."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()

        def answer(text: bytes) -> str:
            told["answer"] = text
            return f"http://127.0.0.1:{server.server_port}"

        yield answer
        server.shutdown()
        thread.join()


def call_api(client: Client, action: str) -> None:
    query = {"Action": action, "Version": "2020-11-09", "AccessKeyId": client.world}
    open_url(f"{client.url}/?{urlencode(query)}").close()


def test_time_passes_and_tells_what_happened(client: Client, job: Job):
    report = client.clock.advance(seconds=5)

    assert report["frames"] == {"total": 1, "by_job": {job.id: 1}}
    assert client.clock.read() == {"mode": "frozen", "now": "2026-01-01T00:00:15.000Z"}


def test_time_is_set(client: Client):
    assert client.clock.advance_to("2026-01-01T01:00:00Z")["seconds"] == 3600


def test_the_clock_changes_its_mode(client: Client):
    assert client.clock.switch_to("x60")["mode"] == "x60"
    assert client.clock.switch_to("frozen")["mode"] == "frozen"


def test_streams_come_and_go(client: Client):
    assert client.streams.publish(STREAM)["state"] == "live"
    assert client.streams.unpublish(STREAM)["state"] == "offline"
    assert [stream["url"] for stream in client.streams.all()] == [STREAM]


def test_records_are_found(client: Client, job: Job):
    assert [template["id"] for template in client.templates.all()] == [job.template_id]
    assert [(each["id"], each["frames"]) for each in client.jobs.all()] == [(job.id, 2)]


def test_files_come_in_parts(client: Client, job: Job):
    files = client.files(job.id, offset=1, limit=1)

    assert [file["frame"] for file in files] == [2]
    assert files.frames == 2


def test_callbacks_are_found_and_delivered_again(client: Client, job: Job):
    first, second = client.callbacks.all(job_id=job.id, state="delivered", since="2026-01-01T00:00:05Z")

    again = client.callbacks.redeliver(second["id"])

    assert [attempt["asked_for"] for attempt in again["attempts"]] == [False, True]
    assert client.callbacks.find(first["id"]) == first


def test_the_inbox_keeps_what_it_is_sent_until_it_is_cleared(client: Client, job: Job):
    before = client.inbox.all()

    client.inbox.clear()

    assert (len(before), before.dropped) == (2, 0)
    assert client.inbox.all() == []


def test_requests_are_found_and_cleared(client: Client):
    call_api(client, "ListLiveSnapshotTemplates")

    found = client.requests.all(action="ListLiveSnapshotTemplates", code="OK")
    client.requests.clear()

    assert ([request["status"] for request in found], found.dropped) == ([200], 0)
    assert client.requests.all() == []


def test_a_world_is_reset(client: Client, job: Job):
    world = client.reset()

    assert (world["jobs"], world["clock"]["now"]) == (0, "2026-01-01T00:00:00.000Z")


def test_worlds_are_made_found_and_deleted(client: Client):
    made = client.worlds.create(access_key_id="a", access_key_secret="b", security_token="c", clock="frozen")

    found = client.worlds.find("a")
    client.worlds.delete("a")

    assert made == {**found, "access_key_secret": "b"}
    assert "a" not in {world["id"] for world in client.worlds.all()}


def test_a_server_tells_how_it_is(client: Client):
    assert client.is_ready()
    assert client.health()["status"] == "ok"


def test_documents_hold_what_their_types_say(client: Client, job: Job):
    call_api(client, "ListLiveSnapshotTemplates")
    callback = client.callbacks.all()[0]
    report = client.clock.advance(seconds=1)
    examples = {
        documents.Health: client.health(),
        documents.World: client.worlds.find(client.world),
        documents.NewWorld: client.worlds.create(),
        documents.ClockReading: client.clock.read(),
        documents.Report: report,
        documents.FrameCounts: report["frames"],
        documents.CallbackCounts: report["callbacks"],
        documents.Stream: client.streams.all()[0],
        documents.Template: client.templates.all()[0],
        documents.Job: client.jobs.all()[0],
        documents.Run: client.jobs.all()[0]["runs"][0],
        documents.File: client.files(job.id)[0],
        documents.Request: client.requests.all()[0],
        documents.Callback: callback,
        documents.Attempt: callback["attempts"][0],
        documents.Received: client.inbox.all()[0],
        documents.Fault: client.faults.add({"action": "*", "error": "InternalError", "times": 1}),
    }

    differing = {
        kind.__name__: example
        for kind, example in examples.items()
        if get_type_hints(kind).keys() != example.keys()
    }

    assert differing == {}


def test_a_refusal_says_what_is_wrong_and_where(client: Client):
    with pytest.raises(ControlRefused, match="expected an RTMP address") as refused:
        client.streams.publish("x")

    assert (refused.value.status, refused.value.code) == (422, "Unprocessable")
    assert refused.value.details["path"] == "url"
    assert refused.value.message == str(refused.value)


@pytest.mark.parametrize("id", ["nobody", "a/../b?c#d", "", "直播间\x00"])
def test_an_id_is_one_step_of_a_path_whatever_is_in_it(client: Client, id: str):
    with pytest.raises(ControlRefused) as refused:
        client.files(id)

    assert refused.value.status == 404


def test_a_server_that_is_not_there_is_named():
    with HTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as server:
        url = f"http://127.0.0.1:{server.server_port}"

    with pytest.raises(ServerUnreachable, match=f"no ice_mock server answers at {url}: Connection refused"):
        Client(url).health()


def test_a_server_that_is_silent_is_not_waited_for_without_end():
    with HTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as silent:
        client = Client(f"http://127.0.0.1:{silent.server_port}", timeout=timedelta(milliseconds=10))

        with pytest.raises(ServerUnreachable, match=r"no answer within 0\.01s"):
            client.health()


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (b"HTTP/1.1 404 Not Found\r\n\r\n<html>", "something else does"),
        (b"HTTP/1.1 200 OK\r\n\r\n[1, 2]", "something else does"),
        (b"HTTP/1.1 302 Found\r\nLocation: /\r\n\r\n", "something else does"),
        (b'HTTP/1.1 500 No\r\n\r\n{"error": "no"}', "something else does"),
        (b"220 mail.example.com ESMTP\r\n", "this is no HTTP"),
        (b"", "Remote end closed connection"),
    ],
)
def test_whatever_else_answers_is_no_server_of_ice_mock(
    answering: Callable[..., str], answer: bytes, reason: str
):
    client = Client(answering(answer))

    with pytest.raises(ServerUnreachable, match=reason):
        client.health()


@pytest.mark.parametrize(
    "url", ["", "localhost", "localhost:4610", "ftp://localhost", "http://", "http://a:b", "http://a:99999"]
)
def test_an_address_has_to_be_one(url: str):
    with pytest.raises(ValueError, match=f"is no address: expected one such as {DEFAULT_URL}"):
        Client(url)


@pytest.mark.parametrize("host", ["a..b", "a" * 64 + ".example"])
def test_a_host_that_cannot_be_is_unreachable(host: str):
    with pytest.raises(ServerUnreachable):
        Client(f"http://{host}").health()


@pytest.mark.parametrize(
    ("url", "endpoint", "inbox"),
    [
        ("http://127.0.0.1:4610/", "127.0.0.1:4610", "http://127.0.0.1:4610/_ice_mock/worlds/a%2Fb/inbox"),
        ("https://ice.test/mock/", "ice.test:443", "https://ice.test/mock/_ice_mock/worlds/a%2Fb/inbox"),
        ("http://[::1]", "[::1]:80", "http://[::1]/_ice_mock/worlds/a%2Fb/inbox"),
    ],
)
def test_addresses_follow_from_the_servers(url: str, endpoint: str, inbox: str):
    client = Client(url, "a/b")

    assert (client.url, client.endpoint, client.inbox.url) == (url.rstrip("/"), endpoint, inbox)
