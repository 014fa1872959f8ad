"""The parts of the control API: worlds, and the clock, streams, records, callbacks and inbox of one."""

from typing import cast
from urllib.parse import quote, urlencode

from ice_mock.client.documents import (
    Callback,
    ClockReading,
    Fault,
    Files,
    Job,
    Json,
    Kept,
    NewWorld,
    Received,
    Report,
    Request,
    Stream,
    Template,
    World,
)
from ice_mock.client.server import Server


class Part:
    """A path of the control API, and what there is below it."""

    def __init__(self, server: Server, path: str = "") -> None:
        self._server = server
        self._path = path

    def _get(self, path: str, **filters: object) -> Json:
        """Ask for a document; filters that are None are left out."""
        query = urlencode({name: value for name, value in filters.items() if value is not None})
        return self._server.call("GET", f"{self._path}{path}" + (f"?{query}" if query else ""))

    def _put(self, path: str, document: Json) -> Json:
        return self._server.call("PUT", self._path + path, document)

    def _post(self, path: str, document: Json | None = None, *, patient: bool = False) -> Json:
        return self._server.call("POST", self._path + path, document, patient=patient)

    def _delete(self, path: str) -> None:
        self._server.call("DELETE", self._path + path)


def quoted(id: str) -> str:
    """An id as one step of a path, whatever is in it."""
    return quote(id, safe="")


class Worlds(Part):
    """The worlds of a server."""

    def all(self) -> list[World]:
        return cast("list[World]", self._get("/worlds")["worlds"])

    def create(
        self,
        *,
        access_key_id: str | None = None,
        access_key_secret: str | None = None,
        security_token: str | None = None,
        clock: str | None = None,
        signatures: str | None = None,
    ) -> NewWorld:
        """Begin a world; what is not given is made up (the key) or taken from the server (the rest)."""
        given = {
            "access_key_id": access_key_id,
            "access_key_secret": access_key_secret,
            "security_token": security_token,
            "clock": clock,
            "signatures": signatures,
        }
        wanted = {name: value for name, value in given.items() if value is not None}
        return cast("NewWorld", self._post("/worlds", wanted))

    def find(self, world: str) -> World:
        return cast("World", self._get(f"/worlds/{quoted(world)}"))

    def reset(self, world: str) -> World:
        return cast("World", self._post(f"/worlds/{quoted(world)}/reset"))

    def delete(self, world: str) -> None:
        self._delete(f"/worlds/{quoted(world)}")


class Clock(Part):
    """A world's clock."""

    def read(self) -> ClockReading:
        return cast("ClockReading", self._get("/clock"))

    def switch_to(self, mode: str) -> ClockReading:
        """Go on as ``real``, ``frozen`` or ``xN``, such as ``x60``."""
        return cast("ClockReading", self._put("/clock", {"mode": mode}))

    def advance(self, *, seconds: float) -> Report:
        """Move on, and return when everything due has happened."""
        return self._advance({"seconds": seconds})

    def advance_to(self, instant: str) -> Report:
        """Move on to an ISO 8601 instant, and return when everything due has happened."""
        return self._advance({"to": instant})

    def _advance(self, how_far: Json) -> Report:
        return cast("Report", self._post("/clock/advance", how_far, patient=True))


class Streams(Part):
    """The streams of a world."""

    def all(self) -> list[Stream]:
        return cast("list[Stream]", self._get("/streams")["streams"])

    def publish(self, url: str) -> Stream:
        return self._set(url, "live")

    def unpublish(self, url: str) -> Stream:
        return self._set(url, "offline")

    def _set(self, url: str, state: str) -> Stream:
        return cast("Stream", self._put("/streams", {"url": url, "state": state}))


class Templates(Part):
    """The templates of a world."""

    def all(self) -> list[Template]:
        return cast("list[Template]", self._get("/templates")["templates"])


class Jobs(Part):
    """The jobs of a world."""

    def all(self) -> list[Job]:
        return cast("list[Job]", self._get("/jobs")["jobs"])

    def files(self, job_id: str, *, offset: int = 0, limit: int = 1000) -> Files:
        path = f"/jobs/{quoted(job_id)}/files"
        document = self._get(path, offset=offset, limit=limit)
        return Files(document["files"], document["frames"])


class Callbacks(Part):
    """The callbacks of a world, with every attempt to deliver them."""

    def all(
        self, *, job_id: str | None = None, state: str | None = None, since: str | None = None
    ) -> Kept[Callback]:
        document = self._get("/callbacks", job_id=job_id, state=state, since=since)
        return Kept(cast("list[Callback]", document["callbacks"]), document["dropped"])

    def find(self, callback_id: str) -> Callback:
        return cast("Callback", self._get(f"/callbacks/{quoted(callback_id)}"))

    def redeliver(self, callback_id: str) -> Callback:
        """Deliver a callback once more, and return it with the outcome."""
        path = f"/callbacks/{quoted(callback_id)}/redeliver"
        return cast("Callback", self._post(path, patient=True))


class Requests(Part):
    """The journal of a world: every call of the API, and what was answered."""

    def all(
        self,
        *,
        action: str | None = None,
        code: str | None = None,
        job_id: str | None = None,
        since: str | None = None,
    ) -> Kept[Request]:
        """The calls, or some of them; a *code* of OK means those that were not refused."""
        document = self._get("/requests", action=action, code=code, job_id=job_id, since=since)
        return Kept(cast("list[Request]", document["requests"]), document["dropped"])

    def clear(self) -> None:
        self._delete("/requests")


class Inbox(Part):
    """A receiver of callbacks for those who run no server: give its *url* to a job."""

    @property
    def url(self) -> str:
        return self._server.address(f"{self._path}/inbox")

    def all(self) -> Kept[Received]:
        document = self._get("/inbox")
        return Kept(cast("list[Received]", document["received"]), document["dropped"])

    def clear(self) -> None:
        self._delete("/inbox")


class Faults(Part):
    """What goes wrong in a world."""

    def all(self) -> list[Fault]:
        return cast("list[Fault]", self._get("/faults")["faults"])

    def add(self, fault: Json) -> Fault:
        """Arm a fault, in the short form of scenarios: ``{"action": "*", "delay": "300ms", "every": 3}``."""
        return cast("Fault", self._post("/faults", fault))

    def remove(self, fault_id: str) -> None:
        """Disarm a fault."""
        self._delete(f"/faults/{quoted(fault_id)}")

    def clear(self) -> None:
        """Disarm all faults."""
        self._delete("/faults")
