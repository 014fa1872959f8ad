"""What the parts of a handle have in common: a path of the control API, and what can be asked there."""

from collections.abc import Collection, Iterator
from datetime import UTC, datetime
from typing import ClassVar, TypeVar, cast, overload
from urllib.parse import quote, urlencode

from ice_mock.client.documents import Json
from ice_mock.client.errors import ControlRefused
from ice_mock.client.server import Server
from ice_mock.clock import iso_milliseconds

D = TypeVar("D")
Instant = str | datetime
"""An instant: ISO 8601 text, in UTC if it names no zone, or a datetime that is aware of its zone."""


class Part:
    """A path of the control API, and what there is below it."""

    def __init__(self, server: Server, path: str = "") -> None:
        self._server = server
        self._path = path

    def __repr__(self) -> str:
        return f"<{type(self).__name__} at {self._server.address(self._path)}>"

    def _get(self, path: str, **filters: object) -> Json:
        """Ask for a document; filters that are None are left out."""
        return self._server.call("GET", self._path + path + query(**filters))

    def _put(self, path: str, document: Json) -> Json:
        return self._server.call("PUT", self._path + path, document)

    def _post(self, path: str, document: Json | None = None, *, patient: bool = False) -> Json:
        return self._server.call("POST", self._path + path, document, patient=patient)

    def _delete(self, path: str) -> None:
        self._server.call("DELETE", self._path + path)


class Listing(Part, Collection[D]):
    """A list of documents, fetched anew whenever it is iterated, counted or indexed.

    It is what the path *_listed* below the part's own answers under that name.
    """

    _listed: ClassVar[str]

    def __repr__(self) -> str:
        return f"<{type(self).__name__} at {self._server.address(self._path)}/{self._listed}>"

    def all(self) -> list[D]:
        """All of them, as they are now, in the order in which they came."""
        return cast("list[D]", self._get(f"/{self._listed}")[self._listed])

    def __iter__(self) -> Iterator[D]:
        return iter(self.all())

    def __reversed__(self) -> Iterator[D]:
        return reversed(self.all())

    def __contains__(self, document: object) -> bool:
        return document in self.all()

    def __len__(self) -> int:
        return len(self.all())

    @overload
    def __getitem__(self, index: int) -> D: ...
    @overload
    def __getitem__(self, index: slice) -> list[D]: ...
    def __getitem__(self, index: int | slice) -> D | list[D]:
        return self.all()[index]

    def __eq__(self, other: object) -> bool:
        """Equal to a list of the same documents."""
        return self.all() == other if isinstance(other, list) else self is other

    __hash__ = Part.__hash__

    def _found(self, kind: str, id: str, name: str = "id") -> D:
        """The document with an id; raises ControlRefused, as the server does for what it cannot find."""
        listed = self.all()
        for document in listed:
            if isinstance(document, dict) and document[name] == id:
                return document
        raise ControlRefused(404, "NotFound", f"there is no {kind} {id!r} among {len(listed)}", {})


def query(**filters: object) -> str:
    """A query with its question mark; filters that are None are left out."""
    given = {name: written(value) for name, value in filters.items() if value is not None}
    return f"?{urlencode(given)}" if given else ""


def quoted(id: str) -> str:
    """An id as one step of a path, whatever is in it."""
    return quote(id, safe="")


def written(value: object) -> object:
    """A value as the control API reads it; raises ValueError for an instant that may be anywhere on earth."""
    if not isinstance(value, datetime):
        return value
    if value.utcoffset() is None:
        raise ValueError(f"{value!r} names no zone: expected one such as datetime(2026, 1, 31, tzinfo=UTC)")
    return iso_milliseconds(value.astimezone(UTC))
