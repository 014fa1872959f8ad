"""A document as it was written: values, and where each of them stands."""

from dataclasses import dataclass, replace
from typing import Any

from ice_mock.scenario.problems import Path, Place

WHOLE = frozenset({"policy"})
"""Mappings that are never merged: half of one policy and half of another is a policy that nobody wrote."""
OWN = frozenset({"scenario", "description", "extends"})
"""What a scenario does not inherit."""


@dataclass(frozen=True, slots=True)
class Node:
    """A value (text, number, truth, None, a list of nodes or a dict of them).

    In a mapping its *place* is that of its key.
    """

    place: Place
    value: Any

    def plain(self) -> Any:
        """The value without places."""
        if isinstance(self.value, dict):
            return {key: node.plain() for key, node in self.value.items()}
        if isinstance(self.value, list):
            return [node.plain() for node in self.value]
        return self.value

    def at(self, path: Path) -> "Node":
        """The entry at *path*, or the nearest one above it."""
        node = self
        for part in path:
            below = node.below(part)
            if below is None:
                break
            node = below
        return node

    def below(self, part: str | int) -> "Node | None":
        if isinstance(self.value, dict):
            return self.value.get(part)
        if isinstance(self.value, list) and isinstance(part, int) and part < len(self.value):
            found: Node = self.value[part]
            return found
        return None


def extended(own: Node, base: Node) -> Node:
    """A document on top of the one that it extends: mappings merge, everything else is replaced."""
    inherited = {key: node for key, node in base.value.items() if key not in OWN}
    return _merged(own, replace(base, value=inherited))


def _merged(own: Node, base: Node) -> Node:
    if not (isinstance(own.value, dict) and isinstance(base.value, dict)):
        return own
    merged = dict(base.value)
    for key, node in own.value.items():
        merged[key] = _merged(node, merged[key]) if key in merged and key not in WHOLE else node
    return replace(own, value=merged)
