"""Values of a scenario: every field says what it expects, in words and in JSON Schema."""

import re
from dataclasses import dataclass
from typing import Any, ClassVar

from marshmallow import ValidationError, fields, missing

from ice_mock.scenario.problems import Complaint, described, listed

JsonSchema = dict[str, Any]
ENDLESS = 1_000_000_000
"""Limits from here on are only there to keep sums small, and not worth a word."""


class Demanding:
    """What can say what it expects, to follow "expected", and complains in those words."""

    expected: str
    choices: tuple[str, ...] = ()

    def meant(self, value: Any) -> str | None:
        """What *value* certainly was meant to be, if that can be told."""
        del value
        return None

    def make_error(self, key: str, **details: Any) -> ValidationError:
        absent = key in ("required", "null")
        meant = None if absent else self.meant(details.get("input"))
        choices = () if absent else self.choices
        return ValidationError([Complaint(self.expected, choices, "nothing" if absent else None, meant)])


class Value(Demanding, fields.Field[Any]):
    """A value that is read by `read`, which raises ValueError for what is not expected.

    *default* is what a value left out amounts to, where the made object does not say so itself.
    """

    def __init__(self, meaning: str, *, default: Any = missing, **options: Any) -> None:
        super().__init__(metadata={"meaning": meaning, "default": default}, **options)

    def read(self, value: Any) -> Any:
        raise NotImplementedError

    def json_schema(self) -> JsonSchema:
        raise NotImplementedError

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> Any:
        try:
            return self.read(value)
        except (TypeError, ValueError, OverflowError) as error:
            raise self.make_error("invalid", input=value) from error


@dataclass(frozen=True, slots=True)
class Form:
    """What a text has to look like: a *pattern* in both Python and JSON Schema, and the *words* for it."""

    pattern: str
    words: str


PRINTABLE = Form(r"[^\x00-\x1f\x7f]*", "text in one line")
PARAGRAPHS = Form(r"[^\x00-\x08\x0b-\x1f\x7f]*", "text")


class Text(Value):
    """Text of up to *longest* characters, never empty, in a certain *form*."""

    def __init__(self, meaning: str, *, longest: int = 255, form: Form = PRINTABLE, **options: Any) -> None:
        super().__init__(meaning, **options)
        self._longest = longest
        self._form = form
        self._pattern = re.compile(form.pattern)

    @property
    def expected(self) -> str:  # type: ignore[override]
        return self._form.words

    def read(self, value: Any) -> str:
        if not isinstance(value, str) or not value:
            raise TypeError(value)
        if len(value) > self._longest:
            found = f"a text of {len(value)} characters"
            raise ValidationError([Complaint(f"{self._longest} at most", found=found)])
        if not self._pattern.fullmatch(value):
            raise ValueError(value)
        return value

    def meant(self, value: Any) -> str | None:
        if (
            isinstance(value, int | float)
            and not isinstance(value, bool)
            and self._pattern.fullmatch(f"{value}")
        ):
            return f'"{value}"'
        return None

    def json_schema(self) -> JsonSchema:
        limits = {"minLength": 1, "maxLength": self._longest}
        return {"type": "string", **limits, "pattern": f"^(?:{self._form.pattern})$"}


class Digits(Text):
    """Text of digits, which need no quotes."""

    def read(self, value: Any) -> str:
        return super().read(str(value) if type(value) is int else value)

    def json_schema(self) -> JsonSchema:
        return {"anyOf": [super().json_schema(), {"type": "integer", "minimum": 1}]}


class Choice(Value):
    """One of a few words."""

    def __init__(self, meaning: str, *choices: str, **options: Any) -> None:
        super().__init__(meaning, **options)
        self.choices = choices

    @property
    def expected(self) -> str:  # type: ignore[override]
        return listed(self.choices)

    def read(self, value: Any) -> str:
        if isinstance(value, str) and value in self.choices:
            return value
        raise ValueError(value)

    def json_schema(self) -> JsonSchema:
        return {"enum": list(self.choices)}


