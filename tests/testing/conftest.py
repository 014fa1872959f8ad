"""A Docker engine that starts nothing: it speaks Docker's HTTP API, and remembers what it was told.

No engine runs where these tests do. What is real: testcontainers, Docker's client, their way over a
socket, and the server of ice_mock that stands behind the port of a container that is not there.
"""

import io
import json
import re
import tarfile
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from testcontainers.core.config import ConnectionMode, testcontainers_config

from ice_mock.domain.scenario import Scenario
from ice_mock.server import Server, running
from ice_mock.testing import IceMockContainer
from ice_mock.worlds import IceMock

ID = "c0ffee"


class Engine(ThreadingHTTPServer):
    """Knows one image and one container, whose ports all lead to *port*."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, port: int) -> None:
        super().__init__(("127.0.0.1", 0), Api)
        self.url = f"tcp://127.0.0.1:{self.server_address[1]}"
        self.port = port
        self.created: dict[str, Any] = {}
        self.files: dict[str, str] = {}
        self.happened: list[str] = []

    @property
    def variables(self) -> dict[str, str]:
        """The environment of the container."""
        return dict(variable.split("=", 1) for variable in self.created["Env"])

    def inspected(self) -> dict[str, Any]:
        """What ``docker inspect`` says of the container."""
        ports = {port: [{"HostIp": "0.0.0.0", "HostPort": str(self.port)}] for port in self._exposed()}
        return {
            "Id": ID,
            "Name": "/ice-mock",
            "Config": {"Image": self.created.get("Image"), "Tty": True},
            "State": {"Status": "running", "Running": True},
            "NetworkSettings": {"Ports": ports},
        }

    def unpack(self, archive: bytes) -> None:
        with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
            self.files |= {f"/{each.name.lstrip('/')}": tar.extractfile(each).read().decode() for each in tar}

    def _exposed(self) -> list[str]:
        return list(self.created.get("ExposedPorts", {}))


class Api(BaseHTTPRequestHandler):
    """As much of Docker's HTTP API as it takes to start a container and to remove it."""

    server: Engine
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._answer(
            {
                "/version": {"ApiVersion": "1.43", "MinAPIVersion": "1.24", "Version": "24.0"},
                f"/containers/{ID}/json": self.server.inspected(),
                f"/containers/{ID}/logs": "a bad port",
            }.get(self._path(), {"Id": "sha256:0"})
        )

    def do_POST(self) -> None:
        body = self._body()
        self.server.happened.append(self._path())
        if self._path() == "/containers/create":
            self.server.created = json.loads(body)
            self._answer({"Id": ID, "Warnings": []}, 201)
        else:
            self._answer(None, 204)

    def do_PUT(self) -> None:
        assert parse_qs(urlsplit(self.path).query) == {"path": ["/"]}
        self.server.unpack(self._body())
        self.server.happened.append(self._path())
        self._answer(None)

    def do_DELETE(self) -> None:
        self.server.happened.append(f"removed {self._path()}")
        self._answer(None, 204)

    def _path(self) -> str:
        return re.sub(r"^/v[\d.]+", "", urlsplit(self.path).path)

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding") == "chunked":
            return b"".join(iter(self._chunk, b""))
        return self.rfile.read(int(self.headers.get("Content-Length", 0)))

    def _chunk(self) -> bytes:
        chunk = self.rfile.read(int(self.rfile.readline(), 16))
        self.rfile.readline()
        return chunk

    def _answer(self, document: Any, status: int = 200) -> None:
        body = b"" if document is None else json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """A test's output is no log of requests."""


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """The server that would run in the container."""
    with running(IceMock(Scenario(clock="frozen"))) as server:
        yield server


@pytest.fixture
def engine(server: Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    """An engine that testcontainers finds, whose container leads to the server."""
    for name in ("http_proxy", "HTTP_PROXY", "DOCKER_AUTH_CONFIG", "DOCKER_TLS_VERIFY"):
        monkeypatch.delenv(name, raising=False)
    # The container that cleans up after the others, which there is none of.
    monkeypatch.setattr(testcontainers_config, "_ryuk_disabled", True)
    # Wherever these tests run: in a container, testcontainers would look for it among its neighbours.
    monkeypatch.setattr(testcontainers_config, "connection_mode_override", ConnectionMode.docker_host)
    with Engine(int(server.url.rpartition(":")[2])) as engine:
        monkeypatch.setenv("DOCKER_HOST", engine.url)
        thread = threading.Thread(target=engine.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield engine
        engine.shutdown()
        thread.join()


@pytest.fixture
def make(engine: Engine) -> Iterator[Callable[..., IceMockContainer]]:
    """Prepare containers, whose connections to the engine end with the test."""
    made: list[IceMockContainer] = []

    def prepared(*arguments: Any, **options: Any) -> IceMockContainer:
        made.append(IceMockContainer(*arguments, **options))
        return made[-1]

    yield prepared
    for container in made:
        container.get_docker_client().client.close()
