"""Files, as the API lists and deletes them: the records of frames, not the objects in OSS."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby, islice

from ice_mock import limits
from ice_mock.clock import MILLISECOND, shifted
from ice_mock.domain import naming
from ice_mock.domain.behaviour import Behaviour
from ice_mock.domain.model import DeletedObject, Job
from ice_mock.domain.objects import StoredFrame
from ice_mock.domain.schedule import Frame, Schedule
from ice_mock.engine.allowance import DELETED, refuse_more, use
from ice_mock.engine.buckets import Buckets
from ice_mock.engine.context import Context
from ice_mock.engine.jobs import Jobs
from ice_mock.engine.pictures import JobPictures, Pictures
from ice_mock.errors import BucketNotAuthorized, NoValidSnapshot, OverlayNotSupported

SECOND = timedelta(seconds=1)
MOST_NAMED = 10
"""How many unknown timestamps are named in a refusal."""


@dataclass(frozen=True, slots=True)
class FilePage:
    """Files of a job, and the instant at which the next page begins, None after the last one."""

    files: Sequence[StoredFrame]
    next_start: datetime | None


class Files:
    """The records of a world's files."""

    def __init__(self, context: Context, jobs: Jobs, buckets: Buckets, pictures: Pictures) -> None:
        self._context = context
        self._jobs = jobs
        self._buckets = buckets
        self._pictures = pictures

    def page(self, job_id: str, *, start: datetime, end: datetime, limit: int, descending: bool) -> FilePage:
        """List the files captured in a span of whole seconds, its ends included; raises JobNotFound.

        A page holds *limit* files at most, unless a single second has more.
        """
        # Assumed: the next page begins at a whole second, so files of one second are never split.
        job = self._jobs.find(job_id)
        schedule = self._jobs.schedule(job, self._context.now())
        first = schedule.count_until(shifted(start, -MILLISECOND))
        last = schedule.count_until(shifted(end, SECOND - MILLISECOND))
        indices = range(first, last)
        files = self._records(job, schedule, reversed(indices) if descending else indices)
        taken: list[StoredFrame] = []
        if self._context.account.behaviour.page_boundary == "file":
            taken = list(islice(files, limit))
            following = next(files, None)
            return FilePage(taken, following and following.frame.instant)
        for second, group in groupby(files, key=lambda stored: stored.frame.instant.replace(microsecond=0)):
            together = list(group)
            if taken and len(taken) + len(together) > limit:
                return FilePage(taken, second)
            taken += together
        return FilePage(taken, None)

    def window(self, job_id: str, offset: int, limit: int) -> tuple[int, list[StoredFrame]]:
        """How many frames a job has, and the files of some of them; raises JobNotFound."""
        job = self._jobs.find(job_id)
        schedule = self._jobs.schedule(job, self._context.now())
        indices = range(len(schedule))[offset : offset + limit]
        return len(schedule), list(self._records(job, schedule, indices))

    def delete(self, job_id: str, timestamps: Sequence[int], *, originals: bool) -> dict[int, bool]:
        """Delete the records of sequence files, and with *originals* their objects too.

        Return for each timestamp whether there was such a file. Raises JobNotFound,
        OverlayNotSupported if one is known by its overwrite file only, NoValidSnapshot if there is
        none at all, BucketNotAuthorized, or LimitReached; then nothing is deleted.
        """
        with self._context.exclusive():
            job, now = self._jobs.find(job_id), self._context.now()
            behaviour = self._context.account.behaviour
            frames = self._frames(job, timestamps, now)
            # Assumed: a frame that has a sequence file is deleted by that, and its overwrite file stays.
            for frame in frames.values():
                if _is_overlay(frame, behaviour):
                    raise _overlay(job, frame)
            # Assumed: of several timestamps some may be wrong; all of them may not.
            if not frames or (len(frames) < len(timestamps) and behaviour.delete_missing == "refuse"):
                unknown = [timestamp for timestamp in timestamps if timestamp not in frames]
                raise self._no_snapshot(job, unknown, now)
            if originals and not self._buckets.is_authorized(job.bucket):
                raise BucketNotAuthorized().because(
                    f"The service may not delete in the bucket {job.bucket} of the job {job.id}.",
                    job_id=job.id,
                    bucket=job.bucket,
                )
            if originals:
                there_are = self._context.store.count(DeletedObject)
                refuse_more("deleted objects", there_are, limits.DELETED_OBJECTS, amount=len(frames))
            use(self._context, DELETED, limits.DELETED_FILES, amount=len(frames))
            self._context.store.put(job.without(frozenset(frames)))
            if originals:
                for frame in frames.values():
                    key = naming.key(frame.plan.sequence_format or "", frame, behaviour)
                    self._context.store.put(DeletedObject(f"{job.bucket}/{key}", now))
            self._context.changed("job", job_id, f"{len(frames)} files deleted", now)
            return {timestamp: timestamp in frames for timestamp in timestamps}

    def of_frame(self, job: Job, frame: Frame) -> list[StoredFrame]:
        """The files that a frame, past or to come, is written to: the sequence file first."""
        pictures = self._pictures.of(job, until=frame.instant)
        files = files_of(job, frame, self._context.account.behaviour)
        return [stored for stored in files if pictures.is_there(stored)]

    def count(self, job_id: str) -> int:
        """How many files a job has, listed one by one; raises JobNotFound."""
        job = self._jobs.find(job_id)
        schedule = self._jobs.schedule(job, self._context.now())
        return sum(1 for _ in self._records(job, schedule, range(len(schedule))))

    def _records(self, job: Job, schedule: Schedule, indices: Iterable[int]) -> Iterator[StoredFrame]:
        pictures = self._pictures.of(job, schedule)
        return _records(job, schedule, indices, pictures, self._context.account.behaviour)

    def _no_snapshot(self, job: Job, timestamps: Sequence[int], now: datetime) -> NoValidSnapshot:
        first, schedule = timestamps[0], self._jobs.schedule(job, now)
        near = [str(frame.timestamp_ms) for frame in schedule.around(first)]
        if first in job.deleted:
            sentence = f"The file of the timestamp {first} was deleted before"
        else:
            sentence = f"The job {job.id} has no file of the timestamp {first}, which is in milliseconds"
            sentence += f"; the nearest it has are those of {' and '.join(near)}" if near else ""
        return NoValidSnapshot().because(
            f"{sentence}.",
            job_id=job.id,
            unknown_timestamps=", ".join(map(str, timestamps[:MOST_NAMED])),
            nearest_timestamps=", ".join(near) or None,
            frames=len(schedule),
        )

    def _frames(self, job: Job, timestamps: Iterable[int], now: datetime) -> dict[int, Frame]:
        schedule, behaviour = self._jobs.schedule(job, now), self._context.account.behaviour
        pictures = self._pictures.of(job, schedule)
        found = {
            timestamp: schedule.stamped(timestamp) for timestamp in timestamps if timestamp not in job.deleted
        }
        return {
            timestamp: frame
            for timestamp, frame in found.items()
            if frame and pictures.is_there(next(files_of(job, frame, behaviour)))
        }


