"""What the log says of requests and callbacks, and what is answered while the server stops."""

import base64
import hashlib
import hmac
import json
import logging
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import quote, urlencode
from xml.etree import ElementTree as ET

import pytest
from flask.testing import FlaskClient

from ice_mock.callbacks import Policy, Rules, Sender
from ice_mock.cli.logs import ForPrograms, OneLine
from ice_mock.domain.model import CallbackRules, Plan
from ice_mock.domain.scenario import AccountSpec, Scenario
from ice_mock.engine import Engine
from ice_mock.engine.jobs import Order
from ice_mock.ticker import advance
from ice_mock.web import create_app
from ice_mock.web.guard import Access
from ice_mock.web.observing import Observing
from ice_mock.worlds import DEFAULT, IceMock

ROOT = "/_ice_mock"
CALL = "/?Action={}&Version=2020-11-09&Format={}"
SECRET = "server-secret"
STREAM = "rtmp://live.example.com/app/room1"


@pytest.fixture
def logged(caplog: pytest.LogCaptureFixture) -> Callable[[str], list[dict]]:
    """What a logger has said, as a program reads it, without what no test can know."""
    caplog.set_level(logging.DEBUG, "ice_mock")

    def read(name: str) -> list[dict]:
        said = [json.loads(ForPrograms().format(record)) for record in caplog.records]
        unknown = ("time", "logger", "duration_ms", "request_id", "callback")
        return [
            {field: fact for field, fact in line.items() if field not in unknown}
            for line in said
            if line["logger"] == f"ice_mock.{name}"
        ]

    return read


def get(client: FlaskClient, path: str, **headers: str):
    return client.get(path, headers=headers, environ_overrides={"REMOTE_ADDR": "192.0.2.7"})


@pytest.mark.parametrize(
    ("action", "status", "code"),
    [
        ("ListLiveSnapshotTemplates", 200, "OK"),
        ("GetLiveSnapshotJob", 400, "MissingParameter"),
        ("GetLiveSnapshotTemplate&TemplateId=nobody", 404, "TemplateNotFound"),
        ("Nonsense", 404, "InvalidAction.NotFound"),
    ],
    ids=["done", "wrong", "not found", "no such action"],
)
def test_a_call_is_a_line(client: FlaskClient, logged: Callable, action: str, status: int, code: str) -> None:
    get(client, CALL.format(action, "JSON"))

    assert logged("api") == [
        {
            "level": "info",
            "message": action.partition("&")[0],
            "plane": "api",
            "action": action.partition("&")[0],
            "status": status,
            "code": code,
            "world": "default",
            "caller": "192.0.2.7",
        }
    ]


def test_the_line_has_the_request_id_of_the_answer_and_how_long_it_took(
    client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "ice_mock.api")

    answer = client.get(CALL.format("ListLiveSnapshotTemplates", "JSON")).json

    [record] = caplog.records
    assert record.facts["request_id"] == answer["RequestId"]
    assert record.facts["duration_ms"] > 0


def test_a_call_without_an_action_is_a_line_too(client: FlaskClient, logged: Callable) -> None:
    get(client, "/?Version=2020-11-09")

    [line] = logged("api")
    assert (line["message"], line["code"], "action" in line) == ("no action", "MissingAction", False)


def test_the_line_names_the_world_that_the_call_reached(
    client: FlaskClient, mock: IceMock, logged: Callable
) -> None:
    by_header = mock.worlds.create(access_key_id="AK-header", signatures="off")
    by_key = mock.worlds.create(access_key_id="AK-key", signatures="off")
    call = CALL.format("ListLiveSnapshotTemplates", "JSON")

    get(client, call, **{"X-Ice-Mock-World": by_header.id})
    get(client, f"{call}&AccessKeyId=AK-key")
    mock.worlds.reset(by_key.id)
    get(client, f"{call}&AccessKeyId=AK-key")
    get(client, call)

    assert [line["world"] for line in logged("api")] == ["AK-header", "AK-key", "AK-key", "default"]


def test_a_request_that_is_over_keeps_no_world_in_memory(client: FlaskClient, mock: IceMock) -> None:
    client.get(CALL.format("ListLiveSnapshotTemplates", "JSON"))

    assert mock.reached.engine is None


