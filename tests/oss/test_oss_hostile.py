"""Whatever is sent: never a failure of the emulator, and always a document that can be read."""

from base64 import b64decode
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from oss_world import KEY, REAL_NOW, OneWorld, add_job, new_engine

from ice_mock.clock import EPOCH
from ice_mock.domain.timepiece import FROZEN_START
from ice_mock.oss import OssPlane, OssRequest
from ice_mock.oss.addressing import bucket_and_key
from ice_mock.oss.request import query_pairs
from ice_mock.oss.subresources import SIGNED

METHODS = st.sampled_from(["GET", "GET", "HEAD", "DELETE", "PUT", "POST", "OPTIONS", "X"])
BYTES = st.one_of(
    st.binary(max_size=40), st.text(max_size=40).map(lambda text: text.encode("utf-8", "replace"))
)
PATHS = st.one_of(
    BYTES.map(lambda raw: b"/" + raw),
    BYTES.map(lambda raw: b"/testbucket/" + raw),
    st.sampled_from(
        [b"/", b"//", b"/testbucket", b"/testbucket/latest.jpg", b"/testbucket//", b"/%2e%2e/%2e"]
    ),
)
VALUES = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        ["9" * 5000, "-1", "\ud800", "\0", "=", "a" * 3000, "url", "2", "99991231T235959Z", "604800"]
    ),
)
NAMES = st.sampled_from(
    [
        *sorted(SIGNED),
        "prefix",
        "marker",
        "delimiter",
        "max-keys",
        "list-type",
        "start-after",
        "fetch-owner",
        "encoding-type",
        "OSSAccessKeyId",
        "Expires",
        "Signature",
        "x-oss-signature-version",
        "x-oss-credential",
        "x-oss-date",
        "x-oss-expires",
        "x-oss-signature",
        "x-oss-additional-headers",
    ]
)
CREDENTIALS = st.sampled_from(
    [
        "OSS AK-ok:abc",
        "OSS AK-ok:\udcff",
        "OSS4-HMAC-SHA256 Credential=AK-ok/1/2/3/aliyun_v4_request,Signature=\udcff,AdditionalHeaders=a;;é",
        "OSS4-HMAC-SHA256 Credential=AK-ok/20261122/x/oss/aliyun_v4_request,Signature=abc",
        "OSS4-HMAC-SHA256 ,=,==",
    ]
)
DATES = st.one_of(
    VALUES,
    st.sampled_from(
        [
            "Sun, 22 Nov 2026 09:27:30 GMT",
            "Mon, 01 Jan 0001 00:00:00 +2359",
            "Fri, 31 Dec 9999 23:59:59 -2359",
            "Sun, 22 Nov 2026 09:27:30 +999999999999",
            "20261122T092730Z",
        ]
    ),
)
HEADERS = st.fixed_dictionaries(
    {},
    optional={
        "authorization": st.one_of(VALUES, CREDENTIALS),
        "date": DATES,
        "x-oss-date": DATES,
        "if-modified-since": DATES,
        "if-unmodified-since": DATES,
        "if-match": VALUES,
        "if-none-match": VALUES,
        "range": st.one_of(
            VALUES,
            st.from_regex(r"bytes=[0-9]{0,30}-[0-9]{0,30}", fullmatch=True),
            st.sampled_from(["bytes=9999999999999999999999-", "bytes=-" + "9" * 5000]),
        ),
        "x-oss-range-behavior": st.just("standard"),
        "x-oss-security-token": VALUES,
        "host": st.one_of(VALUES, st.sampled_from(["testbucket.localhost:1", "-.localhost", "é.localhost"])),
    },
)


@pytest.fixture(scope="module", params=["known", "required", "off"])
def plane(request: pytest.FixtureRequest) -> OssPlane:
    engine = new_engine(signatures=request.param)
    add_job(engine, sequence="snapshot/{Sequence}.jpg", overwrite="latest.jpg")
    engine.time.move_to(FROZEN_START.replace(minute=1))
    return OssPlane(OneWorld(engine, KEY), lambda: REAL_NOW, max_age=REAL_NOW - EPOCH)


@given(
    method=METHODS,
    path=PATHS,
    query=st.one_of(BYTES, st.lists(st.tuples(NAMES, VALUES), max_size=6).map(tuple)),
    headers=HEADERS,
)
def test_nothing_hostile_gets_through(
    plane: OssPlane,
    method: str,
    path: bytes,
    query: bytes | tuple[tuple[str, str], ...],
    headers: dict[str, str],
) -> None:
    bucket, key = bucket_and_key(headers.get("host", ""), path)
    pairs = query_pairs(query) if isinstance(query, bytes) else query

    answer = plane(OssRequest(method, bucket, key, pairs, headers, path.decode("latin-1")))

    assert answer.status < 500 or answer.status == 501
    document = b64decode(answer.headers["x-oss-err"]) if "x-oss-err" in answer.headers else answer.body
    if answer.headers.get("Content-Type") == "application/xml" and document:
        assert ET.fromstring(document).tag in ("Error", "ListBucketResult", "BucketInfo")
    assert not any(character in value for value in answer.headers.values() for character in "\r\n\0")
    assert KEY.secret.encode() not in document
