"""The scenario of a marker: a ready one by its name, or the text of a document that needs no other file."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from ice_mock.pytest_plugin.marker import MarkerWrong, Wish, complaint

if TYPE_CHECKING:
    from ice_mock.scenario.nodes import Node


class Found(NamedTuple):
    """Either a *name*, or a *text*, or neither: then the world is the server's choice."""

    name: str | None = None
    text: str | None = None


def found(wish: Wish, item: pytest.Item) -> Found:
    """Find the scenario that is wished for, together with the clock and the signatures that are.

    Raises MarkerWrong with all mistakes of a file or a text. Whether there is a ready scenario of a name,
    its server knows.
    """
    wanted = wish.scenario
    if wanted is None:
        return Found()
    if isinstance(wanted, str) and _is_text(wanted):
        return Found(text=_completed(lambda: _of_text(wanted), wish, item))
    if isinstance(wanted, Path) or _is_file(wanted):
        file = _file(Path(wanted), item)
        return Found(text=_completed(lambda: _of_file(file), wish, item))
    return Found(name=wanted)


def _is_text(scenario: str) -> bool:
    return "\n" in scenario or ": " in scenario or scenario.lstrip().startswith("{")


def _is_file(scenario: str) -> bool:
    from ice_mock.worlds.scenarios import is_file

    return is_file(scenario)


def _file(path: Path, item: pytest.Item) -> Path:
    """The file at a path that counts from the folder of the test, or else from the root of the project."""
    candidates = [item.path.parent / path, item.config.rootpath / path]
    for candidate in candidates:
        if candidate.is_file():
            return candidate
    looked = " or ".join(dict.fromkeys(map(str, candidates)))
    raise MarkerWrong(complaint(item, f"scenario={str(path)!r}", f"there is no such file: expected {looked}"))


def _completed(read: Callable[[], dict[str, Any]], wish: Wish, item: pytest.Item) -> str:
    """The document as JSON, in which the marker has the last word about clock and signatures."""
    import json

    from ice_mock.scenario import ScenarioInvalid

    try:
        document = read()
    except ScenarioInvalid as error:
        raise MarkerWrong(complaint(item, "scenario=…", f"the scenario is wrong:\n{error}")) from error
    if wish.clock:
        document["clock"] = {**(document.get("clock") or {}), "mode": wish.clock}
    if wish.signatures:
        document["signatures"] = wish.signatures
    return json.dumps(document)


def _of_text(text: str) -> dict[str, Any]:
    """The document of a text; raises ScenarioInvalid."""
    from ice_mock.scenario import load
    from ice_mock.scenario.reading import read

    load(text, source="scenario")
    document: dict[str, Any] = read(text, "scenario").plain()
    return document


def _of_file(file: Path) -> dict[str, Any]:
    """The document of a file, called like the file if it does not say; raises ScenarioInvalid."""
    from ice_mock.scenario import load_file

    load_file(file)
    return {"scenario": file.stem, **_whole(file.read_bytes(), file.name, file.parent).plain()}


def _whole(content: bytes, source: str, folder: Path) -> "Node":
    """A valid document with everything that it extends, because a server does not see the files beside it."""
    from ice_mock.scenario import shipped
    from ice_mock.scenario.nodes import extended
    from ice_mock.scenario.reading import decoded, read

    root = read(decoded(content, source), source)
    extends = root.value.pop("extends", None)
    if extends is None or extends.value is None:
        return root
    wanted = str(extends.value)
    if _is_file(wanted):
        return extended(root, _whole((folder / wanted).read_bytes(), wanted, folder))
    return extended(root, _whole(shipped().text(wanted).encode(), wanted, folder))
