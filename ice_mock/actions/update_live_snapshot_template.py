"""UpdateLiveSnapshotTemplate: replace a template's name and plan."""

from ice_mock.actions.base import Action, Json
from ice_mock.actions.fields import Text
from ice_mock.actions.template_params import TemplateParams, plan
from ice_mock.engine import Engine
from ice_mock.errors import TemplateNotFound


class UpdateLiveSnapshotTemplate(Action):
    raises = (TemplateNotFound,)

    class Params(TemplateParams):
        template_id = Text(required=True)

    @staticmethod
    def handle(
        engine: Engine,
        *,
        template_id: str,
        template_name: str,
        time_interval: int,
        overwrite_format: str | None,
        sequence_format: str | None,
    ) -> Json:
        # Assumed: a full replacement, since name and interval are mandatory: a format left out is gone.
        if engine.account.behaviour.update_template == "merge":
            before = engine.templates.find(template_id).plan
            overwrite_format = overwrite_format or before.overwrite_format
            sequence_format = sequence_format or before.sequence_format
        new = plan(
            time_interval=time_interval, overwrite_format=overwrite_format, sequence_format=sequence_format
        )
        engine.templates.update(template_id, template_name, new)
        return {}
