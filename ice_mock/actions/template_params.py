"""The parameters that making and changing a template share, and what a template looks like in an answer."""

import re
from datetime import timedelta
from typing import Any

from marshmallow import ValidationError, validates_schema

from ice_mock.actions.base import MISSING, ApiSchema, Json
from ice_mock.actions.fields import Form, Number, Text
from ice_mock.clock import iso_seconds
from ice_mock.domain.behaviour import Behaviour
from ice_mock.domain.model import Plan, Template

# Assumed: names that OSS would refuse are refused here, where somebody can read why.
_NAME = re.compile(r"(?!\\)(?!(?:.*/)?\.{1,2}(?:/|$))", re.DOTALL)
_UNKNOWN_PLACEHOLDER = r"(?!.*\{(?!%s\})[A-Za-z]\w*\})"
_OVERWRITE = Form(
    re.compile("(?!/)" + _UNKNOWN_PLACEHOLDER % "JobId" + r".*\.jpg", re.DOTALL),
    "ending in .jpg, not starting with / and with no placeholder but {JobId}",
    name=_NAME,
)
_SEQUENCE = Form(
    re.compile(
        "(?!/)"
        + _UNKNOWN_PLACEHOLDER % "(?:JobId|Date|UnixTimestamp|Sequence)"
        + r"(?=.*\{(?:UnixTimestamp|Sequence)\}).*\.jpg",
        re.DOTALL,
    ),
    "ending in .jpg, not starting with /, with {UnixTimestamp} or {Sequence} or both, "
    "and with no placeholders beside them but {JobId} and {Date}",
    name=_NAME,
)


class TemplateParams(ApiSchema):
    """A template's name and plan."""

    template_name = Text(required=True, longest=128)
    time_interval = Number(required=True, least=5, most=3600)
    overwrite_format = Text(longest=255, form=_OVERWRITE)
    sequence_format = Text(longest=255, form=_SEQUENCE)

    @validates_schema(pass_original=True, skip_on_field_errors=False)
    def need_a_format(self, _: Json, sent: Json, **__: Any) -> None:
        if not sent.get("OverwriteFormat") and not sent.get("SequenceFormat"):
            raise ValidationError([MISSING, "it, or SequenceFormat, or both"], "OverwriteFormat")


def plan(*, time_interval: int, overwrite_format: str | None, sequence_format: str | None) -> Plan:
    return Plan(timedelta(seconds=time_interval), overwrite_format, sequence_format)


def plan_fields(plan: Plan, behaviour: Behaviour) -> Json:
    """The plan as an answer shows it."""
    return {
        **optional("OverwriteFormat", plan.overwrite_format, behaviour),
        **optional("SequenceFormat", plan.sequence_format, behaviour),
        "TimeInterval": plan.interval // timedelta(seconds=1),
    }


def optional(name: str, value: str | None, behaviour: Behaviour) -> Json:
    """A field that may not be set."""
    # Assumed: absent rather than empty, which every SDK reads as None.
    return {name: value or ""} if value or behaviour.empty_fields == "empty" else {}


def summary(template: Template) -> Json:
    """A template as lists show it."""
    return {
        "TemplateId": template.id,
        "TemplateName": template.name,
        "Type": template.kind,
        "TimeInterval": template.plan.interval // timedelta(seconds=1),
        "CreateTime": iso_seconds(template.created_at),
    }
