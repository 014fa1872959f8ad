"""The parts of a world in the control API: clock, streams, records, callbacks, inbox, faults and objects."""

from collections.abc import Iterator
from typing import Any, cast
from urllib.parse import quote

from ice_mock.client.documents import (
    Callback,
    ClockReading,
    Fault,
    File,
    Files,
    FrameRecord,
    FrameRecords,
    Job,
    Json,
    Kept,
    ObjectEntry,
    Received,
    Report,
    Request,
    Stream,
    Template,
)
from ice_mock.client.part import Instant, Listing, Part, quoted, written

PAGE = 1000


class Clock(Part):
    """A world's clock."""

    def read(self) -> ClockReading:
        return cast("ClockReading", self._get("/clock"))

    def switch_to(self, mode: str) -> ClockReading:
        """Go on as ``real``, ``frozen`` or ``xN``, such as ``x60``."""
        return cast("ClockReading", self._put("/clock", {"mode": mode}))

    def freeze(self) -> ClockReading:
        """Stand still until moved."""
        return self.switch_to("frozen")

    def run_real(self) -> ClockReading:
        """Show the real time from now on; raises ControlRefused if the world is ahead of it."""
        return self.switch_to("real")

    def run(self, rate: float = 1) -> ClockReading:
        """Go on by itself from where it is, *rate* times as fast as the real time."""
        return self.switch_to(f"x{rate:.6f}".rstrip("0").rstrip("."))

    def advance(self, *, seconds: float | None = None, to: Instant | None = None) -> Report:
        """Move on, by so many *seconds* or *to* an instant, and return when everything due has happened.

        Raises TypeError unless it is told one of both; and ControlRefused if that lies in the past, if the
        clock is real, or if it is being moved already.
        """
        if (seconds is None) == (to is None):
            raise TypeError("a clock is moved on by seconds=… or to=…, one of both")
        how_far = {"seconds": seconds} if to is None else {"to": written(to)}
        return cast("Report", self._post("/clock/advance", how_far, patient=True))

    def advance_to(self, instant: Instant) -> Report:
        """Move on to an instant, and return when everything due has happened."""
        return self.advance(to=instant)


class Streams(Listing[Stream]):
    """The streams of a world."""

    _listed = "streams"

    def find(self, url: str) -> Stream:
        """The stream of this address; raises ControlRefused if nobody named it yet."""
        return self._found("stream", url, "url")

    def publish(self, url: str) -> Stream:
        """Start the ingest of a stream; raises ControlRefused for what is no RTMP address."""
        return self._set(url, "live")

    def unpublish(self, url: str) -> Stream:
        """End the ingest of a stream."""
        return self._set(url, "offline")

    def _set(self, url: str, state: str) -> Stream:
        return cast("Stream", self._put("/streams", {"url": url, "state": state}))


class Templates(Listing[Template]):
    """The templates of a world."""

    _listed = "templates"

    def find(self, template_id: str) -> Template:
        """The template with this id; raises ControlRefused if there is none."""
        return cast("Template", self._get(f"/templates/{quoted(template_id)}"))


class Jobs(Listing[Job]):
    """The jobs of a world."""

    _listed = "jobs"

    def find(self, job_id: str) -> Job:
        """The job with this id; raises ControlRefused if there is none."""
        return cast("Job", self._get(f"/jobs/{quoted(job_id)}"))

    def files(self, job_id: str, *, offset: int = 0, limit: int = PAGE) -> Files:
        """The files of *limit* frames, a thousand at most, after the first *offset*."""
        document = self._get(f"/jobs/{quoted(job_id)}/files", offset=offset, limit=limit)
        return Files(document["files"], document["frames"])

    def all_files(self, job_id: str) -> Iterator[File]:
        """Go through all files of a job, which are fetched page by page."""
        offset, total = 0, 1
        while offset < total:
            page = self.files(job_id, offset=offset, limit=PAGE)
            yield from page
            offset, total = offset + PAGE, page.frames

    def frames(self, job_id: str, *, offset: int = 0, limit: int = PAGE) -> FrameRecords:
        """*limit* frames, a thousand at most, after the first *offset*, also those that have no file."""
        document = self._get(f"/jobs/{quoted(job_id)}/frames", offset=offset, limit=limit)
        return FrameRecords(document["frames"], document["total"])

    def all_frames(self, job_id: str) -> Iterator[FrameRecord]:
        """Go through all frames of a job, which are fetched page by page."""
        offset, total = 0, 1
        while offset < total:
            page = self.frames(job_id, offset=offset, limit=PAGE)
            yield from page
            offset, total = offset + PAGE, page.total


