"""A world's clock: read, switched and moved on."""

from datetime import datetime, timedelta

from flask import Blueprint, Response, jsonify
from marshmallow import ValidationError, fields, validate, validates_schema

from ice_mock.clock import whole_milliseconds
from ice_mock.engine import Engine
from ice_mock.errors import Conflict
from ice_mock.ticker import advance
from ice_mock.web.control import views
from ice_mock.web.control.documents import ClockMode, Document, Instant, Strict, document
from ice_mock.worlds import IceMock

CENTURY = timedelta(days=36_525)


class Mode(Strict):
    """A clock's mode."""

    mode = ClockMode(required=True)


class Advance(Strict):
    """How far to move on: by so many seconds, or to an instant."""

    seconds = fields.Float(allow_nan=False, validate=validate.Range(0, CENTURY.total_seconds()))
    to = Instant()

    @validates_schema
    def one_of_both(self, data: Document, **_: object) -> None:
        if len(data) != 1:
            raise ValidationError("expected either seconds or to", "seconds")


_MODE = Mode()
_ADVANCE = Advance()


def add_routes(bp: Blueprint, mock: IceMock) -> None:
    @bp.get("/worlds/<world_id>/clock")
    def show_clock(world_id: str) -> Response:
        return jsonify(views.clock(mock.worlds.find(world_id).engine))

    @bp.put("/worlds/<world_id>/clock")
    def set_clock(world_id: str) -> Response:
        engine = mock.worlds.find(world_id).engine
        mode = document(_MODE)["mode"]
        if mode == "real" and engine.time.timepiece.mode != "real":
            _catch_up(mock, engine)
        engine.time.switch_to(mode)
        return jsonify(views.clock(engine))

    @bp.post("/worlds/<world_id>/clock/advance")
    def advance_clock(world_id: str) -> Response:
        engine = mock.worlds.find(world_id).engine
        asked = document(_ADVANCE)
        if engine.time.timepiece.mode == "real":
            raise Conflict("a real clock moves by itself; freeze it first, or use xN")
        return jsonify(views.report(advance(engine, mock.courier, _target(engine, asked))))


def _catch_up(mock: IceMock, engine: Engine) -> None:
    """Let everything happen until the real time, with the clock held meanwhile."""
    real, before = whole_milliseconds(mock.real_time()), engine.time.timepiece.mode
    if engine.now() < real:
        engine.time.switch_to("frozen")
        try:
            advance(engine, mock.courier, real)
        except Conflict:
            engine.time.switch_to(before)
            raise


def _target(engine: Engine, asked: Document) -> datetime:
    target: datetime = asked["to"] if "to" in asked else engine.now() + timedelta(seconds=asked["seconds"])
    if target - engine.now() > CENTURY:
        raise Conflict("a clock moves on by a century at most")
    return target
