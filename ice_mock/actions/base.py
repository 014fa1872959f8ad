"""What every action is: a name, parameters, documented errors and a handler."""

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any, ClassVar

from marshmallow import EXCLUDE, Schema, ValidationError, fields, pre_load

from ice_mock.actions.fields import JsonObject, Parameter, gathered, reading
from ice_mock.domain.behaviour import DEFAULT, Behaviour
from ice_mock.engine import Engine
from ice_mock.errors import (
    ApiError,
    Forbidden,
    InternalError,
    InvalidParameter,
    MissingParameter,
    OperationDenied,
    UserDisabled,
)

Json = dict[str, Any]

BASE_ERRORS: tuple[type[ApiError], ...] = (
    MissingParameter,
    InvalidParameter,
    UserDisabled,
    Forbidden,
    OperationDenied,
    InternalError,
)

MISSING = "missing"
"""The message of a parameter that is absent; a second message says what was expected."""
_LONGEST_FOUND = 80


class ApiSchema(Schema):
    """Parameters under Python names; on the wire, ``job_name`` is ``JobName``."""

    class Meta:
        unknown = EXCLUDE

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        # The documentation names an action's own parameters before those that it shares with others.
        shared = {name for base in type(self).__mro__[1:] for name in getattr(base, "_declared_fields", ())}
        self.fields = dict(sorted(self.fields.items(), key=lambda item: item[0] in shared))

    def on_bind_field(self, field_name: str, field_obj: fields.Field[Any]) -> None:
        if field_obj.data_key is None:
            field_obj.data_key = "".join(part.title() for part in field_name.split("_"))
        field_obj.error_messages = {**field_obj.error_messages, "required": MISSING, "null": MISSING}

    @pre_load
    def leave_out_what_is_empty(self, data: Mapping[str, Any], **_: object) -> Mapping[str, Any]:
        # Assumed: an empty parameter is no parameter.
        if reading.get().empty_parameters == "given":
            return data
        return {name: value for name, value in data.items() if value != ""}

    def arguments(self, parameters: Mapping[str, str], behaviour: Behaviour = DEFAULT) -> Json:
        """Typed arguments for the handler; raises MissingParameter, InvalidParameter or the field's refusal.

        Whatever is missing is reported first, then whatever is wrong, in the order of the declaration.
        """
        sent = gathered(self, parameters)
        token = reading.set(behaviour)
        try:
            loaded: Json = self.load(sent)
        except ValidationError as error:
            raise self._refusal(error, sent) from error
        finally:
            reading.reset(token)
        return {name: loaded.get(name) for name in self.fields}

    def _refusal(self, error: ValidationError, sent: Json) -> ApiError:
        problems = list(_problems(self, "", error.messages_dict, sent))
        return next((each for each in problems if each.is_missing), problems[0]).refusal()


def _problems(
    schema: Schema, prefix: str, messages: Mapping[str, Any], sent: Mapping[str, Any]
) -> Iterator["_Problem"]:
    for field in schema.fields.values():
        name = str(field.data_key)
        message = messages.get(name)
        if isinstance(message, dict) and isinstance(field, JsonObject):
            yield from _problems(field.schema, f"{prefix}{name}.", message, field.parsed(sent.get(name)))
        elif message:
            yield _Problem(prefix + name, field, message, sent.get(name))


class _Problem:
    """What is wrong with one parameter."""

    def __init__(self, name: str, field: fields.Field[Any], message: object, found: object) -> None:
        self._name = name
        self._expected = field.expected if isinstance(field, Parameter) else "another value"
        self._own_refusal = field.refusal if isinstance(field, Parameter) else None
        self._found = found
        messages = message if isinstance(message, list) else []
        self.is_missing = messages[:1] == [MISSING]
        if self.is_missing and len(messages) > 1:
            self._expected = messages[1]

    def refusal(self) -> ApiError:
        if self.is_missing:
            return MissingParameter(parameter=self._name, expected=self._expected)
        if self._own_refusal:
            return self._own_refusal()
        return InvalidParameter(parameter=self._name, expected=self._expected, found=_shortened(self._found))


def _shortened(value: object) -> str:
    text = repr(value) if value is not None else "nothing"
    return text if len(text) <= _LONGEST_FOUND else f"{text[:_LONGEST_FOUND]}… ({len(text)} characters)"


class Action:
    """One action of the API. Subclasses are called what the service calls them."""

    raises: ClassVar[tuple[type[ApiError], ...]] = ()
    """The documented errors, beside those that every action has."""

    Params: ClassVar[type[ApiSchema]] = ApiSchema
    handle: ClassVar[Callable[..., Json]]

    @classmethod
    def call(cls, engine: Engine, parameters: Mapping[str, str]) -> Json:
        """Check the *parameters*, and do it; raises a documented error."""
        return cls.handle(engine, **_schema(cls.Params).arguments(parameters, engine.account.behaviour))


# Making a schema costs more than all the rest of a call.
@lru_cache(maxsize=64)
def _schema(params: type[ApiSchema]) -> ApiSchema:
    return params()
