"""The handle on a world."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, Self, cast, overload

from ice_mock.client import calls, consistency, names, opening, tallies
from ice_mock.client.consistency import Consistency
from ice_mock.client.documents import (
    Callback,
    Fault,
    File,
    Files,
    Health,
    Kept,
    Received,
    Request,
    Why,
    World,
)
from ice_mock.client.evidence import gathered
from ice_mock.client.part import Instant, query, quoted
from ice_mock.client.parts import (
    Callbacks,
    Clock,
    Faults,
    Inbox,
    Jobs,
    Objects,
    Requests,
    Streams,
    Templates,
)
from ice_mock.client.pictures import Picture, Readable, picture, place_of
from ice_mock.client.server import TIMEOUT, Server
from ice_mock.client.transport import DEFAULT_URL, HttpTransport, Transport
from ice_mock.client.waiting import Waiting
from ice_mock.client.worlds import OwnScenario, Scenarios, Worlds

DEFAULT_WORLD = "default"
DEFAULT_KEY = ("LTAI-icemock", "icemock")
"""The access key of the default world, and its secret."""


class Client:
    """A handle on the world *world* of the server at *url*.

    Calls raise ServerUnreachable if no server answers within *timeout*, and ControlRefused if
    it refuses. Those that wait for receivers of callbacks have as much time as these take. What is expected
    and not so raises an AssertionError that explains it. Threads may share a handle.
    """

    def __init__(
        self,
        url: str = DEFAULT_URL,
        world: str = DEFAULT_WORLD,
        *,
        timeout: timedelta = TIMEOUT,
        transport: Transport | None = None,
        access_key_secret: str | None = None,
        token: str | None = None,
    ) -> None:
        """Connect to nothing yet; raises ValueError for what is no address, or no token.

        *token* opens the server's control API, if it asks for one. With a *transport*, which is not closed
        with the handle, *url* and *token* are that one's. *access_key_secret* is the world's, which its
        server tells only once.
        """
        self._owned: HttpTransport | None = None
        if transport is None:
            transport = self._owned = HttpTransport(url, token=token)
        self._server = Server(transport, timeout)
        self._access_key_secret = access_key_secret
        self.world = world
        self._path = path = f"/worlds/{quoted(world)}"
        self.worlds = Worlds(self._server)
        self.scenarios = Scenarios(self._server)
        self.scenario = OwnScenario(self._server, path)
        self.clock = Clock(self._server, path)
        self.streams = Streams(self._server, path)
        self.templates = Templates(self._server, path)
        self.jobs = Jobs(self._server, path)
        self.callbacks = Callbacks(self._server, path)
        self.requests = Requests(self._server, path)
        self.inbox = Inbox(self._server, path)
        self.faults = Faults(self._server, path)
        self.objects = Objects(self._server, path)
        self._waiting = Waiting(self._server, path)

    @classmethod
    @contextmanager
    def open(
        cls,
        url: str = DEFAULT_URL,
        *,
        scenario: str | Path | None = None,
        clock: str | None = None,
        signatures: str | None = None,
        label: str | None = None,
        transport: Transport | None = None,
        timeout: timedelta = TIMEOUT,
        token: str | None = None,
    ) -> Iterator[Self]:
        """A handle on a fresh world, which is dropped at the end of the body if it is still there then.

        *scenario* is the name of a ready one, a file, with those that it extends, or the text of one; None is
        the server's. *clock* is ``real``, ``frozen`` or ``xN``; None is the scenario's if it states one, or
        else a frozen one, which starts at 2026-01-01T00:00:00Z. *signatures* is ``off``, ``known`` or
        ``required``; None is what the scenario or the server says. A *label*, such as a test's name, tells
        whose the world was if somebody calls it later. *token* opens the server's control API, if it asks for
        one. Raises ControlRefused, or ScenarioRefused with all mistakes.
        """
        given = opening.found(scenario, clock=clock, signatures=signatures)
        with ExitStack() as at_the_end:
            if transport is None:
                transport = HttpTransport(url, token=token)
                at_the_end.callback(transport.close)
            server = Server(transport, timeout)
            made = opening.begun(server, given, clock=clock, signatures=signatures, label=label)
            at_the_end.callback(opening.ended, Worlds(server), made["id"])
            secret = made["access_key_secret"]
            yield cls(
                transport.url, made["id"], timeout=timeout, transport=transport, access_key_secret=secret
            )

    def close(self) -> None:
        """Close the connections that this handle opened; a call opens them again."""
        if self._owned:
            self._owned.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of the world {self.world!r} at {self.url}>"

    # -- The server --

    @property
    def url(self) -> str:
        """The address of the server."""
        return self._server.url

    @property
    def endpoint(self) -> str:
        """Host and port, the way SDKs want to be told."""
        return self._server.endpoint

    @property
    def access_key_id(self) -> str:
        """The access key that calls to this world are signed with."""
        return DEFAULT_KEY[0] if self.world == DEFAULT_WORLD else self.world

    @property
    def access_key_secret(self) -> str:
        """The secret of that key; raises LookupError if this handle was not given it."""
        if self._access_key_secret is not None:
            return self._access_key_secret
        if self.world == DEFAULT_WORLD:
            return DEFAULT_KEY[1]
        raise LookupError(
            f"the secret of {self.world} was told once, when the world was made: "
            "give it to the handle as access_key_secret"
        )

    def is_ready(self) -> bool:
        """Whether the server takes new work; raises ServerUnreachable if none answers at all."""
        return self._server.is_ready()

    def health(self) -> Health:
        """How the server is."""
        return cast("Health", self._server.call("GET", "/health"))

    # -- The world --

    def reset(self) -> World:
        """Begin the world anew, the way it began before."""
        return self.worlds.reset(self.world)

    def files(self, job_id: str, *, offset: int = 0, limit: int = 1000) -> Files:
        """The files of *limit* frames of a job, a thousand at most, after the first *offset*."""
        return self.jobs.files(job_id, offset=offset, limit=limit)

    def all_files(self, job_id: str) -> Iterator[File]:
        """Go through all files of a job, which are fetched page by page."""
        yield from self.jobs.all_files(job_id)

    def read(self, readable: Readable) -> Picture:
        """The picture in a file: one of `files()`, a callback, or ``"bucket/key"``.

        It is read past signatures, permissions and faults of downloads; what went wrong with it before it was
        stored it says itself. Raises ControlRefused if there is none.
        """
        bucket, key = place_of(readable)
        jpeg = self.objects.read(bucket, key)
        entry = self.objects.find(bucket, key)
        return picture(jpeg, entry["fault"] if entry else None)

    def why(
        self,
        *,
        request: str | None = None,
        canonical: str | None = None,
        job: str | None = None,
        snapshot: str | None = None,
        callback: str | None = None,
        callbacks: str | None = None,
        at: Instant | None = None,
    ) -> Why:
        """Why something is as it is: a sentence, and the facts it rests on.

        Why the *request* with this id was refused, where the client's own *canonical* request helps to see
        what differs; why a *job* has not started, or has no snapshot *at* an instant; why there is no
        *snapshot* of a job; why a *callback* has not arrived, or the *callbacks* of a job. Raises
        ControlRefused for what there is not, and unless one thing is asked about at a time.
        """
        asked = {
            "request": request,
            "canonical": canonical,
            "job": job,
            "snapshot": snapshot,
            "callback": callback,
            "callbacks": callbacks,
            "at": at,
        }
        return cast("Why", self._server.call("GET", f"{self._path}/why{query(**asked)}"))

    @overload
    def wait_for(
        self,
        *,
        callbacks: int,
        job_id: str | None = None,
        state: str | None = None,
        since: Instant | None = None,
        timeout: float = 5,
    ) -> Kept[Callback]: ...
    @overload
    def wait_for(
        self,
        *,
        requests: int,
        action: str | None = None,
        code: str | None = None,
        job_id: str | None = None,
        since: Instant | None = None,
        timeout: float = 5,
    ) -> Kept[Request]: ...
    @overload
    def wait_for(
        self, *, inbox: int, job_id: str | None = None, since: Instant | None = None, timeout: float = 5
    ) -> Kept[Received]: ...
    def wait_for(self, *, timeout: float = 5, **wanted: Any) -> Kept[Any]:
        """Wait until there are so many callbacks, requests or letters in the inbox, and return them.

        All that there are in the world count, those from before the wait included. Of callbacks those count
        that were delivered, or that are in another *state*: ``waiting``, ``lost`` or ``any``. *timeout* is in
        seconds of real time; without any left, what there is already is enough or not. Raises NotSeen, which
        tells what there was instead and why, TypeError unless one of the three is asked for, and ValueError
        for a timeout that is no finite number.
        """
        kinds = [kind for kind in ("callbacks", "requests", "inbox") if kind in wanted]
        if len(kinds) != 1:
            raise TypeError("one thing can be awaited at a time: callbacks=…, requests=… or inbox=…")
        [kind] = kinds
        count = wanted.pop(kind)
        found = self._waiting.wait(kind, count, timeout, wanted)
        return Kept(found[kind], found["dropped"])

    # -- Expectations --

    def assert_called(
        self, action: str, times: int | None = None, *, code: str | None = None, **parameters: object
    ) -> list[Request]:
        """Expect that *action* was called, so many *times* or at least once, and return those calls.

        *parameters* go by their names on the wire; ``*`` in text stands for anything, None for a parameter
        that is not sent, and objects are compared by meaning: ``StreamInput={"Url": "rtmp://*"}``. *code* is
        that of a refusal, or OK. Raises CallsDiffer, which explains a miss by the nearest calls; or
        Unverifiable if the journal has forgotten what might make the difference.

        Raises ValueError for an action that there is not, or a parameter that it has not. ``*`` in *action*
        stands for anything, too, and then nothing is known of the names: ``"SubmitLiveSnapshotJob*"``.
        """
        names.check_action(action)
        names.check_parameters(action, parameters)
        expected = calls.Expected(action, code, parameters)
        return calls.verified(self.requests.all(), expected, times)

    def assert_not_called(self, action: str, *, code: str | None = None, **parameters: object) -> None:
        """Expect that *action* was never called, or never so; see `assert_called`."""
        self.assert_called(action, 0, code=code, **parameters)

    def assert_no_unread_parameters(self, action: str | None = None) -> None:
        """Expect that no call, or none of *action*, had parameters that nothing read; raises CallsDiffer.

        *action* is written as for `assert_called`; raises Unverifiable if calls are forgotten.
        """
        if action is not None:
            names.check_action(action)
        calls.verify_all_read(self.requests.all(), action or "*")

    def assert_callbacks(
        self,
        job_id: str | None = None,
        *,
        delivered: int | None = None,
        lost: int | None = None,
        waiting: int | None = None,
    ) -> Kept[Callback]:
        """Expect so many callbacks in each state that is given, of a job or of all, and return them all.

        Raises CallbacksDiffer, or Unverifiable if some were forgotten that might make the difference.
        """
        wanted = {"delivered": delivered, "lost": lost, "waiting": waiting}
        given = {state: count for state, count in wanted.items() if count is not None}
        return tallies.verified_callbacks(self.callbacks.all(job_id=job_id), given, job_id)

    def assert_faults_fired(self, *fault_ids: str) -> list[Fault]:
        """Expect that each of these faults has struck, or each one that is armed; raises FaultsDiffer."""
        faults = [self.faults.find(fault_id) for fault_id in fault_ids] if fault_ids else self.faults.all()
        return tallies.verified_faults(faults)

    def assert_consistent(
        self,
        job_id: str,
        *,
        faults_excuse: bool = True,
        deletions_excuse: bool = True,
        pictures: int = 100,
        frames: int | None = None,
    ) -> Consistency:
        """Expect that frames, file list, objects and callbacks of a job fit each other.

        Nothing fits nothing: a job that has captured no frame is consistent, unless it is to have exactly so
        many *frames*. Gaps, duplicates and strangers are named in Inconsistent, unless faults of this world
        (*faults_excuse*) or deletions through the API (*deletions_excuse*) explain them; a picture that a
        fault struck is always named, read or not. So many *pictures* are read, at equal distances from the
        first to the last. Raises Unverifiable if callbacks are missing and the world has forgotten some.
        """
        evidence = gathered(self.jobs, self.objects, self.callbacks, job_id, pictures=pictures)
        return consistency.verified(
            evidence, frames=frames, faults_excuse=faults_excuse, deletions_excuse=deletions_excuse
        )
