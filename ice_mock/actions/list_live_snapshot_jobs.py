"""ListLiveSnapshotJobs: find jobs by time, word or status."""

from datetime import datetime, timedelta

from ice_mock.actions.base import Action, Json
from ice_mock.actions.fields import Choice, Instant, Text
from ice_mock.actions.job_answers import snapshot_output
from ice_mock.actions.list_params import ListParams
from ice_mock.actions.spans import out_of_order
from ice_mock.clock import iso_seconds, shifted
from ice_mock.domain.model import Job, Status
from ice_mock.engine import Engine
from ice_mock.errors import EndTimeMismatch, MalformedEndTime, MalformedStartTime

LOOK_BACK = timedelta(days=7)
LONGEST = timedelta(days=30)


class ListLiveSnapshotJobs(Action):
    raises = (MalformedStartTime, MalformedEndTime, EndTimeMismatch)

    class Params(ListParams):
        start_time = Instant(MalformedStartTime)
        end_time = Instant(MalformedEndTime)
        search_key_word = Text(longest=128)
        status = Choice(*Status)

    @staticmethod
    def handle(
        engine: Engine,
        *,
        start_time: datetime | None,
        end_time: datetime | None,
        search_key_word: str | None,
        status: str | None,
        page_no: int,
        page_size: int,
        sort_by: str,
    ) -> Json:
        now = engine.now()
        start = start_time or now - LOOK_BACK
        # Assumed: the present, as the SDK says; the Chinese documentation says seven days after the start.
        later = (
            shifted(start, LOOK_BACK)
            if engine.account.behaviour.jobs_end_time == "start-plus-7-days"
            else now
        )
        end = end_time or later
        if not timedelta() <= end - start <= LONGEST:
            raise out_of_order(start, end, LONGEST)
        page = engine.jobs.page(
            created_from=start,
            created_until=end,
            keyword=search_key_word,
            status=status,
            number=page_no,
            size=page_size,
            descending=sort_by == "desc",
        )
        return {
            "JobList": [_summary(engine, job) for job in page.entries],
            "PageNo": page_no,
            "PageSize": page_size,
            "SortBy": sort_by,
            "TotalCount": page.total,
        }


def _summary(engine: Engine, job: Job) -> Json:
    return {
        "JobId": job.id,
        "JobName": job.name,
        "TemplateId": job.template_id,
        "TemplateName": job.template_name,
        "Status": engine.jobs.status(job),
        "SnapshotOutput": snapshot_output(job),
        "TimeInterval": job.plan.interval // timedelta(seconds=1),
        "CreateTime": iso_seconds(job.created_at),
    }
