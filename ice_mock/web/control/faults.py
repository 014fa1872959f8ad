"""Faults: armed, listed with what they did, and cleared."""

import json
from dataclasses import replace

from flask import Blueprint, Response, jsonify

from ice_mock.domain.fault import Fault
from ice_mock.errors import NotFound, Unprocessable
from ice_mock.scenario import ScenarioInvalid, load
from ice_mock.web.control import views
from ice_mock.web.control.documents import Document, json_object
from ice_mock.worlds import IceMock

_PLACE = "faults[0]"


def add_routes(bp: Blueprint, mock: IceMock) -> None:
    @bp.get("/worlds/<world_id>/faults")
    def list_faults(world_id: str) -> Response:
        faults = mock.worlds.find(world_id).engine.faults
        return jsonify(faults=[views.fault(armed) for armed in faults.all()])

    @bp.post("/worlds/<world_id>/faults")
    def add_fault(world_id: str) -> tuple[Response, int]:
        faults = mock.worlds.find(world_id).engine.faults
        return jsonify(views.fault(faults.add(_fault(json_object())))), 201

    @bp.delete("/worlds/<world_id>/faults")
    def clear_faults(world_id: str) -> tuple[str, int]:
        mock.worlds.find(world_id).engine.faults.clear()
        return "", 204

    @bp.delete("/worlds/<world_id>/faults/<fault_id>")
    def clear_fault(world_id: str, fault_id: str) -> tuple[str, int]:
        if not mock.worlds.find(world_id).engine.faults.remove(fault_id):
            raise NotFound(f"no fault {fault_id!r} is armed in this world")
        return "", 204


def _fault(document: Document) -> Fault:
    """Read a fault as one of a scenario, which it might be; raises Unprocessable."""
    try:
        [fault] = load(json.dumps({"faults": [document]}), source="fault").faults
    except ScenarioInvalid as error:
        problems = [
            {
                "path": problem.path.removeprefix(_PLACE).removeprefix("."),
                "message": problem.message,
                "suggestion": problem.suggestion,
            }
            for problem in error.problems
        ]
        first = problems[0]
        meant = f" (did you mean {first['suggestion']}?)" if first["suggestion"] else ""
        text = f"{first['path'] or 'fault'}: {first['message']}{meant}"
        raise Unprocessable(text, path=first["path"], problems=problems) from error
    return fault if "id" in document else replace(fault, id="")
