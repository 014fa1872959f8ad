"""Bringing calls of the official SDKs, addressed to the real service, to a world of the emulator."""

from ice_mock.interception.destinations import Destination, InProcess, Remote
from ice_mock.interception.diversion import divert
from ice_mock.interception.errors import HostRefused
from ice_mock.interception.standalone import Interception, intercept
from ice_mock.interception.transport import WsgiTransport
from ice_mock.interception.ways import Diversion

__all__ = [
    "Destination",
    "Diversion",
    "HostRefused",
    "InProcess",
    "Interception",
    "Remote",
    "WsgiTransport",
    "divert",
    "intercept",
]
