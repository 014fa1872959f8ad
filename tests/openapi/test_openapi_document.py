"""The document describes every route of the control API, and nothing else; nothing but it describes them."""

import re
from types import NoneType
from typing import Any, get_args, get_type_hints

import pytest
from flask import Flask
from openapi_spec_validator import validate

from ice_mock.client import documents
from ice_mock.web import create_app
from ice_mock.web.control import answers
from ice_mock.web.control.operations import OPERATIONS
from ice_mock.worlds import IceMock

SERVED_BY_ITSELF = {"HEAD", "OPTIONS"}
TYPES = {str: "string", int: "integer", float: "number", bool: "boolean"}
SCHEMA_OF = {
    "ClockReading": "ClockReading",
    "World": "World",
    "NewWorld": "MadeWorld",
    "EndedWorld": "EndedWorld",
    "Scenario": "Scenario",
    "FrameCounts": "FrameCounts",
    "CallbackCounts": "CallbackCounts",
    "Change": "Change",
    "Report": "Report",
    "Stream": "Stream",
    "Template": "Template",
    "Run": "Run",
    "Job": "Job",
    "File": "File",
    "FrameFile": "FrameFile",
    "FrameRecord": "Frame",
    "ObjectEntry": "StoredObject",
    "Why": "Reason",
    "Request": "Call",
    "Fault": "ArmedFault",
    "Attempt": "Attempt",
    "Callback": "Callback",
    "Received": "Received",
    "Count": "CallCount",
}


@pytest.fixture(scope="module")
def app() -> Flask:
    return create_app(IceMock())


def routes(app: Flask) -> set[tuple[str, str]]:
    """Every verb and path of the application, written as OpenAPI has it."""
    return {
        (verb, re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule))
        for rule in app.url_map.iter_rules()
        for verb in rule.methods - SERVED_BY_ITSELF
    }


def test_it_is_a_valid_openapi_document(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1")
    validate(document)


def test_every_route_of_the_application_is_in_it_and_nothing_else(
    app: Flask, document: dict[str, Any]
) -> None:
    described = {
        (verb.upper(), path) for path, operations in document["paths"].items() for verb in operations
    }

    assert described == routes(app)


def test_every_operation_that_is_described_is_served(app: Flask) -> None:
    assert set(OPERATIONS) == {rule.endpoint.removeprefix("control.") for rule in app.url_map.iter_rules()}


def test_every_answer_is_described_by_a_schema_or_has_no_content(document: dict[str, Any]) -> None:
    bare = {
        operation["operationId"]
        for operations in document["paths"].values()
        for operation in operations.values()
        for status, answer in operation["responses"].items()
        if status != "204" and not all(content["schema"] for content in answer["content"].values())
    }

    assert bare == set()


def test_every_refusal_has_the_one_shape_of_errors(document: dict[str, Any]) -> None:
    shapes = {
        (status, content["schema"]["$ref"])
        for operations in document["paths"].values()
        for operation in operations.values()
        for status, answer in operation["responses"].items()
        for content in answer.get("content", {}).values()
        if status >= "400" and operation["operationId"] != "readyz"
    }

    assert {reference for _, reference in shapes} == {"#/components/schemas/Refusal"}


@pytest.mark.parametrize("name", SCHEMA_OF)
def test_the_client_knows_an_answer_by_the_same_entries(document: dict[str, Any], name: str) -> None:
    known = get_type_hints(getattr(documents, name))

    schema = document["components"]["schemas"][SCHEMA_OF[name]]

    assert set(schema["properties"]) == set(known)
    assert set(schema["required"]) == set(known)


@pytest.mark.parametrize("name", SCHEMA_OF)
def test_the_client_knows_which_entries_may_be_null(document: dict[str, Any], name: str) -> None:
    known = get_type_hints(getattr(documents, name))

    properties = document["components"]["schemas"][SCHEMA_OF[name]]["properties"]

    nullable = {entry for entry, schema in properties.items() if _is_nullable(schema)}
    # A client's world has a key; only the default one may have none.
    assert nullable - {"access_key_id"} == {
        entry for entry, kind in known.items() if NoneType in get_args(kind)
    } - {"access_key_id"}


@pytest.mark.parametrize("name", SCHEMA_OF)
def test_the_client_knows_of_which_types_entries_are(document: dict[str, Any], name: str) -> None:
    known = get_type_hints(getattr(documents, name))

    properties = document["components"]["schemas"][SCHEMA_OF[name]]["properties"]

    plain = {entry: TYPES[kind] for entry, kind in known.items() if kind in TYPES}
    # A client's world has a key; only the default one may have none.
    plain.pop("access_key_id", None)
    assert {entry: properties[entry]["type"] for entry in plain} == plain


def test_every_schema_of_an_answer_is_used(document: dict[str, Any]) -> None:
    described = {name for name, each in vars(answers).items() if _is_answer(each)}

    assert described - {"Plan"} <= set(document["components"]["schemas"])


def _is_nullable(schema: dict[str, Any]) -> bool:
    return "null" in schema.get("type", []) or {"type": "null"} in schema.get("anyOf", [])


def _is_answer(thing: object) -> bool:
    return isinstance(thing, type) and issubclass(thing, answers.Answer) and thing is not answers.Answer
