"""The reference of every key of a scenario, as Markdown: made from the schemas that check them."""

from collections.abc import Iterator
from typing import Any

from marshmallow import fields, missing

from ice_mock.domain.fault import Plane
from ice_mock.faults import Kind
from ice_mock.scenario.expectations import Amount, AmountRecord
from ice_mock.scenario.fault_records import (
    HEADS,
    VALUE,
    FaultField,
    Targets,
    kinds,
    option_names,
    words,
)
from ice_mock.scenario.fields import Demanding, Unsupported
from ice_mock.scenario.records import Buckets
from ice_mock.scenario.root import ScenarioRecord
from ice_mock.scenario.structures import Group, Many, Record, plain

BEGIN = "<!-- reference: begin -->"
END = "<!-- reference: end -->"
MOST_LISTED = 12

_PLANES = {
    Plane.API: "Faults of calls",
    Plane.CALLBACK: "Faults of callbacks",
    Plane.OSS: "Faults of OSS",
    Plane.SNAPSHOT: "Faults of pictures",
}


def reference() -> str:
    """Every key, section by section, and every kind of fault."""
    sections = [*_sections("A scenario", ScenarioRecord(), "", {}), *_faults()]
    return "\n".join(sections)


def updated(page: str) -> str:
    """The *page* with the present reference between its markers; raises ValueError without them."""
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise ValueError(f"there is no {BEGIN} and {END}")
    return f"{before}{BEGIN}\n\n{reference()}\n{END}{after}"


def _sections(title: str, record: Record, path: str, seen: dict[type[Record], str]) -> Iterator[str]:
    """Yield the section of a *record*, and after it those of the records in it."""
    first = seen.setdefault(type(record), title)
    yield f"### {title}\n"
    if first != title:
        yield f"Like {first}.\n"
        return
    yield f"{_first_line(record)}{_conditions(record)}\n"
    yield from _table(record)
    for name, field in record.fields.items():
        for inner, suffix in _inside(field):
            below = f"{path}{field.data_key or name}{suffix}"
            yield from _sections(f"`{below}`", inner, f"{below}.", seen)


def _inside(field: fields.Field[Any]) -> Iterator[tuple[Record, str]]:
    match field:
        case Group():
            yield field.record, ""
        case Many(inner=Group() as inner):
            yield inner.record, "[]"
        case Buckets():
            yield from _inside(field.long)
        case Amount() if type(field.long.record) is not AmountRecord:
            yield field.long.record, ""


def _conditions(record: Record) -> str:
    said = [f" Exactly one of {_keys(group)}." for group in record.exactly_one]
    said += [f" At least one of {_keys(record.at_least_one)}."] if record.at_least_one else []
    return "".join(said)


def _table(record: Record) -> Iterator[str]:
    yield from ("| key | is | default | meaning |", "|---|---|---|---|")
    for name, field in record.fields.items():
        if not isinstance(field, Unsupported):
            yield _row(
                field.data_key or name,
                field,
                "**required**" if field.required else _default(record.default(name)),
            )
    yield ""


def _row(key: str, field: fields.Field[Any], default: str) -> str:
    cells = (f"`{key}`", _kind_of_value(field), default, str(field.metadata.get("meaning", "")))
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _kind_of_value(field: fields.Field[Any]) -> str:
    match field:
        case Group():
            found = "a mapping"
        case Many():
            found = field.expected
        case FaultField():
            found = "a fault"
        case Amount():
            found = "an amount"
        case Demanding() if 0 < len(field.choices) <= MOST_LISTED and field.expected.endswith(
            field.choices[-1]
        ):
            found = _keys(field.choices)
        case _:
            found = words(field) or "see its meaning"
    return f"{found}, or null" if field.allow_none and not field.required else found


def _faults() -> Iterator[str]:
    yield "### Whom a fault strikes, and how often\n"
    yield f"{_first_line(Targets)} `action` and `where` are for faults of calls, `key` for all others.\n"
    yield from _table(Targets())
    for plane, title in _PLANES.items():
        if known := kinds(plane):
            yield f"### {title}\n"
            yield from ("| fault | does | options |", "|---|---|---|")
            yield from (_fault(plane, kind) for kind in known.values())
            yield ""


def _fault(plane: Plane, kind: type[Kind]) -> str:
    options = kind.Options()
    named = dict(zip(option_names(options), options.fields.values(), strict=True))
    value = named.pop(VALUE, None)
    head = next((f"{key}: {kind.name}" for key, named_plane in HEADS.items() if named_plane is plane), "")
    said = [f"`{key}`: {_option(field)}" for key, field in named.items()]
    if value is not None:
        said.insert(0, f"its value: {_option(value)}")
    cells = (f"`{head or f'{kind.name}: …'}`", _first_line(kind), "; ".join(said))
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _option(field: fields.Field[Any]) -> str:
    meaning, kind = str(field.metadata.get("meaning", "")), words(field)
    default = missing if callable(field.load_default) else plain(field.load_default)
    said = ", ".join(filter(None, (meaning, kind)))
    return f"{said} (by default {_default(default)})" if default not in (missing, None) else said


def _default(value: Any) -> str:
    if value is missing or value == "":
        return ""
    return f"`{'null' if value is None else str(value).lower() if isinstance(value, bool) else value}`"


def _keys(keys: tuple[str, ...]) -> str:
    return ", ".join(f"`{key}`" for key in keys)


def _first_line(subject: object) -> str:
    return (subject.__doc__ or "").strip().partition("\n")[0]
