from datetime import timedelta
from xml.etree import ElementTree as ET

import pytest
from oss_world import KEY, REAL_NOW, Door, add_job, new_door, new_engine, new_request

from ice_mock.clock import EPOCH
from ice_mock.domain.model import AccessKey
from ice_mock.domain.timepiece import FROZEN_START
from ice_mock.oss import OssAnswer
from ice_mock.oss.authentication import access_key_id_of, claim_of

DATE = "Sun, 22 Nov 2026 09:27:30 GMT"
TARGET = "/testbucket/latest.jpg"
TEMPORARY = AccessKey("STS.temporary", "secret", security_token="tok+en/==", expires_at=FROZEN_START)


def door_to(signatures: str, *keys: AccessKey) -> Door:
    engine = new_engine(signatures=signatures)
    add_job(engine, overwrite="latest.jpg")
    engine.time.move_to(FROZEN_START + timedelta(minutes=1))
    return new_door(engine, *keys)


def signed(key: AccessKey, target: str = TARGET, **headers: str) -> dict[str, str]:
    """Headers with a signature of version 1, made the way the server makes it."""
    unsigned = {"date": DATE, **headers}
    claim = claim_of(new_request("GET", target, **unsigned, authorization=f"OSS {key.id}:?"))
    assert claim
    return {**unsigned, "authorization": f"OSS {key.id}:{claim._signed_with(key.secret)}"}


def code(answer: OssAnswer) -> str | None:
    return ET.fromstring(answer.body).findtext("Code") if answer.status >= 400 else None


STRANGER = AccessKey("AK-stranger", "whatever")
WRONG = AccessKey(KEY.id, "wrong")


@pytest.mark.parametrize(
    ("signatures", "headers", "expected"),
    [
        ("off", {}, None),
        ("off", signed(STRANGER), None),
        ("off", signed(WRONG), None),
        ("off", {"authorization": "nonsense"}, None),
        ("known", {}, None),
        ("known", signed(STRANGER), None),
        ("known", signed(WRONG), "SignatureDoesNotMatch"),
        ("known", signed(KEY), None),
        ("known", {"authorization": "nonsense"}, "InvalidArgument"),
        ("required", {}, "AccessDenied"),
        ("required", signed(STRANGER), "InvalidAccessKeyId"),
        ("required", signed(WRONG), "SignatureDoesNotMatch"),
        ("required", signed(KEY), None),
        ("required", {"authorization": "nonsense"}, "InvalidArgument"),
    ],
    ids=[
        "off: anonymous",
        "off: unknown key",
        "off: wrong secret",
        "off: unreadable",
        "known: anonymous",
        "known: unknown key",
        "known: wrong secret",
        "known: right",
        "known: unreadable",
        "required: anonymous",
        "required: unknown key",
        "required: wrong secret",
        "required: right",
        "required: unreadable",
    ],
)
def test_who_is_let_in(signatures: str, headers: dict[str, str], expected: str | None) -> None:
    answer = door_to(signatures, KEY)("GET", TARGET, **headers)

    assert code(answer) == expected


def test_a_key_that_is_switched_off_is_refused() -> None:
    inactive = AccessKey(KEY.id, KEY.secret, active=False)

    answer = door_to("known", inactive)("GET", TARGET, **signed(inactive))

    assert b"The OSS Access Key Id you provided is disabled." in answer.body


@pytest.mark.parametrize(
    ("key", "headers", "target", "expected"),
    [
        (TEMPORARY, {"x-oss-security-token": "tok+en/=="}, TARGET, None),
        (TEMPORARY, {"security-token": "tok+en/=="}, TARGET, None),
        (TEMPORARY, {}, f"{TARGET}?security-token=tok%2Ben%2F%3D%3D", None),
        (TEMPORARY, {"x-oss-security-token": "another"}, TARGET, "0002-00000006"),
        (TEMPORARY, {}, TARGET, "0002-00000003"),
        (KEY, {"x-oss-security-token": "any"}, TARGET, "0002-00000002"),
    ],
    ids=[
        "in its header",
        "in the header of oss_v2",
        "in the query",
        "wrong",
        "missing",
        "with a lasting key",
    ],
)
def test_a_security_token_goes_with_its_key(
    key: AccessKey, headers: dict[str, str], target: str, expected: str | None
) -> None:
    lasting = AccessKey(key.id, key.secret, security_token=key.security_token)

    answer = door_to("known", lasting)("GET", target, **signed(key, target, **headers))

    assert answer.headers.get("x-oss-ec") == expected


def test_a_temporary_key_ends_by_the_worlds_clock() -> None:
    door = door_to("known", TEMPORARY)

    answer = door("GET", TARGET, **signed(TEMPORARY, **{"x-oss-security-token": "tok+en/=="}))

    assert (answer.status, code(answer)) == (403, "SecurityTokenExpired")


NOW = (REAL_NOW - EPOCH) // timedelta(seconds=1)


