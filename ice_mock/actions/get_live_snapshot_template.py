"""GetLiveSnapshotTemplate: everything about one template."""

from ice_mock.actions.base import Action, ApiSchema, Json
from ice_mock.actions.fields import Text
from ice_mock.actions.template_params import plan_fields
from ice_mock.clock import iso_seconds
from ice_mock.engine import Engine
from ice_mock.errors import TemplateNotFound


class GetLiveSnapshotTemplate(Action):
    raises = (TemplateNotFound,)

    class Params(ApiSchema):
        template_id = Text(required=True)

    @staticmethod
    def handle(engine: Engine, *, template_id: str) -> Json:
        template = engine.templates.find(template_id)
        return {
            "TemplateId": template.id,
            "TemplateName": template.name,
            "Type": template.kind,
            **plan_fields(template.plan, engine.account.behaviour),
            "CreateTime": iso_seconds(template.created_at),
            "LastModified": iso_seconds(template.modified_at),
        }
