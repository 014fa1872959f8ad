"""Serves the emulator over HTTP: in the foreground until a signal, or in a thread while a test lasts."""

from ice_mock.server.foreground import serve
from ice_mock.server.server import GRACE, KEEP_ALIVE, RESERVED_DESCRIPTORS, Server, running

__all__ = ["GRACE", "KEEP_ALIVE", "RESERVED_DESCRIPTORS", "Server", "running", "serve"]
