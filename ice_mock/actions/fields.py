"""Parameters as they come over the wire: text, each kind with a sentence of what is expected."""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from marshmallow import Schema, ValidationError, fields, validate

from ice_mock.domain.behaviour import DEFAULT, Behaviour
from ice_mock.errors import ApiError

INTEGER = re.compile(r"[+-]?\d{1,19}", re.ASCII)
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", re.ASCII)


reading: ContextVar[Behaviour] = ContextVar("reading", default=DEFAULT)
"""How strictly the world reads to which the call belongs whose parameters are being read."""


class Parameter(fields.Field[Any]):
    """A parameter that can say what it expects; *refusal* is the error for a wrong one, if it has its own."""

    refusal: type[ApiError] | None = None

    @property
    def expected(self) -> str:
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Form:
    """What a text has to look like; *words* say so, to follow "text of up to ... characters".

    Whether *is_address* is looked at depends on the world, and so does whether a *name* has to be
    one that object storage takes.
    """

    pattern: re.Pattern[str]
    words: str
    is_address: bool = False
    name: re.Pattern[str] | None = None

    def __call__(self, text: str) -> None:
        if self.is_address and reading.get().address_checks == "off":
            return
        checks_name = self.name is not None and reading.get().format_names == "strict"
        if not self.pattern.fullmatch(text) or (self.name and checks_name and not self.name.match(text)):
            raise ValidationError(self.words)


class Text(fields.String, Parameter):
    """Text of up to *longest* characters, in a certain *form*."""

    def __init__(self, *, longest: int | None = None, form: Form | None = None, **options: Any) -> None:
        checks: list[Callable[[str], Any]] = [validate.Length(max=longest)] if longest else []
        super().__init__(validate=[*checks, *([form] if form else [])], **options)
        self._words = [f"text of up to {longest} characters" if longest else "text"]
        self._words += [form.words] if form else []

    @property
    def expected(self) -> str:
        return ", ".join(self._words)


class Choice(fields.String, Parameter):
    """One of a few words."""

    def __init__(self, *choices: str, **options: Any) -> None:
        super().__init__(validate=validate.OneOf(choices), **options)
        self._choices = choices

    @property
    def expected(self) -> str:
        return " or ".join(self._choices)


class Number(fields.Integer, Parameter):
    """A whole number in decimal digits, from *least* to *most*."""

    def __init__(self, *, least: int, most: int | None = None, **options: Any) -> None:
        super().__init__(validate=validate.Range(least, most), **options)
        self._least, self._most = least, most

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        # int() would also take "1_000", " 7 " and digits of other scripts.
        if isinstance(value, str) and not INTEGER.fullmatch(value):
            raise self.make_error("invalid", input=value)
        return super()._deserialize(value, *args, **kwargs)

    @property
    def expected(self) -> str:
        return f"an integer from {self._least}" + (f" to {self._most}" if self._most is not None else "")


class Flag(fields.Boolean, Parameter):
    """``true`` or ``false`` in any case: the SDKs write it differently."""

    truthy: ClassVar[set[Any]] = {True}  # type: ignore[misc]  # the base makes it an instance's
    falsy: ClassVar[set[Any]] = {False}  # type: ignore[misc]

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        words = {"true": True, "false": False}
        return super()._deserialize(words.get(str(value).lower(), value), *args, **kwargs)

    @property
    def expected(self) -> str:
        return "true or false"


class Instant(Parameter):
    """A time in UTC, ``yyyy-MM-ddTHH:mm:ssZ``; a wrong one has an error of its own."""

    def __init__(self, refusal: type[ApiError], **options: Any) -> None:
        super().__init__(**options)
        self.refusal = refusal

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> datetime:
        # fromisoformat() alone would take other forms too.
        well_formed = isinstance(value, str) and INSTANT.fullmatch(value)
        try:
            return datetime.fromisoformat(value if well_formed else "")
        except ValueError as error:
            raise ValidationError(self.expected) from error

    @property
    def expected(self) -> str:
        return "a time in UTC such as 2026-01-31T23:59:59Z"


class JsonObject(fields.Nested, Parameter):
    """An object, which on the wire is a string of JSON."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        return super()._deserialize(self.parsed(value), *args, **kwargs)

    def parsed(self, value: Any) -> dict[str, Any]:
        """The object as it was sent, not checked yet; raises ValidationError if it is none."""
        found: dict[str, Any] = parsed(value, dict, self)
        return found

    def found(self, value: Any) -> dict[str, Any] | None:
        """The object as it was sent, None if it is none."""
        try:
            found = json.loads(value)
        except (TypeError, ValueError, RecursionError):
            return None
        return found if isinstance(found, dict) else None

    @property
    def expected(self) -> str:
        names = (field.data_key or name for name, field in self.schema.fields.items())
        return f"a JSON object with {', '.join(names)}"


class JsonNumbers(Parameter):
    """A list of up to *most* whole numbers, which on the wire is a string of JSON."""

    def __init__(self, *, most: int, **options: Any) -> None:
        super().__init__(**options)
        self._most = most

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> list[int]:
        numbers = parsed(value, list, self)
        # bool is an int to Python, and not to anybody else.
        if not 0 < len(numbers) <= self._most or any(type(number) is not int for number in numbers):
            raise ValidationError(self.expected)
        return list(dict.fromkeys(numbers))

    @property
    def expected(self) -> str:
        return f"a JSON list of 1 to {self._most} integers"


class Repeated(fields.List[str], Parameter):
    """A list of up to *most* texts, which on the wire is ``Name.1``, ``Name.2`` and so on."""

    def __init__(self, *, most: int, **options: Any) -> None:
        super().__init__(fields.String(), validate=validate.Length(max=most), **options)
        self._most = most

    @property
    def expected(self) -> str:
        return f"up to {self._most} texts, numbered {self.data_key}.1, {self.data_key}.2 and so on"


def parsed(value: Any, kind: type[Any], parameter: Parameter) -> Any:
    """Read a string of JSON that has to hold a *kind*; raises ValidationError."""
    try:
        found = json.loads(value)
    except (TypeError, ValueError, RecursionError) as error:
        raise ValidationError(parameter.expected) from error
    if not isinstance(found, kind):
        raise ValidationError(parameter.expected)
    return found


def gathered(schema: Schema, parameters: Mapping[str, str]) -> dict[str, Any]:
    """Collect the numbered parameters of *schema* into lists, in the order of their numbers."""
    found: dict[str, Any] = dict(parameters)
    for field in schema.fields.values():
        if isinstance(field, Repeated) and (values := list(_numbered(f"{field.data_key}.", parameters))):
            found[str(field.data_key)] = [text for _, text in sorted(values)]
    return found


def is_numbered(name: str, given: str) -> bool:
    """Tell whether *given* is an entry of the list *name*, as in ``TemplateIds.1``."""
    return given.startswith(f"{name}.") and bool(INTEGER.fullmatch(given[len(name) + 1 :]))


def _numbered(prefix: str, parameters: Mapping[str, str]) -> Iterable[tuple[int, str]]:
    for name, text in parameters.items():
        if text and name.startswith(prefix) and INTEGER.fullmatch(number := name.removeprefix(prefix)):
            yield int(number), text
