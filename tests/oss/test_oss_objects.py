import hashlib
from base64 import b64decode, b64encode
from datetime import timedelta
from xml.etree import ElementTree as ET

import pytest
from oss_world import Door, add_job, new_door, new_engine

from ice_mock.domain.timepiece import FROZEN_START
from ice_mock.oss import OssAnswer

TARGET = "/testbucket/snapshot/3.jpg"


def content(door: Door, key: str = "snapshot/3.jpg") -> bytes:
    found = door.engine.objects.find("testbucket", key)
    assert found
    return found.content()


def etag(door: Door) -> str:
    return hashlib.md5(content(door)).hexdigest().upper()


def code(answer: OssAnswer) -> str | None:
    return ET.fromstring(answer.body).findtext("Code")


def test_an_object_comes_with_its_headers(door: Door) -> None:
    answer = door("GET", TARGET)

    assert answer.body == content(door)
    assert dict(answer.headers) == {
        "Server": "AliyunOSS",
        "Date": "Sun, 22 Nov 2026 09:27:30 GMT",
        "x-oss-request-id": answer.headers["x-oss-request-id"],
        "x-oss-server-time": answer.headers["x-oss-server-time"],
        "Content-Type": "image/jpeg",
        "Content-Length": str(len(content(door))),
        "Content-MD5": b64encode(hashlib.md5(content(door)).digest()).decode(),
        "ETag": f'"{etag(door)}"',
        "Last-Modified": "Thu, 01 Jan 2026 00:00:30 GMT",
        "Accept-Ranges": "bytes",
        "x-oss-object-type": "Normal",
        "x-oss-storage-class": "Standard",
    }


def test_request_ids_follow_from_the_seed() -> None:
    first, again = (
        [door("GET", "/b-1/").headers["x-oss-request-id"] for _ in range(2)]
        for door in (new_door(new_engine()), new_door(new_engine()))
    )

    assert first == again
    assert len(set(first)) == 2
    assert all(len(each) == 24 and set(each) <= set("0123456789ABCDEF") for each in first)


def test_a_head_has_the_headers_and_no_body(door: Door) -> None:
    get, head = door("GET", TARGET), door("HEAD", TARGET)

    assert head.body == b""
    assert head.headers | {"x-oss-request-id": ""} == get.headers | {
        "x-oss-request-id": "",
        "x-oss-server-time": head.headers["x-oss-server-time"],
    }


@pytest.mark.parametrize(("method", "length"), [("HEAD", None), ("GET", "0")])
def test_the_meta_of_an_object_is_short(door: Door, method: str, length: str | None) -> None:
    answer = door(method, f"{TARGET}?objectMeta")

    assert answer.body == b""
    assert answer.headers["Content-Length"] == length or str(len(content(door)))
    assert {"ETag", "Last-Modified"} <= set(answer.headers)
    assert "Content-Type" not in answer.headers


def test_the_overwrite_file_is_the_latest_frame(door: Door) -> None:
    latest = door("GET", "/testbucket/latest.jpg")

    assert latest.body == door("GET", "/testbucket/snapshot/18.jpg").body


@pytest.mark.parametrize("target", ["/testbucket/snapshot/19.jpg", "/otherbucket/snapshot/3.jpg"])
def test_what_is_not_there_is_no_such_key(door: Door, target: str) -> None:
    answer = door("GET", target)

    assert answer.status == 404
    error = {child.tag: child.text for child in ET.fromstring(answer.body)}
    assert error == {
        "Code": "NoSuchKey",
        "Message": "The specified key does not exist.",
        "RequestId": answer.headers["x-oss-request-id"],
        "HostId": "127.0.0.1:4610",
        "Key": target.split("/", 2)[2],
        "EC": "0026-00000001",
    }


def test_a_refused_head_has_the_document_in_a_header(door: Door) -> None:
    answer = door("HEAD", "/testbucket/missing.jpg")

    assert (answer.status, answer.body, answer.headers["x-oss-ec"]) == (404, b"", "0026-00000001")
    assert ET.fromstring(b64decode(answer.headers["x-oss-err"])).findtext("Code") == "NoSuchKey"


def test_a_deleted_object_is_gone(door: Door) -> None:
    answers = [door("DELETE", TARGET) for _ in range(2)]

    assert [(answer.status, answer.body) for answer in answers] == [(204, b"")] * 2
    assert door("GET", TARGET).status == 404


SIZE = 1000
"""The size that ranges are written for below; they are scaled to the picture's."""


