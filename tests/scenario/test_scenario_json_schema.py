"""The JSON Schema for editors: it takes what is right, and refuses typical mistakes."""

import json

import pytest

from ice_mock.scenario import shipped
from ice_mock.scenario.json_schema import json_schema
from ice_mock.scenario.reading import read
from ice_mock.scenario.root import ScenarioRecord


@pytest.fixture(scope="module")
def validator():
    jsonschema = pytest.importorskip("jsonschema")
    jsonschema.Draft202012Validator.check_schema(json_schema())
    return jsonschema.Draft202012Validator(json_schema())


def plain(text: str):
    return read(text, "x").plain()


@pytest.mark.parametrize("name", shipped().names())
def test_a_ready_scenario_is_valid(validator, name) -> None:
    assert [error.json_path for error in validator.iter_errors(plain(shipped().text(name)))] == []


MISTAKES = [
    *("clok: {}", "seed: -1", "scenario: 5", "clock: frozen", "clock: {mode: frosen}", "signatures: of"),
    *("account: {status: disabld}", "account: {callback: {auth_key: weak}}", "buckets: all", "jobs: {}"),
    *(
        "streams: [{state: live}]",
        'streams: [{url: "http://a/b"}]',
        'streams: [{url: "rtmp://a/b/c", state: lve}]',
    ),
    *("templates: [{id: a, interval: 5}]", 'templates: [{id: a, interval: 4, overwrite_format: "a.jpg"}]'),
    *(
        "timeline: [{at: 5s}]",
        'timeline: [{at: 30, publish: "rtmp://a/b/c"}]',
        "timeline: [{at: -5s, clear_fault: a}]",
    ),
    *('timeline: [{at: 5s, publish: "rtmp://a/b/c", clear_fault: a}]', "behaviour: {first_frame: at_start}"),
    *(
        "faults: [{}]",
        "faults: [{eror: InternalError}]",
        "faults: [{drop: rest}]",
        "faults: [{callback: duplicte}]",
    ),
    *("faults: [{callback: duplicate, action: List*}]", "faults: [{snapshot: black, every: 0}]"),
    *(
        "expect: [{}]",
        "expect: [{frames: many}]",
        "expect: [{callbacks: {delivred: 1}}]",
        "expect: [{jobs: {a: b}}]",
    ),
    'account: {policy: {Statement: {Effect: Allow, Action: "*", Resource: "*", Condition: {}}}}',
]


@pytest.mark.parametrize("text", MISTAKES)
def test_a_typical_mistake_is_not(validator, report, text) -> None:
    assert list(validator.iter_errors(plain(text)))
    assert report(text)


def test_it_is_json_and_complete() -> None:
    schema = json.loads(json.dumps(json_schema()))

    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert list(schema["properties"]) == list(ScenarioRecord().fields)
    assert all(each["description"] for each in schema["properties"].values())


def test_every_reference_leads_somewhere() -> None:
    schema = json_schema()

    references = set(_references(schema))

    assert references == {f"#/$defs/{name}" for name in schema["$defs"]}


def test_defaults_are_told() -> None:
    properties = json_schema()["$defs"]["Behaviour"]["properties"]

    assert properties["start_delay"]["default"] == "0s"
    assert properties["first_frame"]["enum"] == ["after-interval", "at-start"]


def _references(schema):
    if isinstance(schema, dict):
        yield from (value for key, value in schema.items() if key == "$ref")
        for value in schema.values():
            yield from _references(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from _references(value)
