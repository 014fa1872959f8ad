"""The inbox: a receiver of callbacks for those who run no server."""

import base64

from flask import Blueprint, Response, jsonify, request

from ice_mock.errors import ControlError
from ice_mock.web.body import LONGEST, read_body
from ice_mock.web.control import views
from ice_mock.worlds import IceMock


def add_routes(bp: Blueprint, mock: IceMock) -> None:
    @bp.post("/worlds/<world_id>/inbox")
    def receive(world_id: str) -> Response:
        inbox = mock.worlds.find(world_id).engine.inbox
        body = read_body(request)
        if body is None:
            raise ControlError(f"the body is longer than {LONGEST} bytes")
        text, is_base64 = _as_text(body)
        query = request.query_string.decode("ascii", "replace")
        received = inbox.receive(request.method, query, dict(request.headers), text, is_base64=is_base64)
        return jsonify(id=received.id)

    @bp.get("/worlds/<world_id>/inbox")
    def list_received(world_id: str) -> Response:
        inbox = mock.worlds.find(world_id).engine.inbox
        return jsonify(received=[views.received(each) for each in inbox.all()], dropped=inbox.dropped)

    @bp.delete("/worlds/<world_id>/inbox")
    def clear_inbox(world_id: str) -> tuple[str, int]:
        mock.worlds.find(world_id).engine.inbox.clear()
        return "", 204


def _as_text(body: bytes) -> tuple[str, bool]:
    try:
        return body.decode(), False
    except UnicodeDecodeError:
        return base64.b64encode(body).decode("ascii"), True
