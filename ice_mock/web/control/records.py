"""Templates, jobs and files, as the emulator knows them."""

from flask import Blueprint, Response, jsonify
from marshmallow import fields, validate

from ice_mock.domain.model import Job
from ice_mock.engine import Engine
from ice_mock.errors import JobNotFound, NotFound, TemplateNotFound
from ice_mock.web.control import views
from ice_mock.web.control.documents import Strict, query
from ice_mock.worlds import IceMock


class Window(Strict):
    """Which part of a long list: *limit* files from the number *offset* on."""

    offset = fields.Integer(load_default=0, validate=validate.Range(0))
    limit = fields.Integer(load_default=1000, validate=validate.Range(1, 1000))


_WINDOW = Window()


def job_of(engine: Engine, job_id: str) -> Job:
    """A job of a world; raises NotFound if it has none of this id."""
    try:
        return engine.jobs.find(job_id)
    except JobNotFound as error:
        raise NotFound(f"there is no job {job_id!r} in this world") from error


def add_routes(bp: Blueprint, mock: IceMock) -> None:
    @bp.get("/worlds/<world_id>/templates")
    def list_templates(world_id: str) -> Response:
        engine = mock.worlds.find(world_id).engine
        return jsonify(templates=[views.template(template) for template in engine.templates.all()])

    @bp.get("/worlds/<world_id>/templates/<template_id>")
    def show_template(world_id: str, template_id: str) -> Response:
        engine = mock.worlds.find(world_id).engine
        try:
            return jsonify(views.template(engine.templates.find(template_id)))
        except TemplateNotFound as error:
            raise NotFound(f"there is no template {template_id!r} in this world") from error

    @bp.get("/worlds/<world_id>/jobs")
    def list_jobs(world_id: str) -> Response:
        engine = mock.worlds.find(world_id).engine
        return jsonify(jobs=[views.job(engine, job) for job in engine.jobs.all()])

    @bp.get("/worlds/<world_id>/jobs/<job_id>")
    def show_job(world_id: str, job_id: str) -> Response:
        engine = mock.worlds.find(world_id).engine
        return jsonify(views.job(engine, job_of(engine, job_id)))

    @bp.get("/worlds/<world_id>/jobs/<job_id>/files")
    def list_files(world_id: str, job_id: str) -> Response:
        window = query(_WINDOW)
        engine = mock.worlds.find(world_id).engine
        job = job_of(engine, job_id)
        frames, files = engine.files.window(job.id, window["offset"], window["limit"])
        faults = engine.pictures.faults_of(job_id, files)
        shown = [views.file(stored, fault) for stored, fault in zip(files, faults, strict=True)]
        return jsonify(frames=frames, files=shown)
