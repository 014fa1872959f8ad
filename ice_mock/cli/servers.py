"""The server that a command talks to, and what it says when that goes wrong."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from ice_mock.cli.arguments import Namespace
from ice_mock.cli.failures import Exit, Failure
from ice_mock.client import DEFAULT_WORLD, Client, ControlRefused, ServerUnreachable
from ice_mock.client.server import TIMEOUT
from ice_mock.settings import DEFAULT_PORT, token, variable
from ice_mock.words import shown

_BROKEN = 500
_EVERY_ADDRESS = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104


def client_of(arguments: Namespace, timeout: timedelta = TIMEOUT) -> Client:
    """The handle on the server and world that are meant, with the token that the environment has for it."""
    with _blaming("ICE_MOCK_TOKEN"):
        credentials = token(variable("TOKEN") or "")
    url, source = _address(arguments)
    with _blaming(source):
        return Client(
            url, getattr(arguments, "world", DEFAULT_WORLD), timeout=timeout, token=credentials or None
        )


def _address(arguments: Namespace) -> tuple[str, str]:
    """The address of the server that is meant, and what says so."""
    if given := getattr(arguments, "url", None):
        return given, "--url"
    if given := variable("URL"):
        return given, "ICE_MOCK_URL"
    return _own_address(), "ICE_MOCK_HOST and ICE_MOCK_PORT"


def _own_address() -> str:
    """Where a server is that was started with the variables of this environment, as in its own container."""
    host, port = variable("HOST") or "127.0.0.1", variable("PORT") or "0"
    host = _EVERY_ADDRESS.get(host, host)
    return f"http://{f'[{host}]' if ':' in host else host}:{port if port != '0' else DEFAULT_PORT}"


@contextmanager
def _blaming(source: str) -> Iterator[None]:
    """Say where it was found what turns out to be unusable in the body."""
    try:
        yield
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
