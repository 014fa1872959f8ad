"""The OpenAPI document of the control API, made from its routes and the schemas of what it is sent."""

import json
from collections.abc import Iterable, Iterator, Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, current_app, jsonify
from marshmallow import Schema, fields
from werkzeug.routing import Rule

from ice_mock.version import __version__
from ice_mock.web.control.documents import ClockMode, Instant
from ice_mock.worlds import DEFAULT, IceMock

if TYPE_CHECKING:
    from apispec.ext.marshmallow.openapi import OpenAPIConverter

    from ice_mock.web.control.operations import Body, Operation

OPENAPI = "3.1.0"
CONTROL = "control."
SCENARIO = "Scenario"
VERBS = ("GET", "POST", "PUT", "DELETE")
Json = dict[str, Any]

DESCRIPTION = (
    "Everything that steers a running ice_mock. Instants are ISO 8601 in UTC. A request that cannot be done "
    "changes nothing. Unknown entries of documents and unknown parameters are refused."
)
PLACES: Mapping[str, str] = {
    "world_id": "A world's id, which is its access key id; `default` always exists.",
    "job_id": "A job's id.",
    "template_id": "A template's id.",
    "request_id": "The request id that a call was answered with.",
    "callback_id": "A callback's id.",
    "fault_id": "A fault's id.",
    "bucket": "A bucket's name.",
    "key": "An object's key; its slashes may stand as they are.",
}
REFUSALS: Mapping[int, str] = {
    400: "The body or the query cannot be read, or is too long.",
    401: "The server wants its token.",
    403: "The request comes from another origin, or by a name that is not the server's own.",
    404: "What the path names does not exist.",
    408: "The time was over before enough had happened; the details say what was seen.",
    409: "The request does not fit the present state, or there is as much as there may be.",
    422: "The document or the query is understood, and wrong; the details say where.",
    503: "The server is stopping, too many are waiting, or it took longer than it may.",
}
OPEN_TO_ALL = ("livez", "readyz")
WITHOUT_TOKEN = (*OPEN_TO_ALL, "index", "receive")


def add_routes(bp: Blueprint, mock: IceMock) -> None:  # noqa: ARG001  # it is the same for every mock
    @bp.get("/openapi.json")
    def show_document() -> Response:
        return jsonify(openapi(current_app.url_map.iter_rules()))


def openapi(rules: Iterable[Rule]) -> Json:
    """The document that describes the routes of the control API among *rules*."""
    # Not imported before it is asked for: most servers never are.
    from apispec import APISpec
    from apispec.ext.marshmallow import MarshmallowPlugin

    schemas = _Names()
    marshmallow = MarshmallowPlugin(schema_name_resolver=schemas.name_of)
    spec = APISpec(
        "ice_mock control API",
        __version__,
        OPENAPI,
        plugins=[marshmallow],
        info={"description": DESCRIPTION},
        servers=[{"url": "/", "description": "this server"}],
        security=[{}, {"token": []}],
    )
    _teach(marshmallow.converter)
    spec.components.security_scheme("token", {"type": "http", "scheme": "bearer"})
    for name, schema in _scenario_schemas().items():
        spec.components.schema(name, schema)
    for rule in rules:
        if rule.endpoint.startswith(CONTROL):
            _add_path(spec, rule)
    document: Json = spec.to_dict()
    return _with_rules(_described(document, schemas.found))


class _Names:
    """Names schemas after their classes, and remembers which are named."""

    def __init__(self) -> None:
        self.found: dict[str, type[Schema]] = {}

    def name_of(self, schema: type[Schema] | Schema) -> str:
        kind = schema if isinstance(schema, type) else type(schema)
        self.found[kind.__name__] = kind
        return kind.__name__


def _teach(converter: "OpenAPIConverter | None") -> None:
    """Tell the converter of fields that it does not know."""
    if converter is None:
        raise TypeError("the plugin has no converter before it belongs to a document")

    def our_own(_: object, field: fields.Field[Any], ret: Mapping[str, Any]) -> Json:
        if isinstance(field, Instant):
            return {"type": "string", "format": "date-time"}
        if isinstance(field, ClockMode):
            return {"pattern": r"^(real|frozen|x[1-9][0-9]{0,5}(\.[0-9]{1,6})?|x0\.[0-9]{0,5}[1-9])$"}
        # A pattern of Python's is matched from the start, and may end in what other languages do not know.
        pattern = ret.get("pattern")
        return {"pattern": "^" + pattern.replace(r"\Z", "$")} if pattern else {}

    converter.add_attribute_function(our_own)  # type: ignore[no-untyped-call]


