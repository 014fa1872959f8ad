"""What is not Alibaba Cloud's is not touched; and at the end everything is as it was before."""

import asyncio
import http.client
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from http.server import ThreadingHTTPServer
from typing import Any

import aiohttp
import aiohttp.connector
import aliyunsdkcore.vendored.requests.packages.urllib3.connection as old_connection
import darabonba.core
import pytest
import requests
import Tea.core
import urllib3.connection
from interception_sdks import ICE, ICE_SDKS, New

from ice_mock.client import Client
from ice_mock.interception import HostRefused, InProcess, Remote, WsgiTransport, divert
from ice_mock.server import Server
from ice_mock.worlds import World

OWNERS = (
    socket,
    socket.socket,
    http.client.HTTPConnection,
    http.client.HTTPSConnection,
    urllib3.connection.HTTPConnection,
    urllib3.connection.HTTPSConnection,
    old_connection.HTTPConnection,
    old_connection.VerifiedHTTPSConnection,
    old_connection.UnverifiedHTTPSConnection,
    aiohttp.connector.BaseConnector,
    darabonba.core.DaraCore,
    Tea.core.TeaCore,
)
LIST = "/?Action=ListLiveSnapshotTemplates&Version=2020-11-09&Format=JSON"


def everything() -> list[object]:
    """Whatever may be patched, as it is now."""
    return [*(dict(vars(owner)) for owner in OWNERS), list(sys.meta_path)]


@pytest.fixture
def real(elsewhere: ThreadingHTTPServer, leads_to: Callable[..., Any]) -> Iterator[str]:
    """The address of what stands for the real service, outside of diversions."""
    with leads_to(ICE, "example.org"):
        yield f"{ICE}:{elsewhere.server_port}"


def test_everything_is_put_back(in_process: InProcess) -> None:
    before = everything()

    with divert(in_process):
        during = everything()

    assert everything() == before
    assert all(was != is_now for was, is_now in zip(before, during, strict=True))


def test_everything_is_put_back_after_an_exception(in_process: InProcess) -> None:
    before = everything()

    with pytest.raises(ZeroDivisionError), divert(in_process):
        1 / 0  # noqa: B018

    assert everything() == before


def test_of_two_diversions_the_inner_one_has_the_calls(
    in_process: InProcess, app: Any, server: Server, control: Client
) -> None:
    before = everything()
    other = server.mock.worlds.create()
    sdk = New()

    with divert(in_process):
        sdk("ListLiveSnapshotTemplates")
        with divert(InProcess(app, other.id, server.mock), allow=["sts.aliyuncs.com"]):
            sdk("ListLiveSnapshotJobs")
        sdk("ListLiveSnapshotTemplates")
        with pytest.raises(HostRefused):
            requests.get("http://sts.aliyuncs.com/", timeout=1)

    inner = Client(world=other.id, transport=WsgiTransport(app))
    assert [each["action"] for each in inner.requests.all()] == ["ListLiveSnapshotJobs"]
    assert [each["action"] for each in control.requests.all()] == ["ListLiveSnapshotTemplates"] * 2
    assert everything() == before


def test_diversions_need_not_end_in_the_order_in_which_they_began(
    in_process: InProcess, app: Any, server: Server, control: Client
) -> None:
    before = everything()
    first, second = ExitStack(), ExitStack()
    first.enter_context(divert(InProcess(app, server.mock.worlds.create().id, server.mock)))
    second.enter_context(divert(in_process))

    first.close()
    New()("ListLiveSnapshotTemplates")
    second.close()

    assert len(control.requests.all()) == 1
    assert everything() == before


@pytest.mark.parametrize("make", ICE_SDKS.values(), ids=ICE_SDKS)
def test_a_diversion_holds_for_threads_that_began_before(
    make: Callable[[], Any], in_process: InProcess, control: Client
) -> None:
    begun, answers = threading.Event(), []
    thread = threading.Thread(
        target=lambda: begun.wait() and answers.append(make()("ListLiveSnapshotTemplates"))
    )
    thread.start()

    with divert(in_process):
        begun.set()
        thread.join()

    assert len(answers) == len(control.requests.all()) == 1


