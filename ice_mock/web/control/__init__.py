"""The control API under ``/_ice_mock/``: the one way to steer a running server."""

from flask import Blueprint, Response, jsonify
from werkzeug.exceptions import HTTPException

from ice_mock.errors import ControlError
from ice_mock.web.control import callbacks, clock, health, inbox, journal, records, streams, worlds
from ice_mock.worlds import IceMock

PREFIX = "/_ice_mock"


def blueprint(mock: IceMock) -> Blueprint:
    bp = Blueprint("control", __name__, url_prefix=PREFIX)
    for part in (health, worlds, clock, streams, records, journal, callbacks, inbox):
        part.add_routes(bp, mock)

    @bp.errorhandler(ControlError)
    def refused(error: ControlError) -> tuple[Response, int]:
        return _error(error.status, error.code, str(error), error.details)

    @bp.errorhandler(HTTPException)
    def not_served(error: HTTPException) -> tuple[Response, int]:
        return _error(error.code or 500, error.name.replace(" ", ""), error.description or "", {})

    @bp.route("/<path:path>")
    def unknown(path: str) -> tuple[Response, int]:
        return _error(404, "NotFound", f"there is no {PREFIX}/{path}; GET {PREFIX}/ lists what there is", {})

    return bp


def _error(status: int, code: str, message: str, details: dict[str, object]) -> tuple[Response, int]:
    return jsonify(error={"code": code, "message": message, "details": details}), status
