"""What lies below the SDKs: kept connections, bodies in chunks, and recorded requests."""

import http.client
import json
import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlencode, urlsplit

import pytest

from ice_mock.domain.model import AccessKey
from ice_mock.domain.scenario import AccountSpec, Scenario
from ice_mock.gateway import Verification
from ice_mock.server import Server, running
from ice_mock.worlds import IceMock

Vector = dict[str, Any]
RECORDED = json.loads((Path(__file__).parents[1] / "vectors" / "signed-requests.json").read_text("utf-8"))
VECTORS = [vector for vector in RECORDED if vector["client"] != "OSS"]
LIST = "/?" + urlencode({"Action": "ListLiveSnapshotTemplates", "Version": "2020-11-09", "Format": "JSON"})
FORM = {"TemplateName": "t", "TimeInterval": "5", "SequenceFormat": "{JobId}/{Sequence}.jpg"}

SPEC = Scenario(
    account=AccountSpec(access_keys=(AccessKey("AK-ok", "fakesecret"),)),
    clock="frozen",
    signatures="required",
)

every_vector = pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])


class Answer(NamedTuple):
    status: int
    body: bytes

    @property
    def code(self) -> str | None:
        return json.loads(self.body).get("Code")


def sent(vector: Vector, url: str) -> Answer:
    """Send a request as it was recorded, to the last header, over a socket of its own."""
    body = vector["body"].encode()
    lines = [f"{vector['method']} {vector['target']} HTTP/1.1"]
    lines += [f"{name}: {value}" for name, value in vector["headers"]]
    head = "\r\n".join([*lines, "", ""]).encode()
    if vector["chunked"]:
        half = len(body) // 2
        body = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (body[:half], body[half:], b""))
    address = urlsplit(url)
    with socket.create_connection((address.hostname, address.port), timeout=30) as connection:
        connection.sendall(head + body)
        response = http.client.HTTPResponse(connection, method=vector["method"])
        response.begin()
        return Answer(response.status, response.read())


def answer_expected(vector: Vector) -> str | None:
    """What a server in which there is nothing answers: None is a success."""
    action = vector["name"].rpartition("-")[2]
    if action in ("CreateLiveSnapshotTemplate", "ListLiveSnapshotTemplates", "ListLiveSnapshotJobs"):
        return None
    return "TemplateNotFound" if action.startswith("Submit") or "Template" in action else "JobNotFound"


def with_a_byte_spoiled(vector: Vector) -> Vector:
    """Change what was signed: a byte of the body if there is one, else of the query, else of a header."""
    if vector["body"]:
        at = vector["body"].index("=") + 1
        return {**vector, "body": vector["body"][:at] + "x" + vector["body"][at + 1 :]}
    if "JobId=" in vector["target"]:
        return {**vector, "target": vector["target"].replace("JobId=", "JobId=x").replace("=xe", "=x")}
    if "SignatureNonce=" in vector["target"]:
        name = "SignatureNonce="
        at = vector["target"].index(name) + len(name)
        return {**vector, "target": vector["target"][:at] + "x" + vector["target"][at + 1 :]}
    headers = [
        (name, "x" + value[1:] if name.lower() == "x-acs-signature-nonce" else value)
        for name, value in vector["headers"]
    ]
    return {**vector, "headers": headers}


@pytest.fixture(scope="module")
def replaying() -> Iterator[Server]:
    """A server that takes signatures of any age, any number of times, and only right ones."""
    with running(IceMock(SPEC, verification=Verification(max_age=None, nonces=False))) as server:
        yield server


@pytest.fixture(scope="module")
def caring() -> Iterator[Server]:
    """A server with the usual verification, a century after anything was recorded."""
    mock = IceMock(SPEC, real_time=lambda: datetime(2126, 1, 1, tzinfo=UTC))
    with running(mock) as server:
        yield server


@pytest.fixture
def connection(server: Server) -> Iterator[http.client.HTTPConnection]:
    address = urlsplit(server.url)
    connection = http.client.HTTPConnection(address.hostname, address.port, timeout=30)
    yield connection
    connection.close()