def _add_path(spec: Any, rule: Rule) -> None:
    from ice_mock.web.control.operations import OPERATIONS

    name = rule.endpoint.removeprefix(CONTROL)
    operation = OPERATIONS[name]
    path = "".join(f"{{{part}}}" if is_name else part for is_name, part in _parts(rule))
    parameters = [
        {
            "in": "path",
            "name": place,
            "required": True,
            "description": PLACES[place],
            "schema": {"type": "string", "minLength": 1},
            **({"example": DEFAULT} if place == "world_id" else {}),
        }
        for is_name, place in _parts(rule)
        if is_name
    ]
    for verb in set(VERBS) & (rule.methods or set()):
        spec.path(path, operations={verb.lower(): _operation(name, verb, operation, parameters)})


def _parts(rule: Rule) -> Iterator[tuple[bool, str]]:
    """The pieces of a path, and whether each is the name of a place in it."""
    for piece in rule.rule.split("<"):
        if ">" not in piece:
            yield False, piece
            continue
        place, _, rest = piece.partition(">")
        yield True, place.rpartition(":")[2]
        yield False, rest


def _operation(name: str, verb: str, operation: "Operation", parameters: list[Json]) -> Json:
    if operation.query:
        parameters = [*parameters, {"in": "query", "schema": operation.query}]
    described: Json = {
        "operationId": name,
        "summary": operation.summary,
        "parameters": parameters,
        "responses": _responses(name, verb, operation, parameters),
    }
    if operation.query and operation.query.__doc__:
        described["description"] = _plain(operation.query.__doc__)
    if operation.body:
        described["requestBody"] = {"content": _content(operation.body)}
    if name in WITHOUT_TOKEN:
        described["security"] = []
    return described


def _responses(name: str, verb: str, operation: "Operation", parameters: list[Json]) -> Json:
    from ice_mock.web.control.answers import Refusal

    responses: Json = {
        str(operation.status): _response(HTTPStatus(operation.status).phrase, operation.answer)
    }
    for status, answer in operation.others.items():
        responses[str(status)] = _response(HTTPStatus(status).phrase, answer)
    for status in sorted({*_refusals(name, verb, operation, parameters)}):
        responses[str(status)] = _response(REFUSALS[status], Refusal)
    return responses


def _refusals(name: str, verb: str, operation: "Operation", parameters: list[Json]) -> Iterator[int]:
    """The statuses that a request may be refused with, some of them more than once."""
    yield 403
    if name not in WITHOUT_TOKEN:
        yield 401
    is_inside = any(parameter["in"] == "path" for parameter in parameters)
    if is_inside:
        yield 404
    if operation.body or operation.query:
        yield 400
    if operation.query or (operation.body and name != "receive"):
        yield 422
    if is_inside or verb != "GET":
        yield 503
    yield from operation.refusals


def _response(description: str, answer: "Body") -> Json:
    return {"description": description} | ({"content": _content(answer)} if answer else {})


def _content(body: "Body") -> Json:
    from ice_mock.web.control.operations import JSON, Content

    if isinstance(body, Content):
        return {media_type: {"schema": body.schema} for media_type in body.types}
    return {JSON: {"schema": body}}


def _scenario_schemas() -> dict[str, Json]:
    """The definitions of what scenarios are made of, and that of a whole one."""
    from ice_mock.scenario.json_schema import json_schema

    text = json.dumps(json_schema()).replace("#/$defs/", f"#/components/schemas/{SCENARIO}")
    root = json.loads(text)
    definitions: dict[str, Json] = root.pop("$defs")
    root.pop("$schema")
    return {f"{SCENARIO}{name}": schema for name, schema in definitions.items()} | {
        f"{SCENARIO}Document": root
    }


def _described(document: Json, schemas: Mapping[str, type[Schema]]) -> Json:
    """Say of each schema what its class says."""
    for name, schema in schemas.items():
        if schema.__doc__:
            document["components"]["schemas"][name]["description"] = _plain(schema.__doc__)
    return document


def _with_rules(document: Json) -> Json:
    """Add what schemas check beyond their fields."""
    schemas = document["components"]["schemas"]
    schemas["Advance"]["oneOf"] = [{"required": ["seconds"]}, {"required": ["to"]}]
    schemas["Awaited"]["oneOf"] = [{"required": [kind]} for kind in ("callbacks", "requests", "inbox")]
    return document


def _plain(docstring: str) -> str:
    """A docstring in one line, its emphasis taken out."""
    return " ".join(docstring.replace("*", "").split())
