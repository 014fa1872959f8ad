"""The official SDKs, against a server on a socket."""

import hashlib
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.error import HTTPError
from urllib.request import urlopen
from xml.etree import ElementTree as ET

import alibabacloud_oss_v2 as oss
import oss2
import pytest
import requests
from oss2.credentials import StaticCredentialsProvider
from oss_world import KEY, Shop

from ice_mock.domain.model import AccessKey

REGION = "cn-shanghai"
KEYS = sorted([*(f"snapshot/{number}.jpg" for number in range(1, 19)), "latest é 截.jpg"])


@pytest.fixture(params=["v1", "v4"])
def version(request: pytest.FixtureRequest) -> str:
    return request.param


class Sdks:
    """Makes clients for the shop, and closes what they leave open."""

    def __init__(self, shop: Shop, leftovers: ExitStack) -> None:
        self._shop = shop
        self._leftovers = leftovers

    def bucket(self, version: str, key: AccessKey = KEY, name: str = "testbucket") -> oss2.Bucket:
        credentials = StaticCredentialsProvider(key.id, key.secret, key.security_token)
        auths = {"v1": oss2.ProviderAuth, "v4": oss2.ProviderAuthV4}
        return self.bucket_of(auths[version](credentials), name)

    def bucket_of(self, auth: Any, name: str = "testbucket") -> oss2.Bucket:
        session = oss2.Session()
        self._leftovers.callback(session.session.close)
        # oss2 does not read answers that have no body, and so keeps their connections.
        session.session.hooks["response"].append(self._close_later)
        return oss2.Bucket(auth, self._shop.url, name, session=session, region=REGION)

    def _close_later(self, response: requests.Response, **_: object) -> None:
        self._leftovers.callback(response.close)

    def client(
        self, version: str, key: AccessKey = KEY, *, host: str = "127.0.0.1", **more: Any
    ) -> oss.Client:
        config = oss.config.load_default()
        config.credentials_provider = oss.credentials.StaticCredentialsProvider(
            key.id, key.secret, key.security_token
        )
        config.region = REGION
        config.endpoint = f"http://{host}:{self._shop.port}"
        config.signature_version = version
        config.retry_max_attempts = 1
        session = self._leftovers.enter_context(requests.Session())
        config.http_client = oss.transport.RequestsHttpClient(session=session)
        for name, value in more.items():
            setattr(config, name, value)
        return oss.Client(config)


@pytest.fixture
def sdks(shop: Shop) -> Iterator[Sdks]:
    with ExitStack() as leftovers:
        yield Sdks(shop, leftovers)


def content(shop: Shop, key: str) -> bytes:
    found = shop.engine.objects.find("testbucket", key)
    assert found
    return found.content()


@contextmanager
def registered(shop: Shop, key: AccessKey) -> Iterator[AccessKey]:
    shop.worlds.keys[key.id] = key
    try:
        yield key
    finally:
        del shop.worlds.keys[key.id]


# -- oss2 --


@pytest.mark.parametrize("key", ["snapshot/3.jpg", "latest é 截.jpg"])
def test_oss2_gets_an_object(shop: Shop, sdks: Sdks, version: str, key: str) -> None:
    result = sdks.bucket(version).get_object(key)

    assert result.read() == content(shop, key)
    assert result.etag == hashlib.md5(content(shop, key)).hexdigest().upper()
    assert (result.content_type, result.object_type) == ("image/jpeg", "Normal")
    assert len(result.request_id) == 24


def test_oss2_gets_a_range(shop: Shop, sdks: Sdks, version: str) -> None:
    result = sdks.bucket(version).get_object("snapshot/3.jpg", byte_range=(10, 19))

    assert (result.status, result.read()) == (206, content(shop, "snapshot/3.jpg")[10:20])


def test_oss2_asks_about_an_object(shop: Shop, sdks: Sdks, version: str) -> None:
    bucket = sdks.bucket(version)

    head, meta = bucket.head_object("snapshot/3.jpg"), bucket.get_object_meta("snapshot/3.jpg")

    size = len(content(shop, "snapshot/3.jpg"))
    assert (head.content_length, meta.content_length) == (size, size)
    assert head.last_modified == meta.last_modified
    assert bucket.object_exists("snapshot/3.jpg")
    assert not bucket.object_exists("snapshot/99.jpg")


