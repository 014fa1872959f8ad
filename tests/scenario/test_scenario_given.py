"""What is meant by a scenario that is given by its name, as a file or written out: one rule for all doors."""

import json
from pathlib import Path

import pytest

from ice_mock.clock import from_iso
from ice_mock.scenario import ScenarioInvalid, load
from ice_mock.scenario.given import file_of, given, is_text

IN_SUMMER = "2026-07-01T08:00:00Z"


@pytest.mark.parametrize(
    ("scenario", "kind"),
    [
        ("one-room", "name"),
        ("no-such-name", "name"),
        ("mine.yaml", "file"),
        ("mine.yml", "file"),
        ("mine.json", "file"),
        ("rooms/mine", "file"),
        (Path("mine"), "file"),
        ("scenario: mine", "text"),
        ("scenario: mine.yaml", "text"),
        ("seed: 5\nscenario: mine\n", "text"),
        ('{"scenario": "rooms/mine"}', "text"),
        ("  {}", "text"),
    ],
)
def test_a_scenario_is_told_by_how_it_is_written(scenario: str | Path, kind: str) -> None:
    found = "file" if file_of(scenario) else "text" if is_text(str(scenario)) else "name"

    assert found == kind


def test_a_name_is_left_to_whoever_makes_the_world() -> None:
    assert given("no-such-name", clock="x60") == ("no-such-name", None)


@pytest.mark.parametrize("text", ["scenario: mine  # by hand\n", '{"scenario": "mine"}', "seed: 5\n"])
def test_a_text_that_says_all_that_is_wanted_stays_as_it_is(text: str) -> None:
    assert given(text) == (None, text)


def test_a_file_that_says_all_that_is_wanted_stays_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "other.yaml"
    file.write_bytes("\ufeffscenario: mine  # by hand\n".encode())

    assert given(file) == (None, "scenario: mine  # by hand\n")


def test_a_file_is_called_like_its_file_unless_it_says_so_itself(tmp_path: Path) -> None:
    tmp_path.joinpath("mine.yaml").write_text("seed: 5\n")

    assert json.loads(given(tmp_path / "mine.yaml").text or "") == {"scenario": "mine", "seed": 5}


def test_what_a_file_extends_becomes_part_of_it(tmp_path: Path) -> None:
    tmp_path.joinpath("top.yaml").write_text("extends: base/middle.yaml\nsignatures: off\n")
    tmp_path.joinpath("base").mkdir()
    tmp_path.joinpath("base/middle.yaml").write_text("scenario: middle\nextends: bottom.yml\nseed: 5\n")
    tmp_path.joinpath("bottom.yml").write_text("scenario: bottom\nextends: one-room\nseed: 6\n")

    scenario = load(given(tmp_path / "top.yaml").text or "", source="alone")

    assert (scenario.name, scenario.seed, scenario.signatures) == ("top", 5, "off")
    assert [job.name for job in scenario.jobs] == ["room 1"]


@pytest.mark.parametrize(
    ("own", "asked", "start"),
    [
        ("", "x60", None),
        ("clock: {mode: x2}", "frozen", None),
        (f"clock: {{start: {IN_SUMMER}}}", "frozen", IN_SUMMER),
        (f"clock: {{mode: x2, start: {IN_SUMMER}}}", "x2", IN_SUMMER),
        (f"clock: {{mode: x2, start: {IN_SUMMER}}}", "frozen", None),
        (f"clock: {{start: {IN_SUMMER}}}", "real", None),
    ],
)
def test_a_clock_that_is_asked_for_starts_where_its_mode_does(
    own: str, asked: str, start: str | None
) -> None:
    text = given(f"scenario: mine\n{own}\n", clock=asked).text or ""

    scenario = load(text, source="mine")
    assert (scenario.clock, scenario.start) == (asked, from_iso(start) if start else None)


def test_signatures_that_are_asked_for_go_before_those_of_the_scenario() -> None:
    text = given("scenario: mine\nsignatures: off\n", signatures="required").text or ""

    assert load(text, source="mine").signatures == "required"


def test_mistakes_are_named_at_their_lines_before_anything_is_put_in(tmp_path: Path) -> None:
    tmp_path.joinpath("base.yaml").write_text("seeds: 5\n")
    tmp_path.joinpath("top.yaml").write_text("extends: base.yaml\nstreams: 7\n")

    with pytest.raises(ScenarioInvalid, match=r"top\.yaml:2:1: streams: [\s\S]*base\.yaml:1:1: seeds: "):
        given(tmp_path / "top.yaml", clock="x60")
