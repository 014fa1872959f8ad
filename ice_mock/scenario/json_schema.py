"""The JSON Schema of scenarios, for editors: made from the schemas that check them."""

from collections.abc import Callable
from typing import Any

from marshmallow import Schema, fields, missing, validate

from ice_mock.domain.fault import Plane
from ice_mock.faults import Kind
from ice_mock.scenario.expectations import Amount
from ice_mock.scenario.fault_records import HEADS, VALUE, FaultField, kinds, option_names, targets
from ice_mock.scenario.fields import JsonSchema, Unsupported, Value
from ice_mock.scenario.records import Buckets
from ice_mock.scenario.root import ScenarioRecord
from ice_mock.scenario.structures import Group, Many, Record, plain

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_TYPES: tuple[tuple[type[fields.Field[Any]], JsonSchema], ...] = (
    (fields.Integer, {"type": "integer"}),
    (fields.Float, {"type": "number"}),
    (fields.Boolean, {"type": "boolean"}),
    (fields.String, {"type": "string"}),
    (fields.Mapping, {"type": "object"}),
    (fields.List, {"type": "array"}),
)


def json_schema() -> JsonSchema:
    """The schema of a scenario, in the draft of 2020-12."""
    generator = _Generator()
    root = generator.record(ScenarioRecord())
    return {"$schema": DIALECT, "title": "ice_mock scenario", **root, "$defs": generator.definitions}


class _Generator:
    """Collects the definition of every record and of faults on the way."""

    def __init__(self) -> None:
        self.definitions: dict[str, JsonSchema] = {}

    def record(self, record: Record) -> JsonSchema:
        found: JsonSchema = {
            "description": _first_line(record),
            "type": "object",
            "additionalProperties": False,
            "properties": self._properties(record),
        }
        required = [field.data_key or name for name, field in record.fields.items() if field.required]
        groups = [{"oneOf": [{"required": [key]} for key in group]} for group in record.exactly_one]
        if record.at_least_one:
            groups.append({"anyOf": [{"required": [key]} for key in record.at_least_one]})
        return found | ({"required": required} if required else {}) | ({"allOf": groups} if groups else {})

    def _properties(self, record: Record) -> dict[str, JsonSchema]:
        return {
            field.data_key or name: self._field(field, record.default(name))
            for name, field in record.fields.items()
            if not isinstance(field, Unsupported)
        }

    def _field(self, field: fields.Field[Any], default: Any = missing) -> JsonSchema:
        found = self._value(field)
        if field.allow_none:
            found = {"anyOf": [found, {"type": "null"}]}
        meaning = field.metadata.get("meaning")
        return (
            found
            | ({"description": meaning} if meaning else {})
            | ({"default": default} if default is not missing else {})
        )

    def _value(self, field: fields.Field[Any]) -> JsonSchema:
        match field:
            case Group():
                return self._defined(field.record)
            case Many():
                item = self._field(field.inner)
                items = {"type": "array", "items": item}
                return {"anyOf": [item, items]} if field.or_one else items
            case Buckets() | Amount():
                return {"anyOf": [field.json_schema(), self._value(field.long)]}
            case FaultField():
                return self._definition("Fault", self._fault)
        return foreign(field)

    def _defined(self, record: Record) -> JsonSchema:
        return self._definition(type(record).__name__.removesuffix("Record"), lambda: self.record(record))

    def _definition(self, name: str, make: Callable[[], JsonSchema]) -> JsonSchema:
        if name not in self.definitions:
            self.definitions[name] = {}
            self.definitions[name] = make()
        return {"$ref": f"#/$defs/{name}"}

    def _fault(self) -> JsonSchema:
        known = [(plane, kind) for plane in Plane for kind in kinds(plane).values()]
        variants = [self._kind(plane, kind) for plane, kind in known]
        return {
            "description": "a fault: what goes wrong, whom it strikes and how often",
            "anyOf": variants or [{"not": {}}],
        }

    def _kind(self, plane: Plane, kind: type[Kind]) -> JsonSchema:
        options = kind.Options()
        head = next((key for key, named in HEADS.items() if named is plane), kind.name)
        own = {
            key: self._field(field, _default(field))
            for key, field in zip(option_names(options), options.fields.values(), strict=True)
        }
        value = own.pop(VALUE, {})
        if head != kind.name:
            value = {"const": kind.name}
        required = [key for key in required_options(options) if key != VALUE]
        return {
            "description": _first_line(kind),
            "type": "object",
            "additionalProperties": False,
            "properties": {head: value} | own | self._properties(targets(plane)),
            "required": [head, *required],
        }


def required_options(options: Schema) -> list[str]:
    return [field.data_key or name for name, field in options.fields.items() if field.required]


def foreign(field: fields.Field[Any]) -> JsonSchema:
    """The schema of a field of a kind of fault, which may say it itself in ``metadata["json_schema"]``."""
    if own := field.metadata.get("json_schema"):
        return dict(own)
    if isinstance(field, Value):
        return field.json_schema()
    found = dict(next((schema for kind, schema in _TYPES if isinstance(field, kind)), {}))
    for each in field.validators:
        if isinstance(each, validate.OneOf):
            return {"enum": list(each.choices)}
        if isinstance(each, validate.Range):
            bounds = {"minimum": each.min, "maximum": each.max}
            found |= {key: bound for key, bound in bounds.items() if bound is not None}
    return found


def _default(field: fields.Field[Any]) -> Any:
    return missing if callable(field.load_default) else plain(field.load_default)


def _first_line(subject: object) -> str:
    return (subject.__doc__ or "").strip().partition("\n")[0]
