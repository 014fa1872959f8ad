import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from oss_world import KEY, REAL_NOW, new_door, new_engine

from ice_mock.domain.model import AccessKey
from ice_mock.oss import OssAnswer, OssRequest
from ice_mock.oss.addressing import bucket_and_key
from ice_mock.oss.request import query_pairs

Spoil = Callable[[OssRequest], OssRequest]

VECTORS = [
    vector
    for vector in json.loads((Path(__file__).parents[1] / "vectors" / "signed-requests.json").read_text())
    if vector["client"] == "OSS"
]
every_vector = pytest.mark.parametrize("vector", VECTORS, ids=[vector["name"] for vector in VECTORS])


def request_of(vector: dict[str, Any]) -> OssRequest:
    headers = {name.lower(): value for name, value in vector["headers"]}
    path, _, query = vector["target"].partition("?")
    bucket, key = bucket_and_key(headers["host"], path.encode())
    return OssRequest(vector["method"], bucket, key, query_pairs(query.encode()), headers, path)


def key_of(vector: dict[str, Any]) -> AccessKey:
    token = dict(vector["headers"]).get("x-oss-security-token")
    return AccessKey("AK-ok", vector["access_key_secret"], security_token=token)


def answer_to(request: OssRequest, key: AccessKey = KEY, now: datetime = REAL_NOW) -> OssAnswer:
    return new_door(new_engine(), key, real_time=lambda: now).plane(request)


def code(answer: OssAnswer) -> str | None:
    return ET.fromstring(answer.body).findtext("Code") if answer.body else None


def with_header(name: str, change: Callable[[str], str]) -> Spoil:
    return lambda request: replace(
        request, headers={**request.headers, name: change(request.headers.get(name, ""))}
    )


def with_query(*pairs: tuple[str, str]) -> Spoil:
    return lambda request: replace(request, query=(*request.query, *pairs))


def next_digit(text: str) -> str:
    """Another moment, nearby: the last digit but that of the seconds is left alone."""
    return text.replace("27:30", "27:31").replace("092730", "092731")


SPOILED: dict[str, Spoil] = {
    "method": lambda request: replace(request, method="PATCH"),
    "bucket": lambda request: replace(request, bucket="otherbucket"),
    "key": lambda request: replace(request, key=f"{request.key or ''}x"),
    "content-type": with_header("content-type", lambda value: f"{value}x"),
    "content-md5": with_header("content-md5", lambda value: f"{value}x"),
    "x-oss- header": with_header("x-oss-more", lambda _: "1"),
    "sub-resource": with_query(("acl", "")),
    "signature": with_header("authorization", lambda value: value[:-5] + value[-4:] + "A"),
}
SPOILED_V1: dict[str, Spoil] = {**SPOILED, "date": with_header("date", next_digit)}
SPOILED_V4: dict[str, Spoil] = {
    **SPOILED,
    "date": with_header("x-oss-date", next_digit),
    "any parameter": with_query(("prefix", "x")),
    "payload": with_header("x-oss-content-sha256", lambda _: "0" * 64),
    "scope": with_header("authorization", lambda value: value.replace("/20261122/", "/20261121/")),
    "region": with_header("authorization", lambda value: value.replace("cn-shanghai", "cn-hangzhou")),
    "product": with_header("authorization", lambda value: value.replace("/oss/", "/oss-cloudbox/")),
    "additional headers": with_header("authorization", lambda value: f"{value},AdditionalHeaders=host"),
}
CASES = [
    pytest.param(vector, spoil, id=f"{vector['name']}-{part}")
    for vector in VECTORS
    for part, spoil in (SPOILED_V4 if vector["signature"].startswith("OSS4") else SPOILED_V1).items()
]


def test_there_are_vectors_of_both_versions() -> None:
    assert {vector["signature"] for vector in VECTORS} == {"OSS HMAC-SHA1", "OSS4-HMAC-SHA256"}


@every_vector
def test_what_an_sdk_sent_is_let_in(vector: dict[str, Any]) -> None:
    answer = answer_to(request_of(vector), key_of(vector))

    assert answer.status != 403


