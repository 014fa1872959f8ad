"""The worlds of a server, and which call belongs to which."""

from dataclasses import dataclass, replace

from ice_mock.clock import RealTime
from ice_mock.domain.model import AccessKey
from ice_mock.domain.scenario import Scenario
from ice_mock.engine import Engine
from ice_mock.errors import Conflict, NotFound
from ice_mock.identifiers import new_access_key
from ice_mock.store import Stores
from ice_mock.threads import ReentrantLock
from ice_mock.worlds.beginning import begin
from ice_mock.worlds.ended import Ended

DEFAULT = "default"


@dataclass(frozen=True, slots=True)
class World:
    """A world, the scenario that it began with, and a *label* that says what it is for."""

    id: str
    scenario: Scenario
    engine: Engine
    label: str | None = None

    @property
    def key(self) -> AccessKey | None:
        """The key that calls to this world are signed with by default: its first, as it is now."""
        keys = self.scenario.account.access_keys
        return self.engine.store.get(AccessKey, keys[0].id) if keys else None


class Worlds:
    """Every world of a server. The default world takes whatever belongs to no other."""

    def __init__(self, stores: Stores, real_time: RealTime, scenario: Scenario) -> None:
        self._stores = stores
        self._real_time = real_time
        self._lock = ReentrantLock()
        self._worlds: dict[str, World] = {}
        self._world_of_key: dict[str, World] = {}
        self.ended = Ended()
        self._begin(DEFAULT, scenario)

    def create(
        self,
        *,
        access_key_id: str | None = None,
        access_key_secret: str | None = None,
        security_token: str | None = None,
        clock: str | None = None,
        signatures: str | None = None,
        scenario: Scenario | None = None,
        label: str | None = None,
    ) -> World:
        """Begin a world of its own key; the *label*, such as a test's name, tells what it is for.

        It begins with the *scenario*, or else with the default world's, without the access keys of
        either. What else is not given is made up (the key) or the scenario's (the rest). Raises
        Conflict for a key that is taken, and ValueError for a clock that does not exist.
        """
        made_up_id, made_up_secret = new_access_key()
        key = AccessKey(
            access_key_id or made_up_id,
            access_key_secret or made_up_secret,
            security_token=security_token,
        )
        servers = self._worlds[DEFAULT].scenario
        base = _completed(scenario, servers) if scenario else servers
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
            self.ended.forget(key.id)
            return self._begin(key.id, own, label)

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

    def find(self, world_id: str) -> World:
        """Return the world, caught up with its time; raises NotFound, which names one that has ended."""
        world = self._worlds.get(world_id)
        if world is None:
            if late := self.ended.visit(world_id):
                raise NotFound(f"{late} has ended")
            raise NotFound(f"there is no world {world_id!r}; GET /_ice_mock/worlds lists those there are")
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
            self.find(world_id)
            if world_id == DEFAULT:
                raise Conflict("the default world cannot be deleted; reset it instead")
            world = self._worlds.pop(world_id)
            self._forget(world)
            keys = [key.id for key in world.scenario.account.access_keys]
            self.ended.remember(world_id, world.label, keys)
            self._stores.drop(world_id)

    def engine_of(self, access_key_id: str | None, world_id: str | None = None) -> Engine:
        """The world that a call with this key belongs to, caught up with its time.

        A call that says which world it is meant for, by *world_id*, reaches that one with any key.
        """
        named = self._worlds.get(world_id) if world_id else self._world_of_key.get(access_key_id or "")
        world = named or self._worlds[DEFAULT]
        world.engine.timeline.settle()
        return world.engine

    def stray(self, access_key_id: str | None, world_id: str | None = None) -> str | None:
        """Say why a call cannot reach the world that it is meant for, and count it; None if it can."""
        if world_id in self._worlds or (world_id is None and (access_key_id or "") in self._world_of_key):
            return None
        late = self.ended.visit(world_id) if world_id else self.ended.visit_by_key(access_key_id or "")
        if late:
            return f"{late} has ended"
        return f"there is no world {world_id!r}" if world_id else None

    def access_key(self, access_key_id: str) -> AccessKey | None:
        """The key if any world has it."""
        world = self._world_of_key.get(access_key_id)
        return world.engine.store.get(AccessKey, access_key_id) if world else None

    def _refuse_taken_keys(self, world_id: str, scenario: Scenario) -> None:
        for key in scenario.account.access_keys:
            owner = self._world_of_key.get(key.id)
            if owner and owner.id != world_id:
                raise Conflict(f"the access key {key.id} belongs to a world already: {owner.id}")

    def _begin(self, world_id: str, scenario: Scenario, label: str | None = None) -> World:
        """Begin a world, in place of the one of this id if there is one.

        Calls find the old world until the new one is there, and for good if it fails to begin.
        """
        self._stores.drop(world_id)
        engine = begin(scenario, self._stores.open(world_id), self._real_time)
        world = World(world_id, scenario, engine, label)
        old = self._worlds.get(world_id)
        self._worlds[world_id] = world
        self._world_of_key |= {key.id: world for key in scenario.account.access_keys}
        if old:
            self._forget(old)
        return world

    def _forget(self, world: World) -> None:
        world.engine.has_ended = True
        for key in world.scenario.account.access_keys:
            if self._world_of_key.get(key.id) is world:
                del self._world_of_key[key.id]


def _completed(scenario: Scenario, servers: Scenario) -> Scenario:
    """What *scenario* leaves open is as the server has it."""
    clock = scenario.clock if "clock" in scenario.given else servers.clock
    signatures = scenario.signatures if "signatures" in scenario.given else servers.signatures
    return replace(scenario, clock=clock, signatures=signatures)
