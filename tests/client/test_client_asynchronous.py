"""The handle for asynchronous programs, and its stub."""

import asyncio
import subprocess
import sys
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from threading import Event
from typing import Any

import pytest

import ice_mock
from ice_mock.client import AsyncClient, CallsDiffer, Client, ControlRefused, HttpTransport
from ice_mock.domain.model import Job
from ice_mock.server import Server

ROOT = Path(__file__).parent.parent.parent
STREAM = "rtmp://live.example.com/app/room1"


@pytest.fixture
def run(client: Client) -> Callable[[Callable[[AsyncClient], Coroutine[Any, Any, Any]]], Any]:
    """Run a coroutine function with an asynchronous handle on the test's world."""

    def with_handle(body: Callable[[AsyncClient], Coroutine[Any, Any, Any]]) -> Any:
        async def main() -> Any:
            async with AsyncClient(client.url, client.world) as handle:
                return await body(handle)

        return asyncio.run(main())

    return with_handle


def test_every_method_is_awaited(run: Callable[..., Any], job: Job):
    async def body(handle: AsyncClient) -> list[Any]:
        report = await handle.clock.advance(seconds=5)
        file = (await handle.files(job.id))[0]
        picture = await handle.read(file)
        return [report["frames"]["total"], picture.number, len(await handle.callbacks.all(job_id=job.id))]

    assert run(body) == [1, 1, 3]


def test_lists_and_pages_are_gone_through(run: Callable[..., Any], job: Job):
    async def body(handle: AsyncClient) -> list[Any]:
        jobs = [each["id"] async for each in handle.jobs]
        files = [each["frame"] async for each in handle.all_files(job.id)]
        objects = [each["frame"] async for each in handle.objects.all("pictures")]
        return [jobs, files, objects]

    assert run(body) == [[job.id], [1, 2], [1, 2]]


def test_what_costs_no_call_is_not_awaited(run: Callable[..., Any], client: Client):
    async def body(handle: AsyncClient) -> list[str]:
        return [handle.url, handle.endpoint, handle.world, handle.access_key_id, handle.inbox.url]

    assert run(body) == [client.url, client.endpoint, client.world, client.access_key_id, client.inbox.url]


def test_others_go_on_while_one_waits(run: Callable[..., Any], job: Job):
    async def body(handle: AsyncClient) -> int:
        waiting = asyncio.create_task(handle.wait_for(callbacks=3, job_id=job.id, timeout=30))
        await handle.clock.advance(seconds=5)
        return len(await waiting)

    assert run(body) == 3


def test_refusals_and_misses_come_through(run: Callable[..., Any]):
    async def refused(handle: AsyncClient) -> None:
        await handle.streams.publish("x")

    async def missed(handle: AsyncClient) -> None:
        await handle.assert_called("ListLiveSnapshotJobs")

    with pytest.raises(ControlRefused, match="expected an RTMP address"):
        run(refused)
    with pytest.raises(CallsDiffer, match="nothing was called at all"):
        run(missed)


def test_a_fresh_world_lasts_as_long_as_its_handle(server: Server):
    async def body() -> tuple[str, bool]:
        async with AsyncClient.open(server.url, label="asynchronous") as handle:
            await handle.streams.publish(STREAM)
            return handle.world, handle.world in {world.id for world in server.mock.worlds.all()}

    world, was_there = asyncio.run(body())

    assert was_there
    assert world not in {each.id for each in server.mock.worlds.all()}


def test_a_fresh_world_is_dropped_though_its_test_failed(server: Server):
    before = len(server.mock.worlds.all())

    async def body() -> None:
        async with AsyncClient.open(server.url):
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        asyncio.run(body())

    assert len(server.mock.worlds.all()) == before


def test_many_wait_and_one_more_makes_come_what_they_wait_for(run: Callable[..., Any], job: Job):
    async def body(handle: AsyncClient) -> list[int]:
        waiting = (handle.wait_for(callbacks=3, job_id=job.id, timeout=30) for _ in range(40))
        *found, report = await asyncio.gather(*waiting, handle.clock.advance(seconds=5))
        return [len(each) for each in found] + [report["frames"]["total"]]

    assert run(body) == [3] * 40 + [1]


def test_the_threads_of_the_loop_are_left_to_others(run: Callable[..., Any], client: Client):
    async def body(handle: AsyncClient) -> str:
        asyncio.get_running_loop().set_default_executor(Refusing())
        return (await handle.clock.read())["mode"]

    assert run(body) == "frozen"


