"""A server with more clients than it can serve, and with clients that are slow on purpose."""

import http.client
import json
import resource
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import urlsplit

import pytest

from ice_mock import limits
from ice_mock.domain.model import Plan
from ice_mock.domain.scenario import Scenario
from ice_mock.engine import Engine
from ice_mock.engine.jobs import Order
from ice_mock.server import Server, running
from ice_mock.server.server import most_connections
from ice_mock.worlds import DEFAULT, IceMock

STREAM = "rtmp://live.example.com/app/room1"
PATIENCE = 30
LIST = "/?Action=ListLiveSnapshotTemplates&Version=2020-11-09&Format=JSON"


@pytest.fixture
def served() -> Iterator[Server]:
    with running(IceMock(Scenario(clock="frozen"))) as found:
        yield found


def connected(served: Server) -> socket.socket:
    address = urlsplit(served.url)
    return socket.create_connection((address.hostname, address.port), timeout=PATIENCE)


@pytest.fixture
def connect() -> Iterator[Callable[..., socket.socket]]:
    """Open a connection that is closed after the test."""
    with ExitStack() as stack:
        yield lambda served: stack.enter_context(connected(served))


def asked(served: Server, target: str, method: str = "GET", document: object = None) -> tuple[int, bytes]:
    address = urlsplit(served.url)
    connection = http.client.HTTPConnection(address.hostname, address.port, timeout=PATIENCE)
    body = None if document is None else json.dumps(document)
    connection.request(method, target, body, {"Connection": "close"})
    response = connection.getresponse()
    answer = response.status, response.read()
    connection.close()
    return answer


def answer_on(connection: socket.socket) -> tuple[int, bytes]:
    response = http.client.HTTPResponse(connection)
    response.begin()
    return response.status, response.read()


# -- Slow clients --


def test_connections_on_which_nothing_is_sent_take_no_thread(served: Server, connect: Callable) -> None:
    for _ in range(2 * limits.THREADS):
        connect(served)

    assert asked(served, LIST)[0] == 200
    # The thread that answered may not be back yet.
    assert served._server.requests.idle >= limits.THREADS - 1


def test_while_every_thread_waits_for_somebody_the_server_tells_that_it_lives(
    served: Server, connect: Callable
) -> None:
    for _ in range(2 * limits.THREADS):
        connect(served).sendall(b"GET / HTTP/1.1\r\nX-Half: ")

    answers = [asked(served, f"/_ice_mock/{path}") for path in ("livez", "readyz", "health", "metrics")]

    assert [status for status, _ in answers] == [200] * 4
    bounds = json.loads(answers[2][1])["bounds"]
    assert bounds["threads"]["used"] >= limits.THREADS - limits.SPARE
    assert bounds["connections"]["used"] > 2 * limits.THREADS


@pytest.mark.parametrize(
    "half",
    [
        b"GET / HTTP/1.1\r\nHost: x\r\n",
        b"GET /",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc",
        b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
        b"POST /_ice_mock/worlds HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n{",
    ],
    ids=["headers", "first line", "body", "chunks", "document"],
)
def test_a_request_that_does_not_arrive_in_time_is_told_so(
    monkeypatch: pytest.MonkeyPatch, half: bytes, connect: Callable
) -> None:
    monkeypatch.setattr(limits, "ARRIVAL", timedelta(milliseconds=50))
    with running(IceMock(Scenario(clock="frozen"))) as served:
        connection = connect(served)
        connection.sendall(half)

        status, text = answer_on(connection)

        assert (status, text) == (408, b"The request did not arrive within 30s.")
        assert connection.recv(1) == b""
        assert served.mock.worlds.find(DEFAULT).engine.journal.all() == []


# -- Large and wrong requests --


def test_a_head_that_is_too_long_is_refused_with_the_reason(served: Server, connect: Callable) -> None:
    connection = connect(served)
    connection.sendall(b"GET /?" + b"a" * (2 * limits.HEAD_BYTES) + b" HTTP/1.1\r\nHost: x\r\n\r\n")

    status, text = answer_on(connection)

    assert (status, text) == (
        414,
        b"The first line of the request and its headers are longer than 262144 bytes.",
    )


