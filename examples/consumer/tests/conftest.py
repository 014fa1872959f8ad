"""The program, which runs in a thread of the tests, and is set up for the world of each."""

import os
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from threading import Thread
from typing import NamedTuple
from urllib.parse import urlsplit

import pytest
import requests
from cheroot.wsgi import Server
from ice_mock import Client

from rooms.index import Index
from rooms.settings import Settings
from rooms.web import create_app

AUTH_KEY = "Lobby4610"
"""The account's, as scenario.yaml says."""


class Program(NamedTuple):
    """The program under test, at *url*, through the eyes of those who look at rooms."""

    url: str

    def watch(self, room: str, stream: str) -> requests.Response:
        return requests.put(f"{self.url}/rooms/{room}", json={"stream": stream}, timeout=30)

    def room(self, room: str) -> dict[str, str | None]:
        return requests.get(f"{self.url}/rooms/{room}", timeout=30).json()

    def latest(self, room: str) -> requests.Response:
        return requests.get(f"{self.url}/rooms/{room}/latest.jpg", timeout=30)


@pytest.fixture
def start_program(ice_mock: Client, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], Program]]:
    """Start the program, as often as it is asked for; each has an empty index."""
    for variable in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        # The SDKs would ask it for the way even to this machine.
        monkeypatch.delenv(variable, raising=False)
    with ExitStack() as at_the_end:
        yield lambda: at_the_end.enter_context(running(ice_mock))


@pytest.fixture
def program(start_program: Callable[[], Program]) -> Program:
    return start_program()


@contextmanager
def running(ice_mock: Client) -> Iterator[Program]:
    host = os.environ.get("CALLBACK_HOST") or address_towards(ice_mock.url)
    server = Server(("127.0.0.1" if host.startswith("127.") else "0.0.0.0", 0), None)
    server.expiration_interval = 0.02  # how long it may take to stop
    server.prepare()
    port = server.bind_addr[1]
    settings = Settings.of(variables(ice_mock, f"http://{host}:{port}"))
    with closing(Index(settings.index)) as index:
        server.wsgi_app = create_app(settings, index)
        thread = Thread(target=server.serve)
        thread.start()
        yield Program(f"http://127.0.0.1:{port}")
        server.stop()
        thread.join()


def variables(ice_mock: Client, public_url: str) -> dict[str, str]:
    """The environment of the program: the keys and addresses of the emulator instead of Alibaba Cloud's."""
    return {
        "ALIBABA_CLOUD_ACCESS_KEY_ID": ice_mock.access_key_id,
        "ALIBABA_CLOUD_ACCESS_KEY_SECRET": ice_mock.access_key_secret,
        "ICE_ENDPOINT": ice_mock.endpoint,
        "ICE_PROTOCOL": "http",
        "OSS_ENDPOINT": ice_mock.url,
        "OSS_PATH_STYLE": "true",
        "OSS_BUCKET": "pictures",
        "PUBLIC_URL": public_url,
        "CALLBACK_AUTH_KEY": AUTH_KEY,
    }


def address_towards(url: str) -> str:
    """This machine's address on the way to a server, at which that server finds it in turn.

    That is 127.0.0.1 if the emulator runs here, and the address in the network of containers if both
    run in one. Nothing is sent.
    """
    there = urlsplit(url)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as way:
        way.connect((there.hostname, there.port or 80))
        return way.getsockname()[0]