def presigned_v1(expires: str) -> str:
    claim = claim_of(new_request("GET", f"{TARGET}?OSSAccessKeyId=AK-ok&Expires={expires}&Signature="))
    assert claim
    signature = claim._signed_with(KEY.secret).replace("+", "%2B").replace("/", "%2F")
    return f"{TARGET}?OSSAccessKeyId=AK-ok&Expires={expires}&Signature={signature}"


def presigned_v4(date: str, expires: str) -> str:
    target = (
        f"{TARGET}?x-oss-signature-version=OSS4-HMAC-SHA256&x-oss-date={date}&x-oss-expires={expires}"
        f"&x-oss-credential=AK-ok%2F{date[:8]}%2Fcn-shanghai%2Foss%2Faliyun_v4_request"
    )
    claim = claim_of(new_request("GET", target))
    assert claim
    return f"{target}&x-oss-signature={claim._signed_with(KEY.secret)}"


@pytest.mark.parametrize(
    ("target", "message"),
    [
        (presigned_v1(f"{NOW}"), None),
        (presigned_v1(f"{NOW - 1}"), "Request has expired."),
        (presigned_v1("soon"), "Invalid date (should be seconds since epoch)."),
        (presigned_v1("9" * 12), "Invalid date (should be seconds since epoch)."),
        (presigned_v1("9" * 5000), "Invalid date (should be seconds since epoch)."),
        (presigned_v4("20261122T092630Z", "60"), None),
        (presigned_v4("20261122T092630Z", "59"), "Request has expired."),
        (presigned_v4("20261115T092730Z", "604800"), None),
        (presigned_v4("20261122T092630Z", "604801"), "Invalid date (should be seconds since epoch)."),
        (presigned_v4("20261122T092630Z", "0"), "Invalid date (should be seconds since epoch)."),
        (presigned_v4("99991231T235959Z", "604800"), "Invalid date (should be seconds since epoch)."),
        (presigned_v4("20269999T999999Z", "60"), "Invalid date (should be seconds since epoch)."),
    ],
    ids=[
        "1: to the second",
        "1: over",
        "1: no number",
        "1: beyond the calendar",
        "1: thousands of digits",
        "4: to the second",
        "4: over",
        "4: for a week",
        "4: for longer",
        "4: for no time",
        "4: beyond the calendar",
        "4: no date",
    ],
)
def test_a_presigned_url_holds_until_its_end(target: str, message: str | None) -> None:
    answer = door_to("required", KEY)("GET", target)

    assert (ET.fromstring(answer.body).findtext("Message") if answer.status == 403 else None) == message


@pytest.mark.parametrize("part", ["OSSAccessKeyId=AK-ok", "Signature=abc", "OSSAccessKeyId=AK-ok&Expires=5"])
def test_a_presigned_url_must_be_whole(part: str) -> None:
    answer = door_to("known", KEY)("GET", f"{TARGET}?{part}")

    assert (answer.status, code(answer)) == (403, "AccessDenied")


@pytest.mark.parametrize(
    "authorization",
    [
        "OSS",
        "OSS nosignature",
        "OSS :signature",
        "OSS2 AccessKeyId:AK-ok,Signature:abc",
        "OSS4-HMAC-SHA256 ",
        "OSS4-HMAC-SHA256 Credential=AK-ok,Signature=abc",
        "OSS4-HMAC-SHA256 Credential=/20261122/cn-shanghai/oss/aliyun_v4_request,Signature=abc",
        "OSS4-HMAC-SHA256 Credential=AK-ok/20261122/cn-shanghai/oss/aws4_request,Signature=abc",
        "OSS4-HMAC-SHA256 Signature=abc",
        "Bearer abc",
        "",
    ],
)
def test_a_signature_that_cannot_be_read_is_a_bad_request(authorization: str) -> None:
    answer = door_to("known", KEY)("GET", TARGET, authorization=authorization)

    assert (answer.status, code(answer)) == (400, "InvalidArgument")


@pytest.mark.parametrize(
    ("target", "authorization", "expected"),
    [
        ("/b/k", "OSS AK:abc", "AK"),
        ("/b/k", "OSS4-HMAC-SHA256 Credential=AK/1/2/3/aliyun_v4_request,Signature=abc", "AK"),
        ("/b/k?OSSAccessKeyId=AK&Expires=1&Signature=abc", None, "AK"),
        (
            "/b/k?x-oss-signature-version=OSS4-HMAC-SHA256&x-oss-credential=AK%2F1%2F2%2F3%2Faliyun_v4_request",
            None,
            "AK",
        ),
        ("/b/k?x-oss-signature-version=OSS2", None, None),
        ("/b/k", "nonsense", None),
        ("/b/k", None, None),
    ],
)
def test_the_key_is_named_before_anything_is_proved(
    target: str, authorization: str | None, expected: str | None
) -> None:
    headers = {} if authorization is None else {"authorization": authorization}

    assert access_key_id_of(new_request("GET", target, **headers)) == expected
