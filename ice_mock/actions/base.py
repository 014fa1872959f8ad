"""What every action is: a name, parameters, documented errors and a handler."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from difflib import get_close_matches
from functools import lru_cache
from typing import Any, ClassVar

from marshmallow import EXCLUDE, Schema, ValidationError, fields, pre_load

from ice_mock.actions.fields import JsonObject, Parameter, Repeated, gathered, is_numbered, reading
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
_LONGEST_KEPT = 1_000
_MOST_COMPARED = 100
COMMON_PARAMETERS = frozenset(
    {
        *("Action", "Version", "Format", "AccessKeyId", "Timestamp", "RegionId"),
        *("SecurityToken", "BearerToken", "SignatureType"),
        *("Signature", "SignatureMethod", "SignatureVersion", "SignatureNonce"),
    }
)
"""What the gateway reads, or what SDKs send with every call."""


class ApiSchema(Schema):
    """Parameters under Python names; on the wire, ``job_name`` is ``JobName``."""

    class Meta:
        unknown = EXCLUDE

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        # The documentation names an action's own parameters before those that it shares with others.
        shared = {name for base in type(self).__mro__[1:] for name in getattr(base, "_declared_fields", ())}
        self.fields = dict(sorted(self.fields.items(), key=lambda item: item[0] in shared))
        by_name = {str(field.data_key): field for field in self.fields.values()}
        self._known = frozenset(by_name)
        self._objects = [(name, field) for name, field in by_name.items() if isinstance(field, JsonObject)]
        self._lists = [name for name, field in by_name.items() if isinstance(field, Repeated)]

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
            raise self._refusal(error, sent, self.unread(parameters, COMMON_PARAMETERS)) from error
        finally:
            reading.reset(token)
        return {name: loaded.get(name) for name in self.fields}

    def unread(
        self, parameters: Mapping[str, Any], besides: AbstractSet[str] = frozenset()
    ) -> tuple[str, ...]:
        """Name those of the *parameters* that nothing reads, inside of JSON ones by their path.

        Those that are read elsewhere are named *besides*.
        """
        found: list[str] = []
        if strange := parameters.keys() - self._known - besides:
            found += [name for name in parameters if name in strange and not self._is_in_a_list(name)]
        found += [name for name in self._lists if name in parameters and _is_replaced(name, parameters)]
        for name, field in self._objects:
            if name in parameters:
                found += [f"{name}.{inner}" for inner in _unread_inside(field, parameters[name])]
        return tuple(found)

    def _is_in_a_list(self, name: str) -> bool:
        return any(is_numbered(each, name) for each in self._lists)

    def _refusal(self, error: ValidationError, sent: Json, unread: Sequence[str]) -> ApiError:
        problems = list(_problems(self, "", error.messages_dict, sent))
        return next((each for each in problems if each.is_missing), problems[0]).refusal(unread)


def _unread_inside(field: JsonObject, text: Any) -> tuple[str, ...]:
    """Name what is in an object, as JSON, and not read."""
    is_short = isinstance(text, str) and len(text) <= _LONGEST_KEPT
    return _known_unread(field, text) if is_short else _found_unread(field, text)


def _found_unread(field: JsonObject, text: Any) -> tuple[str, ...]:
    found, inner = field.found(text), field.schema
    return inner.unread(found) if found and isinstance(inner, ApiSchema) else ()


# A caller's stream and bucket are the same in call after call, and reading them again costs 2 µs each.
_known_unread = lru_cache(maxsize=1024)(_found_unread)


def _is_replaced(name: str, parameters: Mapping[str, Any]) -> bool:
    """Whether a list that was sent as one parameter counts for nothing, as its entries were sent too."""
    return any(text and is_numbered(name, each) for each, text in parameters.items())


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

    def refusal(self, unread: Sequence[str]) -> ApiError:
        """The error for it; of what nothing read some may have been meant for it."""
        if self.is_missing:
            return self._missing(unread)
        found = _shortened(self._found)
        error = self._own_refusal() if self._own_refusal else None
        error = error or InvalidParameter(parameter=self._name, expected=self._expected, found=found)
        return error.because(
            f"{self._name} is {found}, where {self._expected} is expected.",
            parameter=self._name,
            expected=self._expected,
            found=found,
        )

    def _missing(self, unread: Sequence[str]) -> ApiError:
        near = _nearest(self._name, unread)
        if near and near.startswith(f"{self._name}."):
            hint = f"; {near} was sent, but it has to be one parameter: {self._expected}"
        elif near:
            hint = f"; {near} was sent, which nothing reads"
        elif self._found is not None:
            hint = f": it was sent without a value; expected {self._expected}"
        else:
            hint = f": expected {self._expected}"
        return MissingParameter(parameter=self._name, expected=self._expected).because(
            f"{self._name} is missing{hint}.",
            parameter=self._name,
            expected=self._expected,
            sent_instead=near,
            unread=", ".join(unread[:_MOST_COMPARED]) or None,
        )


def _nearest(name: str, unread: Sequence[str]) -> str | None:
    """Of what nothing read, what may have been meant for the parameter *name*."""
    known = [each for each in unread[:_MOST_COMPARED] if len(each) <= 2 * len(name) + _LONGEST_FOUND]
    if inside := next((each for each in known if each.startswith(f"{name}.")), None):
        return inside
    by_case = {each.casefold(): each for each in known}
    near = get_close_matches(name.casefold(), by_case, 1, 0.75)
    return by_case[near[0]] if near else None


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

    @classmethod
    def unread(cls, parameters: Mapping[str, str]) -> tuple[str, ...]:
        """Name those of the *parameters* that the action does not read, inside of JSON ones by their path."""
        return _schema(cls.Params).unread(parameters, COMMON_PARAMETERS)


# Making a schema costs more than all the rest of a call.
@lru_cache(maxsize=64)
def _schema(params: type[ApiSchema]) -> ApiSchema:
    return params()
