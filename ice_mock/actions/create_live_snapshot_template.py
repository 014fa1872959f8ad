"""CreateLiveSnapshotTemplate: lay down how often pictures are taken, and under which names they are kept."""

from ice_mock.actions.base import Action, Json
from ice_mock.actions.template_params import TemplateParams, plan
from ice_mock.engine import Engine


class CreateLiveSnapshotTemplate(Action):
    class Params(TemplateParams):
        pass

    @staticmethod
    def handle(
        engine: Engine,
        *,
        template_name: str,
        time_interval: int,
        overwrite_format: str | None,
        sequence_format: str | None,
    ) -> Json:
        new = plan(
            time_interval=time_interval, overwrite_format=overwrite_format, sequence_format=sequence_format
        )
        return {"TemplateId": engine.templates.create(template_name, new).id}