@pytest.mark.parametrize("ending", ["reset", "empty", "half", "garbage"])
def test_an_answer_that_a_fault_loses_is_in_the_log_with_the_fault(
    client: FlaskClient, mock: IceMock, logged: Callable, ending: str
) -> None:
    client.post(f"{ROOT}/worlds/default/faults", json={"action": "*", "drop": ending})

    try:
        get(client, CALL.format("ListLiveSnapshotTemplates", "JSON")).get_data()
    except ConnectionResetError:
        assert ending != "empty"

    [line] = logged("api")
    assert (line["status"], line["code"], line["fault"]) == (200, "OK", "fault-1")


@pytest.mark.parametrize(
    ("method", "path", "operation", "bucket", "key", "status", "code"),
    [
        ("GET", "/pictures/", "ListObjects", "pictures", None, 200, "OK"),
        ("GET", "/pictures/a%20b.jpg", "GetObject", "pictures", "a b.jpg", 404, "NoSuchKey"),
        ("HEAD", "/pictures/a.jpg", "HeadObject", "pictures", "a.jpg", 404, "NoSuchKey"),
        ("DELETE", "/pictures/a.jpg", "DeleteObject", "pictures", "a.jpg", 204, "OK"),
        ("GET", "/pictures/a.jpg?objectMeta", "GetObjectMeta", "pictures", "a.jpg", 404, "NoSuchKey"),
        ("PUT", "/pictures/a.jpg", "other", "pictures", "a.jpg", 501, "NotImplemented"),
        ("GET", "/X/a.jpg", "GetObject", "X", "a.jpg", 400, "InvalidBucketName"),
    ],
)
def test_a_request_to_object_storage_is_a_line(
    client: FlaskClient, logged: Callable, method, path, operation, bucket, key, status, code
) -> None:
    client.open(path, method=method, environ_overrides={"REMOTE_ADDR": "192.0.2.7"})

    expected = {
        "level": "info",
        "message": operation,
        "plane": "oss",
        "action": operation,
        "method": method,
        "bucket": bucket,
        "key": key,
        "status": status,
        "code": code,
        "world": "default",
        "caller": "192.0.2.7",
    }
    assert logged("oss") == [{name: fact for name, fact in expected.items() if fact is not None}]


def test_of_a_name_that_is_too_long_the_beginning_is_written(client: FlaskClient, logged: Callable) -> None:
    client.get("/pictures/" + "k" * 5_000)

    [line] = logged("oss")
    assert line["key"] == "k" * 1_024 + "…"


def test_the_control_api_is_told_of_where_everything_is(client: FlaskClient, caplog, logged) -> None:
    get(client, f"{ROOT}/worlds?secret=hush")
    get(client, f"{ROOT}/nowhere")

    lines = logged("control")
    assert [(line["level"], line["message"], line["status"]) for line in lines] == [
        ("debug", "GET /_ice_mock/worlds", 200),
        ("debug", "GET /_ice_mock/nowhere", 404),
    ]
    assert lines[0]["caller"] == "192.0.2.7"


def test_whoever_is_kept_out_of_the_control_api_is_a_warning(mock: IceMock, logged: Callable) -> None:
    client = create_app(mock, Access("the-token")).test_client()

    client.get(f"{ROOT}/worlds")
    client.get(f"{ROOT}/worlds", headers={"Authorization": "Bearer wrong"})
    client.get(f"{ROOT}/worlds", headers={"Authorization": "Bearer the-token"})

    assert [(line["level"], line["status"]) for line in logged("control")] == [
        ("warning", 401),
        ("warning", 401),
        ("debug", 200),
    ]


@pytest.mark.parametrize(
    ("path", "status", "level"),
    [
        ("/", 503, "warning"),
        ("/pictures/a.jpg", 413, "warning"),
        ("/", 302, "debug"),
        (f"{ROOT}/worlds", 503, "debug"),
        (f"{ROOT}/worlds", 403, "warning"),
    ],
)
def test_whoever_is_turned_away_before_any_plane_is_a_warning(
    mock: IceMock, logged: Callable, path: str, status: int, level: str
) -> None:
    def turning_away(_environ, start_response) -> list[bytes]:
        start_response(f"{status} WHATEVER", [])
        return []

    Observing(turning_away, mock)({"PATH_INFO": path, "REQUEST_METHOD": "GET"}, lambda *_: None)

    assert logged("control") == [
        {
            "level": level,
            "message": f"GET {path}",
            "plane": "control",
            "method": "GET",
            "path": path,
            "status": status,
        }
    ]