def test_headers_that_are_too_long_are_refused_with_the_reason(served: Server, connect: Callable) -> None:
    connection = connect(served)
    connection.sendall(LIST.join(("GET ", " HTTP/1.1\r\n")).encode())
    connection.sendall(b"X-Long: " + b"a" * (2 * limits.HEAD_BYTES) + b"\r\n\r\n")

    status, text = answer_on(connection)

    assert (status, text) == (
        413,
        b"The request has more than 262144 bytes of headers, or than 67108864 bytes of body.",
    )


def test_a_thousand_parameters_of_two_hundred_characters_fit(served: Server) -> None:
    parameters = "".join(f"&P{number}={'x' * 200}" for number in range(990))

    status, body = asked(served, LIST + parameters)

    assert (status, json.loads(body)["TemplateList"]) == (200, [])


def test_the_longest_call_that_the_documentation_allows_fits(served: Server) -> None:
    ids = "".join(f"&TemplateIds.{number}={number:0>128}" for number in range(1, 201))

    assert asked(served, LIST + ids)[0] == 200


@pytest.mark.parametrize(
    "headers",
    [
        b"Content-Length: -1\r\n",
        b"Content-Length: +1\r\n",
        b"Content-Length: 1_0\r\n",
        b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n",
    ],
)
def test_a_length_that_can_be_understood_in_two_ways_is_refused(
    served: Server, connect: Callable, headers: bytes
) -> None:
    connection = connect(served)
    connection.sendall(b"POST / HTTP/1.1\r\nHost: x\r\n" + headers + b"\r\n")

    assert answer_on(connection) == (400, b"Malformed Content-Length Header.")


def test_chunks_that_are_none_are_refused_with_the_reason(served: Server, connect: Callable) -> None:
    connection = connect(served)
    connection.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nsize?\r\n")

    assert answer_on(connection) == (400, b"The body has a chunk without a size.")


@pytest.mark.parametrize("chunked", [False, True])
def test_a_body_that_is_too_long_is_refused_by_the_plane_and_the_connection_goes_on(
    served: Server, chunked: bool
) -> None:
    address = urlsplit(served.url)
    connection = http.client.HTTPConnection(address.hostname, address.port, timeout=PATIENCE)
    body = b"x" * (2 * limits.BODY_BYTES)
    connection.request("POST", LIST, iter([body]) if chunked else body, encode_chunked=chunked)
    refusal = json.loads(connection.getresponse().read())

    connection.request("GET", LIST)
    status = connection.getresponse().status
    connection.close()

    assert refusal["Message"].endswith("expected a body of up to 1048576 bytes, found more.")
    assert status == 200


# -- Connections --


