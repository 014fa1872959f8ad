"""Attributes of other people's modules and classes: replaced, and put back as they were."""

from collections.abc import Callable
from typing import Any

from ice_mock.threads import Lock

_INHERITED = object()


class Patches:
    """What has been replaced, each attribute once, until all of it is put back."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._replaced: dict[tuple[int, str], tuple[Any, str, Any]] = {}

    def replace(self, owner: Any, name: str, make: Callable[[Any], Any], *, static: bool = False) -> None:
        """Put what *make* makes of an attribute in its place; nothing if that has been done already."""
        with self._lock:
            key = (id(owner), name)
            if key in self._replaced:
                return
            self._replaced[key] = (owner, name, vars(owner).get(name, _INHERITED))
            made = make(getattr(owner, name))
            setattr(owner, name, staticmethod(made) if static else made)

    def undo(self) -> None:
        """Put everything back."""
        with self._lock:
            for owner, name, before in reversed(self._replaced.values()):
                if before is _INHERITED:
                    delattr(owner, name)
                else:
                    setattr(owner, name, before)
            self._replaced.clear()
