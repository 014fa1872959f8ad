"""Worlds: listed, made, reset and ended."""

from flask import Blueprint, Response, jsonify
from marshmallow import fields, validate

from ice_mock.web.control import views
from ice_mock.web.control.documents import ClockMode, Strict, document
from ice_mock.web.control.scenarios import checked
from ice_mock.worlds import IceMock, World, scenarios

_KEY = validate.Regexp(
    r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}\Z", error="expected 1 to 128 letters, digits and ._-, not ._- first"
)


class NewWorld(Strict):
    """What may be asked of a new world; what is left out is the server's choice."""

    access_key_id = fields.String(validate=_KEY)
    access_key_secret = fields.String(validate=validate.Length(1, 256))
    security_token = fields.String(validate=validate.Length(1, 4096))
    scenario = fields.String()
    clock = ClockMode()
    default_clock = ClockMode()
    signatures = fields.String(validate=validate.OneOf(["off", "known", "required"]))
    label = fields.String(validate=validate.Length(1, 1000))


_NEW_WORLD = NewWorld()


def add_routes(bp: Blueprint, mock: IceMock) -> None:
    @bp.get("/worlds")
    def list_worlds() -> Response:
        return jsonify(
            worlds=[views.world(world) for world in mock.worlds.all()],
            ended=[views.ended(world) for world in mock.worlds.ended.all() if world.left_something],
        )

    @bp.post("/worlds")
    def create_world() -> tuple[Response, int]:
        asked = document(_NEW_WORLD)
        if name := asked.pop("scenario", None):
            asked["scenario"] = checked(lambda: scenarios.named(name), path="scenario")
        return jsonify(_with_secret(mock.worlds.create(**asked))), 201

    @bp.get("/worlds/<world_id>")
    def show_world(world_id: str) -> Response:
        # Whoever only looks whether it is there does not come too late.
        return jsonify(views.world(mock.worlds.find(world_id, is_wanted=False)))

    @bp.delete("/worlds/<world_id>")
    def delete_world(world_id: str) -> tuple[str, int]:
        mock.worlds.delete(world_id)
        return "", 204

    @bp.post("/worlds/<world_id>/reset")
    def reset_world(world_id: str) -> Response:
        return jsonify(views.world(mock.worlds.reset(world_id)))


def _with_secret(world: World) -> views.Json:
    """Whoever makes a world has to be told the key; nobody is told it again."""
    return {**views.world(world), "access_key_secret": world.key.secret if world.key else None}
