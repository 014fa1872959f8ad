"""For the tests of others: a container with ice_mock, for testcontainers."""

from datetime import timedelta
from pathlib import Path
from typing import Any, Self

from ice_mock.client import DEFAULT_WORLD, Client
from ice_mock.identifiers import new_access_key
from ice_mock.scenario import by_name
from ice_mock.scenario.given import file_of, given
from ice_mock.settings import DEFAULT_PORT

try:
    from testcontainers.core.container import DockerContainer
    from testcontainers.core.wait_strategies import HttpWaitStrategy
except ImportError as error:
    raise ImportError(
        "ice_mock.testing needs testcontainers 4.15 or newer: pip install 'ice-mock[testcontainers]'"
    ) from error

__all__ = ["HOST", "IMAGE", "IceMockContainer"]

IMAGE = "ice-mock:latest"
"""The image that ``make image`` builds."""

HOST = "host.testcontainers.internal"
"""What the machine that the container runs on is called inside the container."""

_SCENARIOS = "/scenarios"
_TEXT = "scenario.yaml"
_POLL = timedelta(milliseconds=100)
_STARTUP = timedelta(seconds=30)


class IceMockContainer(DockerContainer):
    """A server in a container of its own, that ends with the ``with`` block it was made for.

    Its port on the host is a free one, so read `url` or `endpoint` once it has started. It has
    started when it answers: `start` raises TimeoutError if it does not within 30 seconds.
    """

    def __init__(
        self, image: str = IMAGE, port: int = DEFAULT_PORT, *, token: str | None = None, **kwargs: Any
    ) -> None:
        """Prepare a container of *image*, in which the server listens at *port*.

        *token* opens the control API; without one it is made up. What else is given goes to
        DockerContainer. Raises docker's DockerException if there is no Docker engine.
        """
        ready = HttpWaitStrategy(port, "/_ice_mock/readyz")
        kwargs.setdefault("_wait_strategy", ready.with_poll_interval(_POLL).with_startup_timeout(_STARTUP))
        super().__init__(image, **kwargs)
        self.port = port
        self.token = token or new_access_key()[1]
        self.with_exposed_ports(port)
        # Every address: it is the container's own network, and what may come in is up to Docker.
        self.with_envs(ICE_MOCK_HOST="0.0.0.0", ICE_MOCK_PORT=str(port), ICE_MOCK_TOKEN=self.token)  # noqa: S104

    def with_scenario(self, scenario: str | Path) -> Self:
        """Let the server, and every world that names no other scenario, begin as *scenario* says.

        That is a file, with the files that it extends; or the text of one, in YAML or JSON; or the
        name of a ready scenario. Raises ScenarioInvalid, with all mistakes, before anything starts.
        """
        name, text = given(scenario)
        if text is None:
            by_name(name or "")
            return self.with_env("ICE_MOCK_SCENARIO", name or "")
        file = file_of(scenario)
        place = f"{_SCENARIOS}/{file.name if file else _TEXT}"
        self.with_copy_into_container(text.encode(), place)
        return self.with_env("ICE_MOCK_SCENARIO", place)

    @property
    def url(self) -> str:
        """Where the server is, seen from the tests: ``http://localhost:49153``."""
        return f"http://{self.endpoint}"

    @property
    def endpoint(self) -> str:
        """Host and port, the way SDKs want to be told."""
        return f"{self.get_container_host_ip()}:{self.get_exposed_port(self.port)}"

    def client(self, world: str = DEFAULT_WORLD) -> Client:
        """A handle on a world of the server."""
        return Client(self.url, world, token=self.token)

    def inbox_url(self, world: str = DEFAULT_WORLD) -> str:
        """The address of a world's inbox for jobs, which the server sends callbacks to.

        It is not the one that the tests see: the server calls itself, and knows nothing of `url`.
        """
        return Client(f"http://127.0.0.1:{self.port}", world).inbox.url

    def host_url(self, port: int, path: str = "/") -> str:
        """The address, for callbacks, of a server of the tests' own that listens at *port*.

        It has to listen at 0.0.0.0, for the container comes to it from another network.
        """
        return f"http://{HOST}:{port}/{path.removeprefix('/')}"

    def _configure(self) -> None:
        """Give the host its name; as late as this, for `with_kwargs` replaces what was there."""
        hosts = {HOST: "host-gateway", **self._kwargs.get("extra_hosts", {})}
        self.with_kwargs(**{**self._kwargs, "extra_hosts": hosts})