def test_many_threads_share_one_client(in_process: InProcess, control: Client) -> None:
    sdk = New()
    calls = [threading.Thread(target=lambda: sdk("ListLiveSnapshotTemplates")) for _ in range(8)]

    with divert(in_process):
        for each in calls:
            each.start()
        for each in calls:
            each.join()

    assert [each["status"] for each in control.requests.all()] == [200] * 8


def test_a_connection_from_before_is_not_used_and_none_is_left_behind(
    destination: Any, real: str, elsewhere: ThreadingHTTPServer, control: Client
) -> None:
    answers = []
    with requests.Session() as session:
        answers.append(session.get(f"http://{real}/before", timeout=5).text)
        with divert(destination):
            answers.append(session.get(f"http://{real}{LIST}", timeout=5).json()["TemplateList"])
            answers.append(session.get(f"http://{real}{LIST}", timeout=5).json()["TemplateList"])
        answers.append(session.get(f"http://{real}/after", timeout=5).text)

    assert answers == [f"elsewhere {real} /before", [], [], f"elsewhere {real} /after"]
    assert len(elsewhere.asked) == len(control.requests.all()) == 2


def test_an_asynchronous_connection_from_before_is_not_used_and_none_is_left_behind(
    destination: Any, real: str, elsewhere: ThreadingHTTPServer, control: Client
) -> None:
    async def ask(session: aiohttp.ClientSession, target: str) -> str:
        async with session.get(f"http://{real}{target}") as answer:
            return await answer.text()

    async def ask_all() -> list[str]:
        async with aiohttp.ClientSession() as session:
            before = await ask(session, "/before")
            with divert(destination):
                during = [await ask(session, LIST), await ask(session, LIST)]
            # Once for each connection that the pool may hold by now.
            after = [await ask(session, "/after") for _ in range(3)]
            return [before, *("TemplateList" in each for each in during), *after]

    answers = asyncio.run(ask_all())

    assert answers == [f"elsewhere {real} /before", True, True, *[f"elsewhere {real} /after"] * 3]
    assert (len(elsewhere.asked), len(control.requests.all())) == (4, 2)


@pytest.mark.parametrize("host", ["127.0.0.1", "example.org"])
def test_what_is_not_alibaba_clouds_is_not_touched(
    host: str, in_process: InProcess, real: str, elsewhere: ThreadingHTTPServer
) -> None:
    url = f"http://{host}:{elsewhere.server_port}/a"

    async def ask() -> str:
        async with aiohttp.ClientSession() as session, session.get(url) as answer:
            return await answer.text()

    with divert(in_process) as diversion:
        texts = [requests.get(url, timeout=5).text, asyncio.run(ask())]

    assert texts == [f"elsewhere {host}:{elsewhere.server_port} /a"] * 2
    assert not any("X-Ice-Mock-World" in headers for headers in elsewhere.asked)
    assert diversion.refused == []


def test_a_response_shows_the_request_as_it_was_made(in_process: InProcess) -> None:
    with divert(in_process):
        response = requests.get(f"https://{ICE}{LIST}", timeout=5)

    assert response.url == response.request.url == f"https://{ICE}{LIST}"
    assert "X-Ice-Mock-World" not in response.request.headers


def test_what_somebody_else_patched_meanwhile_does_no_harm(in_process: InProcess, real: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        with divert(in_process):
            patch.setattr(socket, "getaddrinfo", socket.getaddrinfo)
        patch.undo()
        # It has put back what it found, which was the diversion's.
        assert requests.get(f"http://{real}/a", timeout=5).text == f"elsewhere {real} /a"


@pytest.mark.parametrize("url", ["https://127.0.0.1:4610", "http://127.0.0.1:4610/prefix", "127.0.0.1", ""])
def test_a_remote_destination_is_an_address_without_a_path(url: str, world: World) -> None:
    with pytest.raises(ValueError, match=r"http://127\.0\.0\.1:4610"):
        Remote(url, world.id)