# -- Recorded requests --


def test_there_are_vectors_of_every_dialect() -> None:
    assert len(VECTORS) == 33
    assert {vector["signature"] for vector in VECTORS} == {"ACS3-HMAC-SHA256", "HMAC-SHA1"}
    assert any(vector["chunked"] for vector in VECTORS)


@every_vector
def test_a_recorded_request_passes(replaying: Server, vector: Vector) -> None:
    answer = sent(vector, replaying.url)

    assert answer.code == answer_expected(vector)
    assert answer.status == (404 if answer.code else 200)


@every_vector
def test_a_recorded_request_with_one_byte_spoiled_does_not_pass(replaying: Server, vector: Vector) -> None:
    spoiled = with_a_byte_spoiled(vector)

    answer = sent(spoiled, replaying.url)

    assert spoiled != vector
    assert (answer.status, answer.code) == (400, "SignatureDoesNotMatch")


@every_vector
def test_a_recorded_request_is_too_old_for_a_server_that_cares(caring: Server, vector: Vector) -> None:
    answer = sent(vector, caring.url)

    assert (answer.status, answer.code) == (400, "InvalidTimeStamp.Expired")


# -- Connections --


def test_a_connection_serves_one_call_after_the_other(connection: http.client.HTTPConnection) -> None:
    local_addresses = []

    for _ in range(3):
        connection.request("GET", LIST)
        response = connection.getresponse()
        response.read()
        local_addresses.append(connection.sock.getsockname())

    assert (response.status, response.headers["Connection"]) == (200, "Keep-Alive")
    assert len(set(local_addresses)) == 1


@pytest.mark.parametrize(
    ("method", "target", "body", "headers"),
    [
        ("POST", LIST, b"x" * (2 * 1024 * 1024), {}),
        ("POST", LIST, b"{}", {"Content-Type": "application/json"}),
        ("PUT", LIST, b"x" * 1000, {}),
        ("POST", "/_ice_mock/worlds", b"x" * (2 * 1024 * 1024), {}),
        ("GET", "/_ice_mock/nothing", b"x" * 1000, {}),
        ("DELETE", "/_ice_mock/livez", b"x" * 1000, {}),
    ],
    ids=[
        "a body that is too long",
        "a body of another type",
        "another method",
        "a document that is too long",
        "a path that does not exist",
        "a method that does not exist",
    ],
)
def test_a_refusal_does_not_spoil_the_connection(
    connection: http.client.HTTPConnection, method: str, target: str, body: bytes, headers: dict[str, str]
) -> None:
    connection.request(method, target, body, headers)
    refusal = connection.getresponse()
    refusal.read()

    connection.request("GET", LIST)
    response = connection.getresponse()

    assert refusal.status >= 400
    assert response.status == 200
    assert json.loads(response.read())["TemplateList"] == []


def test_a_body_in_chunks_is_read(connection: http.client.HTTPConnection, server: Server) -> None:
    world = server.mock.worlds.create(access_key_id="AK-chunks", signatures="off", clock="frozen")
    query = {"Action": "CreateLiveSnapshotTemplate", "Version": "2020-11-09", "Format": "JSON"}
    query |= {"AccessKeyId": world.id, "Signature": "none"}
    body = urlencode(FORM).encode()

    connection.request(
        "POST",
        "/?" + urlencode(query),
        iter([body[:7], body[7:]]),
        {"Content-Type": "application/x-www-form-urlencoded"},
        encode_chunked=True,
    )
    response = connection.getresponse()

    assert response.status == 200
    [template] = world.engine.templates.all()
    assert json.loads(response.read())["TemplateId"] == template.id
    server.mock.worlds.delete(world.id)


def test_fifty_thousand_parameters_are_refused_in_the_form_of_the_plane(
    connection: http.client.HTTPConnection,
) -> None:
    connection.request("GET", LIST + "&a=1" * 50_000)
    response = connection.getresponse()

    error = json.loads(response.read())
    assert (response.status, error["Code"]) == (400, "InvalidParameter")
    assert error["Message"].endswith("expected up to 1000 parameters in the query, found more.")
