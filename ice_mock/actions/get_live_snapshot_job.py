"""GetLiveSnapshotJob: everything about one job."""

from ice_mock.actions.base import Action, ApiSchema, Json
from ice_mock.actions.fields import Text
from ice_mock.actions.job_answers import snapshot_output
from ice_mock.actions.template_params import optional, plan_fields
from ice_mock.clock import iso_seconds
from ice_mock.engine import Engine
from ice_mock.errors import JobNotFound


class GetLiveSnapshotJob(Action):
    raises = (JobNotFound,)

    class Params(ApiSchema):
        job_id = Text(required=True)

    @staticmethod
    def handle(engine: Engine, *, job_id: str) -> Json:
        job, behaviour = engine.jobs.find(job_id), engine.account.behaviour
        return {
            "JobId": job.id,
            "JobName": job.name,
            "TemplateId": job.template_id,
            "TemplateName": job.template_name,
            "Status": engine.jobs.status(job),
            "StreamInput": {"Url": job.stream_url, "Type": "rtmp"},
            "SnapshotOutput": snapshot_output(job),
            **plan_fields(job.plan, behaviour),
            **optional("CallbackUrl", job.callback_url, behaviour),
            "CreateTime": iso_seconds(job.created_at),
            "LastModified": iso_seconds(job.modified_at),
        }
