"""From text to a scenario: read, extended, checked as a whole."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path as File
from typing import Any

from marshmallow import ValidationError
from marshmallow.exceptions import SCHEMA

from ice_mock.domain.scenario import Scenario
from ice_mock.scenario import references
from ice_mock.scenario.library import Library, shipped, source
from ice_mock.scenario.nodes import Node, extended
from ice_mock.scenario.problems import (
    MOST_PROBLEMS,
    Complaint,
    Path,
    Problem,
    ScenarioInvalid,
    described,
    dotted,
    refusal,
)
from ice_mock.scenario.reading import LONGEST, decoded, read
from ice_mock.scenario.root import EXTENDS, ScenarioRecord

SUFFIXES = (".yaml", ".yml", ".json")
NAME = "scenario"
UNNAMED = "unnamed"
_FOREIGN = {
    "Missing data for required field.": "expected a value",
    "Unknown field.": "expected no such key",
}


def load(text: str, *, source: str, library: Library | None = None) -> Scenario:
    """Read a scenario from YAML or JSON; *source* is what it is called in reports.

    It may extend scenarios of the *library*, by default the ready ones, and no files. Raises
    ScenarioInvalid, with all mistakes at once.
    """
    return _load(text, _Origin(source, library or shipped()), UNNAMED)


def load_file(path: str | File) -> Scenario:
    """Read a scenario from a file, which may extend others of its folder and the ready ones.

    Raises ScenarioInvalid, also for a file that cannot be read.
    """
    file = File(path)
    return _load(_content(file, file.name), _Origin(file.name, shipped(), file.parent), file.stem)


def by_name(name: str) -> Scenario:
    """Read a ready scenario; raises ScenarioInvalid for a name that there is not."""
    library = shipped()
    return _load(library.text(name), _Origin(source(name), library, is_ready=True), name)


def document(text: str, *, source: str, folder: File | None = None) -> dict[str, Any]:
    """What a scenario says, together with all that it extends, which may be files of the *folder*.

    Nothing is checked but what can be extended; raises ScenarioInvalid.
    """
    root = _extended(read(text, source), _Origin(source, shipped(), folder), ())
    found: dict[str, Any] = root.plain()
    found.pop(EXTENDS, None)
    return found


@dataclass(frozen=True, slots=True)
class _Origin:
    """Where a document comes from, and so what it may extend: files only with a *folder*.

    *is_ready* tells a ready scenario from a file of the same name.
    """

    source: str
    library: Library
    folder: File | None = None
    is_ready: bool = False

    @property
    def identity(self) -> tuple[bool, str]:
        return self.is_ready, self.source


def _load(text: str, origin: _Origin, name: str) -> Scenario:
    root = _extended(read(text, origin.source), origin, ())
    document = root.plain()
    complaints: list[tuple[Path, Any]] = list(references.mistakes(document))
    try:
        scenario = _schema().load({NAME: name, **document})
    except ValidationError as error:
        complaints = [*_flattened((), error.messages_dict), *complaints]
    if complaints:
        raise ScenarioInvalid(_problems(root, complaints, origin.source))
    if not isinstance(scenario, Scenario):
        raise TypeError(scenario)
    return scenario


# Making a schema costs more than loading with it.
@cache
def _schema() -> ScenarioRecord:
    return ScenarioRecord()


def _extended(root: Node, origin: _Origin, above: tuple[tuple[bool, str], ...]) -> Node:
    """The document with everything that it inherits; raises ScenarioInvalid."""
    extends = root.value.get(EXTENDS)
    if extends is None or not isinstance(extends.value, str):
        return root
    wanted = extends.value
    text, base = _base(wanted, extends, origin)
    if base.identity in (origin.identity, *above):
        raise _refused(
            extends, f"found '{wanted}', expected a scenario that does not extend this one in turn"
        )
    return extended(root, _extended(read(text, base.source), base, (*above, origin.identity)))


def _base(wanted: str, extends: Node, origin: _Origin) -> tuple[str, _Origin]:
    """The text of the scenario that is extended, and where it comes from."""
    if wanted.endswith(SUFFIXES):
        if origin.folder is None:
            raise _refused(
                extends, f"found '{wanted}', expected the name of a ready scenario; files are beside files"
            )
        file = _resolved(origin.folder / wanted)
        if file is None or not file.is_relative_to(origin.folder.resolve()):
            raise _refused(extends, f"found '{wanted}', expected a file in the same folder")
        if not file.is_file():
            raise _refused(extends, f"found '{wanted}', expected a file that exists")
        name = file.relative_to(origin.folder.resolve()).as_posix()
        return _content(file, name), _Origin(name, origin.library, origin.folder)
    names = tuple(origin.library.names())
    if wanted not in names:
        complaint = Complaint(
            "the name of a ready scenario, or a file beside this one that ends in .yaml", names
        )
        raise _refused(extends, complaint.message(wanted), complaint.suggestion(wanted))
    return origin.library.text(wanted), _Origin(source(wanted), origin.library, is_ready=True)


def _resolved(file: File) -> File | None:
    """The file itself behind links; None for a name that no file can have."""
    try:
        resolved = file.resolve()
        resolved.is_file()
    except (OSError, RuntimeError, ValueError):
        return None
    return resolved


def _refused(extends: Node, message: str, suggestion: str | None = None) -> ScenarioInvalid:
    place = extends.place
    return ScenarioInvalid([Problem(place.source, place.line, place.column, EXTENDS, message, suggestion)])


def _content(file: File, name: str) -> str:
    try:
        with file.open("rb") as opened:
            return decoded(opened.read(LONGEST + 1), name)
    except OSError as error:
        raise refusal(name, f"cannot be read: {error.strerror or 'no such file'}") from error
    except ValueError as error:
        raise refusal(name.replace("\0", "?"), "cannot be read: no such file") from error


def _flattened(path: Path, messages: Mapping[Any, Any]) -> Iterator[tuple[Path, Any]]:
    """Yield the first complaint about every entry."""
    for key, found in messages.items():
        where = path if key == SCHEMA else (*path, key)
        if isinstance(found, Mapping):
            yield from _flattened(where, found)
        elif isinstance(found, list):
            yield where, found[0]
        else:
            yield where, found


def _problems(root: Node, complaints: Iterable[tuple[Path, Any]], source: str) -> list[Problem]:
    """The problems in the order of the file, one for each entry; those of files that it extends come last."""
    first: dict[Path, Any] = {}
    for path, complaint in complaints:
        first.setdefault(path, complaint)
    placed = sorted(
        ((root.at(path).place, path, complaint) for path, complaint in first.items()),
        key=lambda each: (each[0].source != source, each[0]),
    )
    return [_problem(root, path, complaint) for _, path, complaint in placed[:MOST_PROBLEMS]]


def _problem(root: Node, path: Path, complaint: Any) -> Problem:
    node, above = root.at(path), root.at(path[:-1])
    value = node.plain() if not path or node is not above else None
    if isinstance(complaint, Complaint):
        # What was found instead of the value is the key.
        word = path[-1] if complaint.found and path else value
        message, suggestion = complaint.message(value), complaint.suggestion(word)
    else:
        words = _FOREIGN.get(str(complaint), str(complaint))
        separator = "," if words.startswith("expected") else ":"
        message, suggestion = f"found {described(value)}{separator} {words}", None
    place = node.place
    return Problem(place.source, place.line, place.column, dotted(path), message, suggestion)
