"""RAM policies: whether a document allows an action, and which statement decides."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

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
        return self.fits_action(action) and _concerns(resource, self.resources, self.not_resources)

    def fits_action(self, action: str) -> bool:
        """Whether it is about an *action*, whatever the resource."""
        return _concerns(action.lower(), _lower(self.actions), _lower(self.not_actions))

    @property
    def document(self) -> dict[str, Any]:
        """The statement as a policy document has it."""
        return {
            "Effect": "Allow" if self.allows else "Deny",
            **_written("Action", self.actions, self.not_actions),
            **_written("Resource", self.resources, self.not_resources),
        }

    def __str__(self) -> str:
        """``Deny ice:List* on *``, for people."""
        effect = "Allow" if self.allows else "Deny"
        return f"{effect} {_in_words(self.actions, self.not_actions)} on " + _in_words(
            self.resources, self.not_resources
        )


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether a call is allowed, and the index of the *statement* that said so, None if none did."""

    allowed: bool
    statement: int | None


@dataclass(frozen=True, slots=True)
class Remedy:
    """The least that has to change for a call to be allowed.

    The statements at the indices *denials* have to go, or must not fit the call any more, and
    *addition* is needed, None if another statement allows the call already.
    """

    denials: tuple[int, ...]
    addition: Statement | None


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

    def remedy(self, action: str, resource: str) -> Remedy:
        """What it takes to have an *action* on a *resource* allowed, and nothing beside it."""
        applying = [
            (index, statement.allows)
            for index, statement in enumerate(self.statements)
            if statement.applies_to(action, resource)
        ]
        smallest = Statement(allows=True, actions=(action,), resources=(resource,))
        is_allowed = any(allows for _, allows in applying)
        return Remedy(
            tuple(index for index, allows in applying if not allows), None if is_allowed else smallest
        )

    def nearly_allowing(self, action: str) -> int | None:
        """The index of the first statement that allows an *action*, be it on other resources only."""
        found = (
            index for index, each in enumerate(self.statements) if each.allows and each.fits_action(action)
        )
        return next(found, None)


EVERYTHING = Policy((Statement(allows=True),))


def _concerns(text: str, wanted: Sequence[str] | None, unwanted: Sequence[str] | None) -> bool:
    if wanted is not None:
        return any(matches(pattern, text) for pattern in wanted)
    return not any(matches(pattern, text) for pattern in unwanted or ())


def _lower(patterns: tuple[str, ...] | None) -> tuple[str, ...] | None:
    return patterns and tuple(pattern.lower() for pattern in patterns)


def _written(name: str, wanted: Sequence[str] | None, unwanted: Sequence[str] | None) -> dict[str, Any]:
    patterns = wanted if wanted is not None else unwanted or ()
    name = name if wanted is not None else f"Not{name}"
    return {name: patterns[0] if len(patterns) == 1 else list(patterns)}


def _in_words(wanted: Sequence[str] | None, unwanted: Sequence[str] | None) -> str:
    if wanted is not None:
        return ", ".join(wanted) or "nothing"
    return f"all but {', '.join(unwanted)}" if unwanted else "*"