def files_of(job: Job, frame: Frame, behaviour: Behaviour) -> Iterator[StoredFrame]:
    """Yield the files that a frame is written to: the sequence file first, then the overwrite file."""
    if format := frame.plan.sequence_format:
        yield StoredFrame(naming.key(format, frame, behaviour), frame, job, is_overlay=False)
    if format := frame.plan.overwrite_format:
        yield StoredFrame(naming.key(format, frame, behaviour), frame, job, is_overlay=True)


def _is_overlay(frame: Frame, behaviour: Behaviour) -> bool:
    """Tell whether a frame is known by its overwrite file, which the API does not delete."""
    plan = frame.plan
    return not plan.sequence_format or (bool(plan.overwrite_format) and behaviour.delete_both == "refuse")


def _records(
    job: Job, schedule: Schedule, indices: Iterable[int], pictures: JobPictures, behaviour: Behaviour
) -> Iterator[StoredFrame]:
    # Assumed: an overwrite file is listed once, with the time of its last frame.
    every = behaviour.overlay_records == "every"
    last = pictures.last_there(schedule, range(len(schedule)))
    for index in indices:
        frame = schedule[index]
        is_deleted, is_last = frame.timestamp_ms in job.deleted, index == last
        for stored in files_of(job, frame, behaviour):
            is_listed = (is_last or every) if stored.is_overlay else not is_deleted
            if is_listed and pictures.is_there(stored):
                yield stored


def _overlay(job: Job, frame: Frame) -> OverlayNotSupported:
    return OverlayNotSupported().because(
        f"The frame of {frame.timestamp_ms} has an overwrite file, which the API does not delete.",
        job_id=job.id,
        timestamp=frame.timestamp_ms,
        overwrite_format=frame.plan.overwrite_format,
        sequence_format=frame.plan.sequence_format,
    )
