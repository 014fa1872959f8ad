"""The jobs of ICE: who takes the pictures, of which stream, and where they go."""

from alibabacloud_ice20201109 import models
from alibabacloud_ice20201109.client import Client
from alibabacloud_tea_openapi.models import Config

from rooms.settings import Settings

TEMPLATE = "rooms: every five seconds"
INTERVAL = 5
SEQUENCE_FORMAT = "rooms/{JobId}/{UnixTimestamp}.jpg"


class Jobs:
    """Snapshot jobs, one for each room. Whatever ICE refuses is raised as the SDK raises it."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._client = Client(
            Config(
                access_key_id=settings.access_key_id,
                access_key_secret=settings.access_key_secret,
                endpoint=settings.ice_endpoint,
                protocol=settings.ice_protocol,
                region_id=settings.region,
            )
        )

    def watch(self, room: str, stream: str) -> str:
        """Take pictures of a room's stream from now on; return the job's id.

        A job that this program made before it was started again goes on: no picture is paid for twice.
        """
        return self._found(room) or self._submitted(room, stream)

    def status(self, job_id: str) -> str:
        """What the job does: init, started or paused."""
        request = models.GetLiveSnapshotJobRequest(job_id=job_id)
        return self._client.get_live_snapshot_job(request).body.status

    def _found(self, room: str) -> str | None:
        request = models.ListLiveSnapshotJobsRequest(search_key_word=_name(room), page_size=100)
        jobs = self._client.list_live_snapshot_jobs(request).body.job_list or []
        return next((job.job_id for job in jobs if job.job_name == _name(room)), None)

    def _submitted(self, room: str, stream: str) -> str:
        settings = self._settings
        output = models.SubmitLiveSnapshotJobRequestSnapshotOutput(
            storage_type="oss", endpoint=f"oss-{settings.region}.aliyuncs.com", bucket=settings.bucket
        )
        request = models.SubmitLiveSnapshotJobRequest(
            job_name=_name(room),
            template_id=self._template(),
            stream_input=models.SubmitLiveSnapshotJobRequestStreamInput(type="rtmp", url=stream),
            snapshot_output=output,
            callback_url=settings.callback_url,
        )
        return self._client.submit_live_snapshot_job(request).body.job_id

    def _template(self) -> str:
        request = models.ListLiveSnapshotTemplatesRequest(search_key_word=TEMPLATE, page_size=100)
        templates = self._client.list_live_snapshot_templates(request).body.template_list or []
        found = next((each.template_id for each in templates if each.template_name == TEMPLATE), None)
        return found or self._made_template()

    def _made_template(self) -> str:
        request = models.CreateLiveSnapshotTemplateRequest(
            template_name=TEMPLATE, time_interval=INTERVAL, sequence_format=SEQUENCE_FORMAT
        )
        return self._client.create_live_snapshot_template(request).body.template_id


def _name(room: str) -> str:
    return f"rooms: {room}"
