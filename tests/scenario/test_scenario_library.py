"""The ready scenarios: every one loads, says what it is good for, and can be found."""

import re

import pytest

from ice_mock.scenario import ScenarioInvalid, by_name, shipped
from ice_mock.scenario.populate import populated

every_name = pytest.mark.parametrize("name", shipped().names())


def test_there_are_many() -> None:
    assert len(shipped().names()) >= 15


@every_name
def test_it_loads_under_its_name(name) -> None:
    scenario = populated(by_name(name))

    assert scenario.name == name
    assert scenario.description


@every_name
def test_it_opens_with_a_sentence_on_what_it_is_good_for(name) -> None:
    assert re.match(r"# Good for: \S.+\.\nscenario: ", shipped().text(name))


@every_name
def test_its_fields_are_in_the_order_of_the_reference(name) -> None:
    order = [
        "scenario",
        "description",
        "extends",
        "seed",
        "clock",
        "signatures",
        "account",
        "templates",
        "streams",
    ]
    order += [
        "buckets",
        "jobs",
        "populate",
        "snapshots",
        "callbacks",
        "behaviour",
        "timeline",
        "faults",
        "expect",
    ]
    keys = re.findall(r"^(\w+):", shipped().text(name), re.MULTILINE)

    assert keys == sorted(keys, key=order.index)


@pytest.mark.parametrize("name", ["flaping-ingest", "../one-room", "one-room.yaml", "", "no such"])
def test_a_name_that_there_is_not_is_refused(name) -> None:
    with pytest.raises(
        ScenarioInvalid, match=r"^scenario: found the name '.*', expected the name of a ready scenario"
    ):
        by_name(name)


def test_a_misspelt_name_is_recognised() -> None:
    with pytest.raises(ScenarioInvalid, match=r"\(did you mean flapping-ingest\?\)"):
        by_name("flaping-ingest")
