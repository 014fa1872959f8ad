"""The knobs for what the service leaves undocumented: derived from `Behaviour`, and nowhere repeated."""

from dataclasses import fields as knobs_of
from datetime import timedelta
from typing import Any, Literal, get_args, get_origin, get_type_hints

from marshmallow import fields

from ice_mock.domain.behaviour import Behaviour
from ice_mock.scenario.fields import Choice, Text, Whole
from ice_mock.scenario.structures import Record
from ice_mock.scenario.times import Length

MOST = 32


def _field(kind: Any, meaning: str) -> fields.Field[Any]:
    if get_origin(kind) is Literal:
        return Choice(meaning, *get_args(kind))
    if kind is timedelta:
        return Length(meaning)
    if kind is int:
        return Whole(meaning, least=0, most=MOST)
    if kind in (str, str | None):
        return Text(meaning, allow_none=kind is not str)
    raise TypeError(f"a knob of the type {kind} cannot be written in a scenario yet")


def _fields() -> dict[str, fields.Field[Any]]:
    types = get_type_hints(Behaviour)
    return {knob.name: _field(types[knob.name], knob.metadata["meaning"]) for knob in knobs_of(Behaviour)}


class Knobs(Record):
    """How the world behaves where the documentation of the service is silent."""

    makes = Behaviour


BehaviourRecord: type[Record] = Knobs.from_dict(_fields(), name="BehaviourRecord")  # type: ignore[assignment]
BehaviourRecord.__doc__ = Knobs.__doc__
