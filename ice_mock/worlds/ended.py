"""The worlds that there were, for what comes too late for them."""

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, replace

from ice_mock.threads import Lock

ENDED_LIMIT = 10_000
"""How many ended worlds are remembered; what comes later still for an older one is a stranger's."""


@dataclass(frozen=True, slots=True)
class EndedWorld:
    """A world that is no more, what it was for, and how many requests came for it since.

    *unsent_callbacks* is how many were to be sent, or tried again, without anybody's doing when it ended.
    *why* says it, if nobody deleted it: in words that follow "has ended".
    """

    id: str
    label: str | None
    keys: tuple[str, ...]
    late_calls: int = 0
    why: str = ""
    unsent_callbacks: int = 0

    @property
    def left_something(self) -> bool:
        """Whether something came too late for it, or it ended too early for something."""
        return bool(self.late_calls or self.unsent_callbacks)

    def __str__(self) -> str:
        return f"the world {self.id} of {self.label}" if self.label else f"the world {self.id}"

    @property
    def sentence(self) -> str:
        """That it has ended, and why if nobody asked for that."""
        return f"{self} has ended{f', {self.why}' if self.why else ''}"


class Ended:
    """Remembers the newest of the worlds that have ended."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._worlds: OrderedDict[str, EndedWorld] = OrderedDict()
        self._world_of_key: dict[str, str] = {}

    def remember(
        self, id: str, label: str | None, keys: Iterable[str], why: str = "", *, unsent_callbacks: int = 0
    ) -> None:
        with self._lock:
            self._drop(id)
            self._worlds[id] = world = EndedWorld(
                id, label, tuple(keys), why=why, unsent_callbacks=unsent_callbacks
            )
            self._world_of_key |= dict.fromkeys(world.keys, id)
            while len(self._worlds) > ENDED_LIMIT:
                self._drop(next(iter(self._worlds)))

    def forget(self, id: str) -> None:
        """Let a world of this id begin anew."""
        with self._lock:
            self._drop(id)

    def visit(self, id: str) -> EndedWorld | None:
        """Count a request that came for a world, and return the world if it is one that has ended."""
        with self._lock:
            return self._visited(id)

    def visit_by_key(self, access_key_id: str) -> EndedWorld | None:
        """As `visit`, for the world that an access key belonged to."""
        with self._lock:
            return self._visited(self._world_of_key.get(access_key_id, ""))

    def find(self, id: str) -> EndedWorld | None:
        """The world of this id if it is one that has ended; nobody came for it."""
        with self._lock:
            return self._worlds.get(id)

    def all(self) -> list[EndedWorld]:
        with self._lock:
            return list(self._worlds.values())

    def _visited(self, id: str) -> EndedWorld | None:
        world = self._worlds.get(id)
        if world:
            self._worlds[id] = replace(world, late_calls=world.late_calls + 1)
        return world

    def _drop(self, id: str) -> None:
        world = self._worlds.pop(id, None)
        for key in world.keys if world else ():
            if self._world_of_key.get(key) == id:
                del self._world_of_key[key]
