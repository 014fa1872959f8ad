"""A fault as scenarios write it: the inverse of what reads them."""

from dataclasses import fields
from typing import Any

from ice_mock.domain.fault import Fault, Plane
from ice_mock.durations import written
from ice_mock.faults import KINDS

VALUE = "value"


def short_form(fault: Fault) -> dict[str, Any]:
    """Write a fault, without whatever is the default."""
    options = KINDS[fault.plane, fault.kind].Options().dump(fault.options)
    head = {fault.kind: options.pop(VALUE)} if fault.plane is Plane.API else {fault.plane.value: fault.kind}
    own = {name: value for name, value in options.items() if value is not None}
    return {"id": fault.id, **head, **own, **_selector(fault), **_frequency(fault)}


def _selector(fault: Fault) -> dict[str, Any]:
    selector = fault.selector
    found = {field.name: getattr(selector, field.name) for field in fields(selector)}
    found["where"] = dict(found.pop("parameters"))
    return {name: value for name, value in found.items() if value}


def _frequency(fault: Fault) -> dict[str, Any]:
    frequency = fault.frequency
    found = {
        field.name: getattr(frequency, field.name)
        for field in fields(frequency)
        if getattr(frequency, field.name) != field.default
    }
    return {name: written(value) if name in ("since", "until") else value for name, value in found.items()}
