"""A server, its document, and a way to ask it that holds every answer against the document."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from openapi_asker import Asker, open_url

from ice_mock import Client
from ice_mock.domain.scenario import Scenario
from ice_mock.server import Server, running
from ice_mock.worlds import IceMock


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    with running(IceMock(Scenario(clock="frozen"))) as server:
        yield server


@pytest.fixture(scope="session")
def document(server: Server) -> dict[str, Any]:
    with open_url(f"{server.url}/_ice_mock/openapi.json", timeout=10) as answer:
        return json.load(answer)


@pytest.fixture
def world(server: Server) -> Iterator[Client]:
    with Client.open(server.url) as client:
        yield client


@pytest.fixture
def ask(server: Server, document: dict[str, Any]) -> Asker:
    return Asker(server.url, document)