def test_when_all_connections_are_taken_the_one_that_is_idle_longest_gives_way(
    served: Server, connect: Callable
) -> None:
    served._server.most_connections = 3
    idle = [connect(served) for _ in range(3)]

    status, _ = asked(served, "/_ice_mock/livez")

    assert status == 200
    assert idle[0].recv(1) == b""
    idle[2].sendall(b"GET /_ice_mock/livez HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
    assert answer_on(idle[2])[0] == 200


def test_when_none_of_them_is_idle_a_client_is_told_to_come_again(served: Server, connect: Callable) -> None:
    served._server.most_connections = 2
    engine = served.mock.worlds.find(DEFAULT).engine
    waiting = [connect(served) for _ in range(2)]
    for connection in waiting:
        target = f"/_ice_mock/worlds/{DEFAULT}/await?for=inbox&timeout=30"
        connection.sendall(f"GET {target} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
    while served.mock.metrics.patient.height < len(waiting):
        engine.context.bell.wait(engine.context.bell.rings, timedelta(milliseconds=1))

    status, text = answer_on(connect(served))
    engine.inbox.receive("POST", "", {}, "", is_base64=False)

    assert (status, text) == (
        503,
        b"As many connections are open as there may be, and none of them is idle. Come again in a second.\n",
    )
    assert [answer_on(connection)[0] for connection in waiting] == [200, 200]


@pytest.mark.parametrize(
    ("descriptors", "most"),
    [(resource.RLIM_INFINITY, 4_000), (1_048_576, 4_000), (1_024, 768), (256, 128)],
)
def test_a_process_that_may_have_few_descriptors_has_few_connections(
    monkeypatch: pytest.MonkeyPatch, descriptors: int, most: int
) -> None:
    monkeypatch.setattr(resource, "getrlimit", lambda _: (descriptors, descriptors))

    assert most_connections() == most


# -- Time --


def begin_a_job(engine: Engine, receiver: str) -> None:
    engine.publish(STREAM)
    template = engine.templates.create("t", Plan(timedelta(seconds=5), None, "{JobId}/{Sequence}.jpg"))
    engine.jobs.submit(Order("room 1", template.id, STREAM, "oss", "pictures", receiver))


@pytest.mark.parametrize("length", [timedelta(), limits.REQUEST_TIME])
def test_an_advance_that_takes_too_long_stops_where_it_is_and_the_next_goes_on(length: timedelta) -> None:
    mock = IceMock(Scenario(clock="frozen"))
    with running(mock, request_time=length) as served:
        begin_a_job(mock.worlds.find(DEFAULT).engine, "inbox")
        status, body = asked(served, f"/_ice_mock/worlds/{DEFAULT}/clock/advance", "POST", {"seconds": 60})

    if length:
        assert status == 200
        return
    error = json.loads(body)["error"]
    assert (status, error["code"]) == (503, "ServiceUnavailable")
    assert error["message"].endswith(
        "the world is at 2026-01-01T00:00:00.000Z: "
        "what has happened stays, and another request can go on from there"
    )
    assert error["details"] == {"now": "2026-01-01T00:00:00.000Z"}


def test_a_server_that_stops_does_not_wait_for_an_advance_to_end() -> None:
    mock = IceMock(Scenario(clock="frozen"))
    served = Server(mock)
    served.start()
    begin_a_job(mock.worlds.find(DEFAULT).engine, "inbox")
    engine, answers = mock.worlds.find(DEFAULT).engine, []
    path = f"/_ice_mock/worlds/{DEFAULT}/clock/advance"

    def advance() -> None:
        answers.append(asked(served, path, "POST", {"seconds": 86_400 * 365}))

    client = Thread(target=advance)
    client.start()
    while not engine.inbox.all():
        engine.context.bell.wait(0, timedelta(seconds=PATIENCE))
    served.stop()
    client.join(PATIENCE)

    assert [status for status, _ in answers] == [409]
    assert b"the server is stopping" in answers[0][1]


@contextmanager
def calling_back(served: Server, answered: list[int]) -> Iterator[str]:
    """A receiver that asks the API something before it takes a callback."""

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            answered.append(asked(served, LIST)[0])
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Keep what is usual off the screen."""

    class Receivers(ThreadingHTTPServer):
        request_queue_size = 128

    with Receivers(("127.0.0.1", 0), Receiver) as receiver:
        thread = Thread(target=receiver.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{receiver.server_port}/"
        receiver.shutdown()
        thread.join()


def test_receivers_that_call_back_are_heard_however_many_advances_there_are(served: Server) -> None:
    answered: list[int] = []
    worlds = [served.mock.worlds.create(clock="frozen") for _ in range(limits.THREADS + 6)]
    with calling_back(served, answered) as url:
        for world in worlds:
            begin_a_job(world.engine, url)
        paths = [f"/_ice_mock/worlds/{world.id}/clock/advance" for world in worlds]
        clients = [Thread(target=asked, args=(served, path, "POST", {"seconds": 5})) for path in paths]
        for client in clients:
            client.start()
        for client in clients:
            client.join(PATIENCE)

    delivered = [callback.state for world in worlds for callback in world.engine.announcements.all()]
    assert delivered == ["delivered"] * len(worlds)
    assert answered == [200] * len(worlds)
