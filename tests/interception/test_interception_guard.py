"""No call to another host of Alibaba Cloud leaves the machine unnoticed."""

import asyncio
import http.client
import socket
import urllib.request
from collections.abc import Callable, Iterator
from http.server import ThreadingHTTPServer
from typing import Any

import aiohttp
import pytest
import requests
import urllib3
from alibabacloud_ice20201109 import models
from alibabacloud_ice20201109.client import Client as IceClient
from aliyunsdkcore.request import CommonRequest
from interception_sdks import ICE, REGION, New, Old, config

from ice_mock.interception import Diversion, HostRefused, InProcess, divert
from ice_mock.interception.hosts import EMULATED

STS = "sts.aliyuncs.com"
METADATA = "100.100.100.200"


@pytest.fixture
def diversion(in_process: InProcess) -> Iterator[Diversion]:
    with divert(in_process) as diversion:
        yield diversion


async def with_aiohttp(url: str) -> str:
    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        return await answer.text()


async def with_streams(host: str) -> None:
    _, writer = await asyncio.open_connection(host, 80)
    writer.close()


def with_old_core(host: str) -> None:
    Old().client.do_action_with_exception(CommonRequest(host, "2015-04-01", "GetCallerIdentity"))


def with_sdk(host: str, *, asynchronous: bool = False) -> None:
    New(endpoint=host, asynchronous=asynchronous)("ListLiveSnapshotTemplates")


CALLS: dict[str, Callable[[str], Any]] = {
    "requests": lambda host: requests.get(f"http://{host}/", timeout=1),
    "requests, https": lambda host: requests.get(f"https://{host}/", timeout=1),
    "urllib3": lambda host: urllib3.request("GET", f"http://{host}/"),
    "urllib": lambda host: urllib.request.urlopen(f"http://{host}/", timeout=1).close(),
    "urllib, https": lambda host: urllib.request.urlopen(f"https://{host}/", timeout=1),
    "http.client": lambda host: http.client.HTTPConnection(host).request("GET", "/"),
    "http.client, connecting": lambda host: http.client.HTTPSConnection(host).connect(),
    "aiohttp": lambda host: asyncio.run(with_aiohttp(f"http://{host}/")),
    "asyncio": lambda host: asyncio.run(with_streams(host)),
    "a socket": lambda host: socket.create_connection((host, 80), timeout=1),
    "the old core": with_old_core,
}


@pytest.mark.parametrize(
    "host", [STS, "STS.Cn-Shanghai.aliyuncs.com", "vod.cn-shanghai.aliyuncs.com", METADATA]
)
@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_a_call_is_refused(call: Callable[[str], Any], host: str, diversion: Diversion) -> None:
    with pytest.raises(HostRefused) as refused:
        call(host)

    assert refused.value.host == host.lower()
    assert set(diversion.refused) == {host.lower()}


@pytest.mark.parametrize("asynchronous", [False, True], ids=["sync", "async"])
def test_the_new_sdk_tells_the_refusal(asynchronous: bool, diversion: Diversion) -> None:
    with pytest.raises(Exception, match=r'a call to sts\.aliyuncs\.com was stopped .*allow=\["sts'):
        with_sdk(STS, asynchronous=asynchronous)

    # Once: nothing is tried again in vain.
    assert diversion.refused == [STS]


@pytest.mark.parametrize(
    "look_up", [socket.gethostbyname.__name__, socket.gethostbyname_ex.__name__, "getaddrinfo"]
)
def test_a_name_is_not_looked_up(look_up: str, diversion: Diversion) -> None:
    arguments = (80,) if look_up == "getaddrinfo" else ()

    with pytest.raises(HostRefused):
        getattr(socket, look_up)(STS, *arguments)
    with pytest.raises(HostRefused):
        getattr(socket, look_up)(STS.encode() if arguments else STS.upper(), *arguments)

    assert diversion.refused == [STS, STS]


def test_the_metadata_of_a_machine_is_not_connected_to(diversion: Diversion) -> None:
    with socket.socket() as plain:
        with pytest.raises(HostRefused):
            plain.connect((METADATA, 80))
        with pytest.raises(HostRefused):
            plain.connect_ex((METADATA, 80))

    assert diversion.refused == [METADATA, METADATA]


def test_what_comes_by_a_proxy_is_refused_too(diversion: Diversion, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")

    for call in ("requests", "requests, https", "urllib"):
        with pytest.raises(HostRefused):
            CALLS[call](STS)

    assert diversion.refused == [STS] * 3


def test_a_refusal_says_what_is_emulated_and_how_to_let_the_call_through(diversion: Diversion) -> None:
    with pytest.raises(HostRefused) as refused:
        CALLS["requests"](STS)

    text = str(refused.value)
    assert text.startswith("a call to sts.aliyuncs.com was stopped before it left this machine")
    assert all(pattern in text for pattern in EMULATED)
    assert text.endswith('allow=["sts.aliyuncs.com"]')


def test_an_emulated_host_that_is_called_in_another_way_is_refused(diversion: Diversion) -> None:
    with pytest.raises(HostRefused, match="came another way"):
        CALLS["a socket"](ICE)

    assert diversion.refused == [ICE]


@pytest.mark.parametrize(
    ("action", "asked"),
    [
        ("DescribeEndpoints", {"ServiceCode": "ecs", "Id": REGION}),
        ("DescribeEndpoints", {"ServiceCode": "ice"}),
        ("DescribeEndpoints", {"Id": REGION}),
        ("DescribeRegions", {"ServiceCode": "ice", "Id": REGION}),
    ],
)
def test_of_the_location_service_only_the_endpoints_of_ice_are_there(
    action: str, asked: dict[str, str], diversion: Diversion
) -> None:
    request = CommonRequest("location-readonly.aliyuncs.com", "2015-06-12", action)
    for name, value in asked.items():
        request.add_query_param(name, value)

    with pytest.raises(HostRefused, match="only the endpoints of ICE"):
        Old().client.do_action_with_exception(request)

    assert diversion.refused == ["location-readonly.aliyuncs.com"]


@pytest.mark.parametrize("pattern", [STS, "*.aliyuncs.com", "STS.*", "s?s.aliyuncs.com."])
@pytest.mark.parametrize("call", ["requests", "urllib", "aiohttp"])
def test_what_is_allowed_goes_its_own_way(
    pattern: str,
    call: str,
    in_process: InProcess,
    elsewhere: ThreadingHTTPServer,
    leads_to: Callable[..., Any],
) -> None:
    with leads_to(STS), divert(in_process, allow=["*.mns.*.aliyuncs.com", pattern]) as diversion:
        CALLS[call](f"{STS}:{elsewhere.server_port}")

    assert len(elsewhere.asked) == 1
    assert "X-Ice-Mock-World" not in elsewhere.asked[0]
    assert diversion.refused == []


def test_an_emulated_host_can_be_allowed_too(
    in_process: InProcess, elsewhere: ThreadingHTTPServer, leads_to: Callable[..., Any]
) -> None:
    with leads_to(ICE), divert(in_process, allow=[ICE]):
        answer = requests.get(f"http://{ICE}:{elsewhere.server_port}/", timeout=5)
        client = IceClient(config(endpoint=f"{ICE}:{elsewhere.server_port}", protocol="http"))
        with pytest.raises(Exception, match="elsewhere"):
            asyncio.run(client.list_live_snapshot_templates_async(models.ListLiveSnapshotTemplatesRequest()))

    assert answer.text == f"elsewhere {ICE}:{elsewhere.server_port} /"
