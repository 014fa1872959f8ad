"""What a run is at: the test, and the fixtures that are being set up for it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

import pytest

_SCENE = pytest.StashKey["Scene"]()


class Asker(NamedTuple):
    """Who asks for something: a *fixture* by its name, or a test itself, and the node that it is for."""

    node: pytest.Item | pytest.Collector
    fixture: str | None

    def is_used_by(self, item: pytest.Item) -> bool:
        """Whether a test may have used what was asked for."""
        uses = self.fixture is None or self.fixture in getattr(item, "fixturenames", ())
        return uses and self.node in item.listchain()


class Scene:
    """Knows who would be asking if somebody asked now."""

    def __init__(self) -> None:
        self.item: pytest.Item | None = None
        self._fixtures: list[Asker] = []

    @property
    def asker(self) -> Asker | None:
        """None outside of every test."""
        if self._fixtures:
            return self._fixtures[-1]
        return Asker(self.item, None) if self.item else None

    @contextmanager
    def setting_up(self, name: str, node: pytest.Item | pytest.Collector) -> Iterator[None]:
        """While the body runs, a fixture is being set up, perhaps on behalf of another one."""
        self._fixtures.append(Asker(node, name))
        try:
            yield
        finally:
            self._fixtures.pop()


def of(config: pytest.Config) -> Scene:
    return config.stash.setdefault(_SCENE, Scene())
