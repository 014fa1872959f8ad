"""The server that a command talks to, and what it says when that goes wrong."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from ice_mock.cli.arguments import Namespace
from ice_mock.cli.failures import Exit, Failure
from ice_mock.cli.text import shown
from ice_mock.client import DEFAULT_URL, DEFAULT_WORLD, Client, ControlRefused, ServerUnreachable
from ice_mock.client.server import TIMEOUT
from ice_mock.settings import variable

_BROKEN = 500


def client_of(arguments: Namespace, timeout: timedelta = TIMEOUT) -> Client:
    """The handle on the server and world that are meant."""
    given = getattr(arguments, "url", None)
    source = "--url" if given else "ICE_MOCK_URL"
    try:
        return Client(
            given or variable("URL") or DEFAULT_URL,
            getattr(arguments, "world", DEFAULT_WORLD),
            timeout=timeout,
        )
    except ValueError as error:
        raise Failure(Exit.WRONG, f"{source}: {shown(str(error))}") from error


@contextmanager
def world_of(arguments: Namespace, timeout: timedelta = TIMEOUT) -> Iterator[Client]:
    """Use the world that is meant; a call that fails ends the command."""
    try:
        yield client_of(arguments, timeout)
    except ServerUnreachable as error:
        advice = "start one with ice-mock serve, or give its address with --url"
        raise Failure(Exit.UNREACHABLE, f"{shown(str(error))}; {advice}") from error
    except ControlRefused as error:
        status = Exit.FAILED if error.status >= _BROKEN else Exit.WRONG
        raise Failure(status, shown(error.message)) from error
