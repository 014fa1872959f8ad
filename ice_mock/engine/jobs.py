"""Jobs: submitted, started, stopped and found."""

from dataclasses import dataclass
from datetime import datetime

from ice_mock import limits
from ice_mock.clock import MILLISECOND, iso_milliseconds, iso_seconds
from ice_mock.domain.behaviour import Behaviour
from ice_mock.domain.model import ActiveJobs, Job, Plan, Status
from ice_mock.domain.schedule import Schedule
from ice_mock.engine.allowance import STARTS, TimeIsOver, refuse_more, use, used
from ice_mock.engine.context import Context
from ice_mock.engine.misses import no_job, no_stream
from ice_mock.engine.paging import Page, matches, page
from ice_mock.engine.streams import Streams
from ice_mock.engine.templates import Templates
from ice_mock.errors import ApiError, InvalidParameter, JobAlreadyStarted, JobLimitExceeded

MOST_NAMED = 5
"""How many of the jobs that run are named in a refusal."""


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked for with a new job."""

    name: str
    template_id: str
    stream_url: str
    endpoint: str
    bucket: str
    callback_url: str | None
    id: str | None = None
    """Made up if None."""


class Jobs:
    """The jobs of a world."""

    def __init__(self, context: Context, templates: Templates, streams: Streams) -> None:
        self._context = context
        self._templates = templates
        self._streams = streams

    def submit(self, order: Order) -> Job:
        """Make a job, which starts by itself if its stream is live and the account may run one more.

        Raises TemplateNotFound or LimitReached.
        """
        with self._context.exclusive():
            refuse_more("jobs", self._context.store.count(Job), limits.JOBS)
            now = self._context.now()
            job = self._new(order, now)
            starts = self._streams.find(order.stream_url).is_live and self._may_run_one_more()
            if starts:
                self._refuse_another_start()
            self._context.changed("job", job.id, "submitted", now)
            if starts:
                # Assumed: it starts at the instant of its submission, and nobody can see it before that.
                return self._put_started(job, now, begins_at=now + self._behaviour.start_delay)
            self._context.store.put(job)
            return job

    def _new(self, order: Order, now: datetime) -> Job:
        template = self._templates.find(order.template_id)
        return Job(
            id=order.id or self._context.new_id("job"),
            name=order.name,
            template_id=template.id,
            template_name=template.name,
            # Assumed: copied, so that what happens to the template later does not matter.
            plan=template.plan,
            stream_url=order.stream_url,
            endpoint=order.endpoint,
            bucket=order.bucket,
            callback_url=order.callback_url,
            created_at=now,
            modified_at=now,
            # A moment earlier: where jobs capture at their very start, that frame is announced too.
            announced_until=now - MILLISECOND,
        )

    def start(self, job_id: str) -> None:
        """Start a job.

        Raises JobNotFound, JobAlreadyStarted, StreamNotFound, JobLimitExceeded or LimitReached.
        """
        with self._context.exclusive():
            job = self.find(job_id)
            # Assumed: a job that an outage has paused is not running; its stream is what is missing.
            runs_unseen = job.is_running and self._behaviour.start_in_outage == "already-started"
            if self.status(job) is Status.STARTED or runs_unseen:
                since = iso_milliseconds(job.runs[-1].started_at)
                raise JobAlreadyStarted().because(
                    f"The job {job.id} is running already, since {since}.", job_id=job.id, started_at=since
                )
            self._start(job)

    def stop(self, job_id: str) -> None:
        """Stop a job; one that is not running stays as it is. Raises JobNotFound."""
        with self._context.exclusive():
            job = self.find(job_id)
            # Assumed: there is no documented error for a job that is not running.
            if not job.is_running and self._behaviour.stop_when_stopped == "refuse":
                raise _not_running(job)
            self._stop(job)

    def restart(self, job_id: str) -> None:
        """Stop and start a job, or neither.

        Raises JobNotFound, StreamNotFound, JobLimitExceeded or LimitReached.
        """
        with self._context.exclusive():
            job = self.find(job_id)
            # Assumed: a stop and a start in any status; what would refuse the start refuses it all.
            if not job.is_running and self._behaviour.restart == "running":
                raise _not_running(job)
            self._refuse_without_stream(job)
            if not self._may_run_one_more(besides=job):
                raise self._limit_reached(job)
            self._refuse_another_start()
            self._start(self._stop(job))

    def ingest_began(self, url: str) -> None:
        """Start the jobs that were waiting for a stream, where jobs do that."""
        # Assumed: jobs that were submitted while it was offline go on waiting for their start.
        if self._behaviour.on_ingest_begin == "start":
            for job in self._jobs_of(url):
                if not job.runs and self._may_run_one_more() and self._has_a_start_left():
                    self._put_started(job, self._context.now())

    def ingest_ended(self, url: str) -> None:
        """Stop the jobs of a stream, where they do not resume by themselves."""
        if self._behaviour.on_ingest_return == "wait":
            for job in self._jobs_of(url):
                self._stop(job)

    def template_deleted(self, template_id: str) -> None:
        """Stop the jobs of a template, where they need it."""
        # Assumed: they do not care, as is documented for the templates of live records.
        if self._behaviour.template_delete == "stop-jobs":
            for job in self.active():
                if job.template_id == template_id:
                    self._stop(job)

    @property
    def _behaviour(self) -> Behaviour:
        return self._context.account.behaviour

    def _jobs_of(self, url: str) -> list[Job]:
        stream = self._streams.find(url)
        return [job for job in self.all() if self._streams.find(job.stream_url).id == stream.id]

    def _may_run_one_more(self, *, besides: Job | None = None) -> bool:
        return len(self.concurrent(besides=besides)) < self._context.account.concurrent_jobs

    def concurrent(self, *, besides: Job | None = None) -> list[Job]:
        """The jobs that count for the limit of concurrent jobs."""
        # Assumed: whatever was started counts, be its stream there or not; init and paused jobs do not.
        return [
            job
            for job in self.active()
            if job.is_running
            and (self._behaviour.limit_counts == "started" or self.status(job) is Status.STARTED)
            and (besides is None or job.id != besides.id)
        ]

    def _start(self, job: Job) -> None:
        self._refuse_without_stream(job)
        if not job.is_running and not self._may_run_one_more():
            raise self._limit_reached(job)
        self._refuse_another_start()
        now = self._context.now()
        if job.is_running and now < job.runs[-1].started_at:
            # It was about to start by itself: now it need not wait.
            job = self._stop(job)
        if not job.is_running:
            self._put_started(job, now)

    def _put_started(self, job: Job, now: datetime, *, begins_at: datetime | None = None) -> Job:
        use(self._context, STARTS, limits.RUNS)
        started = job.started(now, begins_at=begins_at, plan=self._plan(job))
        self._context.store.put(started)
        self._context.store.put(self._active().including(job.id))
        self._context.changed("job", job.id, "started", now)
        return started

    def _refuse_another_start(self) -> None:
        refuse_more(STARTS, used(self._context, STARTS), limits.RUNS)

    def _has_a_start_left(self) -> bool:
        return used(self._context, STARTS) < limits.RUNS

    def _plan(self, job: Job) -> Plan:
        if self._behaviour.template_update == "ignore":
            return job.plan
        template = self._templates.get(job.template_id)
        return template.plan if template else job.plan

    def _stop(self, job: Job) -> Job:
        if not job.is_running:
            return job
        now = self._context.now()
        stopped = job.stopped(now)
        self._context.store.put(stopped)
        self._context.changed("job", job.id, "stopped", now)
        return stopped

    def _refuse_without_stream(self, job: Job) -> None:
        stream = self._streams.find(job.stream_url)
        if not stream.is_live:
            raise no_stream(self._context, job, stream)

    def _limit_reached(self, job: Job) -> ApiError:
        others, limit = self.concurrent(besides=job), self._context.account.concurrent_jobs
        named = ", ".join(f"{each.id} ({each.name})" for each in others[:MOST_NAMED])
        running = f"{named} and {len(others) - MOST_NAMED} more" if len(others) > MOST_NAMED else named
        return JobLimitExceeded().because(
            f"The account's limit of jobs that run at once is {limit}, and is reached by {running}.",
            job_id=job.id,
            limit=limit,
            running=running,
        )

    def find(self, job_id: str) -> Job:
        """Return the job; raises JobNotFound."""
        job = self._context.store.get(Job, job_id)
        if job is None:
            raise no_job(self._context, job_id)
        return job

    def all(self) -> list[Job]:
        return self._context.store.all(Job)

    def active(self) -> list[Job]:
        """The jobs that run, or have frames left to announce."""
        found = (self._context.store.get(Job, job_id) for job_id in self._active().job_ids)
        return [job for job in found if job]

    def retire(self, job: Job) -> None:
        """Take a job that has stopped, and has announced every frame, off the active ones."""
        self._context.store.put(self._active().excluding(job.id))

    def _active(self) -> ActiveJobs:
        return self._context.store.get(ActiveJobs, "active") or ActiveJobs()

    def status(self, job: Job) -> Status:
        return job.status(self._streams.find(job.stream_url), self._context.now(), self._behaviour)

    def schedule(self, job: Job, until: datetime) -> Schedule:
        """The frames of *job* up to and including an instant, be it past or, as things stand, to come.

        Raises TimeIsOver: who asks for those of many jobs, of many runs each, may take long.
        """
        if limits.is_time_over():
            raise TimeIsOver("the request has taken longer than it may (--request-timeout), and was given up")
        return Schedule(job, self._streams.find(job.stream_url), until, self._behaviour)

    def page(
        self,
        *,
        created_from: datetime,
        created_until: datetime,
        keyword: str | None,
        status: str | None,
        number: int,
        size: int,
        descending: bool,
    ) -> Page[Job]:
        """A page of the jobs created in a span of whole seconds, its ends included."""
        first, last = iso_seconds(created_from), iso_seconds(created_until)
        found = [
            job
            for job in self.all()
            if first <= iso_seconds(job.created_at) <= last
            # Assumed: an id must be whole, a name may match anywhere and in either case.
            and (keyword is None or keyword == job.id or matches(keyword, job.name, self._behaviour.search))
            and (status is None or self.status(job) == status)
        ]
        return page(found, number=number, size=size, descending=descending)


def _not_running(job: Job) -> ApiError:
    stopped = job.runs[-1].stopped_at if job.runs else None
    since = f"it was stopped at {iso_milliseconds(stopped)}" if stopped else "it was never started"
    return InvalidParameter(
        parameter="Command", expected="a job that runs", found="one that does not"
    ).because(f"The job {job.id} does not run: {since}.", job_id=job.id)
