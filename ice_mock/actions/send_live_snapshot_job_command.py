"""SendLiveSnapshotJobCommand: start, stop or restart a job."""

from ice_mock.actions.base import Action, ApiSchema, Json
from ice_mock.actions.fields import Choice, Text
from ice_mock.engine import Engine
from ice_mock.errors import JobAlreadyStarted, JobLimitExceeded, JobNotFound, StreamNotFound


class SendLiveSnapshotJobCommand(Action):
    raises = (JobLimitExceeded, StreamNotFound, JobNotFound, JobAlreadyStarted)

    class Params(ApiSchema):
        job_id = Text(required=True)
        command = Choice("start", "stop", "restart", required=True)

    @staticmethod
    def handle(engine: Engine, *, job_id: str, command: str) -> Json:
        commands = {"start": engine.jobs.start, "stop": engine.jobs.stop, "restart": engine.jobs.restart}
        commands[command](job_id)
        return {}