def signed_query(**parameters: str) -> str:
    """A call with a right signature in its query, as the older SDKs sign; the last value is the signature."""
    query = {"AccessKeyId": "AK-server", "SignatureMethod": "HMAC-SHA1", "SignatureVersion": "1.0"}
    query |= {"SignatureNonce": "n-1", "Timestamp": "2026-03-04T05:06:07Z", "Format": "JSON"} | parameters
    canonical = "&".join(f"{quote(name, '-_.~')}={quote(query[name], '-_.~')}" for name in sorted(query))
    text = f"GET&%2F&{quote(canonical, '-_.~')}"
    signature = hmac.new(f"{SECRET}&".encode(), text.encode(), hashlib.sha1).digest()
    return urlencode({**query, "Signature": base64.b64encode(signature).decode()})


@pytest.mark.parametrize(
    ("path", "headers", "secrets"),
    [
        (
            "/?" + signed_query(Action="ListLiveSnapshotTemplates", Version="2020-11-09"),
            {},
            ["Signature=", "n-1"],
        ),
        (
            CALL.format("ListLiveSnapshotTemplates", "JSON")
            + "&AccessKeyId=AK-server&Signature=c2lnbmVk&SecurityToken=sts-token",
            {},
            ["c2lnbmVk", "sts-token"],
        ),
        (f"/?Action={SECRET}&Version=2020-11-09&AccessKeyId=AK-server&Signature=x", {}, []),
        (
            "/?Action=ListLiveSnapshotTemplates&Version=2020-11-09",
            {
                "Authorization": "ACS3-HMAC-SHA256 Credential=AK-server,SignedHeaders=host,Signature=5ecafe",
                "x-acs-security-token": "sts-token",
            },
            ["5ecafe", "sts-token"],
        ),
        (
            "/pictures/a.jpg?OSSAccessKeyId=AK-server&Expires=1&Signature=c2lnbmVk&security-token=sts-token",
            {},
            ["c2lnbmVk", "sts-token", "Expires"],
        ),
        (
            "/pictures/a.jpg",
            {"Authorization": "OSS AK-server:c2lnbmVk", "x-oss-security-token": "sts-token"},
            ["c2lnbmVk", "sts-token"],
        ),
        (f"{ROOT}/worlds?token=hush", {"Authorization": "Bearer hush"}, ["hush", "Bearer"]),
    ],
    ids=["signed", "token", "secret as action", "acs3", "presigned", "oss", "control"],
)
def test_nothing_secret_is_written(
    client: FlaskClient, caplog: pytest.LogCaptureFixture, path: str, headers: dict, secrets: list[str]
) -> None:
    caplog.set_level(logging.DEBUG)

    client.get(path, headers=headers)

    assert caplog.records
    for form in (ForPrograms(), OneLine()):
        text = "\n".join(map(form.format, caplog.records))
        assert [secret for secret in [SECRET, *secrets] if secret in text] == []


def test_below_its_level_a_call_leaves_no_trace_in_the_log_and_is_counted(
    client: FlaskClient, mock: IceMock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)

    client.get(CALL.format("ListLiveSnapshotTemplates", "JSON"))
    client.get("/pictures/")

    assert caplog.records == []
    assert mock.metrics.calls.all()["ListLiveSnapshotTemplates", "OK"] == 1
    assert mock.metrics.requests.all() == {("ListObjects", "OK"): 1}


# -- Callbacks --