class Whole(Value):
    """A whole number, *unit* says of what."""

    def __init__(self, meaning: str, *, least: int, most: int, unit: str = "", **options: Any) -> None:
        super().__init__(meaning, **options)
        self._least, self._most, self._unit = least, most, unit

    @property
    def expected(self) -> str:  # type: ignore[override]
        unit = f" of {self._unit}" if self._unit else ""
        bounds = f"{self._least} or more" if self._most >= ENDLESS else f"from {self._least} to {self._most}"
        return f"a whole number{unit}{',' if self._most >= ENDLESS else ''} {bounds}"

    def read(self, value: Any) -> int:
        # Not isinstance: True is an int to Python, and to nobody else.
        if type(value) is int and self._least <= value <= self._most:
            return value
        raise ValueError(value)

    def json_schema(self) -> JsonSchema:
        return {"type": "integer", "minimum": self._least, "maximum": self._most}


class Share(Value):
    """A number from 0 to 1."""

    expected = "a number from 0 to 1, such as 0.25"

    def read(self, value: Any) -> float:
        if type(value) in (int, float) and 0 <= value <= 1:
            return float(value)
        raise ValueError(value)

    def json_schema(self) -> JsonSchema:
        return {"type": "number", "minimum": 0, "maximum": 1}


class Flag(Value):
    """True or false."""

    expected = "true or false"
    _meant: ClassVar = {"yes": "true", "on": "true", "no": "false", "off": "false", "1": "true", "0": "false"}

    def read(self, value: Any) -> bool:
        if isinstance(value, bool):
            return value
        raise ValueError(value)

    def meant(self, value: Any) -> str | None:
        return self._meant.get(str(value).lower())

    def json_schema(self) -> JsonSchema:
        return {"type": "boolean"}


class Only(Flag):
    """One truth value, where the other would say nothing."""

    def __init__(self, meaning: str, value: bool, **options: Any) -> None:
        super().__init__(meaning, **options)
        self._value = value
        self.expected = described(value)

    def read(self, value: Any) -> bool:
        if super().read(value) is self._value:
            return self._value
        raise ValueError(value)

    def meant(self, value: Any) -> str | None:
        meant = super().meant(value)
        return meant if meant == self.expected else None

    def json_schema(self) -> JsonSchema:
        return {"const": self._value}


class Unsupported(Value):
    """A key of a known format that cannot be honoured, and would be dangerous to ignore."""

    def __init__(self, meaning: str, expected: str, **options: Any) -> None:
        super().__init__(meaning, **options)
        self.expected = expected

    def read(self, value: Any) -> Any:
        raise ValueError(value)

    def json_schema(self) -> JsonSchema:
        return {"not": {}}


class Texts(Value):
    """One text or a list of them, of one *form*, which becomes a tuple."""

    def __init__(self, meaning: str, *, form: Form, **options: Any) -> None:
        super().__init__(meaning, **options)
        self._form = form
        self.expected = f"{form.words}, or a list of such"

    def read(self, value: Any) -> tuple[str, ...]:
        texts = value if isinstance(value, list) else [value]
        if texts and all(isinstance(text, str) and re.fullmatch(self._form.pattern, text) for text in texts):
            return tuple(texts)
        raise ValueError(value)

    def json_schema(self) -> JsonSchema:
        text = {"type": "string", "pattern": f"^(?:{self._form.pattern})$"}
        return {"anyOf": [text, {"type": "array", "items": text, "minItems": 1}]}


class Strings(Value):
    """A mapping of names to text; numbers and truth values are read as the text that a call would carry."""

    expected = "a mapping of names to text, such as {JobName: room 1}"

    def read(self, value: Any) -> dict[str, str]:
        if not isinstance(value, dict) or not value:
            raise ValueError(value)
        return {name: self._text(each) for name, each in value.items()}

    def json_schema(self) -> JsonSchema:
        return {
            "type": "object",
            "minProperties": 1,
            "additionalProperties": {"type": ["string", "integer", "boolean"]},
        }

    def _text(self, value: Any) -> str:
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, str | int):
            return str(value)
        raise ValueError(value)
