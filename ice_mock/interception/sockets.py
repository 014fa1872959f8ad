"""The net below: no connection to a host of Alibaba Cloud is made unnoticed, whoever makes it.

Names are noticed where they are looked up, and addresses where they are connected to.
"""

import socket
from collections.abc import Callable
from functools import wraps
from typing import Any

from ice_mock.interception.patches import Patches
from ice_mock.interception.ways import current

_LOOKUPS = ("getaddrinfo", "gethostbyname", "gethostbyname_ex")
_CONNECTS = ("connect", "connect_ex")


def patch(patches: Patches) -> None:
    for name in _LOOKUPS:
        patches.replace(socket, name, _looking_up)
    for name in _CONNECTS:
        patches.replace(socket.socket, name, _connecting)


def _looking_up(look_up: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(look_up)
    def look_up_unless_refused(host: Any, *others: Any, **more: Any) -> Any:
        _check(host)
        return look_up(host, *others, **more)

    return look_up_unless_refused


def _connecting(connect: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(connect)
    def connect_unless_refused(self: socket.socket, address: Any) -> Any:
        if isinstance(address, tuple) and address:
            _check(address[0])
        return connect(self, address)

    return connect_unless_refused


def _check(host: Any) -> None:
    name = host.decode("ascii", "replace") if isinstance(host, bytes) else host
    if (diversion := current()) and isinstance(name, str):
        diversion.check(name)
