"""ListLiveSnapshotFiles: the files that a job has made in a span of time."""

from datetime import datetime, timedelta

from ice_mock.actions.base import Action, ApiSchema, Json
from ice_mock.actions.fields import Choice, Instant, Number, Text
from ice_mock.actions.spans import out_of_order
from ice_mock.clock import iso_seconds
from ice_mock.domain.objects import StoredFrame
from ice_mock.engine import Engine
from ice_mock.errors import EndTimeMismatch, JobNotFound, MalformedEndTime, MalformedStartTime

LONGEST = timedelta(days=1)


class ListLiveSnapshotFiles(Action):
    raises = (MalformedStartTime, MalformedEndTime, EndTimeMismatch, JobNotFound)

    class Params(ApiSchema):
        job_id = Text(required=True)
        start_time = Instant(MalformedStartTime, required=True)
        end_time = Instant(MalformedEndTime, required=True)
        limit = Number(least=1, most=100, load_default=10)
        sort_by = Choice("asc", "desc", load_default="asc")

    @staticmethod
    def handle(
        engine: Engine, *, job_id: str, start_time: datetime, end_time: datetime, limit: int, sort_by: str
    ) -> Json:
        if not timedelta() <= end_time - start_time <= LONGEST:
            raise out_of_order(start_time, end_time, LONGEST)
        page = engine.files.page(
            job_id, start=start_time, end=end_time, limit=limit, descending=sort_by == "desc"
        )
        # Assumed: going down, it is the time at which the next page ends, to be passed as EndTime.
        tells_next = sort_by == "asc" or engine.account.behaviour.next_descending == "end-time"
        return {
            "FileList": [file_fields(stored) for stored in page.files],
            **({"NextStartTime": iso_seconds(page.next_start)} if page.next_start and tells_next else {}),
        }


def file_fields(stored: StoredFrame) -> Json:
    return {
        "OssEndpoint": stored.job.endpoint,
        "OssBucket": stored.job.bucket,
        "OssObject": stored.key,
        "CreateTime": iso_seconds(stored.frame.instant),
        "CreateTimestamp": stored.frame.timestamp_ms,
        "IsOverlay": stored.is_overlay,
    }
