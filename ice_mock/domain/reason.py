"""Why something is as it is, in words for whoever wonders."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Reason:
    """One *sentence*, and the *facts* that it rests on, by name."""

    sentence: str
    facts: Mapping[str, str] = field(default_factory=dict)
