"""A call as it came, and the reply as it goes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from ice_mock.domain.course import Ending
from ice_mock.errors import ApiError

Pairs = tuple[tuple[str, str], ...]

WORLD = "x-ice-mock-world"


@dataclass(frozen=True)
class Call:
    """A request to the API plane, with its query and form decoded, and header names in lower case.

    *defect* is what was wrong with it as a whole, such as a body that is too long; it will be
    refused for that.
    """

    method: str
    path: str = "/"
    query: Pairs = ()
    form: Pairs = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    defect: ApiError | None = None

    @cached_property
    def parameters(self) -> dict[str, str]:
        """Query and form together: every action takes its parameters from either."""
        return dict(self.query + self.form)

    @property
    def action(self) -> str | None:
        return self.headers.get("x-acs-action") or self.parameters.get("Action")

    @property
    def world(self) -> str | None:
        """The world that the call is meant for whatever its access key is, if it says so."""
        return self.headers.get(WORLD) or None

    @property
    def version(self) -> str | None:
        return self.headers.get("x-acs-version") or self.parameters.get("Version")


@dataclass(frozen=True, slots=True)
class Reply:
    """What is sent back, and how much of it arrives."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    ending: Ending = Ending.WHOLE
