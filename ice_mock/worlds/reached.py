"""Which world a request reached: found while it is answered, and wanted by who reports on it afterwards."""

from contextvars import ContextVar
from weakref import WeakKeyDictionary

from ice_mock.domain.model import AccessKey
from ice_mock.engine import Engine
from ice_mock.worlds.worlds import Worlds

_reached: ContextVar[Engine | None] = ContextVar("reached", default=None)
"""The world that was found last in this thread."""


class Reached:
    """Finds worlds for the planes as `Worlds` does, and remembers in each thread which one was the last."""

    def __init__(self, worlds: Worlds) -> None:
        self._worlds = worlds
        self._ids: WeakKeyDictionary[Engine, str] = WeakKeyDictionary()

    def engine_of(self, access_key_id: str | None, world_id: str | None = None) -> Engine:
        engine = self._worlds.engine_of(access_key_id, world_id)
        _reached.set(engine)
        return engine

    def stray(self, access_key_id: str | None, world_id: str | None = None) -> str | None:
        return self._worlds.stray(access_key_id, world_id)

    def access_key(self, access_key_id: str) -> AccessKey | None:
        return self._worlds.access_key(access_key_id)

    def key_with_secret(self, secret: str) -> AccessKey | None:
        return self._worlds.key_with_secret(secret)

    def forget(self) -> None:
        """Be done with the request of this thread; else a world that ends would stay in memory."""
        _reached.set(None)

    @property
    def engine(self) -> Engine | None:
        """The world that the request of this thread reached; None if it has looked for none."""
        return _reached.get()

    def id_of(self, engine: Engine | None) -> str | None:
        """The id of a world; None for one that had ended before anybody asked."""
        if engine is None:
            return None
        # An engine never moves to another world, and a world that begins anew has another engine.
        if engine not in self._ids:
            found = (world.id for world in self._worlds.all() if world.engine is engine)
            if (id := next(found, None)) is None:
                return None
            self._ids[engine] = id
        return self._ids[engine]
