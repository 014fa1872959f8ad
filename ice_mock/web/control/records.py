"""Templates, jobs and files, as the emulator knows them."""

from flask import Blueprint, Response, jsonify
from marshmallow import fields, validate

from ice_mock.errors import JobNotFound, NotFound
from ice_mock.web.control import views
from ice_mock.web.control.documents import Strict, query
from ice_mock.worlds import IceMock


class Window(Strict):
    """Which part of a long list: *limit* files from the number *offset* on."""

    offset = fields.Integer(load_default=0, validate=validate.Range(0))
    limit = fields.Integer(load_default=1000, validate=validate.Range(1, 1000))


_WINDOW = Window()


def add_routes(bp: Blueprint, mock: IceMock) -> None:
    @bp.get("/worlds/<world_id>/templates")
    def list_templates(world_id: str) -> Response:
        engine = mock.worlds.find(world_id).engine
        return jsonify(templates=[views.template(template) for template in engine.templates.all()])

    @bp.get("/worlds/<world_id>/jobs")
    def list_jobs(world_id: str) -> Response:
        engine = mock.worlds.find(world_id).engine
        return jsonify(jobs=[views.job(engine, job) for job in engine.jobs.all()])

    @bp.get("/worlds/<world_id>/jobs/<job_id>/files")
    def list_files(world_id: str, job_id: str) -> Response:
        window = query(_WINDOW)
        engine = mock.worlds.find(world_id).engine
        try:
            frames, files = engine.files.window(job_id, window["offset"], window["limit"])
        except JobNotFound as error:
            raise NotFound(f"there is no job {job_id!r} in this world") from error
        faults = engine.pictures.faults_of(job_id, files)
        shown = [views.file(stored, fault) for stored, fault in zip(files, faults, strict=True)]
        return jsonify(frames=frames, files=shown)