@pytest.mark.parametrize("iterator", [oss2.ObjectIterator, oss2.ObjectIteratorV2])
def test_oss2_lists_every_key(shop: Shop, sdks: Sdks, version: str, iterator: Callable[..., Any]) -> None:
    found = list(iterator(sdks.bucket(version), max_keys=4))

    assert [each.key for each in found] == KEYS
    assert [each.size for each in found] == [len(content(shop, key)) for key in KEYS]
    assert found[0].etag == hashlib.md5(content(shop, KEYS[0])).hexdigest().upper()


@pytest.mark.parametrize("method", ["list_objects", "list_objects_v2"])
def test_oss2_lists_with_a_delimiter(sdks: Sdks, version: str, method: str) -> None:
    result = getattr(sdks.bucket(version), method)(delimiter="/")

    assert [each.key for each in result.object_list] == ["latest é 截.jpg"]
    assert result.prefix_list == ["snapshot/"]


def test_oss2_asks_about_a_bucket(shop: Shop, sdks: Sdks, version: str) -> None:
    info = sdks.bucket(version).get_bucket_info()

    assert (info.name, info.storage_class, info.acl.grant) == ("testbucket", "Standard", "private")
    assert info.extranet_endpoint == f"127.0.0.1:{shop.port}"


def test_oss2_deletes_an_object(sdks: Sdks, version: str) -> None:
    assert sdks.bucket(version, name="elsewhere").delete_object("anything").status == 204


@pytest.mark.parametrize("slash_safe", [False, True])
@pytest.mark.parametrize("key", ["snapshot/3.jpg", "latest é 截.jpg"])
def test_oss2_signs_a_url(shop: Shop, sdks: Sdks, version: str, key: str, slash_safe: bool) -> None:
    url = sdks.bucket(version).sign_url(
        "GET", key, 60, slash_safe=slash_safe, params={"response-content-type": "text/x+y z"}
    )

    with urlopen(url) as response:
        assert response.read() == content(shop, key)
        assert response.headers["Content-Type"] == "text/x+y z"


def test_a_url_of_oss2_holds_for_its_object_only(sdks: Sdks, version: str) -> None:
    url = sdks.bucket(version).sign_url("GET", "snapshot/3.jpg", 60)

    with pytest.raises(HTTPError) as refused:
        urlopen(url.replace("3.jpg", "4.jpg"))

    assert ET.fromstring(refused.value.read()).findtext("Code") == "SignatureDoesNotMatch"
    refused.value.close()


@pytest.mark.parametrize("method", ["get_object", "head_object", "get_object_meta"])
def test_oss2_knows_no_such_key(sdks: Sdks, version: str, method: str) -> None:
    with pytest.raises(oss2.exceptions.NoSuchKey) as refused:
        getattr(sdks.bucket(version), method)("snapshot/99.jpg")

    assert (refused.value.status, refused.value.ec) == (404, "0026-00000001")
    assert refused.value.details["Key"] == "snapshot/99.jpg"


@pytest.mark.parametrize("method", ["get_object", "head_object"])
def test_oss2_knows_a_wrong_secret(sdks: Sdks, version: str, method: str) -> None:
    bucket = sdks.bucket(version, replace(KEY, secret="wrong"))

    with pytest.raises(oss2.exceptions.SignatureDoesNotMatch):
        getattr(bucket, method)("snapshot/3.jpg")


def test_oss2_knows_a_refused_access(shop: Shop, sdks: Sdks, version: str) -> None:
    account = replace(shop.engine.account, signatures="required")
    shop.engine.store.put(account)
    try:
        with pytest.raises(oss2.exceptions.AccessDenied):
            sdks.bucket_of(oss2.AnonymousAuth()).get_object("snapshot/3.jpg")
        assert sdks.bucket(version).object_exists("snapshot/3.jpg")
    finally:
        shop.engine.store.put(replace(account, signatures="known"))


