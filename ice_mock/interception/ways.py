"""Which way calls go at this moment: the diversions that are running, of which the latest one decides."""

from collections.abc import Iterable, Sequence
from typing import Any
from weakref import WeakKeyDictionary

from ice_mock.interception import location
from ice_mock.interception.destinations import Destination, Inline
from ice_mock.interception.errors import HostRefused
from ice_mock.interception.hosts import Kind, any_matches, kind_of, plain
from ice_mock.threads import Lock

HEADER = "X-Ice-Mock-World"
"""What brings a request to a world, whatever its access key."""


class Diversion:
    """Calls that are diverted to a destination.

    *refused* are the hosts to which calls were stopped, in order.
    """

    def __init__(self, destination: Destination, allow: Iterable[str]) -> None:
        self.refused: list[str] = []
        self._destination = destination
        self._location = Inline(location.app, destination.world)
        self._allowed: Sequence[str] = tuple(plain(pattern) for pattern in allow)
        self._lock = Lock()
        self._held: WeakKeyDictionary[Any, object] = WeakKeyDictionary()

    def way(self, host: str, target: str | None = None) -> Destination | None:
        """Where a call to *host* is diverted to, None if it goes its own way; raises HostRefused.

        *target* is what it asks for there, None if that is not known yet.
        """
        kind = kind_of(plain(host))
        if kind is Kind.OTHER or self._allows(host):
            return None
        if kind is Kind.EMULATED:
            return self._destination
        if kind is Kind.LOCATION and (target is None or location.knows(target)):
            return self._location
        raise self.refusal(host)

    def check(self, host: str) -> None:
        """Let a connection to *host* be made that could not be diverted; raises HostRefused."""
        if kind_of(plain(host)) is not Kind.OTHER and not self._allows(host):
            raise self.refusal(host)

    def refusal(self, host: str) -> HostRefused:
        """Take down that a call is stopped."""
        self.refused.append(plain(host))
        return HostRefused(plain(host))

    def hold(self, connection: Any) -> None:
        """Remember that a connection has been diverted with the socket that it has now."""
        with self._lock:
            self._held[connection] = connection.sock

    def holds(self, connection: Any) -> bool:
        return connection.sock is not None and self._held.get(connection) is connection.sock

    def let_go(self) -> None:
        """Close what has been diverted, so that no pool of connections brings it back later."""
        with self._lock:
            held = list(self._held.items())
        for connection, line in held:
            if connection.sock is line:
                connection.close()

    def _allows(self, host: str) -> bool:
        return any_matches(self._allowed, plain(host))


_LOCK = Lock()
_RUNNING: tuple[Diversion, ...] = ()


def current() -> Diversion | None:
    """The diversion that decides, None while none is running."""
    return _RUNNING[-1] if _RUNNING else None


def begin(diversion: Diversion) -> None:
    global _RUNNING  # noqa: PLW0603  # what is patched is there once in a process, and so is this
    with _LOCK:
        _RUNNING = (*_RUNNING, diversion)


def end(diversion: Diversion) -> None:
    """End a diversion, be it the latest or not."""
    global _RUNNING  # noqa: PLW0603  # see begin
    with _LOCK:
        _RUNNING = tuple(each for each in _RUNNING if each is not diversion)
