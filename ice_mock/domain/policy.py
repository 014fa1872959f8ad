"""RAM policies: whether a document allows an action, and which statement decides."""

from collections.abc import Sequence
from dataclasses import dataclass

from ice_mock.domain.wildcards import matches


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement of a policy; of *actions* and *not_actions* one is set, of the resources likewise.

    Patterns hold ``*`` for any text and ``?`` for any character, and actions match in any case.
    """

    allows: bool
    actions: tuple[str, ...] | None = ("*",)
    not_actions: tuple[str, ...] | None = None
    resources: tuple[str, ...] | None = ("*",)
    not_resources: tuple[str, ...] | None = None

    def applies_to(self, action: str, resource: str) -> bool:
        return _concerns(action.lower(), _lower(self.actions), _lower(self.not_actions)) and _concerns(
            resource, self.resources, self.not_resources
        )


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether a call is allowed, and the index of the *statement* that said so, None if none did."""

    allowed: bool
    statement: int | None


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy document. What no statement allows is denied, and a denial beats whatever allows."""

    statements: tuple[Statement, ...]

    def decide(self, action: str, resource: str) -> Decision:
        """Decide about an *action*, such as ``ice:GetLiveSnapshotJob``, on a *resource*."""
        applying = [
            (index, statement.allows)
            for index, statement in enumerate(self.statements)
            if statement.applies_to(action, resource)
        ]
        for index, allows in applying:
            if not allows:
                return Decision(allowed=False, statement=index)
        return Decision(bool(applying), applying[0][0] if applying else None)


EVERYTHING = Policy((Statement(allows=True),))


def _concerns(text: str, wanted: Sequence[str] | None, unwanted: Sequence[str] | None) -> bool:
    if wanted is not None:
        return any(matches(pattern, text) for pattern in wanted)
    return not any(matches(pattern, text) for pattern in unwanted or ())


def _lower(patterns: tuple[str, ...] | None) -> tuple[str, ...] | None:
    return patterns and tuple(pattern.lower() for pattern in patterns)
