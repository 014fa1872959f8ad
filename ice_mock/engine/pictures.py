"""What becomes of frames on their way into their files: the faults of pictures.

Nothing is remembered of a strike. Whether a fault strikes a frame follows from the frame's turn among
those of its job, so lists, pages, downloads and callbacks agree about every frame, in whatever order they
ask. What is past stays as it is: a fault strikes the frames that come while it is armed, and no others.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from ice_mock.domain import naming
from ice_mock.domain.course import PictureCourse
from ice_mock.domain.fault import Armed, Disarmed, Fault, Plane, Selector
from ice_mock.domain.model import Job
from ice_mock.domain.objects import KeyRow, StoredFrame
from ice_mock.domain.schedule import Schedule
from ice_mock.engine.context import Context
from ice_mock.engine.jobs import Jobs
from ice_mock.engine.occasions import Occasion, fits
from ice_mock.engine.turns import Turns
from ice_mock.faults import KINDS

_INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Rule:
    """A fault, and the frames of a job that it strikes."""

    fault: Fault
    turns: Turns

    def strikes(self, stored: StoredFrame) -> bool:
        key = self.fault.selector.key
        return stored.frame.number in self.turns and fits(Selector(key=key), Occasion(key=stored.key))

    def changed(self, course: PictureCourse) -> PictureCourse:
        kind = KINDS[self.fault.plane, self.fault.kind]
        course = replace(course, faults=(*course.faults, self.fault.id))
        changed: PictureCourse = kind.strike(course, **self.fault.options)
        return changed


class Pictures:
    """The pictures of a world."""

    def __init__(self, context: Context, jobs: Jobs) -> None:
        self._context = context
        self._jobs = jobs

    def of(
        self, job: Job, schedule: Schedule | None = None, *, until: datetime | None = None
    ) -> "JobPictures":
        """The pictures of *job*, in its *schedule*: by default up to now, or *until* another instant."""
        armed = self._armed()
        if not armed:
            return JobPictures(job, (), self._context)
        if schedule is None:
            schedule = self._jobs.schedule(job, until or self._context.now())
        rules = [self._rule(each, until, job, schedule) for each, until in armed]
        return JobPictures(job, [rule for rule in rules if rule], self._context)

    def faults_of(self, job_id: str, files: Iterable[StoredFrame]) -> list[str | None]:
        """The faults that struck the picture in each of the *files* of a job; raises JobNotFound."""
        pictures = self.of(self._jobs.find(job_id))
        return [pictures.course(stored).fault for stored in files]

    def counted(self, armed: Armed) -> Armed:
        """A fault with the frames that fitted it and those that it struck so far, of all jobs."""
        now = self._context.now()
        found = [
            self._rule(armed, None, job, self._jobs.schedule(job, now))
            for job in self._jobs.all()
            if job.runs
        ]
        turns = [rule.turns for rule in found if rule]
        return replace(
            armed,
            matched=sum(len(each.numbers) for each in turns),
            fired=sum(len(each) for each in turns),
        )

    def _armed(self) -> list[tuple[Armed, datetime | None]]:
        """The faults that are or were armed, and until when."""
        store = self._context.store
        past = [(each.armed, each.until) for each in store.all(Disarmed)]
        present = [(each, None) for each in store.all(Armed) if each.fault.plane is Plane.SNAPSHOT]
        return [*past, *present]

    def _rule(self, armed: Armed, until: datetime | None, job: Job, schedule: Schedule) -> Rule | None:
        selector = replace(armed.fault.selector, key=None)
        if not fits(selector, Occasion.of_job(job)):
            return None
        account, frequency = self._context.account, armed.fault.frequency
        first = schedule.count_until(armed.since)
        last = len(schedule) if until is None else schedule.count_until(until)
        if frequency.since is not None:
            first = max(first, schedule.count_until(account.started_at + frequency.since - _INSTANT))
        if frequency.until is not None:
            last = min(last, schedule.count_until(account.started_at + frequency.until - _INSTANT))
        numbers = range(first + 1, last + 1)
        return Rule(armed.fault, Turns(numbers, frequency, account.seed, f"{armed.id}/{job.id}"))


class JobPictures:
    """The pictures of a job."""

    def __init__(self, job: Job, rules: Sequence[Rule], context: Context) -> None:
        self._job = job
        self._rules = rules
        self._context = context

    def course(self, stored: StoredFrame) -> PictureCourse:
        """How the picture of a frame gets into a file."""
        style = self._context.account.snapshots
        course = PictureCourse(width=style.width, height=style.height)
        for rule in self._rules:
            if rule.strikes(stored):
                course = rule.changed(course)
        return course

    def is_there(self, stored: StoredFrame) -> bool:
        """Whether a frame ever got into a file."""
        return not self._rules or not self.course(stored).missing

    def parts(self, row: KeyRow) -> Iterator[KeyRow]:
        """Yield the parts of a row that are there, as far as what is missing follows one another."""
        if not self._rules:
            return iter((row,))
        if row.is_overlay:
            [series] = (each for each in row.schedule.series() if row.indices.start in each)
            last = self.last_there(row.schedule, series)
            indices = [range(last, last + 1)] if last is not None else []
        else:
            indices = [row.indices]
            for gap in self._gaps(None):
                indices = [part for each in indices for part in _without(each, gap)]
        return (replace(row, indices=each) for each in indices)

    def last_there(self, schedule: Schedule, indices: range) -> int | None:
        """The index of the last frame that got into its overwrite file, None if none did.

        A frame that has none counts as one that did.
        """
        index = indices.stop - 1
        while index >= indices.start:
            frame = schedule[index]
            format = frame.plan.overwrite_format
            if format is None or not self._rules:
                return index
            key = naming.key(format, frame, self._context.account.behaviour)
            if self.is_there(StoredFrame(key, frame, self._job, is_overlay=True)):
                return index
            # What is missing in a row is left behind at once, be it a minute or a year.
            index = min([index, *(gap.start for gap in self._gaps(key) if index in gap)]) - 1
        return None

    def _gaps(self, key: str | None) -> Iterator[range]:
        """Yield the indices of frames that are missing under *key*, or under any, if they form a row."""
        for rule in self._rules:
            concerns = fits(Selector(key=rule.fault.selector.key), Occasion(key=key))
            if (row := rule.turns.row) and concerns and rule.changed(PictureCourse()).missing:
                yield range(row.start - 1, row.stop - 1)


def _without(indices: range, gap: range) -> Iterator[range]:
    before = range(indices.start, min(indices.stop, gap.start))
    after = range(max(indices.start, gap.stop), indices.stop)
    return (part for part in (before, after) if part)
