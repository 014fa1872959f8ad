"""How a fresh world begins, whatever its scenario is given as."""

from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING

from ice_mock.client.documents import NewWorld
from ice_mock.client.errors import ControlRefused, ScenarioRefused
from ice_mock.client.part import quoted
from ice_mock.client.server import Server
from ice_mock.client.worlds import OwnScenario, Worlds

if TYPE_CHECKING:
    from ice_mock.scenario import ScenarioInvalid
    from ice_mock.scenario.given import Given

FROZEN = "frozen"
"""The clock of a world that nobody states one for: who asks for a world of their own moves its time."""


def found(scenario: str | Path | None, *, clock: str | None, signatures: str | None) -> "Given | None":
    """What is meant by a *scenario*, with the clock and signatures that are asked for.

    None is the server's own. Raises ScenarioRefused, with all mistakes of a file or a text.
    """
    if scenario is None:
        return None
    # Not imported before it is used: what reads scenarios takes longer to import than a handle.
    from ice_mock.scenario import ScenarioInvalid
    from ice_mock.scenario.given import given

    try:
        return given(scenario, clock=clock, signatures=signatures)
    except ScenarioInvalid as error:
        raise _refused(error) from None


def begun(
    server: Server,
    given: "Given | None",
    *,
    clock: str | None = None,
    signatures: str | None = None,
    label: str | None = None,
) -> NewWorld:
    """Begin a world on a *server*, and return how that was, with the key; raises like `Client.open`."""
    name, text = given or (None, None)
    worlds = Worlds(server)
    made = worlds.create(
        scenario=name,
        # A text leaves open what the world has already, and then that must not be the server's choice.
        clock=clock or (FROZEN if text is not None else None),
        default_clock=FROZEN,
        signatures=signatures,
        label=label,
    )
    if text is not None:
        try:
            OwnScenario(server, f"/worlds/{quoted(made['id'])}").replace(text)
        except BaseException:
            ended(worlds, made["id"])
            raise
    return made


def ended(worlds: Worlds, world: str) -> None:
    """End a world, unless somebody has done so already."""
    try:
        worlds.delete(world)
    except ControlRefused as refused:
        if refused.status != HTTPStatus.NOT_FOUND:
            raise


def _refused(invalid: "ScenarioInvalid") -> ScenarioRefused:
    """The words of a server, for a document that was not even sent there."""
    problems = [
        {
            "source": each.source,
            "line": each.line,
            "column": each.column,
            "path": each.path,
            "message": each.message,
            "suggestion": each.suggestion,
        }
        for each in invalid.problems
    ]
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    return ScenarioRefused(ControlRefused(status, "Unprocessable", str(invalid), {"problems": problems}))
