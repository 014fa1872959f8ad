"""Requests captured from the real SDKs, as they were sent and in every way spoiled."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest

from ice_mock.actions import ACTIONS
from ice_mock.domain.model import AccessKey
from ice_mock.gateway import Call, Gateway, Verification
from ice_mock.gateway.dialects import signature_of

Vector = dict[str, Any]

CAPTURED: list[Vector] = json.loads(
    (Path(__file__).parent.parent / "vectors" / "signed-requests.json").read_text()
)
VECTORS = [vector for vector in CAPTURED if vector["client"] != "OSS"]
every_vector = pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])

PUBLISHED = {
    # The documentation of the RPC signature.
    "OLeaidS1JvxuMvnyHOwuJ+uX5qY=": {
        "Timestamp": "2016-02-23T12:46:24Z",
        "Format": "XML",
        "AccessKeyId": "testid",
        "Action": "DescribeRegions",
        "SignatureMethod": "HMAC-SHA1",
        "SignatureNonce": "3ee8c1b8-83d3-44af-a94f-4e0ad82fd6cf",
        "Version": "2014-05-26",
        "SignatureVersion": "1.0",
    },
    # The documentation of ApsaraVideo Live.
    "3I5a3myPjp8FXWT4rvxX5pKb/aw=": {
        "Format": "XML",
        "SignatureMethod": "HMAC-SHA1",
        "Action": "DescribeLiveSnapshotConfig",
        "AccessKeyId": "testid",
        "RegionId": "cn-shanghai",
        "ServiceCode": "live",
        "DomainName": "test.com",
        "AppName": "test",
        "SignatureNonce": "c2fe8fbb-2977-4414-8d39-348d02419c1c",
        "Version": "2016-11-01",
        "SignatureVersion": "1.0",
        "Timestamp": "2017-06-14T09:51:14Z",
    },
}


def pairs(encoded: str) -> tuple[tuple[str, str], ...]:
    return tuple(parse_qsl(encoded, keep_blank_values=True))


def call_of(vector: Vector) -> Call:
    path, _, query = vector["target"].partition("?")
    headers = {name.lower(): value for name, value in vector["headers"]}
    has_form = headers.get("content-type", "").startswith("application/x-www-form-urlencoded")
    return Call(
        vector["method"],
        path,
        query=pairs(query),
        form=pairs(vector["body"]) if has_form else (),
        headers=headers,
        body=vector["body"].encode(),
    )


@pytest.fixture
def replayed(worlds, real_time) -> Callable[[Vector], Call]:
    """Send a vector to a gateway that knows its key, and minds neither age nor nonce."""
    gateway = Gateway(worlds, real_time, Verification(max_age=None, nonces=False))

    def send(vector: Vector, *, secret: str | None = None) -> dict[str, Any]:
        worlds.register(AccessKey("AK-ok", secret or vector["access_key_secret"]))
        return json.loads(gateway(call_of(vector)).body)

    return send


@pytest.mark.parametrize(("signature", "parameters"), PUBLISHED.items(), ids=["RPC", "Live"])
def test_the_published_example(signature, parameters):
    call = Call("GET", query=tuple(parameters.items()))

    assert signature_of(call).proof(call, "testsecret").signature == signature


@every_vector
def test_the_servers_signature_is_that_of_the_sdk(vector):
    call = call_of(vector)
    signature = signature_of(call)

    proof = signature.proof(call, vector["access_key_secret"])

    assert proof.signature == signature.signature
    assert signature.is_supported()
    assert signature.missing() is None


@every_vector
def test_the_action_of_the_sdk_is_understood(vector):
    call = call_of(vector)

    assert call.action == vector["name"].rpartition("-")[2]
    assert call.action in ACTIONS


@every_vector
def test_a_captured_request_is_answered(replayed, vector):
    answer = replayed(vector)

    # What it asks for does not exist in an empty world, or a bucket has too short a name.
    assert answer.get("Code") in (None, "JobNotFound", "TemplateNotFound", "InvalidParameter")


# -- Spoiled: whatever a signature covers --


def with_header(vector: Vector, name: str, change: Callable[[str], str]) -> Vector:
    headers = [[each, change(value) if each.lower() == name else value] for each, value in vector["headers"]]
    return {**vector, "headers": headers}


def with_query(vector: Vector, change: Callable[[list[tuple[str, str]]], list[tuple[str, str]]]) -> Vector:
    path, _, query = vector["target"].partition("?")
    return {**vector, "target": f"{path}?{urlencode(change(list(pairs(query))))}"}


def signed_headers(vector: Vector) -> list[str]:
    signature = signature_of(call_of(vector))
    return list(getattr(signature, "signed_headers", ()))


def spoiled(vector: Vector) -> dict[str, Vector]:
    """Everything that may happen to a signed request on its way."""
    _, _, query = vector["target"].partition("?")
    ways = {
        "another method": {**vector, "method": {"GET": "POST", "POST": "GET"}[vector["method"]]},
        "one more in the query": with_query(vector, lambda sent: [*sent, ("Extra", "")]),
        **{
            f"query {name}": with_query(
                vector,
                lambda sent, name=name: [(each, f"{text}1" if each == name else text) for each, text in sent],
            )
            for name, _ in pairs(query)
            # These choose another key, another way, or no verification at all: they have tests of their own.
            if name not in ("AccessKeyId", "Action", "Version", "Format", "SignatureMethod")
            and name not in ("SignatureVersion", "Timestamp", "SignatureType")
        },
        **{
            f"header {name}": with_header(vector, name, lambda value: f"{value}1")
            for name in signed_headers(vector)
            if name not in ("x-acs-action", "x-acs-version", "x-acs-date")
        },
    }
    if signed_headers(vector):
        ways["another body"] = {**vector, "body": f"{vector['body']}&Extra=1"}
        ways["another path"] = {**vector, "target": f"/x{vector['target']}"}
        ways["another date"] = with_header(vector, "x-acs-date", lambda value: value.replace("2026", "2027"))
        ways["another action"] = with_header(vector, "x-acs-action", lambda _: "GetLiveSnapshotTemplate")
    else:
        ways["another date"] = with_query(
            vector, lambda sent: [(name, text.replace("2026-11-22", "2026-11-23")) for name, text in sent]
        )
        ways["one more in the form"] = {
            **vector,
            "headers": [*vector["headers"], ["content-type", "application/x-www-form-urlencoded"]],
            "body": f"{vector['body']}&Extra=1",
        }
    if vector["body"]:
        ways["a letter of the body"] = {**vector, "body": vector["body"][:-1] + "~"}
    return ways


SPOILED = [
    pytest.param(way, id=f"{vector['name']}, {what}")
    for vector in VECTORS
    for what, way in spoiled(vector).items()
    if not (what == "another action" and "GetLiveSnapshotTemplate" in vector["name"])
]


@pytest.mark.parametrize("vector", SPOILED)
def test_a_spoiled_request_is_refused_with_the_servers_own_string(replayed, vector):
    answer = replayed(vector)

    call = call_of(vector)
    proof = signature_of(call).proof(call, vector["access_key_secret"])
    assert answer["Code"] == "SignatureDoesNotMatch"
    assert answer["Message"] == (
        "Specified signature is not matched with our calculation. "
        f"server string to sign is:{proof.explanation}"
    )


@every_vector
def test_another_secret_is_refused(replayed, vector):
    assert replayed(vector, secret="fakesecret ")["Code"] == "SignatureDoesNotMatch"


@pytest.mark.parametrize(
    "vector", [vector for vector in VECTORS if signed_headers(vector)], ids=lambda vector: vector["name"]
)
def test_the_canonical_request_is_told_and_is_what_was_hashed(replayed, vector):
    message = replayed(vector, secret="other")["Message"]

    told = message.partition("server string to sign is:")[2]
    to_sign, _, canonical = told.partition(", server canonical request is:")
    assert to_sign == f"ACS3-HMAC-SHA256\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    assert canonical.startswith(f"{vector['method']}\n/\n")


@pytest.mark.parametrize(
    "vector", [vector for vector in VECTORS if not signed_headers(vector)], ids=lambda vector: vector["name"]
)
def test_the_string_to_sign_is_told_after_the_first_colon(replayed, vector):
    message = replayed(vector, secret="other")["Message"]

    # The old Python SDK takes apart the message here, and compares what follows with its own string.
    told = message.partition(":")[2]
    assert told.startswith(f"{vector['method']}&%2F&AccessKeyId%3DAK-ok%26Action%3D")


@every_vector
def test_a_header_that_is_not_signed_may_change_on_its_way(replayed, vector):
    covered = {*signed_headers(vector), "authorization", "content-type", "x-acs-action", "x-acs-version"}
    touched = vector
    for name in ("user-agent", "accept-encoding", "via"):
        if name not in covered:
            touched = with_header(touched, name, lambda value: f"{value} proxy")

    assert replayed(touched).get("Code") != "SignatureDoesNotMatch"
