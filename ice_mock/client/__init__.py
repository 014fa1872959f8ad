"""A handle on a world of a running server: the control API as Python, with the standard library alone.

What the server answers is returned as it came, as dictionaries. No proxy is ever asked for the way.
"""

from typing import TYPE_CHECKING, Any

from ice_mock.client.client import DEFAULT_KEY, DEFAULT_WORLD, Client
from ice_mock.client.consistency import Consistency
from ice_mock.client.errors import (
    CallbacksDiffer,
    CallsDiffer,
    ControlRefused,
    FaultsDiffer,
    Inconsistent,
    NotSeen,
    ScenarioRefused,
    ServerUnreachable,
    Unexpected,
    Unverifiable,
)
from ice_mock.client.pictures import Picture, PictureBroken
from ice_mock.client.transport import DEFAULT_URL, HttpTransport, Transport

if TYPE_CHECKING:
    from ice_mock.client.asynchronous import AsyncClient

__all__ = [
    "DEFAULT_KEY",
    "DEFAULT_URL",
    "DEFAULT_WORLD",
    "AsyncClient",
    "CallbacksDiffer",
    "CallsDiffer",
    "Client",
    "Consistency",
    "ControlRefused",
    "FaultsDiffer",
    "HttpTransport",
    "Inconsistent",
    "NotSeen",
    "Picture",
    "PictureBroken",
    "ScenarioRefused",
    "ServerUnreachable",
    "Transport",
    "Unexpected",
    "Unverifiable",
]


def __getattr__(name: str) -> Any:
    # Not imported before it is used: most handles are no asynchronous ones, and asyncio takes its time.
    if name == "AsyncClient":
        from ice_mock.client.asynchronous import AsyncClient

        return AsyncClient
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
