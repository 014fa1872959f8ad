"""Faults in a scenario: the kind's own key and options, whom it strikes and how often."""

from collections.abc import Iterator, Mapping
from dataclasses import fields as fields_of
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate

from ice_mock.domain.fault import Fault, Frequency, Plane, Selector
from ice_mock.faults import KINDS, Kind
from ice_mock.scenario import forms
from ice_mock.scenario.fields import Demanding, JsonSchema, Share, Strings, Text, Value, Whole
from ice_mock.scenario.names import ActionName
from ice_mock.scenario.problems import Complaint, listed
from ice_mock.scenario.structures import Record
from ice_mock.scenario.times import Since

VALUE = "value"
HEADS = {plane.value: plane for plane in Plane if plane is not Plane.API}
"""The keys that name a plane and hold a kind; on the API plane the kinds are keys themselves."""
_ONLY_CALLS = ("action", "where")
_NOT_CALLS = ("key",)


class Targets(Record):
    """Whom a fault strikes, and how often; without any of it, everybody and always."""

    id = Text("a name to clear it by; by default fault-1, fault-2 and so on", longest=64, form=forms.WORD)
    action = ActionName("only calls of this action")
    job = Text("only this job: its id or name, which may hold * and ?")
    stream = Text("only this stream, whose URL may hold * and ?")
    bucket = Text("only this bucket, whose name may hold * and ?")
    key = Text("only this key in a bucket, which may hold * and ?", longest=1023)
    where = Strings("only calls with these parameters, whose values may hold * and ?", attribute="parameters")
    times = Whole("how often it strikes at most", least=1, most=1_000_000_000, allow_none=True)
    after = Whole("how many occasions pass before it", least=0, most=1_000_000_000)
    every = Whole("that it strikes only every so many occasions", least=1, most=1_000_000_000)
    probability = Share("how probable it is, each time; it follows from the seed")
    since = Since("when it is armed, after the start", allow_none=True)
    until = Since("when it is disarmed, after the start", allow_none=True)

    def mistakes(self, given: Mapping[str, Any]) -> Iterator[tuple[str, Complaint]]:
        since, until = (_length(given.get(key)) for key in ("since", "until"))
        if since is not None and until is not None and until <= since:
            yield "until", Complaint(f"more than since, which is {given['since']}")

    def default(self, name: str) -> Any:
        return Frequency.__dataclass_fields__[name].default if name in _FREQUENCY else super().default(name)


_FREQUENCY = tuple(field.name for field in fields_of(Frequency))
_SELECTOR = tuple(field.name for field in fields_of(Selector))


def targets(plane: Plane) -> Record:
    """What can be said about the targets of a fault on this *plane*."""
    return Targets(exclude=_NOT_CALLS if plane is Plane.API else _ONLY_CALLS)


def kinds(plane: Plane) -> dict[str, type[Kind]]:
    return {name: kind for (where, name), kind in KINDS.items() if where is plane}


class FaultField(Value):
    """A fault, whose id is empty if it is not named."""

    @property
    def expected(self) -> str:  # type: ignore[override]
        return "a fault such as {action: SubmitLiveSnapshotJob, error: InternalError, times: 2}"

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> Fault:
        if not isinstance(value, dict):
            raise self.make_error("invalid", input=value)
        plane, kind, head = _kind_of(value)
        return _Parts(plane, kind, head, value).fault()

    def json_schema(self) -> JsonSchema:
        return {"type": "object"}


