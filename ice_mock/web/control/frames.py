"""The frames of a job and what became of each, also if it never got into a file or is in none any more."""

from flask import Blueprint, Response, jsonify

from ice_mock.clock import iso_milliseconds
from ice_mock.domain.model import Job
from ice_mock.domain.schedule import Frame
from ice_mock.engine import Engine
from ice_mock.engine.files import files_of
from ice_mock.engine.pictures import JobPictures
from ice_mock.web.control.documents import Document, query
from ice_mock.web.control.records import Window, job_of
from ice_mock.worlds import IceMock

_WINDOW = Window()


def add_routes(bp: Blueprint, mock: IceMock) -> None:
    @bp.get("/worlds/<world_id>/jobs/<job_id>/frames")
    def list_frames(world_id: str, job_id: str) -> Response:
        window = query(_WINDOW)
        engine = mock.worlds.find(world_id).engine
        job = job_of(engine, job_id)
        schedule = engine.jobs.schedule(job, engine.now())
        pictures = engine.pictures.of(job, schedule)
        frames = schedule[window["offset"] : window["offset"] + window["limit"]]
        return jsonify(total=len(schedule), frames=[_shown(engine, job, each, pictures) for each in frames])


def _shown(engine: Engine, job: Job, frame: Frame, pictures: JobPictures) -> Document:
    """A frame and the files that it was meant for.

    Those that are *missing* it never got into. Of those that are *deleted* the API has no record any more.
    Those that are *announced* have a callback by now, if it has not been forgotten.
    """
    is_past = frame.instant <= job.announced_until
    announced = engine.announcements.announced(job, frame, pictures) if is_past else []
    return {
        "number": frame.number,
        "at": iso_milliseconds(frame.instant),
        "timestamp": frame.timestamp_ms,
        "files": [
            {
                "key": stored.key,
                "overlay": stored.is_overlay,
                "missing": not pictures.is_there(stored),
                "deleted": not stored.is_overlay and frame.timestamp_ms in job.deleted,
                "announced": stored in announced,
                "fault": pictures.course(stored).fault,
            }
            for stored in files_of(job, frame, engine.account.behaviour)
        ],
    }
