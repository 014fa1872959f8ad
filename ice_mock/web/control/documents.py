"""What the control API is sent: JSON documents and queries, checked with schemas."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import request
from marshmallow import RAISE, Schema, ValidationError, fields

from ice_mock.clock import from_iso, rate_of
from ice_mock.errors import ControlError, Unprocessable
from ice_mock.web.body import LONGEST, read_body

Document = dict[str, Any]


class Strict(Schema):
    """A document in which every key has a meaning."""

    class Meta:
        unknown = RAISE


class Instant(fields.Field[datetime]):
    """An instant in ISO 8601, in UTC if it names no zone."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> datetime:
        try:
            return from_iso(value)
        except (TypeError, ValueError) as error:
            raise ValidationError("expected an instant such as 2026-01-31T23:59:59Z") from error


class ClockMode(fields.String):
    """The mode of a clock: ``real``, ``frozen`` or ``xN``."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> str:
        mode: str = super()._deserialize(value, *args, **kwargs)
        try:
            rate_of(mode)
        except ValueError as error:
            raise ValidationError(str(error)) from error
        return mode


def document(schema: Schema) -> Document:
    """Read the request's body as JSON; no body is an empty document.

    Raises ControlError for what is no JSON object, Unprocessable for one that *schema* refuses.
    """
    return _checked(schema, json_object())


def json_object() -> Document:
    """Read the request's body as a JSON object, empty if there is none; raises ControlError."""
    body = read_body(request)
    if body is None:
        raise ControlError(f"the body is longer than {LONGEST} bytes")
    try:
        found = json.loads(body) if body else {}
    except (ValueError, RecursionError) as error:
        raise ControlError(f"the body is no JSON: {error}") from error
    if not isinstance(found, dict):
        raise ControlError("the body has to be a JSON object")
    return found


def query(schema: Schema) -> Document:
    """Read the request's query; raises ControlError for no UTF-8, Unprocessable for what *schema* refuses."""
    try:
        found = request.args.to_dict()
    except UnicodeDecodeError as error:
        raise ControlError(f"the query is no UTF-8: {error}") from error
    return _checked(schema, found)


def _checked(schema: Schema, found: Mapping[str, Any]) -> Document:
    try:
        loaded: Document = schema.load(found)
    except ValidationError as error:
        problems = dict(_flattened("", error.messages_dict))
        path, message = next(iter(problems.items()))
        allowed = ", ".join(str(field.data_key or name) for name, field in schema.fields.items())
        raise Unprocessable(
            f"{path}: {message} (known here: {allowed})", path=path, problems=problems
        ) from error
    return loaded


def _flattened(prefix: str, messages: Mapping[str, Any]) -> "list[tuple[str, str]]":
    found = []
    for name, message in messages.items():
        path = f"{prefix}{name}"
        if isinstance(message, dict):
            found += _flattened(f"{path}.", message)
        else:
            found.append((path, " ".join(str(each) for each in message)))
    return found