class _Parts:
    """A fault taken apart: what is common to all faults, and what is the kind's own."""

    def __init__(self, plane: Plane, kind: type[Kind], head: str, given: dict[str, Any]) -> None:
        self._plane, self._kind, self._head, self._given = plane, kind, head, given
        self._targets = targets(plane)
        self._options = kind.Options()

    def fault(self) -> Fault:
        common = {key: value for key, value in self._given.items() if key in self._targets.known()}
        own = {key: value for key, value in self._given.items() if key not in common and key != self._head}
        problems = self._unknown(own)
        own = {key: value for key, value in own.items() if key not in problems}
        if VALUE in self._options.fields:
            own[VALUE] = self._given[self._head]
        found, wrong = _loaded(self._targets, common)
        options, wrong_options = _loaded(self._options, own)
        problems |= wrong | {self._key(key): each for key, each in self._in_words(wrong_options).items()}
        if problems:
            raise ValidationError(problems)
        frequency = {key: found[key] for key in _FREQUENCY if key in found}
        selector = {key: found[key] for key in _SELECTOR if key in found}
        return Fault(
            id=found.get("id", ""),
            plane=self._plane,
            kind=self._kind.name,
            options=options,
            selector=Selector(**selector),
            frequency=Frequency(**frequency),
        )

    def _key(self, name: str) -> str:
        return self._head if name == VALUE else name

    def _unknown(self, own: Mapping[str, Any]) -> dict[str, Any]:
        known = tuple(name for name in option_names(self._options) if name != VALUE)
        allowed = (self._head, *known, *self._targets.known())
        complaint = Complaint(listed(allowed), allowed, "an unknown key")
        return {key: [complaint] for key in own if key not in known}

    def _in_words(self, wrong: Mapping[str, Any]) -> dict[str, Any]:
        """What a kind's own schema complains about, in the words of ours."""
        by_key = {field.data_key or name: field for name, field in self._options.fields.items()}
        return {
            key: [about(by_key[key])]
            if key in by_key
            and isinstance(messages, list)
            and _is_foreign(messages[0])
            and words(by_key[key])
            else messages
            for key, messages in wrong.items()
        }


def option_names(options: Schema) -> tuple[str, ...]:
    """The options of a kind as they are written."""
    return tuple(field.data_key or name for name, field in options.fields.items())


def about(field: fields.Field[Any]) -> Complaint:
    """The complaint about a value of a *field* that may not be one of ours."""
    return Complaint(words(field), _choices(field))


def words(field: fields.Field[Any]) -> str:
    """What a *field* expects; empty if it cannot be told."""
    if expected := getattr(field, "expected", ""):
        return str(expected)
    if choices := _choices(field):
        return listed(choices)
    for kind, noun in (
        (fields.Integer, "a whole number"),
        (fields.Float, "a number"),
        (fields.Boolean, "true or false"),
        (fields.String, "text"),
    ):
        if isinstance(field, kind):
            return noun + _range(field)
    return ""


def _choices(field: fields.Field[Any]) -> tuple[str, ...]:
    if isinstance(field, Demanding):
        return field.choices
    chosen = (tuple(each.choices) for each in field.validators if isinstance(each, validate.OneOf))
    return tuple(str(choice) for choice in next(chosen, ()))


def _range(field: fields.Field[Any]) -> str:
    for each in field.validators:
        if isinstance(each, validate.Range):
            bounds = ((" from", each.min), (" to", each.max))
            return "".join(f"{word} {bound}" for word, bound in bounds if bound is not None)
    return ""


def _is_foreign(message: Any) -> bool:
    return isinstance(message, str) and not message.startswith("expected")


def _loaded(schema: Schema, given: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    try:
        return schema.load(given), {}
    except ValidationError as error:
        return {}, dict(error.messages_dict)


def _kind_of(given: dict[str, Any]) -> tuple[Plane, type[Kind], str]:
    """The plane, the kind and the key that says so; raises ValidationError."""
    on_calls = kinds(Plane.API)
    heads = (*on_calls, *HEADS)
    present = [key for key in given if key in heads]
    if not present:
        raise ValidationError(_headless(given, heads))
    head, *others = present
    if others:
        complaint = Complaint(f"one fault in an entry; the first is {head}", found="a second fault")
        raise ValidationError({key: [complaint] for key in others})
    if head in on_calls:
        return Plane.API, on_calls[head], head
    known = kinds(HEADS[head])
    kind = known.get(given[head]) if isinstance(given[head], str) else None
    if kind is None:
        raise ValidationError({head: [Complaint(listed(tuple(known)) if known else "nothing", tuple(known))]})
    return HEADS[head], kind, head


def _headless(given: Mapping[str, Any], heads: tuple[str, ...]) -> Any:
    common = Targets().known()
    unknown = [key for key in given if key not in common]
    expected = Complaint(f"one of {listed(heads)}", heads, "an unknown key" if unknown else "no fault")
    return {key: [expected] for key in unknown} if unknown else [expected]


def _length(value: Any) -> Any:
    try:
        return Since("").read(value)
    except (TypeError, ValueError, OverflowError, ValidationError):
        return None
