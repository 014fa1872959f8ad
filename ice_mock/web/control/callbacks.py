"""Callbacks: listed, shown with every attempt, and delivered again."""

from flask import Blueprint, Response, jsonify
from marshmallow import fields, validate

from ice_mock.domain.callback import Callback, Delivery
from ice_mock.engine import Engine
from ice_mock.errors import NotFound
from ice_mock.web.control import views
from ice_mock.web.control.documents import Instant, Strict, query
from ice_mock.worlds import IceMock


class Filters(Strict):
    """Which callbacks, and the latest *limit* of them."""

    job_id = fields.String()
    state = fields.String(validate=validate.OneOf([*Delivery]))
    since = Instant()
    limit = fields.Integer(validate=validate.Range(1))


_FILTERS = Filters()


def add_routes(bp: Blueprint, mock: IceMock) -> None:
    @bp.get("/worlds/<world_id>/callbacks")
    def list_callbacks(world_id: str) -> Response:
        wanted = query(_FILTERS)
        announcements = mock.worlds.find(world_id).engine.announcements
        found = [
            callback
            for callback in announcements.all()
            if wanted.get("job_id") in (None, callback.job_id)
            and wanted.get("state") in (None, callback.state)
            and ("since" not in wanted or callback.instant >= wanted["since"])
        ]
        return jsonify(
            callbacks=[views.callback(callback) for callback in found[-wanted.get("limit", len(found)) :]],
            found=len(found),
            dropped=announcements.dropped,
        )

    @bp.get("/worlds/<world_id>/callbacks/<callback_id>")
    def show_callback(world_id: str, callback_id: str) -> Response:
        return jsonify(views.callback(_find(mock.worlds.find(world_id).engine, callback_id)))

    @bp.post("/worlds/<world_id>/callbacks/<callback_id>/redeliver")
    def redeliver(world_id: str, callback_id: str) -> Response:
        engine = mock.worlds.find(world_id).engine
        callback = _find(engine, callback_id)
        engine.announcements.use_redelivery()
        return jsonify(views.callback(mock.courier.redeliver(engine, callback)))


def _find(engine: Engine, callback_id: str) -> Callback:
    callback = engine.announcements.find(callback_id)
    if callback is None:
        raise NotFound(f"there is no callback {callback_id!r} in this world, or no more")
    return callback
