"""DeleteLiveSnapshotTemplate: remove a template; jobs made from it go on."""

from ice_mock.actions.base import Action, ApiSchema, Json
from ice_mock.actions.fields import Text
from ice_mock.engine import Engine
from ice_mock.errors import TemplateNotFound


class DeleteLiveSnapshotTemplate(Action):
    raises = (TemplateNotFound,)

    class Params(ApiSchema):
        template_id = Text(required=True)

    @staticmethod
    def handle(engine: Engine, *, template_id: str) -> Json:
        engine.delete_template(template_id)
        return {}
