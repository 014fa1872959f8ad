"""A scenario as it is given to whoever makes a world: by its name, as a file, or written out."""

import json
from pathlib import Path
from typing import Any, NamedTuple

from ice_mock.scenario.loading import SUFFIXES, document, load, load_file
from ice_mock.scenario.reading import decoded, read

FROZEN = "frozen"
"""The clock of a world that somebody makes for a test, if neither they nor its scenario say otherwise."""
_TEXT = "scenario"


class Given(NamedTuple):
    """The *name* of a ready scenario, or the *text* of one that needs no other file."""

    name: str | None = None
    text: str | None = None


def is_text(scenario: str) -> bool:
    """Tell a scenario that is written out: a line break is in it, or ``: ``, or it begins with a brace."""
    return "\n" in scenario or ": " in scenario or scenario.lstrip().startswith("{")


def is_file(scenario: str) -> bool:
    """Tell a file, by its ending or a slash in it, from the name of a ready scenario."""
    return scenario.endswith(SUFFIXES) or "/" in scenario


def file_of(scenario: str | Path) -> Path | None:
    """The file that is meant; None if it is written out, or goes by its name."""
    if isinstance(scenario, Path):
        return scenario
    return Path(scenario) if not is_text(scenario) and is_file(scenario) else None


def given(scenario: str | Path, *, clock: str | None = None, signatures: str | None = None) -> Given:
    """Tell what is meant by a *scenario*, and read it if it is a text or a file.

    The *clock* and *signatures* that are asked for go into the text, in place of its own; for a ready
    scenario whoever makes the world sees to them. Raises ScenarioInvalid, with all mistakes of a text or a
    file. Whether there is a ready scenario of a name, the server knows that makes the world.
    """
    if file := file_of(scenario):
        load_file(file)
        text = decoded(file.read_bytes(), file.name)
        whole = {"scenario": file.stem, **document(text, source=file.name, folder=file.parent)}
        return Given(text=_written(whole, text, file.name, clock, signatures))
    scenario = str(scenario)
    if not is_text(scenario):
        return Given(name=scenario)
    load(scenario, source=_TEXT)
    return Given(text=_written(document(scenario, source=_TEXT), scenario, _TEXT, clock, signatures))


def _written(whole: dict[str, Any], text: str, source: str, clock: str | None, signatures: str | None) -> str:
    """The *text* as it is if it says all that is wanted, or else a document that does."""
    wanted = _asked(whole, clock, signatures)
    return text if wanted == read(text, source).plain() else json.dumps(wanted)


def _asked(whole: dict[str, Any], clock: str | None, signatures: str | None) -> dict[str, Any]:
    asked = dict(whole)
    if clock:
        own = whole.get("clock") or {}
        # As where a server makes a world: another mode begins where that mode does.
        asked["clock"] = {**(own if clock == (own.get("mode") or FROZEN) else {}), "mode": clock}
    if signatures:
        asked["signatures"] = signatures
    return asked
