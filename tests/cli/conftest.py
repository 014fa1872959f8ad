"""A server for the tests of the command line, and a world of its own for each."""

import json
import logging
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta
from itertools import count
from typing import NamedTuple
from urllib.parse import urlencode
from urllib.request import ProxyHandler, build_opener

import pytest

from ice_mock.cli import main
from ice_mock.client import Client
from ice_mock.domain.model import Job, Plan
from ice_mock.domain.scenario import Scenario
from ice_mock.engine import Engine
from ice_mock.engine.jobs import Order
from ice_mock.server import Server, running
from ice_mock.worlds import IceMock

STREAM = "rtmp://live.example.com/app/room1"
open_url = build_opener(ProxyHandler({})).open
numbers = count(1)


class Ended(NamedTuple):
    """How a command ended: its status, and what it printed."""

    status: int
    out: str
    err: str


@pytest.fixture(autouse=True)
def log_as_before() -> Iterator[None]:
    """A command that serves sets up the log of its process, which here is that of all tests."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    with running(IceMock(Scenario(clock="frozen"))) as server:
        yield server


@pytest.fixture
def world(server: Server) -> Client:
    """A world that nobody else uses, which starts at the beginning of 2026 and verifies no signature."""
    id = f"world-{next(numbers)}"
    client = Client(server.url, id)
    client.worlds.create(access_key_id=id, signatures="off")
    return client


@pytest.fixture
def engine(server: Server, world: Client) -> Engine:
    return server.mock.worlds.find(world.world).engine


@pytest.fixture(autouse=True)
def plain_surroundings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ICE_MOCK_URL", "FORCE_COLOR", "NO_COLOR", "http_proxy", "HTTP_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLUMNS", "80")


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str]) -> Callable[..., Ended]:
    """Call the command line; argparse leaves through SystemExit."""

    def call(*words: str) -> Ended:
        try:
            status = main(words)
        except SystemExit as ended:
            status = ended.code
        return Ended(status, *capsys.readouterr())

    return call


@pytest.fixture
def ice_mock(command: Callable[..., Ended], world: Client) -> Callable[..., Ended]:
    """Call the command line about the world."""
    return lambda *words: command(*words, "--url", world.url, "--world", world.world)


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Make standard output a terminal of so many columns, in black and white."""

    def become(columns: int) -> None:
        monkeypatch.setattr("sys.stdout.isatty", lambda: True)
        monkeypatch.setenv("COLUMNS", str(columns))
        monkeypatch.setenv("TERM", "xterm")
        monkeypatch.setenv("NO_COLOR", "1")

    return become


@pytest.fixture
def make_job(engine: Engine) -> Callable[..., Job]:
    """Submit a job on a stream that is live, by default with the inbox as its receiver of callbacks."""
    engine.streams.publish(STREAM)

    def make(name: str = "room 1", *, callback_url: str | None = None) -> Job:
        plan = Plan(timedelta(seconds=5), None, "snapshot/{JobId}/{UnixTimestamp}.jpg")
        template = engine.templates.create("five seconds", plan)
        oss = "oss-cn-shanghai.aliyuncs.com"
        return engine.jobs.submit(Order(name, template.id, STREAM, oss, "pictures", callback_url))

    return make


@pytest.fixture
def call_api(world: Client) -> Callable[..., None]:
    """Call an action in the world, whatever comes of it."""

    def call(action: str, **parameters: str) -> None:
        query = {"Action": action, "Version": "2020-11-09", "AccessKeyId": world.world, **parameters}
        try:
            open_url(f"{world.url}/?{urlencode(query)}").close()
        except OSError as refused:
            refused.close()

    return call


@pytest.fixture
def serving() -> Callable[..., AbstractContextManager[tuple[subprocess.Popen[str], dict[str, object]]]]:
    """Start ``ice-mock serve`` in a process of its own; it has said that it is ready, and what it said."""

    @contextmanager
    def serve(*flags: str, **variables: str) -> Iterator[tuple[subprocess.Popen[str], dict[str, object]]]:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("ICE_MOCK_")}
        process = subprocess.Popen(
            [sys.executable, "-m", "ice_mock", "serve", *flags],
            env=inherited | variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        with process:
            try:
                yield process, json.loads(process.stdout.readline())
            finally:
                process.kill()

    return serve
