"""A handle on a world of a running server: the control API as Python, with the standard library alone.

What the server answers is returned as it came, as dictionaries. No proxy is ever asked for the way.
"""

from ice_mock.client.client import DEFAULT_KEY, DEFAULT_WORLD, Client
from ice_mock.client.errors import ControlRefused, ServerUnreachable
from ice_mock.client.server import DEFAULT_URL

__all__ = ["DEFAULT_KEY", "DEFAULT_URL", "DEFAULT_WORLD", "Client", "ControlRefused", "ServerUnreachable"]