class Refusing(ThreadPoolExecutor):
    """Threads that nobody is to use."""

    def submit(self, *_: Any, **__: Any) -> Any:
        raise AssertionError("the threads of the loop are used")


def test_a_call_sees_the_context_that_it_is_made_in(run: Callable[..., Any], client: Client):
    seen = []

    class Looking(HttpTransport):
        def send(self, *given: Any, **how: Any) -> Any:
            seen.append(whose.get())
            return super().send(*given, **how)

    async def main() -> None:
        with Looking(client.url) as transport:
            handle = AsyncClient(client.url, client.world, transport=transport)
            whose.set("this task's")
            await handle.clock.read()

    asyncio.run(main())

    assert seen == ["this task's"]


whose: ContextVar[str] = ContextVar("whose", default="nobody's")


class Held(HttpTransport):
    """A way to a server on which what makes a world is held until it may go on."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.arrived, self.may_go_on = Event(), Event()

    def send(self, method: str, target: str, *given: Any, **how: Any) -> Any:
        if method == "POST":
            self.arrived.set()
            self.may_go_on.wait()
        return super().send(method, target, *given, **how)


@pytest.mark.parametrize("times", [1, 3])
def test_a_world_is_dropped_though_its_task_was_cancelled_while_it_was_made(server: Server, times: int):
    before = {world.id for world in server.mock.worlds.all()}

    async def main(transport: Held) -> None:
        async def use() -> None:
            async with AsyncClient.open(transport=transport):
                raise AssertionError("entered")

        task = asyncio.create_task(use())
        await asyncio.to_thread(transport.arrived.wait)
        for _ in range(times):
            task.cancel()
            await asyncio.sleep(0)
        transport.may_go_on.set()
        with pytest.raises(asyncio.CancelledError):
            await task

    with Held(server.url) as transport:
        asyncio.run(main(transport))

    assert {world.id for world in server.mock.worlds.all()} == before


def test_what_is_raised_while_a_world_is_made_comes_through(server: Server):
    async def main() -> None:
        async with AsyncClient.open(server.url, scenario="nothing-of-the-kind"):
            raise AssertionError("entered")

    with pytest.raises(ControlRefused, match="nothing-of-the-kind"):
        asyncio.run(main())


def test_who_opens_a_handle_is_told_what_was_raised_in_its_body(
    server: Server, monkeypatch: pytest.MonkeyPatch
):
    told = []

    @contextmanager
    def opened(*where: Any, **how: Any) -> Iterator[Client]:
        try:
            yield Client(*where, **how)
        except ZeroDivisionError as error:
            told.append(error)

    monkeypatch.setattr(Client, "open", opened)

    async def main() -> str:
        async with AsyncClient.open(server.url):
            raise ZeroDivisionError
        return "gone on, as it would be without asyncio"

    assert asyncio.run(main()) == "gone on, as it would be without asyncio"
    assert [type(error) for error in told] == [ZeroDivisionError]


def test_a_program_ends_though_a_call_is_under_way(client: Client):
    program = f"""
import asyncio
from ice_mock.client import AsyncClient

async def main():
    handle = AsyncClient({client.url!r}, {client.world!r})
    waiting = asyncio.create_task(handle.wait_for(inbox=1, timeout=60))
    while not (await handle.health())["status"]:
        pass
    waiting.cancel()

asyncio.run(main())
"""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-X", "dev", "-c", program],
        check=False,
        capture_output=True,
        text=True,
        timeout=50,
    )

    assert (done.returncode, done.stderr) == (0, "")


def test_what_is_private_stays_so(run: Callable[..., Any]):
    async def body(handle: AsyncClient) -> bool:
        return hasattr(handle, "_server") or hasattr(handle, "nothing")

    assert run(body) is False


def test_it_says_what_it_is_and_has(run: Callable[..., Any], client: Client):
    async def body(handle: AsyncClient) -> tuple[str, bool]:
        return repr(handle), {"clock", "wait_for", "world"} <= set(dir(handle))

    assert run(body) == (f"<asynchronous {client!r}>", True)


def test_it_is_at_the_front_of_the_package():
    assert ice_mock.AsyncClient is AsyncClient


def test_the_stub_says_what_the_client_does():
    check = subprocess.run([sys.executable, ROOT / "tools" / "make-async-stub", "--check"], check=False)

    assert check.returncode == 0, "run tools/make-async-stub"
