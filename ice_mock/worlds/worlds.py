"""The worlds of a server, and which call belongs to which."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta

from ice_mock import limits
from ice_mock.clock import RealTime, stopwatch
from ice_mock.domain.model import AccessKey
from ice_mock.domain.scenario import Scenario
from ice_mock.durations import written
from ice_mock.engine import Engine
from ice_mock.engine.allowance import LimitReached
from ice_mock.errors import Conflict, NotFound, Unprocessable
from ice_mock.identifiers import new_access_key
from ice_mock.store import Stores
from ice_mock.threads import ReentrantLock
from ice_mock.worlds.beginning import begin
from ice_mock.worlds.ended import Ended

DEFAULT = "default"
SIGNATURES = ("off", "known", "required")
log = logging.getLogger(__name__)


@dataclass(slots=True)
class LastUse:
    """When something was last used: how much real time had passed until then."""

    at: timedelta


@dataclass(frozen=True, slots=True)
class World:
    """A world, the scenario that it began with, and a *label* that says what it is for."""

    id: str
    scenario: Scenario
    engine: Engine
    label: str | None = None
    last_use: LastUse = field(default_factory=lambda: LastUse(timedelta()), compare=False, repr=False)

    @property
    def key(self) -> AccessKey | None:
        """The key that calls to this world are signed with by default: its first, as it is now."""
        keys = self.scenario.account.access_keys
        return self.engine.store.get(AccessKey, keys[0].id) if keys else None


class Worlds:
    """Every world of a server. The default world takes whatever belongs to no other.

    There are *most* beside it at a time. Who wants one more gets the place of the one that was idle longest,
    if it was for *idle*; calls and requests to the control API are a use. *elapsed* measures real time.
    *unsent* tells the ids of the callbacks of a world that somebody has taken to send, and has not yet sent.
    """

    def __init__(
        self,
        stores: Stores,
        real_time: RealTime,
        scenario: Scenario,
        *,
        most: int = limits.WORLDS,
        idle: timedelta = limits.IDLE,
        elapsed: Callable[[], timedelta] | None = None,
        unsent: Callable[[Engine], set[str]] = lambda _: set(),
    ) -> None:
        self._stores = stores
        self._real_time = real_time
        self.most = most
        self._idle = idle
        self._elapsed = elapsed or stopwatch()
        self._unsent = unsent
        self._lock = ReentrantLock()
        self._worlds: dict[str, World] = {}
        self._world_of_key: dict[str, World] = {}
        self._ids_of_secret: dict[str, set[str]] = {}
        self.ended = Ended()
        self._begin(DEFAULT, scenario)

    def create(
        self,
        *,
        access_key_id: str | None = None,
        access_key_secret: str | None = None,
        security_token: str | None = None,
        clock: str | None = None,
        default_clock: str | None = None,
        signatures: str | None = None,
        scenario: Scenario | None = None,
        label: str | None = None,
    ) -> World:
        """Begin a world of its own key; the *label*, such as a test's name, tells what it is for.

        It begins with the *scenario*, or else with the default world's, without the access keys of
        either. What else is not given is made up (the key) or the scenario's (the rest); where that
        states no clock, it is the *default_clock*, or the server's. Raises Conflict for a key that is
        taken, LimitReached if there are too many worlds, all of them in use, and ValueError for a clock or
        *signatures* that do not exist.
        """
        if signatures not in (None, *SIGNATURES):
            raise ValueError(f"signatures cannot be {signatures!r}: expected off, known or required")
        made_up_id, made_up_secret = new_access_key()
        key = AccessKey(
            access_key_id or made_up_id,
            access_key_secret or made_up_secret,
            security_token=security_token,
        )
        servers = self._worlds[DEFAULT].scenario
        base = _completed(scenario or servers, servers, default_clock)
        own = replace(
            base,
            account=replace(base.account, access_keys=(key,)),
            clock=clock or base.clock,
            start=base.start if clock in (None, base.clock) else None,
            signatures=signatures or base.signatures,
        )
        with self._lock:
            if key.id in self._worlds:
                raise Conflict(f"the access key {key.id} belongs to a world already")
            self._refuse_taken_keys(key.id, own)
            gives_way = self._to_make_room()
            begun = self._begin(key.id, own, label)
            self.ended.forget(key.id)
            if gives_way:
                self._drop(gives_way)
            return begun

    def replace(self, world_id: str, scenario: Scenario) -> World:
        """Begin a world anew with another scenario; it keeps its own key, and what the scenario leaves open.

        Raises NotFound, or Conflict if a key of the scenario belongs to another world: then
        nothing has changed.
        """
        with self._lock:
            old = self.find(world_id)
            # A world that was made for a test keeps the key by which the test calls it.
            keys = (scenario if world_id == DEFAULT else old.scenario).account.access_keys
            # Only a document leaves things open; a scenario made by a program is meant as it is.
            fresh = _completed(scenario, old.scenario) if scenario.text else scenario
            fresh = replace(fresh, account=replace(fresh.account, access_keys=keys))
            self._refuse_taken_keys(world_id, fresh)
            return self._begin(world_id, fresh, old.label)

    def find(self, world_id: str, *, is_wanted: bool = True) -> World:
        """Return the world, caught up with its time; raises NotFound, which names one that has ended.

        That counts as a request that came too late for it, unless nothing *is_wanted* of the world.
        """
        world = self._worlds.get(world_id)
        if world is None:
            if late := (self.ended.visit if is_wanted else self.ended.find)(world_id):
                raise NotFound(late.sentence)
            raise NotFound(f"there is no world {world_id!r}; GET /_ice_mock/worlds lists those there are")
        world.last_use.at = self._elapsed()
        world.engine.timeline.settle()
        return world

    def all(self) -> list[World]:
        with self._lock:
            return list(self._worlds.values())

    def reset(self, world_id: str) -> World:
        """Begin a world anew, the way it began before; raises NotFound."""
        with self._lock:
            old = self.find(world_id)
            return self._begin(world_id, old.scenario, old.label)

    def delete(self, world_id: str) -> None:
        """End a world; raises NotFound, or Conflict for the default one."""
        with self._lock:
            self.find(world_id, is_wanted=False)
            if world_id == DEFAULT:
                raise Conflict("the default world cannot be deleted; reset it instead")
            self._end(self._worlds[world_id])

    def _end(self, world: World, why: str = "") -> None:
        del self._worlds[world.id]
        self._forget(world)
        keys = [key.id for key in world.scenario.account.access_keys]
        self.ended.remember(
            world.id, world.label, keys, why, unsent_callbacks=len(self._unsent_callbacks(world.engine))
        )
        self._stores.drop(world.id)

    def _unsent_callbacks(self, engine: Engine) -> set[str]:
        """The callbacks that would have gone out if the world had not ended.

        What is due later where time stands still is not among them: it was up to somebody to move it.
        """
        under_way = self._unsent(engine)
        if engine.time.timepiece.is_frozen:
            return under_way
        return under_way | {due.callback.id for due in engine.announcements.waiting()}

    def _to_make_room(self) -> World | None:
        """The world that has to end for one more to begin, None if there is room; raises LimitReached."""
        if len(self._worlds) <= self.most:
            return None
        latest = self._elapsed() - self._idle
        idle = (world for world in self.all() if world.id != DEFAULT and world.last_use.at <= latest)
        for world in sorted(idle, key=lambda world: world.last_use.at):
            if not _is_advancing(world.engine):
                return world
        raise LimitReached(
            f"there are {self.most:,} worlds beside the default one, as many as there may be (--max-worlds), "
            f"and none was idle for {written(self._idle)}: delete those that are done with",
            bound="worlds",
            most=self.most,
        )

    def _drop(self, world: World) -> None:
        idle = written(timedelta(seconds=(self._elapsed() - world.last_use.at) // timedelta(seconds=1)))
        log.warning(
            "the world %s is dropped to make room for another one: nobody used it for %s, and there are %d",
            *(f"{world.id} of {world.label}" if world.label else world.id, idle, self.most),
        )
        self._end(
            world,
            f"dropped to make room for another one: nobody had used it for {idle}, and there were "
            f"{self.most:,} worlds, as many as there may be (--max-worlds)",
        )

    def engine_of(self, access_key_id: str | None, world_id: str | None = None) -> Engine:
        """The world that a call with this key belongs to, caught up with its time.

        A call that says which world it is meant for, by *world_id*, reaches that one with any key.
        """
        named = self._worlds.get(world_id) if world_id else self._world_of_key.get(access_key_id or "")
        world = named or self._worlds[DEFAULT]
        world.last_use.at = self._elapsed()
        world.engine.timeline.settle()
        return world.engine

    def stray(self, access_key_id: str | None, world_id: str | None = None) -> str | None:
        """Say why a call cannot reach the world that it is meant for, and count it; None if it can."""
        if world_id in self._worlds or (world_id is None and (access_key_id or "") in self._world_of_key):
            return None
        late = self.ended.visit(world_id) if world_id else self.ended.visit_by_key(access_key_id or "")
        if late:
            return late.sentence
        return f"there is no world {world_id!r}" if world_id else None

    def access_key(self, access_key_id: str) -> AccessKey | None:
        """The key if any world has it."""
        world = self._world_of_key.get(access_key_id)
        return world.engine.store.get(AccessKey, access_key_id) if world else None

    def key_with_secret(self, secret: str) -> AccessKey | None:
        """The key if any world has one with this secret."""
        key_id = min(self._ids_of_secret.get(secret, ()), default=None)
        return self.access_key(key_id) if key_id else None

    def _refuse_taken_keys(self, world_id: str, scenario: Scenario) -> None:
        for key in scenario.account.access_keys:
            owner = self._world_of_key.get(key.id)
            if owner and owner.id != world_id:
                raise Conflict(f"the access key {key.id} belongs to a world already: {owner.id}")

    def _begin(self, world_id: str, scenario: Scenario, label: str | None = None) -> World:
        """Begin a world, in place of the one of this id if there is one.

        Calls find the old world until the new one is there, and for good if it fails to begin: raises
        Unprocessable for a scenario with more in it than a world may have.
        """
        self._stores.drop(world_id)
        own_id = None if world_id == DEFAULT else world_id
        try:
            engine = begin(scenario, self._stores.open(world_id), self._real_time, own_id)
        except LimitReached as refusal:
            self._stores.drop(world_id)
            raise Unprocessable(f"the scenario is too large: {refusal}", path="") from refusal
        world = World(world_id, scenario, engine, label, LastUse(self._elapsed()))
        old = self._worlds.get(world_id)
        self._worlds[world_id] = world
        self._world_of_key |= {key.id: world for key in scenario.account.access_keys}
        for key in scenario.account.access_keys:
            self._ids_of_secret.setdefault(key.secret, set()).add(key.id)
        if old:
            self._forget(old)
        return world

    def _forget(self, world: World) -> None:
        world.engine.end()
        for key in world.scenario.account.access_keys:
            if self._world_of_key.get(key.id) is world:
                del self._world_of_key[key.id]
            self._forget_secret(key)

    def _forget_secret(self, key: AccessKey) -> None:
        now = self.access_key(key.id)
        if now is None or now.secret != key.secret:
            ids = self._ids_of_secret[key.secret]
            ids.discard(key.id)
            if not ids:
                del self._ids_of_secret[key.secret]


def _is_advancing(engine: Engine) -> bool:
    """Whether somebody waits for its clock to be moved, which may take long."""
    with engine.store.alone("advance") as alone:
        return not alone


def _completed(scenario: Scenario, servers: Scenario, default_clock: str | None = None) -> Scenario:
    """What *scenario* leaves open is as the server has it; its clock, if there is one, the default."""
    clock = scenario.clock if "clock" in scenario.given else default_clock or servers.clock
    signatures = scenario.signatures if "signatures" in scenario.given else servers.signatures
    return replace(scenario, clock=clock, signatures=signatures)