def test_oss2_comes_with_a_security_token(shop: Shop, sdks: Sdks, version: str) -> None:
    with registered(shop, AccessKey("STS.abc", "secret", security_token="to+k/en==")) as key:
        bucket = sdks.bucket(version, key)

        assert bucket.object_exists("snapshot/3.jpg")
        with urlopen(bucket.sign_url("GET", "snapshot/3.jpg", 60)) as response:
            assert response.status == 200
        with pytest.raises(oss2.exceptions.ServerError) as refused:
            sdks.bucket(version, replace(key, security_token="other")).get_object("snapshot/3.jpg")

    assert refused.value.code == "InvalidSecurityToken"


def test_oss2_cannot_put_yet(sdks: Sdks, version: str) -> None:
    with pytest.raises(oss2.exceptions.ServerError) as refused:
        sdks.bucket(version).put_object("new é.jpg", b"content")

    assert (refused.value.status, refused.value.code) == (501, "NotImplemented")
    assert "PutObject" in refused.value.message


def test_oss2_is_told_that_nothing_changed(sdks: Sdks, version: str) -> None:
    bucket = sdks.bucket(version)
    etag = bucket.head_object("snapshot/3.jpg").headers["ETag"]

    with pytest.raises(oss2.exceptions.NotModified):
        bucket.get_object("snapshot/3.jpg", headers={"If-None-Match": etag})


# -- alibabacloud_oss_v2 --


@pytest.mark.parametrize("key", ["snapshot/3.jpg", "latest é 截.jpg"])
def test_oss_v2_gets_an_object(shop: Shop, sdks: Sdks, version: str, key: str) -> None:
    result = sdks.client(version).get_object(oss.GetObjectRequest("testbucket", key))

    assert result.body is not None
    assert result.body.content == content(shop, key)
    assert (result.status_code, result.content_type, result.object_type) == (200, "image/jpeg", "Normal")


def test_oss_v2_gets_a_range(shop: Shop, sdks: Sdks, version: str) -> None:
    result = sdks.client(version).get_object(
        oss.GetObjectRequest(
            "testbucket", "snapshot/3.jpg", range_header="bytes=10-19", range_behavior="standard"
        )
    )

    assert result.body is not None
    assert (result.status_code, result.body.content) == (206, content(shop, "snapshot/3.jpg")[10:20])


def test_oss_v2_asks_about_an_object(shop: Shop, sdks: Sdks, version: str) -> None:
    client = sdks.client(version)

    head = client.head_object(oss.HeadObjectRequest("testbucket", "snapshot/3.jpg"))
    meta = client.get_object_meta(oss.GetObjectMetaRequest("testbucket", "snapshot/3.jpg"))

    size = len(content(shop, "snapshot/3.jpg"))
    assert (head.content_length, meta.content_length) == (size, size)
    assert head.etag == meta.etag
    assert client.is_object_exist("testbucket", "snapshot/3.jpg")
    assert not client.is_object_exist("testbucket", "snapshot/99.jpg")


def test_oss_v2_lists_every_key(sdks: Sdks, version: str) -> None:
    client = sdks.client(version)

    first = [
        each.key
        for page in client.list_objects_paginator(limit=4).iter_page(oss.ListObjectsRequest("testbucket"))
        for each in page.contents or []
    ]
    second = [
        each.key
        for page in client.list_objects_v2_paginator(limit=4).iter_page(
            oss.ListObjectsV2Request("testbucket")
        )
        for each in page.contents or []
    ]

    assert first == second == KEYS


def test_oss_v2_lists_with_a_delimiter(sdks: Sdks, version: str) -> None:
    result = sdks.client(version).list_objects_v2(
        oss.ListObjectsV2Request("testbucket", delimiter="/", fetch_owner=True)
    )

    assert [each.prefix for each in result.common_prefixes or []] == ["snapshot/"]
    assert [each.owner.id for each in result.contents or [] if each.owner] == ["1234567890123456"]
    assert result.key_count == 2