@pytest.mark.parametrize(("vector", "spoil"), CASES)
def test_a_change_in_any_signed_part_is_found(vector: dict[str, Any], spoil: Spoil) -> None:
    spoiled = spoil(request_of(vector))
    unspoiled_method = replace(spoiled, method="GET") if spoiled.method == "HEAD" else spoiled

    answer = answer_to(unspoiled_method, key_of(vector))

    assert (answer.status, code(answer)) == (403, "SignatureDoesNotMatch")


@every_vector
def test_another_secret_is_found(vector: dict[str, Any]) -> None:
    answer = answer_to(request_of(vector), replace(key_of(vector), secret="another"))

    assert answer.status == 403


def test_the_refusal_tells_what_the_server_signed() -> None:
    request = with_header("content-type", lambda _: "text/plain")(request_of(VECTORS[2]))

    error = ET.fromstring(answer_to(request).body)

    assert error.findtext("StringToSign") == (
        "GET\n\ntext/plain\nSun, 22 Nov 2026 09:27:30 GMT\n/testbucket/?continuation-token"
    )
    assert error.findtext("SignatureProvided") == "/m6lKfNcperWh4wyWSCRQ2Qc6Nk="
    assert error.findtext("OSSAccessKeyId") == "AK-ok"
    assert error.findtext("EC") == "0002-00000040"


def test_the_refusal_of_version_4_tells_the_canonical_request_too() -> None:
    vector = next(each for each in VECTORS if each["name"] == "oss-021-GET")

    error = ET.fromstring(answer_to(request_of(vector), replace(KEY, secret="another")).body)

    assert error.findtext("CanonicalRequest") == (
        "GET\n/testbucket/\nencoding-type=url&prefix=snapshot%2F\n"
        "content-md5:1B2M2Y8AsgTpgAmY7PhCfg==\ncontent-type:application/octet-stream\n"
        "x-oss-content-sha256:UNSIGNED-PAYLOAD\nx-oss-date:20261122T092730Z\n\n\nUNSIGNED-PAYLOAD"
    )
    assert (error.findtext("StringToSign") or "").startswith("OSS4-HMAC-SHA256\n20261122T092730Z\n20261122/")


@pytest.mark.parametrize("secret", ["another", "fakesecret"])
def test_a_secret_is_never_told(secret: str) -> None:
    answer = answer_to(
        with_header("content-type", lambda _: "x")(request_of(VECTORS[0])), AccessKey("AK-ok", secret)
    )

    assert secret.encode() not in answer.body


@every_vector
@pytest.mark.parametrize(
    ("age", "refused"),
    [
        (timedelta(minutes=15), False),
        (-timedelta(minutes=15), False),
        (timedelta(minutes=15, seconds=1), True),
        (-timedelta(minutes=15, seconds=1), True),
    ],
    ids=["just young enough", "from as far ahead as may be", "too old", "from the future"],
)
def test_a_signature_holds_for_a_quarter_of_an_hour(
    vector: dict[str, Any], age: timedelta, refused: bool
) -> None:
    answer = answer_to(request_of(vector), key_of(vector), REAL_NOW + age)

    assert (answer.status == 403) is refused


def test_the_refusal_of_an_old_signature_tells_both_times() -> None:
    error = ET.fromstring(answer_to(request_of(VECTORS[2]), now=datetime(2026, 11, 23, tzinfo=UTC)).body)

    assert {child.tag: child.text for child in error if child.tag not in ("RequestId", "HostId")} == {
        "Code": "RequestTimeTooSkewed",
        "Message": "The difference between the request time and the current time is too large.",
        "MaxAllowedSkewMilliseconds": "900000",
        "RequestTime": "2026-11-22T09:27:30.000Z",
        "ServerTime": "2026-11-23T00:00:00.000Z",
        "EC": "0002-00000504",
    }


def test_without_a_limit_no_signature_is_too_old() -> None:
    long_after = REAL_NOW + timedelta(days=9999)
    door = new_door(new_engine(), KEY, real_time=lambda: long_after, max_age=None)

    assert door.plane(request_of(VECTORS[4])).status == 404


@pytest.mark.parametrize("date", ["", "yesterday", "Sun, 99 Nov 2026 09:27:30 GMT", "0" * 5000])
def test_a_signature_without_a_readable_date_is_refused(date: str) -> None:
    answer = answer_to(with_header("date", lambda _: date)(request_of(VECTORS[2])))

    assert (answer.status, code(answer)) == (403, "AccessDenied")
