"""Objects, as OSS holds them: every frame under its key, whatever the API's records say."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from math import ceil

from ice_mock import limits
from ice_mock.domain import naming
from ice_mock.domain.behaviour import DEFAULT, Behaviour
from ice_mock.domain.course import PictureCourse
from ice_mock.domain.model import DeletedObject, Job, SnapshotStyle
from ice_mock.domain.objects import KeyRow, ObjectWalk, StoredFrame, key_rows
from ice_mock.domain.schedule import Frame, Schedule
from ice_mock.engine.allowance import refuse_more
from ice_mock.engine.context import Context
from ice_mock.engine.jobs import Jobs
from ice_mock.engine.pictures import JobPictures, Pictures

_JOB_ID = re.compile(r"(?=([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}))")


@dataclass(frozen=True, slots=True)
class StoredObject:
    """An object in a bucket, whose content is drawn when it is asked for: a picture of the frame *shown*."""

    stored: StoredFrame
    shown: Frame
    seed: int
    quality: int
    course: PictureCourse

    @property
    def key(self) -> str:
        return self.stored.key

    @property
    def modified_at(self) -> datetime:
        return self.stored.frame.instant

    def content(self) -> bytes:
        job, course = self.stored.job, self.course
        style = SnapshotStyle(course.width, course.height, self.quality)
        drawn = _drawn(job.stream_url, self.shown, self.seed, style, black=course.black)
        return drawn[: ceil(len(drawn) * course.kept)]


# A HEAD, a GET and its ranges, and a list ask for the same picture again and again.
@lru_cache(maxsize=64)
def _drawn(stream: str, frame: Frame, seed: int, style: SnapshotStyle, *, black: bool) -> bytes:
    # Not imported before the first picture is asked for: most servers start sooner without it.
    from ice_mock.render import Picture, black_jpeg, jpeg

    picture = Picture(
        stream, frame.job_id, frame.number, frame.instant, seed, style.width, style.height, style.quality
    )
    return black_jpeg(picture) if black else jpeg(picture)


class Objects:
    """The buckets of a world. Every bucket exists; it holds what the jobs that name it captured."""

    def __init__(self, context: Context, jobs: Jobs, pictures: Pictures) -> None:
        self._context = context
        self._jobs = jobs
        self._pictures = pictures

    def find(self, bucket: str, key: str) -> StoredObject | None:
        """Return the object under *key*: of all frames with that name the latest that was not deleted."""
        now = self._context.now()
        found = [stored for job in self._candidates(bucket, key) for stored in self._named(job, key, now)]
        # Of frames of one instant the one that was written last: that of the youngest job.
        latest = max(reversed(found), key=lambda stored: stored.frame.instant, default=None)
        return None if latest is None or self._is_deleted(latest) else self._object(latest)

    def walk(self, bucket: str, *, start: str = "") -> "BucketWalk":
        """Go through the objects of a bucket in the order of their keys, from the key *start* on."""
        now, behaviour = self._context.now(), self._context.account.behaviour
        rows: list[KeyRow] = []
        pictures: dict[str, JobPictures] = {}
        for job in self._jobs.all():
            if job.bucket == bucket:
                schedule = self._jobs.schedule(job, now)
                pictures[job.id] = self._pictures.of(job, schedule)
                rows += [
                    part for row in key_rows(job, schedule, behaviour) for part in pictures[job.id].parts(row)
                ]
        walk = ObjectWalk(rows, start, lambda stored: pictures[stored.job.id].is_there(stored))
        return BucketWalk(self, walk)

    def delete(self, bucket: str, key: str) -> None:
        """Delete what is under *key* now, if anything; a later frame brings it back. Raises LimitReached."""
        with self._context.exclusive():
            if self.find(bucket, key):
                deleted, store = DeletedObject(f"{bucket}/{key}", self._context.now()), self._context.store
                if store.get(DeletedObject, deleted.id) is None:
                    refuse_more("deleted objects", store.count(DeletedObject), limits.DELETED_OBJECTS)
                store.put(deleted)

    def of_file(self, stored: StoredFrame) -> StoredObject:
        """The object behind a listed file."""
        return self._object(stored)

    def visible(self, stored: StoredFrame) -> StoredObject | None:
        return None if self._is_deleted(stored) else self._object(stored)

    def _candidates(self, bucket: str, key: str) -> Iterator[Job]:
        """Yield the jobs that can have written *key*: those that it names, and those whose names hide it."""
        named = set(_JOB_ID.findall(key))
        for job in self._jobs.all():
            plans = {run.plan for run in job.runs}
            formats = [format for plan in plans for format in (plan.overwrite_format, plan.sequence_format)]
            hides = any(format and naming.JOB_ID not in format for format in formats)
            if job.bucket == bucket and (hides or job.id in named):
                yield job

    def _named(self, job: Job, key: str, now: datetime) -> Iterator[StoredFrame]:
        schedule, behaviour = self._jobs.schedule(job, now), self._context.account.behaviour
        pictures = self._pictures.of(job, schedule)
        for series in schedule.series():
            first = schedule[series[0]]
            format = first.plan.overwrite_format
            is_named = format and naming.key(format, first, behaviour) == key
            if is_named and (last := pictures.last_there(schedule, series)) is not None:
                yield StoredFrame(key, schedule[last], job, is_overlay=True)

        def is_there(frame: Frame) -> bool:
            return pictures.is_there(StoredFrame(key, frame, job, is_overlay=False))

        formats = {run.plan.sequence_format for run in job.runs} - {None}
        for format in formats:
            if format and (frame := frame_named(format, key, schedule, behaviour, is_there)):
                yield StoredFrame(key, frame, job, is_overlay=False)

    def deleted_at(self, stored: StoredFrame) -> datetime | None:
        """When the object of a frame was deleted, None if it was not."""
        deleted = self._context.store.get(DeletedObject, f"{stored.job.bucket}/{stored.key}")
        return deleted.deleted_at if deleted and stored.frame.instant <= deleted.deleted_at else None

    def _is_deleted(self, stored: StoredFrame) -> bool:
        return self.deleted_at(stored) is not None

    def _object(self, stored: StoredFrame) -> StoredObject:
        account, frame = self._context.account, stored.frame
        course = self._pictures.of(stored.job).course(stored)
        if course.stale and frame.number > 1:
            frame = self._jobs.schedule(stored.job, frame.instant)[frame.number - 2]
        return StoredObject(stored, frame, account.seed, account.snapshots.quality, course)


class BucketWalk:
    """A walk through the objects of a bucket that can leap forward."""

    def __init__(self, objects: Objects, walk: ObjectWalk) -> None:
        self._objects = objects
        self._walk = walk

    def next_from(self, key: str) -> StoredObject | None:
        """The first object whose key is *key* or greater."""
        while stored := self._walk.next_from(key):
            if found := self._objects.visible(stored):
                return found
            key = stored.key + "\0"
        return None


def frame_named(
    format: str,
    key: str,
    schedule: Schedule,
    behaviour: Behaviour = DEFAULT,
    is_there: Callable[[Frame], bool] = lambda _: True,
) -> Frame | None:
    """The latest frame that has this *key*, found by what the key says; the inverse of `naming.key`.

    Frames that are not there, as *is_there* says, do not count.
    """
    parts = naming.parts(format, key, behaviour)
    if parts is None:
        return None
    if parts.milliseconds is not None:
        found = schedule.within(parts.milliseconds)
    else:
        found = schedule.numbered(parts.sequence or 0)
    named = (
        frame
        for frame in found
        if frame.plan.sequence_format == format
        and naming.key(format, frame, behaviour) == key
        and is_there(frame)
    )
    return max(named, key=lambda frame: frame.instant, default=None)
