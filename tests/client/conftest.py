"""Handles on worlds of a server that runs; each test has a world of its own there."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import ProxyHandler, build_opener

import pytest

from ice_mock.client import Client
from ice_mock.domain.model import Job, Plan
from ice_mock.domain.scenario import Scenario
from ice_mock.engine import Engine
from ice_mock.engine.jobs import Order
from ice_mock.server import Server, running
from ice_mock.worlds import IceMock

STREAM = "rtmp://live.example.com/app/room1"
BUCKET = "pictures"
open_url = build_opener(ProxyHandler({})).open


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    with running(IceMock(Scenario(clock="frozen", seed=7))) as server:
        yield server


@pytest.fixture
def client(server: Server) -> Iterator[Client]:
    with Client.open(server.url, signatures="off") as client:
        yield client


@pytest.fixture
def engine(server: Server, client: Client) -> Engine:
    return server.mock.worlds.find(client.world).engine


@pytest.fixture
def make_job(engine: Engine, client: Client) -> Callable[..., Job]:
    """Submit a job on a live stream, that announces a picture every five seconds to the world's inbox."""

    def make(
        *, sequence: str | None = "{JobId}/{Sequence}.jpg", overwrite: str | None = None, **order: Any
    ) -> Job:
        client.streams.publish(STREAM)
        template = engine.templates.create("x", Plan(timedelta(seconds=5), overwrite, sequence))
        order = {"bucket": BUCKET, "callback_url": client.inbox.url, **order}
        return engine.jobs.submit(
            Order("x", template.id, STREAM, "oss.example.com", order["bucket"], order["callback_url"])
        )

    return make


@pytest.fixture
def job(client: Client, make_job: Callable[..., Job]) -> Job:
    """A job that has captured two frames, and announced them."""
    job = make_job()
    client.clock.advance(seconds=10)
    return job


@pytest.fixture
def call_api(client: Client) -> Callable[..., dict[str, Any]]:
    """Call an action with the key of the test's world; objects become JSON. A refusal is an answer too."""

    def call(action: str, **parameters: Any) -> dict[str, Any]:
        texts = {
            name: value if isinstance(value, str) else json.dumps(value) for name, value in parameters.items()
        }
        query = {"Action": action, "Version": "2020-11-09", "AccessKeyId": client.world, "Format": "JSON"}
        try:
            with open_url(f"{client.url}/?{urlencode({**query, **texts})}") as answer:
                return json.load(answer)
        except HTTPError as refusal:
            with refusal:
                return json.load(refusal)

    return call
