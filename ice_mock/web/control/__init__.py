"""The control API under ``/_ice_mock/``: the one way to steer a running server."""

from flask import Blueprint, Response, jsonify, request
from werkzeug.exceptions import HTTPException

from ice_mock.errors import ControlError
from ice_mock.web.control import (
    awaiting,
    callbacks,
    clock,
    faults,
    frames,
    health,
    inbox,
    journal,
    objects,
    openapi,
    records,
    scenarios,
    streams,
    why,
    worlds,
)
from ice_mock.worlds import IceMock

PREFIX = "/_ice_mock"
NOT_FOUND = 404


def blueprint(mock: IceMock) -> Blueprint:
    bp = Blueprint("control", __name__, url_prefix=PREFIX)
    for part in (
        *(health, worlds, clock, streams, records, frames, objects, journal, callbacks, inbox, scenarios),
        *(faults, awaiting, why, openapi),
    ):
        part.add_routes(bp, mock)

    # For the whole application: a path that no route has belongs to no blueprint, and is answered alike.
    @bp.app_errorhandler(ControlError)
    def refused(error: ControlError) -> tuple[Response, int]:
        return _error(error.status, error.code, str(error), error.details)

    @bp.app_errorhandler(HTTPException)
    def not_served(error: HTTPException) -> tuple[Response, int]:
        code = error.code or 500
        message = (
            f"there is no {request.path}; GET {PREFIX}/ lists what there is" if code == NOT_FOUND else None
        )
        answer, status = _error(code, error.name.replace(" ", ""), message or error.description or "", {})
        answer.headers.extend((name, value) for name, value in error.get_headers() if name == "Allow")
        return answer, status

    return bp


def _error(status: int, code: str, message: str, details: dict[str, object]) -> tuple[Response, int]:
    return jsonify(error={"code": code, "message": message, "details": details}), status
