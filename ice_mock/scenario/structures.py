"""Mappings and lists of a scenario: every key has a meaning, and keys can have rules together."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any, ClassVar

from marshmallow import Schema, ValidationError, fields, missing, post_load, validates_schema
from marshmallow.exceptions import SCHEMA

from ice_mock.durations import written
from ice_mock.scenario.fields import Demanding, Unsupported, Value
from ice_mock.scenario.problems import Complaint, listed

MOST_LISTED = 20


class Record(Schema):
    """A mapping in which every key has a meaning; it becomes a *makes*, or stays a mapping without one."""

    makes: ClassVar[type | None] = None
    at_least_one: ClassVar[tuple[str, ...]] = ()
    exactly_one: ClassVar[tuple[tuple[str, ...], ...]] = ()

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        keys = self.known()
        unknown = Complaint(
            listed(keys)
            if len(keys) <= MOST_LISTED
            else f"one of {len(keys)} keys such as {listed(keys[:3])}",
            keys,
            "an unknown key",
        )
        # Not text, as marshmallow declares: messages are passed on as they are.
        self.error_messages = {"unknown": unknown, "type": Complaint(self.expected)}  # type: ignore[dict-item]

    @property
    def expected(self) -> str:
        return f"a mapping with {listed(self.known())}"

    def known(self) -> tuple[str, ...]:
        return tuple(
            field.data_key or name
            for name, field in self.fields.items()
            if not isinstance(field, Unsupported)
        )

    def mistakes(self, given: Mapping[str, Any]) -> Iterator[tuple[str, Complaint]]:
        """Yield what is wrong with keys together, or with the whole (under no key).

        It is asked for whatever is wrong with single keys, so that all mistakes come at once.
        """
        if all(key in self.known() for key in given):
            yield from self._absent(given)
        for group in self.exactly_one:
            first, *others = [key for key in given if key in group] or [""]
            for key in others:
                yield key, Complaint("only one of them", found=f"{key} beside {first}")

    def _absent(self, given: Mapping[str, Any]) -> Iterator[tuple[str, Complaint]]:
        for group in self.exactly_one:
            if not any(key in given for key in group):
                yield "", Complaint("one of them", found=_none(group))
        if self.at_least_one and not any(key in given for key in self.at_least_one):
            yield "", Complaint("at least one of them", found=_none(self.at_least_one))

    def made(self, found: dict[str, Any]) -> Any:
        return self.makes(**found) if self.makes else found

    def default(self, name: str) -> Any:
        """What *name* is when it is left out; `missing` if that cannot be said in a word."""
        declared = self.fields[name].metadata.get("default", missing)
        if declared is not missing:
            return declared
        field = getattr(self.makes, "__dataclass_fields__", {}).get(self.fields[name].attribute or name)
        return plain(field.default) if field else missing

    @validates_schema(pass_original=True, skip_on_field_errors=False)
    def _check(self, _: Any, given: Any, **__: Any) -> None:
        if isinstance(given, Mapping):
            found: dict[str, list[Complaint]] = {}
            for key, complaint in self.mistakes(given):
                found.setdefault(key or SCHEMA, []).append(complaint)
            if found:
                raise ValidationError(found)

    @post_load
    def _make(self, found: dict[str, Any], **_: Any) -> Any:
        return self.made(found)


class Group(Demanding, fields.Nested):
    """A mapping inside a mapping."""

    def __init__(self, meaning: str, record: type[Record], **options: Any) -> None:
        super().__init__(record, metadata={"meaning": meaning}, **options)

    @property
    def record(self) -> Record:
        schema = self.schema
        if not isinstance(schema, Record):
            raise TypeError(schema)
        return schema

    @property
    def expected(self) -> str:  # type: ignore[override]
        return self.record.expected


class Many(Demanding, fields.List[Any]):
    """A list of *item*, which becomes a tuple; *or_one* takes one without a list as well."""

    def __init__(
        self, meaning: str, item: Group | Value, *, expected: str, or_one: bool = False, **options: Any
    ) -> None:
        super().__init__(item, metadata={"meaning": meaning}, **options)
        self.expected = expected
        self.or_one = or_one

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        if self.or_one and isinstance(value, dict):
            return (self.inner.deserialize(value, attr, data, **kwargs),)
        return tuple(super()._deserialize(value, attr, data, **kwargs))


def plain(value: Any) -> Any:
    """A default as a scenario would write it; `missing` for what a scenario writes in several words."""
    if isinstance(value, timedelta):
        return written(value)
    return value if value is None or isinstance(value, bool | int | float | str) else missing


def _none(keys: tuple[str, ...]) -> str:
    *most, last = keys
    return f"neither {most[0]} nor {last}" if len(most) == 1 else f"none of {', '.join(most)} and {last}"
