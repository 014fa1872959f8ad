"""Calls that are made with aiohttp."""

from collections.abc import Callable
from functools import wraps
from types import ModuleType
from typing import Any

from ice_mock.interception.patches import Patches
from ice_mock.interception.ways import HEADER, current


def patch(patches: Patches, module: ModuleType) -> None:
    """Patch how connections are got, of which some may be waiting in a pool."""

    def connecting(connect: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(connect)
        async def connect_or_divert(self: Any, req: Any, *others: Any, **more: Any) -> Any:
            diversion = current()
            destination = diversion.way(req.url.host or "", req.url.raw_path_qs) if diversion else None
            if destination is None:
                return await connect(self, req, *others, **more)
            req.headers[HEADER] = destination.world
            # Otherwise it would be written for a proxy, with the whole address in its first line.
            req.proxy = None
            protocol: Any = await destination.connect(self._factory)
            # It must not be found in a pool later, when nothing is diverted any more.
            protocol.force_close()
            self._acquired.add(protocol)
            return module.Connection(self, req.connection_key, protocol, self._loop)

        return connect_or_divert

    patches.replace(module.BaseConnector, "connect", connecting)