class Callbacks(Listing[Callback]):
    """The callbacks of a world, with every attempt to deliver them."""

    _listed = "callbacks"

    def all(
        self,
        *,
        job_id: str | None = None,
        state: str | None = None,
        since: Instant | None = None,
        limit: int | None = None,
    ) -> Kept[Callback]:
        """The callbacks, or those of a job, in a *state* (waiting, delivered, lost) or *since* an instant.

        Of them, only the latest *limit* if that is given.
        """
        document = self._get("/callbacks", job_id=job_id, state=state, since=since, limit=limit)
        kept = cast("list[Callback]", document["callbacks"])
        return Kept(kept, document["dropped"], found=document["found"])

    def find(self, callback_id: str) -> Callback:
        """The callback with this id; raises ControlRefused if there is none, or none any more."""
        return cast("Callback", self._get(f"/callbacks/{quoted(callback_id)}"))

    def redeliver(self, callback_id: str) -> Callback:
        """Deliver a callback once more, and return it with the outcome."""
        path = f"/callbacks/{quoted(callback_id)}/redeliver"
        return cast("Callback", self._post(path, patient=True))


class Requests(Listing[Request]):
    """The journal of a world: every call of the API, and what was answered."""

    _listed = "requests"

    def all(
        self,
        *,
        action: str | None = None,
        code: str | None = None,
        job_id: str | None = None,
        since: Instant | None = None,
        refused: bool | None = None,
        limit: int | None = None,
    ) -> Kept[Request]:
        """The calls, or some of them; a *code* of OK means those that were not refused.

        Of them, only the latest *limit* if that is given; they are counted all the same.
        """
        document = self._get(
            "/requests", action=action, code=code, job_id=job_id, since=since, refused=refused, limit=limit
        )
        kept = cast("list[Request]", document["requests"])
        return Kept(kept, document["dropped"], found=document["found"], counts=document["counts"])

    def find(self, request_id: str) -> Request:
        """The call with this request id; raises ControlRefused if there is none, or none any more."""
        return cast("Request", self._get(f"/requests/{quoted(request_id)}"))

    def clear(self) -> None:
        """Forget all calls."""
        self._delete("/requests")


class Inbox(Listing[Received]):
    """A receiver of callbacks for those who run no server: give its *url* to a job."""

    _listed = "inbox"

    @property
    def url(self) -> str:
        """The address that it receives at."""
        return self._server.address(f"{self._path}/inbox")

    def all(self) -> Kept[Received]:
        """What it was sent, the oldest first."""
        document = self._get("/inbox")
        return Kept(cast("list[Received]", document["received"]), document["dropped"])

    def clear(self) -> None:
        """Forget what it was sent."""
        self._delete("/inbox")


class Faults(Listing[Fault]):
    """What goes wrong in a world."""

    _listed = "faults"

    def find(self, fault_id: str) -> Fault:
        """The armed fault with this id; raises ControlRefused if there is none."""
        return self._found("fault", fault_id)

    def add(self, fault: Json | None = None, /, **entries: Any) -> Fault:
        """Arm a fault, in the short form of scenarios: ``add(action="*", delay="300ms", every=3)``.

        Or as a whole: ``add({"action": "*", "delay": "300ms", "every": 3})``. Raises ControlRefused for a
        fault that there is not, saying what may have been meant.
        """
        return cast("Fault", self._post("/faults", {**(fault or {}), **entries}))

    def remove(self, fault_id: str) -> None:
        """Disarm a fault; raises ControlRefused if it is not armed."""
        self._delete(f"/faults/{quoted(fault_id)}")

    def clear(self) -> None:
        """Disarm all faults."""
        self._delete("/faults")


class Objects(Part):
    """The objects in a world's buckets, without signature, permission or fault of a download in between."""

    def read(self, bucket: str, key: str) -> bytes:
        """The bytes of an object; raises ControlRefused if there is none under this key."""
        return self._server.content(f"{self._path}/objects/{quoted(bucket)}/{quote(key)}")

    def find(self, bucket: str, key: str) -> ObjectEntry | None:
        """What there is to know of an object without reading it; None if there is none under this key."""
        found = self._page(bucket, prefix=key, limit=1)["objects"]
        return found[0] if found and found[0]["key"] == key else None

    def all(self, bucket: str, *, prefix: str = "", job_id: str | None = None) -> Iterator[ObjectEntry]:
        """Go through the objects whose keys begin with *prefix*, or a job's among them, in order of keys."""
        after: str | None = None
        while True:
            page = self._page(bucket, prefix=prefix, job_id=job_id, after=after)
            yield from page["objects"]
            if (after := page["next"]) is None:
                return

    def _page(self, bucket: str, **window: object) -> Json:
        return self._get(f"/objects/{quoted(bucket)}", **window)
