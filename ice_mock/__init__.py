"""ice_mock: an emulator of the live snapshots of Alibaba Cloud ICE, for integration tests."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from ice_mock.version import __version__

if TYPE_CHECKING:
    from ice_mock.client import AsyncClient, Client
    from ice_mock.interception import intercept
    from ice_mock.render import read_frame

__all__ = ["AsyncClient", "Client", "__version__", "intercept", "read_frame"]

_HOMES = {
    "AsyncClient": "ice_mock.client",
    "Client": "ice_mock.client",
    "intercept": "ice_mock.interception",
    "read_frame": "ice_mock.render",
}


def __getattr__(name: str) -> Any:
    # Not imported before it is used: a test run that merely has ice_mock installed does not pay for it.
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
