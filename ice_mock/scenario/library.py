"""The ready scenarios, which are installed with the package: found by their names."""

from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from ice_mock.scenario.problems import Complaint, Problem, ScenarioInvalid
from ice_mock.scenario.reading import decoded

SUFFIX = ".yaml"


class Library:
    """A folder of scenarios; a name is that of a file without its ending."""

    def __init__(self, folder: Traversable) -> None:
        self._folder = folder

    def names(self) -> list[str]:
        """All names, in the order of the alphabet."""
        if not self._folder.is_dir():
            return []
        found = (entry.name for entry in self._folder.iterdir())
        return sorted(name.removesuffix(SUFFIX) for name in found if name.endswith(SUFFIX))

    def text(self, name: str) -> str:
        """The text of a scenario; raises ScenarioInvalid for a name that there is not."""
        names = self.names()
        if name not in names:
            complaint = Complaint("the name of a ready scenario", tuple(names), f"the name '{name[:60]}'")
            meant = complaint.suggestion(name)
            raise ScenarioInvalid([Problem("scenario", 0, 0, "", complaint.message(name), meant)])
        return decoded((self._folder / f"{name}{SUFFIX}").read_bytes(), source(name))


def source(name: str) -> str:
    """What a ready scenario is called in reports."""
    return f"{name}{SUFFIX}"


def shipped() -> Library:
    """The scenarios that come with the package; in a checkout they lie at its root."""
    installed = files("ice_mock") / "scenarios"
    return Library(installed if installed.is_dir() else Path(__file__).parents[2] / "scenarios")
