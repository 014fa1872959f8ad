"""Whatever the text, there is a scenario or a report: nothing else is raised, and nothing hangs."""

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ice_mock.scenario import ScenarioInvalid, load, shipped
from ice_mock.scenario.populate import populated

TEXTS = [shipped().text(name) for name in shipped().names()]
KEYS = [
    *(
        "scenario",
        "extends",
        "seed",
        "clock",
        "mode",
        "start",
        "account",
        "policy",
        "Statement",
        "Effect",
        "Action",
    ),
    *(
        "access_keys",
        "id",
        "secret",
        "expires",
        "callback",
        "templates",
        "interval",
        "streams",
        "url",
        "pattern",
        "live",
    ),
    *(
        "buckets",
        "jobs",
        "name",
        "template",
        "stream",
        "populate",
        "behaviour",
        "timeline",
        "at",
        "publish",
        "fault",
    ),
    *(
        "faults",
        "error",
        "delay",
        "snapshot",
        "where",
        "times",
        "expect",
        "frames",
        "calls",
        "at_least",
        "_schema",
        "value",
    ),
]
PIECES = [
    "a",
    ":",
    " ",
    "\n",
    "-",
    "[",
    "]",
    "{",
    "}",
    ",",
    "'",
    '"',
    "#",
    "&a",
    "*a",
    "!!int",
    "|",
    ">",
    "?",
    "<<",
    "%",
    "\t",
]
words = st.sampled_from(
    ["30s", "-1s", "*", "live", "rtmp://a/b/c", "one-room", "off", "é", "", "2026-01-01", "x60"]
)
values = st.recursive(
    words | st.integers() | st.floats() | st.booleans() | st.none() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=5),
    max_leaves=15,
)


def read(text: str) -> None:
    with suppress(ScenarioInvalid):
        load(text, source="x")


@given(st.lists(st.sampled_from([*PIECES, *KEYS]) | st.text(max_size=3), max_size=40).map("".join))
def test_any_text(text) -> None:
    read(text)


@given(st.dictionaries(st.sampled_from(KEYS), values, max_size=6))
def test_any_document(document) -> None:
    read(_flow(document))


@settings(max_examples=120)
@given(st.data())
def test_any_change_of_a_ready_scenario(data) -> None:
    text = data.draw(st.sampled_from(TEXTS))
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 20)))
    piece = data.draw(st.sampled_from([*PIECES, *KEYS, "-5", "30s", "null", "true", ""]))

    read(f"{text[:start]}{piece}{text[end:]}")


@given(st.binary(max_size=60).map(lambda content: content.decode("utf-8", "surrogateescape")))
def test_any_bytes(text) -> None:
    read(text)


FLOODS = {
    "opening brackets": "[" * 500_000,
    "opening braces": "{a: " * 200_000,
    "dashes": "- " * 400_000,
    "question marks": "? " * 400_000,
    "one long word": "seed: " + "9" * 900_000,
    "one long broken number": "seed: 1." + "9" * 900_000,
    "many wrong entries": "streams:\n" + "- {}\n" * 5_000,
    "many unknown keys": "\n".join(f"k{number}: 0" for number in range(8_000)),
    "a pattern of stars": f"faults: [{{error: InternalError, action: '{'*?' * 300_000}X'}}]",
    "a long format": f"templates: [{{id: a, interval: 5, sequence_format: '{'{a' * 300_000}'}}]",
    "comments": "#\n" * 500_000,
}


@pytest.mark.parametrize("text", FLOODS.values(), ids=FLOODS)
def test_a_flood_is_refused(text) -> None:
    with pytest.raises(ScenarioInvalid):
        load(text, source="x")


def test_many_right_entries_are_read() -> None:
    streams = "\n".join(f'- {{url: "rtmp://a/b/{number}"}}' for number in range(3_000))

    assert len(load(f"streams:\n{streams}", source="x").streams) == 3_000


def test_many_things_are_made_up() -> None:
    scenario = populated(load("populate: {templates: 50, streams: 300, jobs: 300}", source="x"))

    assert len(scenario.streams) == 300


def _flow(value) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_flow(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_flow, value)) + "]"
    return f'"{value}"' if isinstance(value, str) and '"' not in value and "\\" not in value else str(value)
