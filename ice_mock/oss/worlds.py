"""What object storage has to know of the worlds that exist."""

from typing import Protocol

from ice_mock.domain.model import AccessKey
from ice_mock.engine import Engine


class OssWorlds(Protocol):
    """The worlds, found by access key."""

    def engine_of(self, access_key_id: str | None) -> Engine:
        """The world of a key; the default world for a key that is not registered, or for none."""
        ...

    def access_key(self, access_key_id: str) -> AccessKey | None:
        """The key, if it is registered in any world."""
        ...
