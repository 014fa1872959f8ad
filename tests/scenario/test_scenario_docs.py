"""Every block of YAML in the guide is a scenario, and its examples of reports are true."""

import re
from pathlib import Path

import pytest

from ice_mock.scenario import load
from ice_mock.scenario.populate import populated

PAGE = (Path(__file__).parents[2] / "docs" / "scenarios.md").read_text()
BLOCKS = re.findall(r"^```yaml\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("text", BLOCKS, ids=lambda text: text.partition("\n")[0])
def test_a_block_is_a_scenario(text) -> None:
    scenario = populated(load(text, source="docs/scenarios.md"))

    assert f"scenario: {scenario.name}\n" in text


def test_the_tour_begins_with_five_lines() -> None:
    assert BLOCKS[0].count("\n") == 5


def test_the_tour_names_every_key() -> None:
    keys = {key for block in BLOCKS for key in re.findall(r"^(\w+):", block, re.MULTILINE)}

    assert keys >= {
        *(
            "scenario",
            "description",
            "extends",
            "seed",
            "clock",
            "signatures",
            "account",
            "templates",
            "streams",
        ),
        *(
            "buckets",
            "jobs",
            "populate",
            "snapshots",
            "callbacks",
            "behaviour",
            "timeline",
            "faults",
            "expect",
        ),
    }
