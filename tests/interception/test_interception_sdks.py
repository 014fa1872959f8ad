"""Every generation of SDK, unmodified and with the endpoints of the real service."""

import ssl
from collections.abc import Callable
from typing import Any
from urllib.request import urlopen

import oss2
import pytest
import requests
from aliyunsdkcore.request import CommonRequest
from interception_sdks import (
    BUCKET,
    ICE_SDKS,
    KEY,
    OSS,
    OSS_SDKS,
    REGION,
    SECRET,
    STREAM,
    New,
    Old,
    Refusal,
    job,
    template,
)

from ice_mock.client import Client
from ice_mock.interception import Diversion
from ice_mock.render import read_frame

pytestmark = pytest.mark.usefixtures("diverted")
every_ice_sdk = pytest.mark.parametrize("make", ICE_SDKS.values(), ids=ICE_SDKS)
every_oss_sdk = pytest.mark.parametrize("read", OSS_SDKS.values(), ids=OSS_SDKS)


def files(sdk: Any, job_id: str) -> list[str]:
    """The keys of the files of a job, as an SDK lists them."""
    day = {"StartTime": "2026-01-01T00:00:00Z", "EndTime": "2026-01-02T00:00:00Z"}
    return [
        each["OssObject"] for each in sdk("ListLiveSnapshotFiles", JobId=job_id, **day, Limit=10)["FileList"]
    ]


@pytest.fixture
def picture(control: Client) -> str:
    """The key of a picture in object storage, with characters that have to be encoded."""
    sdk = New()
    control.streams.publish(STREAM)
    job_id = sdk(
        "SubmitLiveSnapshotJob", **job(sdk("CreateLiveSnapshotTemplate", **template())["TemplateId"])
    )
    control.clock.advance(seconds=5)
    return f"a b/{job_id['JobId']}+é/1.jpg"


@every_ice_sdk
def test_a_job_is_submitted_and_its_files_are_listed(make: Callable[[], Any], control: Client) -> None:
    sdk = make()
    control.streams.publish(STREAM)

    template_id = sdk("CreateLiveSnapshotTemplate", **template())["TemplateId"]
    job_id = sdk("SubmitLiveSnapshotJob", **job(template_id))["JobId"]
    control.clock.advance(seconds=15)

    assert files(sdk, job_id) == [f"a b/{job_id}+é/{number}.jpg" for number in (1, 2, 3)]
    assert [each["id"] for each in control.jobs.all()] == [job_id]


@every_ice_sdk
def test_a_refusal_has_its_code(make: Callable[[], Any]) -> None:
    with pytest.raises(Refusal) as refused:
        make()("GetLiveSnapshotTemplate", TemplateId="there is none")

    assert refused.value.status in (400, 404)
    assert "emplate" in refused.value.code


@every_oss_sdk
def test_a_picture_is_read(read: Callable[[str], bytes], picture: str) -> None:
    facts = read_frame(read(picture))

    assert (facts.stream, facts.number) == (STREAM, 1)


@every_oss_sdk
def test_a_picture_that_is_not_there_is_refused(read: Callable[[str], bytes], picture: str) -> None:
    with pytest.raises(Exception, match="NoSuchKey"):
        read(picture.replace("1.jpg", "2.jpg"))


def test_object_storage_is_listed(picture: str) -> None:
    bucket = oss2.Bucket(oss2.Auth(KEY, SECRET), f"https://{OSS}", BUCKET)

    assert [each.key for each in oss2.ObjectIterator(bucket)] == [picture]


def test_a_request_for_no_bucket_is_object_storages_too() -> None:
    service = oss2.Service(oss2.Auth(KEY, SECRET), f"https://{OSS}")

    with pytest.raises(oss2.exceptions.ServerError) as refused:
        service.list_buckets()

    assert (refused.value.code, refused.value.details["HostId"]) == ("NotImplemented", OSS)


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("port", ["", ":4611"])
def test_a_signed_url_is_read_by_whatever_uses_http_client(picture: str, scheme: str, port: str) -> None:
    bucket = oss2.Bucket(oss2.Auth(KEY, SECRET), f"{scheme}://{OSS}{port}", BUCKET)
    url = bucket.sign_url("GET", picture, 60, slash_safe=True)

    with urlopen(url) as response:
        by_urllib = response.read()
    by_requests = requests.get(url, timeout=5).content

    assert by_urllib == by_requests
    assert read_frame(by_urllib).number == 1


def test_a_picture_is_read_in_pieces(picture: str) -> None:
    stream = oss2.Bucket(oss2.Auth(KEY, SECRET), f"https://{OSS}", BUCKET).get_object(picture)

    pieces = [stream.read(1000) for _ in range(3)]
    rest = stream.read()

    assert [len(piece) for piece in pieces] == [1000] * 3
    assert read_frame(b"".join([*pieces, rest])).number == 1


def test_a_stream_is_sent(control: Client) -> None:
    body = b"&".join(
        [b"TemplateName=t", b"TimeInterval=5", b"SequenceFormat=%7BJobId%7D%2F%7BSequence%7D.jpg"]
    )
    url = "https://ice.cn-shanghai.aliyuncs.com/?Action=CreateLiveSnapshotTemplate&Version=2020-11-09"
    pieces = (body[start : start + 7] for start in range(0, len(body), 7))

    answer = requests.post(
        url, data=pieces, headers={"Content-Type": "application/x-www-form-urlencoded"}, timeout=5
    )

    assert answer.status_code == 200, answer.text
    assert len(control.templates.all()) == 1


@pytest.mark.parametrize("location", ["ice", "ICE"])
def test_the_old_core_finds_out_the_endpoint_of_a_common_request(location: str, diverted: Diversion) -> None:
    request = CommonRequest(product="ICE", version="2020-11-09", action_name="ListLiveSnapshotTemplates")
    request.set_location_service_code(location)

    answer = Old(region="cn-beijing").client.do_action_with_exception(request)

    assert b"TemplateList" in answer
    assert diverted.refused == []


def test_the_old_core_is_answered_whatever_network_it_asks_for() -> None:
    sdk = Old(region=REGION)
    request = CommonRequest("ice-vpc.cn-shanghai.aliyuncs.com", "2020-11-09", "ListLiveSnapshotTemplates")

    assert b"TemplateList" in sdk.client.do_action_with_exception(request)


def test_a_key_of_nobody_reaches_the_world_all_the_same(control: Client) -> None:
    New(access_key_id="LTAI-somebody")("ListLiveSnapshotTemplates")

    assert [each["access_key_id"] for each in control.requests.all()] == ["LTAI-somebody"]


@pytest.mark.parametrize("variables", ["lower", "upper"])
@pytest.mark.parametrize("make", [New, lambda: New(protocol="http"), lambda: New(asynchronous=True), Old])
def test_a_proxy_is_not_asked(
    make: Callable[[], Any], variables: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "https_proxy"):
        monkeypatch.setenv(name.upper() if variables == "upper" else name, "http://127.0.0.1:9")

    assert make()("ListLiveSnapshotTemplates")["TemplateList"] == []


@pytest.mark.parametrize("name", [name for name in ICE_SDKS if "async" in name])
def test_an_asynchronous_call_need_not_load_the_certificates_of_all_authorities(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded = []
    monkeypatch.setattr(ssl.SSLContext, "load_verify_locations", lambda *_: loaded.append("certificates"))

    ICE_SDKS[name]()("ListLiveSnapshotTemplates")

    assert loaded == []
