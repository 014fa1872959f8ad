"""What object storage has to know of the worlds that exist."""

from typing import Protocol

from ice_mock.domain.model import AccessKey
from ice_mock.engine import Engine


class OssWorlds(Protocol):
    """The worlds, found by access key."""

    def engine_of(self, access_key_id: str | None, world_id: str | None = None) -> Engine:
        """The world that is named, or that of a key; the default one for an unregistered key, or none."""
        ...

    def stray(self, access_key_id: str | None, world_id: str | None = None) -> str | None:
        """Say why a request cannot reach the world that it is meant for; None if it can."""
        ...

    def access_key(self, access_key_id: str) -> AccessKey | None:
        """The key, if it is registered in any world."""
        ...
