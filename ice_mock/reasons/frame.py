"""What became of a frame: whether its files are there, who took them away, and what they show."""

from collections.abc import Iterator
from dataclasses import dataclass

from ice_mock.domain.journal import Change
from ice_mock.domain.model import Job
from ice_mock.domain.objects import StoredFrame
from ice_mock.domain.schedule import Frame
from ice_mock.engine import Engine
from ice_mock.engine.files import files_of
from ice_mock.engine.objects import StoredObject
from ice_mock.reasons.clause import Clause, moment

DELETE = "DeleteLiveSnapshotFiles"


@dataclass(frozen=True, slots=True)
class FileState:
    """One file of a frame: *loss* says why it cannot be read or listed, *flaw* what its picture lacks."""

    stored: StoredFrame
    loss: str | None = None
    flaw: str | None = None

    @property
    def kind(self) -> str:
        return "overwrite file" if self.stored.is_overlay else "sequence file"

    def __str__(self) -> str:
        return f"{self.stored.key}: {self.loss or self.flaw or 'stored'}"


def fate(engine: Engine, job: Job, frame: Frame) -> Clause:
    """Whether there is a snapshot of a frame that was captured, and if not, why."""
    files = [_file_state(engine, stored) for stored in files_of(job, frame, engine.account.behaviour)]
    facts = {
        "frame": str(frame.number),
        "frame_at": moment(frame.instant),
        "bucket": job.bucket,
        **{file.kind.replace(" ", "_"): str(file) for file in files},
    }
    there = [file for file in files if file.loss is None]
    if not there:
        losses = "; ".join(f"its {file.kind} {file.stored.key} {file.loss}" for file in files)
        text = f"frame {frame.number} was captured at {moment(frame.instant)}, but {losses}"
        return Clause(f"there is no snapshot, because {text}", facts)
    first = there[0]
    flaw = f", but {first.flaw}" if first.flaw else ""
    where = f"under {first.stored.key} in bucket {job.bucket!r}"
    return Clause(
        f"there is a snapshot: frame {frame.number} of {moment(frame.instant)}, {where}{flaw}", facts
    )


def is_there(engine: Engine, job: Job, frame: Frame) -> bool:
    """Whether any file of a frame can be listed and read."""
    files = files_of(job, frame, engine.account.behaviour)
    return any(_file_state(engine, stored).loss is None for stored in files)


def _file_state(engine: Engine, stored: StoredFrame) -> FileState:
    return FileState(stored, next(_losses(engine, stored), None), _flaw(engine, stored))


def _losses(engine: Engine, stored: StoredFrame) -> Iterator[str]:
    """Yield why a file is not there, what comes first on its way first."""
    job, frame = stored.job, stored.frame
    pictures = engine.pictures.of(job, until=frame.instant)
    if not pictures.is_there(stored):
        yield f"was never stored: the fault {pictures.course(stored).fault} made it go missing"
        return
    if engine.buckets.find(job.bucket) is None:
        yield f"is out of reach: {_no_bucket(engine, job.bucket)}"
    found = engine.objects.find(job.bucket, stored.key)
    record = not stored.is_overlay and frame.timestamp_ms in job.deleted
    if found is None:
        yield f"was deleted{_deletion(engine, stored, record=record)}"
    elif not _is_same(found, stored):
        yield f"was overwritten by {_successor(found, stored)}"
    if record:
        yield f"is listed no more: its record was deleted{_call(engine, stored)}, though its object was kept"


def _no_bucket(engine: Engine, name: str) -> str:
    withdrawn = [each for each in engine.journal.changes() if _withdraws(each, name)]
    since = f", since it was withdrawn at {moment(withdrawn[-1].at)}" if withdrawn else ""
    return f"there is no bucket {name!r} in this world{since}"


def _withdraws(change: Change, bucket: str) -> bool:
    return (change.subject, change.subject_id, change.what) == ("bucket", bucket, "withdrawn")


def _is_same(found: StoredObject, stored: StoredFrame) -> bool:
    return (found.stored.job.id, found.stored.frame.number) == (stored.job.id, stored.frame.number)


def _successor(found: StoredObject, stored: StoredFrame) -> str:
    other = "" if found.stored.job.id == stored.job.id else f" of job {found.stored.job.name!r}"
    return f"frame {found.stored.frame.number}{other} at {moment(found.modified_at)}, which has the same name"


def _deletion(engine: Engine, stored: StoredFrame, *, record: bool) -> str:
    at = engine.objects.deleted_at(stored)
    when = f" at {moment(at)}" if at else ""
    return f"{when}{_call(engine, stored)}" if record else f"{when} from OSS"


def _call(engine: Engine, stored: StoredFrame) -> str:
    """Which call deleted a file, as far as the journal knows."""
    timestamp = str(stored.frame.timestamp_ms)
    calls = [
        entry
        for entry in engine.journal.all()
        if entry.action == DELETE
        and entry.code is None
        and entry.job_id == stored.job.id
        and any(timestamp in value for name, value in entry.parameters.items() if name.startswith("Create"))
    ]
    return f" by {DELETE}" + (f" (request {calls[0].id} at {moment(calls[0].at)})" if calls else "")


def _flaw(engine: Engine, stored: StoredFrame) -> str | None:
    """What faults did to the picture of a file, None if nothing."""
    course = engine.pictures.of(stored.job, until=stored.frame.instant).course(stored)
    style = engine.account.snapshots
    flaws = [
        *(["it shows the frame before"] if course.stale and stored.frame.number > 1 else []),
        *(["it is black"] if course.black else []),
        *(["its JPEG is cut short"] if course.kept < 1 else []),
        *(
            [f"it measures {course.width} x {course.height} pixels"]
            if (course.width, course.height) != (style.width, style.height)
            else []
        ),
    ]
    return f"{' and '.join(flaws)}, by the fault {course.fault}" if flaws else None
