"""The reference in the guide is the one that follows from the schemas."""

from pathlib import Path

import pytest

from ice_mock.faults import KINDS
from ice_mock.scenario.reference import reference, updated

PAGE = Path(__file__).parents[2] / "docs" / "scenarios.md"


def test_the_guide_holds_the_present_reference() -> None:
    page = PAGE.read_text()

    assert page == updated(page), "write updated(page) of ice_mock.scenario.reference to docs/scenarios.md"


def test_every_kind_of_fault_is_in_it() -> None:
    text = reference()

    assert [name for _, name in KINDS if name not in text] == []


def test_a_page_without_markers_is_not_updated() -> None:
    with pytest.raises(ValueError, match="there is no"):
        updated("# A page")
