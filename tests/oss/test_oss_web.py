import http.client
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from oss_world import Shop
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request

from ice_mock.oss import OssAnswer, OssRequest
from ice_mock.web.oss import is_oss, oss_request, oss_response


def request_to(path: str, *, method: str = "GET", host: str = "127.0.0.1:4610", **environ: Any) -> Request:
    """A request as a server makes it, which keeps the target."""
    query = path.partition("?")[2]
    built = EnvironBuilder(method=method, base_url="http://127.0.0.1:4610").get_environ()
    return Request(built | {"REQUEST_URI": path, "QUERY_STRING": query, "HTTP_HOST": host, **environ})


def headers(**values: str) -> dict[str, str]:
    return {f"HTTP_{name.upper()}": value for name, value in values.items()}


@pytest.mark.parametrize(
    ("path", "host", "environ", "expected"),
    [
        ("/testbucket/a.jpg", "127.0.0.1:4610", {}, True),
        ("/testbucket/", "127.0.0.1:4610", {}, True),
        ("/testbucket", "127.0.0.1:4610", {}, True),
        ("/testbucket?bucketInfo", "127.0.0.1:4610", {}, True),
        ("//a", "127.0.0.1:4610", {}, True),
        ("/_ice_mock/livez", "127.0.0.1:4610", {}, False),
        ("/_ice_mock", "127.0.0.1:4610", {}, False),
        ("/%5Fice_mock/livez", "127.0.0.1:4610", {}, False),
        ("/_ice_mock/livez", "testbucket.localhost:4610", {}, False),
        ("/_else", "127.0.0.1:4610", {}, False),
        ("/_else", "testbucket.localhost", {}, True),
        ("/", "127.0.0.1:4610", {}, False),
        ("/", "localhost:4610", {}, False),
        ("/", "testbucket.localhost:4610", {}, True),
        ("/?prefix=a", "TestBucket.localhost", {}, True),
        ("/", "a.b.localhost", {}, False),
        ("/", "testbucket.example.com", {}, False),
        ("/", "testbucket.localhost", headers(x_acs_action="SubmitLiveSnapshotJob"), False),
        ("/?Action=SubmitLiveSnapshotJob", "testbucket.localhost", {}, False),
        ("/", "127.0.0.1:4610", headers(authorization="OSS AK:abc"), True),
        ("/", "127.0.0.1:4610", headers(authorization="OSS4-HMAC-SHA256 Credential=x"), True),
        ("/", "127.0.0.1:4610", headers(authorization="ACS3-HMAC-SHA256 Credential=x"), False),
        ("/?OSSAccessKeyId=AK&Expires=1&Signature=x", "127.0.0.1:4610", {}, True),
        ("/?x-oss-signature-version=OSS4-HMAC-SHA256", "127.0.0.1:4610", {}, True),
        ("/?Action=X&OSSAccessKeyId=AK", "127.0.0.1:4610", {}, False),
        ("/", "oss-cn-shanghai.aliyuncs.com", {}, True),
        ("/", "testbucket.oss-cn-shanghai.aliyuncs.com", {}, True),
        ("/", "testbucket.oss-cn-shanghai-internal.aliyuncs.com:443", {}, True),
        ("/", "testbucket.cn-shanghai.oss.aliyuncs.com", {}, True),
        ("/_else", "testbucket.oss-cn-shanghai.aliyuncs.com", {}, True),
        ("/_ice_mock/livez", "testbucket.oss-cn-shanghai.aliyuncs.com", {}, False),
        ("/", "ice.cn-shanghai.aliyuncs.com", {}, False),
        ("/", "oss.cn-shanghai.aliyuncs.com.example.com", {}, False),
        ("/", "oss-cn-shanghai.aliyuncs.com.example.com", {}, False),
    ],
)
def test_what_is_object_storages(path: str, host: str, environ: dict[str, str], expected: bool) -> None:
    assert is_oss(request_to(path, host=host, **environ)) is expected


