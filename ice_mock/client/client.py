"""The handle on a world."""

from datetime import timedelta
from typing import cast

from ice_mock.client.documents import Files, Health, World
from ice_mock.client.parts import (
    Callbacks,
    Clock,
    Faults,
    Inbox,
    Jobs,
    Requests,
    Streams,
    Templates,
    Worlds,
    quoted,
)
from ice_mock.client.server import DEFAULT_URL, TIMEOUT, Server

DEFAULT_WORLD = "default"
DEFAULT_KEY = ("LTAI-icemock", "icemock")
"""The access key of the default world, and its secret."""


class Client:
    """A handle on the world *world* of the server at *url*.

    Calls raise ServerUnreachable if no server answers within *timeout*, and ControlRefused if
    it refuses. Those that wait for receivers of callbacks have as much time as these take.
    """

    def __init__(
        self, url: str = DEFAULT_URL, world: str = DEFAULT_WORLD, *, timeout: timedelta = TIMEOUT
    ) -> None:
        """Connect to nothing yet; raises ValueError for what is no address."""
        self._server = Server(url, timeout)
        self.world = world
        path = f"/worlds/{quoted(world)}"
        self.worlds = Worlds(self._server)
        self.clock = Clock(self._server, path)
        self.streams = Streams(self._server, path)
        self.templates = Templates(self._server, path)
        self.jobs = Jobs(self._server, path)
        self.callbacks = Callbacks(self._server, path)
        self.requests = Requests(self._server, path)
        self.inbox = Inbox(self._server, path)
        self.faults = Faults(self._server, path)

    @property
    def url(self) -> str:
        return self._server.url

    @property
    def endpoint(self) -> str:
        """Host and port, the way SDKs want to be told."""
        return self._server.endpoint

    def is_ready(self) -> bool:
        """Whether the server is ready; raises ServerUnreachable if it does not answer at all."""
        return self._server.call("GET", "/readyz").get("status") == "ok"

    def health(self) -> Health:
        return cast("Health", self._server.call("GET", "/health"))

    def files(self, job_id: str, *, offset: int = 0, limit: int = 1000) -> Files:
        """The files of *limit* frames of a job, a thousand at most, after the first *offset*."""
        return self.jobs.files(job_id, offset=offset, limit=limit)

    def reset(self) -> World:
        """Begin the world anew, the way it began before."""
        return self.worlds.reset(self.world)
