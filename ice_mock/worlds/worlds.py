"""The worlds of a server, and which call belongs to which."""

from dataclasses import dataclass, replace
from datetime import datetime

from ice_mock.clock import RealTime
from ice_mock.domain.model import AccessKey, Account
from ice_mock.domain.timepiece import Timepiece
from ice_mock.engine import Engine
from ice_mock.errors import Conflict, NotFound
from ice_mock.identifiers import new_access_key
from ice_mock.store import Stores
from ice_mock.threads import ReentrantLock

DEFAULT = "default"
DEFAULT_KEY = AccessKey("LTAI-icemock", "icemock")


@dataclass(frozen=True, slots=True)
class WorldSpec:
    """How a world begins.

    *clock* is ``real``, ``frozen`` or ``xN``, *signatures* are ``off``, ``known`` or ``required``;
    without *start* the clock starts where its mode does.
    """

    key: AccessKey = DEFAULT_KEY
    clock: str = "real"
    start: datetime | None = None
    signatures: str = "known"
    seed: int = 0
    user_id: int = 1234567890123456


@dataclass(frozen=True, slots=True)
class World:
    """A world, and how it began."""

    id: str
    spec: WorldSpec
    engine: Engine


class Worlds:
    """Every world of a server. The default world takes whatever belongs to no other."""

    def __init__(self, stores: Stores, real_time: RealTime, spec: WorldSpec) -> None:
        self._stores = stores
        self._real_time = real_time
        self._lock = ReentrantLock()
        self._spec = spec
        self._worlds: dict[str, World] = {}
        self._world_of_key: dict[str, World] = {}
        self._begin(DEFAULT, spec)

    def create(
        self,
        *,
        access_key_id: str | None = None,
        access_key_secret: str | None = None,
        security_token: str | None = None,
        clock: str | None = None,
        signatures: str | None = None,
    ) -> World:
        """Begin a world of its own key, otherwise like the default one.

        What is not given is made up (the key) or taken from the server (the rest). Raises
        Conflict for a key that is taken, and ValueError for a clock that does not exist.
        """
        made_up_id, made_up_secret = new_access_key()
        key = AccessKey(
            access_key_id or made_up_id,
            access_key_secret or made_up_secret,
            security_token=security_token,
        )
        spec = replace(
            self._spec,
            key=key,
            clock=clock or self._spec.clock,
            start=None if clock else self._spec.start,
            signatures=signatures or self._spec.signatures,
        )
        with self._lock:
            if key.id in self._world_of_key or key.id in self._worlds:
                raise Conflict(f"the access key {key.id} belongs to a world already")
            return self._begin(key.id, spec)

    def find(self, world_id: str) -> World:
        """Return the world; raises NotFound."""
        world = self._worlds.get(world_id)
        if world is None:
            raise NotFound(f"there is no world {world_id!r}; GET /_ice_mock/worlds lists those there are")
        world.engine.timeline.settle()
        return world

    def all(self) -> list[World]:
        with self._lock:
            return list(self._worlds.values())

    def reset(self, world_id: str) -> World:
        """Begin a world anew, the way it began before; raises NotFound."""
        with self._lock:
            spec = self.find(world_id).spec
            self._end(world_id)
            return self._begin(world_id, spec)

    def delete(self, world_id: str) -> None:
        """End a world; raises NotFound, or Conflict for the default one."""
        with self._lock:
            self.find(world_id)
            if world_id == DEFAULT:
                raise Conflict("the default world cannot be deleted; reset it instead")
            self._end(world_id)

    def engine_of(self, access_key_id: str | None) -> Engine:
        """The world that a call with this key belongs to."""
        world = self._world_of_key.get(access_key_id or "") or self._worlds[DEFAULT]
        world.engine.timeline.settle()
        return world.engine

    def access_key(self, access_key_id: str) -> AccessKey | None:
        """The key if any world has it."""
        world = self._world_of_key.get(access_key_id)
        return world.engine.store.get(AccessKey, access_key_id) if world else None

    def _begin(self, world_id: str, spec: WorldSpec) -> World:
        timepiece = Timepiece.starting(spec.clock, self._real_time(), spec.start)
        account = Account(spec.user_id, spec.seed, spec.signatures)
        engine = Engine.create(self._stores.open(world_id), self._real_time, account, timepiece)
        engine.store.put(spec.key)
        world = World(world_id, spec, engine)
        self._worlds[world_id] = self._world_of_key[spec.key.id] = world
        return world

    def _end(self, world_id: str) -> None:
        world = self._worlds.pop(world_id)
        self._world_of_key.pop(world.spec.key.id, None)
        self._stores.drop(world_id)