def test_oss_v2_asks_about_a_bucket(sdks: Sdks, version: str) -> None:
    result = sdks.client(version).get_bucket_info(oss.GetBucketInfoRequest("testbucket"))

    assert result.bucket_info is not None
    assert (result.bucket_info.name, result.bucket_info.acl) == ("testbucket", "private")


def test_oss_v2_deletes_an_object(sdks: Sdks, version: str) -> None:
    result = sdks.client(version).delete_object(oss.DeleteObjectRequest("elsewhere", "anything"))

    assert result.status_code == 204


@pytest.mark.parametrize("key", ["snapshot/3.jpg", "latest é 截.jpg"])
def test_oss_v2_signs_a_url(shop: Shop, sdks: Sdks, version: str, key: str) -> None:
    signed = sdks.client(version).presign(
        oss.GetObjectRequest("testbucket", key, response_content_type="text/x+y z"),
        expires=timedelta(minutes=1),
    )

    with urlopen(signed.url or "") as response:
        assert response.read() == content(shop, key)
        assert response.headers["Content-Type"] == "text/x+y z"


def test_oss_v2_signs_more_headers(sdks: Sdks) -> None:
    client = sdks.client("v4", additional_headers=["range", "host"])

    result = client.get_object(oss.GetObjectRequest("testbucket", "snapshot/3.jpg", range_header="bytes=0-0"))

    assert result.status_code == 206


@pytest.mark.parametrize("style", [{"use_path_style": True}, {}], ids=["in the path", "in the host"])
def test_oss_v2_addresses_localhost(
    sdks: Sdks, version: str, style: dict[str, bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    resolve = socket.getaddrinfo
    monkeypatch.setattr(
        socket,
        "getaddrinfo",
        lambda host, *more: resolve("127.0.0.1" if host.endswith("localhost") else host, *more),
    )
    client = sdks.client(version, host="localhost", **style)

    result = client.get_object(oss.GetObjectRequest("testbucket", "snapshot/3.jpg"))

    assert result.status_code == 200


@pytest.mark.parametrize("method", ["get_object", "head_object", "get_object_meta"])
def test_oss_v2_knows_no_such_key(sdks: Sdks, version: str, method: str) -> None:
    requests = {
        "get_object": oss.GetObjectRequest,
        "head_object": oss.HeadObjectRequest,
        "get_object_meta": oss.GetObjectMetaRequest,
    }

    with pytest.raises(oss.exceptions.OperationError) as refused:
        getattr(sdks.client(version), method)(requests[method]("testbucket", "snapshot/99.jpg"))

    error = refused.value.unwrap()
    assert (error.status_code, error.code, error.ec) == (404, "NoSuchKey", "0026-00000001")


def test_oss_v2_knows_a_wrong_secret(sdks: Sdks, version: str) -> None:
    client = sdks.client(version, replace(KEY, secret="wrong"))

    with pytest.raises(oss.exceptions.OperationError) as refused:
        client.get_object(oss.GetObjectRequest("testbucket", "snapshot/3.jpg"))

    assert refused.value.unwrap().code == "SignatureDoesNotMatch"


def test_oss_v2_comes_with_a_security_token(shop: Shop, sdks: Sdks, version: str) -> None:
    with registered(shop, AccessKey("STS.abc", "secret", security_token="to+k/en==")) as key:
        client = sdks.client(version, key)

        result = client.get_object(oss.GetObjectRequest("testbucket", "snapshot/3.jpg"))
        signed = client.presign(oss.GetObjectRequest("testbucket", "snapshot/3.jpg"))
        with urlopen(signed.url or "") as response:
            statuses = (result.status_code, response.status)

    assert statuses == (200, 200)


def test_oss_v2_cannot_put_yet(sdks: Sdks, version: str) -> None:
    with pytest.raises(oss.exceptions.OperationError) as refused:
        sdks.client(version).put_object(oss.PutObjectRequest("testbucket", "new.jpg", body=b"content"))

    error = refused.value.unwrap()
    assert (error.status_code, error.code) == (501, "NotImplemented")
