"""Streams: listed, published and unpublished."""

from flask import Blueprint, Response, jsonify
from marshmallow import fields, validate

from ice_mock.web.control import views
from ice_mock.web.control.documents import Strict, document
from ice_mock.worlds import IceMock


class StreamState(Strict):
    """What a stream should be doing."""

    url = fields.String(
        required=True,
        validate=validate.Regexp(
            r"[Rr][Tt][Mm][Pp][Ss]?://\S.{0,247}\Z", error="expected an RTMP address of up to 255 characters"
        ),
    )
    state = fields.String(required=True, validate=validate.OneOf(["live", "offline"]))


_STREAM_STATE = StreamState()


def add_routes(bp: Blueprint, mock: IceMock) -> None:
    @bp.get("/worlds/<world_id>/streams")
    def list_streams(world_id: str) -> Response:
        engine = mock.worlds.find(world_id).engine
        return jsonify(streams=[views.stream(stream) for stream in engine.streams.all()])

    @bp.put("/worlds/<world_id>/streams")
    def set_stream(world_id: str) -> Response:
        engine = mock.worlds.find(world_id).engine
        asked = document(_STREAM_STATE)
        change = engine.publish if asked["state"] == "live" else engine.unpublish
        return jsonify(views.stream(change(asked["url"])))
