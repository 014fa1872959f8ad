"""Callbacks: which are due, and what became of them."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from ice_mock import limits
from ice_mock.clock import iso_milliseconds, whole_milliseconds
from ice_mock.domain.callback import Attempt, Callback, Delivery, Due, HeldBack, Outcome
from ice_mock.domain.course import CallbackCourse
from ice_mock.domain.journal import CALLBACKS_LIMIT
from ice_mock.domain.model import Job
from ice_mock.domain.objects import StoredFrame
from ice_mock.domain.schedule import Frame
from ice_mock.engine.allowance import BY_HAND, TimeIsOver, use
from ice_mock.engine.context import Context
from ice_mock.engine.files import files_of
from ice_mock.engine.jobs import Jobs
from ice_mock.engine.pictures import JobPictures, Pictures


class Announcements:
    """The callbacks of a world. Whoever claims one makes an attempt, and records what came of it."""

    def __init__(self, context: Context, jobs: Jobs, pictures: Pictures) -> None:
        self._context = context
        self._jobs = jobs
        self._pictures = pictures

    def next_due(self, until: datetime, job_id: str | None = None) -> datetime | None:
        """The earliest instant up to and including *until* at which a callback is due, of one job or any.

        Raises TimeIsOver: who goes on from one to the next may take long.
        """
        self._refuse_when_time_is_over()
        jobs = [] if self.is_full else [job for job in self._announcing() if job_id in (None, job.id)]
        frames = (self._next_frame(job, until) for job in jobs)
        instants = [frame.instant for frame in frames if frame]
        instants += [
            due.at
            for due in self._context.store.all(Due)
            if due.at <= until and job_id in (None, due.callback.job_id)
        ]
        return min(instants, default=None)

    def claim(self, now: datetime, limit: int) -> list[Callback]:
        """Take the callbacks that are due at *now*, *limit* of them or a few more, in order of time.

        Nobody else gets them: the job's watermark has moved on. While as many wait for another attempt as
        may, no new ones are taken; their frames are announced as soon as there is room.
        """
        with self._context.exclusive():
            retries = [due for due in self._context.store.all(Due) if due.at <= now][:limit]
            for due in retries:
                self._forget_due(due.id)
            new = [] if self.is_full else self._new_callbacks(now, limit - len(retries))
            return [due.callback for due in retries] + new

    def _new_callbacks(self, now: datetime, limit: int) -> list[Callback]:
        claimed: list[Callback] = []
        for job in list(self._announcing()):
            frames = self._unannounced(job, now, limit - len(claimed))
            pictures = self._pictures.of(job)
            claimed += [
                self._callback(stored) for frame in frames for stored in self.announced(job, frame, pictures)
            ]
            if frames:
                self._context.store.put(job.announced(frames[-1].instant))
        self._retire(now)
        return sorted(claimed, key=lambda callback: callback.instant)

    def announced(self, job: Job, frame: Frame, pictures: JobPictures | None = None) -> list[StoredFrame]:
        """The files of a frame, past or to come, that are announced."""
        pictures = pictures or self._pictures.of(job, until=frame.instant)
        behaviour = self._context.account.behaviour
        # Assumed: a callback for each file, so two for a frame with both formats.
        files = list(files_of(job, frame, behaviour))
        announced = files if behaviour.callbacks_per == "file" else files[:1]
        return [stored for stored in announced if pictures.is_there(stored)]

    def _unannounced(self, job: Job, now: datetime, limit: int) -> list[Frame]:
        schedule = self._jobs.schedule(job, now)
        first = schedule.count_until(job.announced_until)
        return schedule[first : first + max(0, limit)]

    def _callback(self, stored: StoredFrame) -> Callback:
        job, frame, account = stored.job, stored.frame, self._context.account
        callback = Callback(
            id=self._context.new_id("callback"),
            url=self.receiver(job) or "",
            user_id=account.user_id,
            job_id=job.id,
            endpoint=job.endpoint,
            bucket=job.bucket,
            key=stored.key,
            number=frame.number,
            instant=frame.instant,
            is_overlay=stored.is_overlay,
        )
        self._context.store.append(callback, limit=CALLBACKS_LIMIT)
        self._context.bell.ring()
        return callback

    def put_off(self, callback: Callback, course: CallbackCourse) -> None:
        """Make the next attempt later, on a *course* that is not decided again."""
        with self._context.exclusive():
            job = self._jobs.find(callback.job_id)
            # Another callback of the job may never come: nothing is held back for ever.
            longest = 2 * job.plan.interval if course.held_back else timedelta()
            at = whole_milliseconds(self._context.now() + (course.delay or longest))
            later = replace(callback, course=replace(course, delay=timedelta(), held_back=False))
            self._context.store.put(Due(callback.id, at, later))
            if course.held_back:
                self._context.store.put(HeldBack(callback.id, job.id))

    def holds_back(self, job_id: str) -> bool:
        """Whether a callback of a job waits for another one to go first."""
        return any(held.job_id == job_id for held in self._context.store.all(HeldBack))

    def release(self, job_id: str) -> list[Callback]:
        """Take the callbacks of a job that were held back; nobody else gets them."""
        if not self.holds_back(job_id):
            return []
        with self._context.exclusive():
            store = self._context.store
            ids = [held.id for held in store.all(HeldBack) if held.job_id == job_id]
            released = [due.callback for id in ids if (due := store.get(Due, id))]
            for id in ids:
                self._forget_due(id)
            return released

    def _forget_due(self, callback_id: str) -> None:
        self._context.store.delete(Due, callback_id)
        self._context.store.delete(HeldBack, callback_id)

    def record(
        self,
        callback: Callback,
        outcome: Outcome,
        *,
        asked_for: bool = False,
        fault: str | None = None,
        repeated: bool = False,
        final: bool = False,
    ) -> Callback:
        """Keep what came of an attempt, and plan the next one if the rules grant it.

        An attempt that a *fault* only *repeated* is not one of theirs, and after a *final* one there is none.
        """
        with self._context.exclusive():
            now, rules = self._context.now(), self._context.account.callbacks
            known = self._context.store.get(Callback, callback.id)
            attempt = Attempt(now, outcome, asked_for, fault, repeated, final)
            attempted = (known or callback).attempted(attempt, rules)
            if known:
                self._context.store.put(attempted)
                self._context.bell.ring()
            if attempted.state is not Delivery.WAITING:
                self._forget_due(callback.id)
            elif not asked_for:
                at = whole_milliseconds(now + rules.retry_after)
                self._context.store.put(Due(callback.id, at, attempted))
            return attempted

    def receiver(self, job: Job) -> str | None:
        """Where the callbacks of *job* go: its own URL, else the account's, else nowhere."""
        return job.callback_url or self._context.account.callback_url

    def find(self, callback_id: str) -> Callback | None:
        return self._context.store.get(Callback, callback_id)

    def all(self) -> list[Callback]:
        return self._context.store.all(Callback)

    @property
    def dropped(self) -> int:
        """How many callbacks the list no longer shows."""
        return self._context.store.dropped(Callback)

    @property
    def is_full(self) -> bool:
        """Whether as many callbacks wait for another attempt as may."""
        return self._context.store.count(Due) >= limits.WAITING_CALLBACKS

    def use_redelivery(self) -> None:
        """Count an attempt that somebody asks for, before it is made; raises LimitReached."""
        with self._context.exclusive():
            use(self._context, BY_HAND, limits.REDELIVERIES)

    def _refuse_when_time_is_over(self) -> None:
        if limits.is_time_over():
            now = iso_milliseconds(self._context.now())
            raise TimeIsOver(
                "the request has taken longer than it may (--request-timeout), or the server is stopping; "
                f"the world is at {now}: what has happened stays, and another request can go on from there",
                now=now,
            )

    def waiting(self) -> list[Due]:
        """The callbacks between two attempts."""
        return self._context.store.all(Due)

    def next_attempt(self, callback_id: str) -> Due | None:
        """The attempt that is planned for a callback, None if there is none, or if it is being made."""
        return self._context.store.get(Due, callback_id)

    def is_held_back(self, callback_id: str) -> bool:
        """Whether a callback waits for another one of its job to go first."""
        return self._context.store.get(HeldBack, callback_id) is not None

    def _announcing(self) -> Iterator[Job]:
        return (job for job in self._jobs.active() if self.receiver(job))

    def _next_frame(self, job: Job, until: datetime) -> Frame | None:
        return self._jobs.schedule(job, until).after(job.announced_until)

    def _retire(self, now: datetime) -> None:
        for job in self._jobs.active():
            if not job.is_running and (not self.receiver(job) or not self._unannounced(job, now, 1)):
                self._jobs.retire(job)


def in_chains(callbacks: Iterable[Callback]) -> list[list[Callback]]:
    """Put together what has to be delivered one after the other: the callbacks of each job."""
    chains: dict[str, list[Callback]] = {}
    for callback in callbacks:
        chains.setdefault(callback.job_id, []).append(callback)
    return list(chains.values())
