"""Calls of the official SDKs, diverted in process and over a socket, and what a diversion costs by itself."""

import asyncio
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from statistics import median
from typing import Any

import oss2
from alibabacloud_ice20201109 import models
from alibabacloud_ice20201109.client import Client
from alibabacloud_tea_openapi.models import Config
from darabonba.core import DaraCore
from darabonba.response import DaraResponse
from rich.console import Console
from rich.table import Table

from ice_mock.client import Client as Handle
from ice_mock.domain.scenario import Scenario
from ice_mock.interception import InProcess, WsgiTransport, divert, intercept
from ice_mock.server import Server, running
from ice_mock.web import create_app
from ice_mock.worlds import IceMock

CALLS = 200
ROUNDS = 5
STREAM = "rtmp://live.example.com/app/room1"
ICE, OSS = "ice.cn-shanghai.aliyuncs.com", "https://oss-cn-shanghai.aliyuncs.com"
Figures = dict[str, float]


class Subject:
    """What is called: a world with a template and one picture, by the endpoints of *ice* and *oss*."""

    def __init__(self, handle: Handle, ice: str, oss: str, key: tuple[str, str], protocol: str) -> None:
        self.handle = handle
        self.client = Client(
            Config(access_key_id=key[0], access_key_secret=key[1], endpoint=ice, protocol=protocol)
        )
        self.bucket = oss2.Bucket(oss2.Auth(*key), oss, "pictures")
        self.template_id = self.client.create_live_snapshot_template(
            models.CreateLiveSnapshotTemplateRequest(
                template_name="t", time_interval=5, sequence_format="{JobId}/{Sequence}.jpg"
            )
        ).body.template_id
        handle.streams.publish(STREAM)
        job_id = self.client.submit_live_snapshot_job(self.job("picture")).body.job_id
        handle.clock.advance(seconds=5)
        self.key = f"{job_id}/1.jpg"

    def job(self, name: str) -> models.SubmitLiveSnapshotJobRequest:
        return models.SubmitLiveSnapshotJobRequest(
            job_name=name,
            template_id=self.template_id,
            stream_input=models.SubmitLiveSnapshotJobRequestStreamInput(type="rtmp", url=STREAM),
            snapshot_output=models.SubmitLiveSnapshotJobRequestSnapshotOutput(
                storage_type="oss", endpoint="oss-cn-shanghai.aliyuncs.com", bucket="pictures"
            ),
        )

    def figures(self) -> Figures:
        """Microseconds for a call of each kind. Pictures first: looking for one goes through all jobs."""
        return {
            "oss2 get_object": timed(lambda _: self.bucket.get_object(self.key).read()),
            "sync SubmitLiveSnapshotJob": timed(
                lambda name: self.client.submit_live_snapshot_job(self.job(name))
            ),
            "async SubmitLiveSnapshotJob": asyncio.run(
                timed_async(lambda name: self.client.submit_live_snapshot_job_async(self.job(name)))
            ),
        }


def timed(call: Callable[[str], object]) -> float:
    call("warm")
    taken = []
    for number in range(CALLS):
        started = time.perf_counter()
        call(f"s{number}")
        taken.append(time.perf_counter() - started)
    return median(taken) * 1e6


async def timed_async(call: Callable[[str], Awaitable[object]]) -> float:
    await call("warm async")
    taken = []
    for number in range(CALLS):
        started = time.perf_counter()
        await call(f"a{number}")
        taken.append(time.perf_counter() - started)
    return median(taken) * 1e6


def in_process(server: Server, app: Any) -> Figures:
    world = server.mock.worlds.create(clock="frozen")
    handle = Handle(world=world.id, transport=WsgiTransport(app))
    with divert(InProcess(app, world.id, server.mock)):
        return Subject(handle, ICE, OSS, (world.key.id, world.key.secret), "https").figures()


def with_a_fault_armed(server: Server, app: Any) -> Figures:
    """As `in_process`, where an answer may be late: each call has a thread."""
    world = server.mock.worlds.create(clock="frozen")
    handle = Handle(world=world.id, transport=WsgiTransport(app))
    with divert(InProcess(app, world.id, server.mock)):
        subject = Subject(handle, ICE, OSS, (world.key.id, world.key.secret), "https")
        handle.faults.add({"action": "DeleteLiveSnapshotTemplate", "delay": "1s"})
        return subject.figures()


def over_a_socket(server: Server, _app: Any) -> Figures:
    world = server.mock.worlds.create(clock="frozen")
    handle = Handle(server.url, world.id)
    ice = server.url.removeprefix("http://")
    return Subject(handle, ice, server.url, (world.key.id, world.key.secret), "http").figures()


@contextmanager
def answered_at_once() -> Iterator[None]:
    """Leave only the SDK's own work: what it does before it sends and after it has received."""
    before = DaraCore.__dict__["do_action"]

    def answer(*_: object) -> DaraResponse:
        response = DaraResponse()
        response.status_code, response.headers, response.body = 200, {}, b'{"RequestId":"r","JobId":"j"}'
        return response

    DaraCore.do_action = staticmethod(answer)
    try:
        yield
    finally:
        DaraCore.do_action = before


def sdks_own_work(server: Server, app: Any) -> Figures:
    world = server.mock.worlds.create(clock="frozen")
    handle = Handle(world=world.id, transport=WsgiTransport(app))
    with divert(InProcess(app, world.id, server.mock)):
        subject = Subject(handle, ICE, OSS, (world.key.id, world.key.secret), "https")
    with answered_at_once():
        call = timed(lambda name: subject.client.submit_live_snapshot_job(subject.job(name)))
        return {"sync SubmitLiveSnapshotJob": call}


def diversion(server: Server, app: Any) -> float:
    """Microseconds to begin and end a diversion, with all SDKs imported."""
    destination = InProcess(app, "default", server.mock)
    taken = []
    for _ in range(CALLS):
        started = time.perf_counter()
        with divert(destination):
            pass
        taken.append(time.perf_counter() - started)
    return median(taken) * 1e6


def interception() -> float:
    """Microseconds to begin and end an emulator of one's own."""
    taken = []
    for _ in range(10):
        started = time.perf_counter()
        with intercept():
            pass
        taken.append(time.perf_counter() - started)
    return median(taken) * 1e6


WAYS = {
    "in process": in_process,
    "in process, a fault armed": with_a_fault_armed,
    "over a socket": over_a_socket,
    "the SDK's own work": sdks_own_work,
}


def main() -> int:
    with running(IceMock(Scenario(clock="frozen", seed=7))) as server:
        app = create_app(server.mock)
        rounds = [{way: measure(server, app) for way, measure in WAYS.items()} for _ in range(ROUNDS)]
        diverting = diversion(server, app)
    intercepting = interception()

    console = Console()
    table = Table("call", *WAYS, title=f"µs a call, the best of {ROUNDS} medians of {CALLS} calls")
    for call in ("sync SubmitLiveSnapshotJob", "async SubmitLiveSnapshotJob", "oss2 get_object"):
        cells = [min(each[way].get(call, 0.0) for each in rounds) for way in WAYS]
        table.add_row(call, *(f"{cell:,.0f}" if cell else "" for cell in cells))
    console.print(table)
    console.print(f"divert, beginning and end: {diverting:,.0f} µs")
    console.print(f"intercept, beginning and end: {intercepting / 1000:,.1f} ms")
    return 0


if __name__ == "__main__":
    sys.exit(main())