@pytest.mark.parametrize(
    ("header", "places", "standard"),
    [
        ("bytes=0-499", (0, 500), (0, 500)),
        ("bytes=500-", (500, SIZE), (500, SIZE)),
        ("bytes=-300", (SIZE - 300, SIZE), (SIZE - 300, SIZE)),
        ("bytes=0-", (0, SIZE), (0, SIZE)),
        ("bytes=0-0", (0, 1), (0, 1)),
        ("bytes=0-9,20-29", (0, 10), (0, 10)),
        ("bytes=0-999", (0, SIZE), (0, SIZE)),
        ("bytes=-1000", (0, SIZE), (0, SIZE)),
        ("bytes=0-1000", None, (0, SIZE)),
        ("bytes=500-2000", None, (500, SIZE)),
        ("bytes=-2000", None, (0, SIZE)),
        ("bytes=1000-2000", None, "InvalidRange"),
        ("bytes=1000-", None, "InvalidRange"),
        ("bytes=9999999999999999999999-", None, "InvalidRange"),
        (f"bytes={'9' * 9999}-", None, "InvalidRange"),
        (f"bytes=0-{'9' * 9999}", None, (0, SIZE)),
        ("bytes=-0", None, "InvalidRange"),
        ("byte=0-499", None, None),
        ("bytes=9-3", None, None),
        ("bytes=-", None, None),
        ("bytes=", None, None),
        ("bytes=a-b", None, None),
        ("bytes=--5", None, None),
        ("bytes=\u0661-\u0662", None, None),
    ],
)
def test_ranges(
    door: Door,
    monkeypatch: pytest.MonkeyPatch,
    header: str,
    places: tuple[int, int] | None,
    standard: tuple[int, int] | str | None,
) -> None:
    picture = bytes(place % 256 for place in range(SIZE))
    monkeypatch.setattr("ice_mock.engine.objects.StoredObject.content", lambda _: picture)

    by_default = door("GET", TARGET, range=header)
    by_standard = door("GET", TARGET, range=header, **{"x-oss-range-behavior": "standard"})

    for answer, expected in [(by_default, places), (by_standard, standard)]:
        if expected is None:
            assert (answer.status, answer.body) == (200, picture)
        elif isinstance(expected, str):
            assert (answer.status, code(answer)) == (416, expected)
        else:
            first, stop = expected
            assert (answer.status, answer.body) == (206, picture[first:stop])
            assert answer.headers["Content-Range"] == f"bytes {first}-{stop - 1}/{SIZE}"
            assert answer.headers["Content-Length"] == str(stop - first)


BEFORE, AT, AFTER = (f"Thu, 01 Jan 2026 00:00:{second} GMT" for second in (29, 30, 31))
RIGHT, WRONG = "the tag", '"ABC"'


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"if-match": RIGHT}, 200),
        ({"if-match": f"W/{WRONG}, {RIGHT}"}, 200),
        ({"if-match": "*"}, 200),
        ({"if-match": WRONG}, 412),
        ({"if-none-match": RIGHT}, 304),
        ({"if-none-match": "*"}, 304),
        ({"if-none-match": WRONG}, 200),
        ({"if-modified-since": BEFORE}, 200),
        ({"if-modified-since": AT}, 304),
        ({"if-modified-since": AFTER}, 304),
        ({"if-unmodified-since": BEFORE}, 412),
        ({"if-unmodified-since": AT}, 200),
        ({"if-unmodified-since": AFTER}, 200),
        ({"if-modified-since": "whenever"}, 200),
        ({"if-unmodified-since": "whenever"}, 200),
        ({"if-none-match": WRONG, "if-modified-since": AFTER}, 200),
        ({"if-match": RIGHT, "if-unmodified-since": BEFORE}, 200),
        ({"if-match": WRONG, "if-none-match": RIGHT}, 412),
    ],
)
def test_conditions(door: Door, method: str, headers: dict[str, str], status: int) -> None:
    sent = {name: value.replace(RIGHT, f'"{etag(door)}"') for name, value in headers.items()}

    answer = door(method, TARGET, **sent)

    assert answer.status == status
    if status == 304:
        assert (answer.body, answer.headers["ETag"]) == (b"", f'"{etag(door)}"')


def test_a_condition_that_fails_is_named(door: Door) -> None:
    error = ET.fromstring(door("GET", TARGET, **{"if-match": WRONG}).body)

    assert (error.findtext("Code"), error.findtext("Condition")) == ("PreconditionFailed", "If-Match")


def test_the_query_sets_headers_of_the_answer(door: Door) -> None:
    answer = door(
        "GET",
        f"{TARGET}?response-content-type=text%2Fplain&response-expires=never&response-cache-control=no-store"
        "&response-content-disposition=attachment%3B%20filename%3D%E6%88%AA.jpg"
        "&response-content-language=zh&response-content-encoding=identity",
    )

    assert {
        name: answer.headers[name]
        for name in (
            "Content-Type",
            "Expires",
            "Cache-Control",
            "Content-Disposition",
            "Content-Language",
            "Content-Encoding",
        )
    } == {
        "Content-Type": "text/plain",
        "Expires": "never",
        "Cache-Control": "no-store",
        "Content-Disposition": "attachment; filename=截.jpg",
        "Content-Language": "zh",
        "Content-Encoding": "identity",
    }


@pytest.mark.parametrize("value", ["a%0D%0ASet-Cookie:b", "%00", "%7F"])
def test_the_query_cannot_smuggle_headers(door: Door, value: str) -> None:
    answer = door("GET", f"{TARGET}?response-content-type={value}")

    assert (answer.status, code(answer)) == (400, "InvalidArgument")


def test_a_frame_that_comes_later_is_there_later() -> None:
    engine = new_engine()
    add_job(engine, sequence="{Sequence}.jpg")
    door = new_door(engine)

    statuses = []
    for seconds in (9, 10):
        engine.time.move_to(FROZEN_START + timedelta(seconds=seconds))
        statuses.append(door("GET", "/testbucket/1.jpg").status)

    assert statuses == [404, 200]