class Receiver(BaseHTTPRequestHandler):
    """Answers with the status that the path names, as ``/500``, and with no HTTP if that is no number."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        status = self.path[1:4]
        if status.isdigit():
            self.send_response(int(status))
            self.end_headers()
        else:
            self.wfile.write(b"This is no HTTP.\r\n\r\n")

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def receiver() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Receiver) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


@pytest.fixture
def lively() -> Iterator[IceMock]:
    """A mock that really sends, though not to 127.0.0.2, and tries everything twice."""
    scenario = Scenario(
        account=AccountSpec(access_keys=()), clock="frozen", callbacks=CallbackRules(attempts=2)
    )
    mock = IceMock(scenario, sender=Sender(Policy(deny=Rules.of("127.0.0.2"))))
    mock.start()
    yield mock
    mock.stop(timedelta())


def announce(mock: IceMock, url: str, *, seconds: int = 5) -> Engine:
    """Let a frame come whose callback goes to *url*, and *seconds* pass."""
    engine = mock.worlds.find(DEFAULT).engine
    engine.streams.publish(STREAM)
    template = engine.templates.create("t", Plan(timedelta(seconds=5), None, "{Sequence}.jpg"))
    engine.jobs.submit(Order("room 1", template.id, STREAM, "oss", "pictures", url, "job-1"))
    advance(engine, mock.courier, engine.now() + timedelta(seconds=seconds))
    return engine


ATTEMPTS = [
    ("200", "delivered", "info", "delivered"),
    ("500", "rejected", "warning", "rejected: status 500; it is tried again"),
    ("nobody", "failed", "warning", "failed: ClientConnectorError: "),
    ("refused", "refused_by_policy", "warning", "refused_by_policy: refused by the callback policy: "),
    ("inbox", "delivered", "info", "delivered"),
]


def address(whom: str, receiver: str) -> str:
    return {"nobody": "http://127.0.0.1:1/", "refused": "http://127.0.0.2/", "inbox": "inbox"}.get(
        whom, f"http://{receiver}/{whom}"
    )


@pytest.mark.parametrize(
    ("whom", "outcome", "level", "message"), ATTEMPTS, ids=[each[0] for each in ATTEMPTS]
)
def test_an_attempt_to_deliver_a_callback_is_a_line(
    lively: IceMock, receiver: str, logged: Callable, whom: str, outcome: str, level: str, message: str
) -> None:
    announce(lively, address(whom, receiver))

    [line] = logged("callback")
    assert line.pop("message").startswith(message)
    assert line == {
        "level": level,
        "plane": "callback",
        "outcome": outcome,
        "world": "default",
        "job": "job-1",
        "url": address(whom, receiver),
        "key": "1.jpg",
        "attempt": 1,
        "state": "delivered" if outcome == "delivered" else "waiting",
        **({"status": int(whom)} if whom.isdigit() else {"status": 200} if whom == "inbox" else {}),
    }


@pytest.mark.parametrize(
    ("whom", "outcome", "level", "message"), ATTEMPTS, ids=[each[0] for each in ATTEMPTS]
)
def test_an_attempt_to_deliver_a_callback_is_counted(
    lively: IceMock, receiver: str, whom: str, outcome: str, level: str, message: str
) -> None:
    announce(lively, address(whom, receiver), seconds=7)

    attempts = lively.metrics.attempts.all()
    states = {state: number for (state,), number in lively.metrics.callbacks.all().items() if number}
    assert {how: number for (how,), number in attempts.items() if number} == {
        outcome: 1 if outcome == "delivered" else 2
    }
    assert states == {"delivered" if outcome == "delivered" else "lost": 1}


def test_a_callback_that_a_fault_drops_and_one_of_a_world_that_has_ended(
    lively: IceMock, receiver: str, logged: Callable
) -> None:
    client = create_app(lively).test_client()
    client.post(f"{ROOT}/worlds/default/faults", json={"callback": "drop", "times": 1})
    engine = announce(lively, f"http://{receiver}/200")
    engine.time.move_to(engine.now() + timedelta(seconds=5))
    [callback] = engine.announcements.claim(engine.now(), 1)
    lively.worlds.reset(DEFAULT)

    lively.courier.deliver(engine, [callback])

    assert [(line["level"], line["outcome"], line["message"]) for line in logged("callback")] == [
        (
            "warning",
            "dropped_by_fault",
            "dropped_by_fault: lost on the way, by the fault fault-1; the callback is lost",
        ),
        (
            "info",
            "withdrawn",
            "withdrawn: not sent: the world has ended, or begun anew",
        ),
    ]


@pytest.mark.parametrize("path", ["200?token=hush", "500?token=hush", "99x?token=hush"])
def test_neither_password_nor_query_of_a_callback_url_is_written(
    lively: IceMock, receiver: str, caplog: pytest.LogCaptureFixture, path: str
) -> None:
    caplog.set_level(logging.DEBUG)

    announce(lively, f"http://user:pass-word@{receiver}/{path}")

    text = "\n".join(ForPrograms().format(record) for record in caplog.records)
    assert f"http://...@{receiver}/{path[:3]}?..." in text
    assert [secret for secret in ("hush", "pass-word", "user") if secret in text] == []


# -- The end of a server --


@pytest.fixture
def stopping(mock: IceMock, submit: Callable) -> IceMock:
    """A mock with one template and one job, that has been told to stop."""
    submit()
    mock.patience.end()
    return mock


SUBMIT = CALL.format("CreateLiveSnapshotTemplate", "{}") + (
    "&TemplateName=late&TimeInterval=5&SequenceFormat=%7BSequence%7D.jpg"
)


def test_while_it_stops_calls_are_refused_as_the_service_refuses_them(
    client: FlaskClient, stopping: IceMock, logged: Callable
) -> None:
    answer = client.get(SUBMIT.format("JSON"))

    assert (answer.status_code, answer.json["Code"]) == (503, "ServiceUnavailable")
    assert answer.headers["x-acs-request-id"] == answer.json["RequestId"]
    assert len(stopping.worlds.find(DEFAULT).engine.templates.all()) == 1
    assert [(line["status"], line["code"]) for line in logged("api")][-1] == (503, "ServiceUnavailable")


def test_while_it_stops_calls_are_refused_in_the_format_that_they_ask_for(
    client: FlaskClient, stopping: IceMock
) -> None:
    answer = client.get(SUBMIT.format("XML"))

    assert answer.status_code == 503
    assert ET.fromstring(answer.data).findtext("Code") == "ServiceUnavailable"


@pytest.mark.parametrize("method", ["GET", "DELETE", "HEAD"])
def test_while_it_stops_requests_to_object_storage_are_refused_as_it_refuses_them(
    client: FlaskClient, stopping: IceMock, method: str
) -> None:
    answer = client.open("/pictures/a.jpg", method=method)

    assert answer.status_code == 503
    if method != "HEAD":
        document = ET.fromstring(answer.data)
        assert document.findtext("Code") == "ServiceUnavailable"
        assert document.findtext("RequestId") == answer.headers["x-oss-request-id"]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "livez", 200),
        ("GET", "readyz", 503),
        ("GET", "health", 200),
        ("GET", "metrics", 200),
        ("GET", "worlds/default/callbacks", 200),
        ("POST", "worlds", 503),
        ("POST", "worlds/default/reset", 503),
        ("PUT", "worlds/default/clock", 503),
        ("POST", "worlds/default/inbox", 200),
    ],
)
def test_while_it_stops_it_can_be_read_and_takes_nothing_but_callbacks(
    client: FlaskClient, stopping: IceMock, method: str, path: str, status: int
) -> None:
    answer = client.open(f"{ROOT}/{path}", method=method, json={} if method != "GET" else None)

    assert answer.status_code == status
    if status == 503 and method != "GET":
        assert answer.json["error"]["code"] == "ServiceUnavailable"


def test_while_it_stops_its_health_says_so(client: FlaskClient, stopping: IceMock) -> None:
    assert client.get(f"{ROOT}/readyz").json == {"status": "stopping"}
    assert client.get(f"{ROOT}/health").json["status"] == "stopping"


def test_what_is_not_delivered_in_the_end_is_named_whole_and_in_lines_that_end(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with closing(socket.create_server(("127.0.0.1", 0), backlog=512)) as deaf:
        url = f"http://127.0.0.1:{deaf.getsockname()[1]}/?token=hush"
        mock = IceMock(Scenario(clock="frozen"))
        engine = announce(mock, url, seconds=0)
        engine.time.move_to(engine.now() + timedelta(seconds=5 * 60))
        callbacks = engine.announcements.claim(engine.now(), 60)
        mock.start()
        for callback in callbacks:
            mock.courier.dispatch(engine, callback)

        unfinished = mock.stop(timedelta())

    facts = [record.facts for record in caplog.records]
    assert len(unfinished) == 60
    assert [len(fact["keys"]) for fact in facts] == [50, 10]
    assert {key for fact in facts for key in fact["keys"]} == {f"{n}.jpg" for n in range(1, 61)}
    assert {(fact["job"], fact["url"], fact["world"]) for fact in facts} == {
        ("job-1", url.replace("token=hush", "..."), "default")
    }


@pytest.mark.parametrize(("clock", "named"), [("x1", ["1.jpg"]), ("frozen", [])])
def test_what_was_to_be_tried_again_is_named_where_time_passes_by_itself(
    caplog: pytest.LogCaptureFixture, clock: str, named: list[str]
) -> None:
    mock = IceMock(Scenario(clock="frozen", callbacks=CallbackRules(retry_after=timedelta(hours=1))))
    engine = announce(mock, "http://127.0.0.1:1/")
    engine.jobs.stop("job-1")
    engine.time.switch_to(clock)
    caplog.clear()
    mock.start()

    mock.stop(timedelta())

    assert [key for record in caplog.records for key in record.facts["keys"]] == named
    assert all("were to be tried later" in message for message in caplog.messages)


def test_whatever_bytes_a_caller_names_the_line_is_text(app, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "ice_mock")
    query = {"QUERY_STRING": "Version=2020-11-09", "HTTP_X_ACS_ACTION": "\udcff", "PATH_INFO": "/"}

    app.test_client().get("/", environ_overrides=query)

    assert caplog.messages
    assert [message.encode() for message in caplog.messages]