@pytest.mark.parametrize(
    ("target", "host", "bucket", "key"),
    [
        ("/testbucket/a/b.jpg", "h", "testbucket", "a/b.jpg"),
        ("/testbucket/a%2Fb%2fc.jpg", "h", "testbucket", "a/b/c.jpg"),
        ("/testbucket%2Fa.jpg", "h", "testbucket", "a.jpg"),
        ("/testbucket/%E6%88%AA%20+%25.jpg", "h", "testbucket", "截 +%.jpg"),
        ("/testbucket/%252F", "h", "testbucket", "%2F"),
        ("/testbucket//a", "h", "testbucket", "/a"),
        ("/testbucket/a?b/c", "h", "testbucket", "a"),
        ("/testbucket/%FF", "h", "testbucket", "\udcff"),
        ("/testbucket/", "h", "testbucket", None),
        ("/testbucket", "h", "testbucket", None),
        ("/", "h", None, None),
        ("//a", "h", "", "a"),
        ("/a/b.jpg", "testbucket.localhost:4610", "testbucket", "a/b.jpg"),
        ("/", "testbucket.localhost", "testbucket", None),
        ("/a", "testbucket.ice-mock.invalid", "testbucket", "a"),
        ("/a/b.jpg", "testbucket.oss-cn-shanghai.aliyuncs.com", "testbucket", "a/b.jpg"),
        ("/a/b.jpg", "TestBucket.OSS-cn-shanghai-internal.aliyuncs.com.:80", "testbucket", "a/b.jpg"),
        ("/a/b.jpg", "testbucket.oss-accelerate.aliyuncs.com", "testbucket", "a/b.jpg"),
        ("/a/b.jpg", "testbucket.cn-shanghai.oss.aliyuncs.com", "testbucket", "a/b.jpg"),
        ("/", "testbucket.oss-cn-shanghai.aliyuncs.com", "testbucket", None),
        ("/a/b.jpg", "oss-a.oss-cn-shanghai.aliyuncs.com", "oss-a", "a/b.jpg"),
        ("/testbucket/a/b.jpg", "oss-cn-shanghai.aliyuncs.com", "testbucket", "a/b.jpg"),
        ("/testbucket/a/b.jpg", "cn-shanghai.oss.aliyuncs.com", "testbucket", "a/b.jpg"),
        ("/", "oss-cn-shanghai.aliyuncs.com", None, None),
        ("http://127.0.0.1:4610/testbucket/a%2Fb", "h", "testbucket", "a/b"),
        ("*", "h", "*", None),
    ],
)
def test_bucket_and_key_are_read_from_the_target(
    target: str, host: str, bucket: str | None, key: str | None
) -> None:
    request = oss_request(request_to(target, host=host))

    assert (request.bucket, request.key) == (bucket, key)


def test_a_server_that_does_not_keep_the_target_will_do() -> None:
    environ = EnvironBuilder(path="/testbucket/截 +.jpg").get_environ()
    del environ["REQUEST_URI"], environ["RAW_URI"]

    assert oss_request(Request(environ)).key == "截 +.jpg"


@given(st.text(min_size=1).filter(lambda key: not key.startswith("/")))
def test_every_key_survives_the_way(key: str) -> None:
    key = key.encode("utf-8", "replace").decode()

    for safe in ("", "/"):
        assert oss_request(request_to(f"/testbucket/{quote(key, safe=safe)}")).key == key


def test_headers_and_parameters_are_read_as_utf_8() -> None:
    request = oss_request(
        request_to("/b?a=%C3%A9&b&=c&d=x+y%2B&a=2", **headers(x_oss_meta="é".encode().decode("latin-1")))
    )

    assert request.query == (("a", "é"), ("b", ""), ("", "c"), ("d", "x y+"), ("a", "2"))
    assert request.headers["x-oss-meta"] == "é"
    assert request.headers["host"] == "127.0.0.1:4610"


def test_an_answer_is_sent_as_it_is() -> None:
    response = oss_response(OssAnswer(206, {"Content-Disposition": "截", "Content-Length": "3"}, b"abc"))

    assert (response.status_code, response.data) == (206, b"abc")
    assert list(response.headers) == [
        ("Content-Disposition", "截".encode().decode("latin-1")),
        ("Content-Length", "3"),
    ]


def raw(shop: Shop, method: str, target: str, body: bytes | None = None) -> tuple[int, dict[str, str], bytes]:
    connection = http.client.HTTPConnection(f"127.0.0.1:{shop.port}", timeout=5)
    try:
        connection.putrequest(method, target, skip_accept_encoding=True)
        if body is not None:
            connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body)
        response = connection.getresponse()
        content = response.read()
        assert connection.sock is not None, "the connection stays open"
        return response.status, {name.lower(): value for name, value in response.getheaders()}, content
    finally:
        connection.close()


@pytest.mark.parametrize(
    ("method", "target", "status"),
    [
        ("GET", "/testbucket/snapshot%2F1.jpg", 200),
        ("GET", "/testbucket/latest%20%C3%A9%20%E6%88%AA.jpg", 200),
        ("GET", "/testbucket/%FF", 400),
        ("GET", "/testbucket/../a", 400),
        ("GET", "/testbucket/a%00b", 404),
        ("GET", "/testbucket/?max-keys=0", 400),
        ("DELETE", "/testbucket/never", 204),
        ("PUT", "/testbucket/new.jpg", 501),
    ],
)
def test_over_a_socket(shop: Shop, method: str, target: str, status: int) -> None:
    found, headers, content = raw(shop, method, target, b"some bytes" if method == "PUT" else None)

    assert found == status
    assert headers["server"] == "AliyunOSS"
    assert ("content-length" in headers) is (status != 204)
    assert len(content) == int(headers.get("content-length", 0))


def test_a_head_over_a_socket_has_the_length_of_the_object(shop: Shop) -> None:
    _, get, content = raw(shop, "GET", "/testbucket/snapshot/1.jpg")
    status, head, nothing = raw(shop, "HEAD", "/testbucket/snapshot/1.jpg")

    assert (status, nothing) == (200, b"")
    assert head["content-length"] == get["content-length"] == str(len(content))


def test_an_oss_request_holds_nothing_of_the_web() -> None:
    assert type(oss_request(request_to("/testbucket/a"))) is OssRequest
