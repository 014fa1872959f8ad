"""Scenarios: a world's own, shown and replaced, and what the format is."""

from collections.abc import Callable

from flask import Blueprint, Response, jsonify, request

from ice_mock.domain.scenario import Scenario
from ice_mock.errors import ControlError, Unprocessable
from ice_mock.scenario import Problem, ScenarioInvalid, shipped
from ice_mock.scenario.json_schema import json_schema
from ice_mock.web.body import LONGEST, read_body
from ice_mock.web.control import views
from ice_mock.worlds import IceMock, scenarios


def add_routes(bp: Blueprint, mock: IceMock) -> None:
    @bp.get("/scenario.schema.json")
    def show_schema() -> Response:
        return jsonify(json_schema())

    @bp.get("/scenarios")
    def list_scenarios() -> Response:
        return jsonify(scenarios=[views.scenario(scenarios.named(name)) for name in shipped().names()])

    @bp.get("/worlds/<world_id>/scenario")
    def show_scenario(world_id: str) -> Response:
        return jsonify(views.scenario(mock.worlds.find(world_id).scenario))

    @bp.put("/worlds/<world_id>/scenario")
    def replace_scenario(world_id: str) -> Response:
        mock.worlds.find(world_id)
        scenario = checked(lambda: scenarios.of_text(_text()))
        return jsonify(views.world(mock.worlds.replace(world_id, scenario)))


def checked(find: Callable[[], Scenario], *, path: str = "") -> Scenario:
    """Return the scenario that is found; raises Unprocessable with every mistake in it.

    *path* is what asked for it, for mistakes that are not inside of it.
    """
    try:
        return find()
    except ScenarioInvalid as error:
        problems = [_problem(problem) for problem in error.problems]
        raise Unprocessable(str(error), path=problems[0]["path"] or path, problems=problems) from error


def _problem(problem: Problem) -> views.Json:
    return {
        "line": problem.line,
        "column": problem.column,
        "path": problem.path,
        "message": problem.message,
        "suggestion": problem.suggestion,
    }


def _text() -> str:
    body = read_body(request)
    if body is None:
        raise ControlError(f"the scenario is longer than {LONGEST} bytes")
    try:
        return body.decode()
    except UnicodeDecodeError as error:
        raise ControlError(f"the scenario is no UTF-8: {error}") from error
