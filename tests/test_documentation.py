"""What the README and the other pages promise, held against the code."""

from pathlib import Path

import pytest

from ice_mock.actions import ACTIONS
from ice_mock.cli import COMMANDS
from ice_mock.domain.behaviour import DEFAULT
from ice_mock.scenario import shipped
from ice_mock.settings import SETTINGS
from ice_mock.worlds import scenarios

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()
CHANGELOG = (ROOT / "CHANGELOG.md").read_text()
ASSUMPTIONS = (ROOT / "docs" / "assumptions.md").read_text()


@pytest.mark.parametrize(
    "name",
    [*ACTIONS, *(setting.flag for setting in SETTINGS), *(setting.variable for setting in SETTINGS)],
)
def test_the_readme_names_it(name: str) -> None:
    assert f"`{name}`" in README


@pytest.mark.parametrize("name", shipped().names())
def test_the_readme_says_what_a_scenario_is(name: str) -> None:
    assert f"| `{name}` | {scenarios.named(name).description} |" in README


@pytest.mark.parametrize("command", COMMANDS)
def test_the_changelog_names_every_command(command: str) -> None:
    assert f"`{command}`" in CHANGELOG


@pytest.mark.parametrize("knob", DEFAULT.__dataclass_fields__)
def test_every_knob_is_named_beside_the_assumption_that_it_turns(knob: str) -> None:
    assert f"`{knob}`" in ASSUMPTIONS
