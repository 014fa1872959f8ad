"""How a call of the control API can fail, and how an expectation."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any

from ice_mock.client.documents import Json
from ice_mock.words import counted


class ServerUnreachable(Exception):
    """No server of ice_mock answers at *url*."""

    def __init__(self, url: str, reason: str) -> None:
        super().__init__(f"no ice_mock server answers at {url}: {reason}")
        self.url = url
        self.reason = reason


class ControlRefused(Exception):
    """The control API refused a call; *details* say where in what was sent, if that was wrong."""

    def __init__(self, status: int, code: str, message: str, details: Json) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.details = details


class ScenarioRefused(ControlRefused):
    """A scenario with mistakes in it; *problems* has all of them, and the text names them line by line."""

    def __init__(self, refusal: ControlRefused) -> None:
        self.problems: Sequence[Mapping[str, Any]] = refusal.details.get("problems", [])
        found = counted(len(self.problems), "mistake")
        lines = [refusal.message if not self.problems else f"{found} in the scenario:"]
        lines += [_problem(each) for each in self.problems]
        super().__init__(refusal.status, refusal.code, "\n  ".join(lines), refusal.details)

    @classmethod
    @contextmanager
    def instead(cls) -> Iterator[None]:
        """Raise this for a refusal in the body that is about what is in a scenario."""
        try:
            yield
        except ControlRefused as refusal:
            if refusal.status != HTTPStatus.UNPROCESSABLE_ENTITY:
                raise
            raise cls(refusal) from None


def _problem(problem: Mapping[str, Any]) -> str:
    place = f"line {problem['line']}, column {problem['column']}: " if problem.get("line") else ""
    if source := problem.get("source"):
        place = f"{source}, {place}" if place else f"{source}: "
    path = f"{problem['path']}: " if problem.get("path") else ""
    meant = f" (did you mean {problem['suggestion']}?)" if problem.get("suggestion") else ""
    return f"{place}{path}{problem['message']}{meant}"


class Unexpected(AssertionError):
    """A world is not as a test expects it to be; what all failed expectations of a handle have in common."""


class NotSeen(Unexpected):
    """What was awaited did not come in time; *seen* is what came of it."""

    def __init__(self, message: str, seen: Sequence[Any]) -> None:
        super().__init__(message)
        self.seen = seen


class Unverifiable(Unexpected):
    """Nobody can tell: the world has forgotten so much that the answer may be lost with it."""


class CallsDiffer(Unexpected):
    """Calls were made otherwise, or more or less often, than a test expects."""


class CallbacksDiffer(Unexpected):
    """Callbacks fared otherwise than a test expects."""


class FaultsDiffer(Unexpected):
    """Faults struck otherwise than a test expects."""


class Inconsistent(Unexpected):
    """Frames, files, objects and callbacks of a job do not fit each other; *findings* say where."""

    def __init__(self, message: str, findings: Sequence[Any]) -> None:
        super().__init__(message)
        self.findings = findings
