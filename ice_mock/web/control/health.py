"""Whether the server lives, and how it is."""

from flask import Blueprint, Response, jsonify

from ice_mock import __version__
from ice_mock.web.control import views
from ice_mock.worlds import DEFAULT, IceMock


def add_routes(bp: Blueprint, mock: IceMock) -> None:
    @bp.get("/")
    def index() -> Response:
        routes = sorted({rule for rule in _rules() if rule.startswith("/_ice_mock/")})
        return jsonify(name="ice_mock", version=__version__, paths=routes)

    @bp.get("/livez")
    def livez() -> Response:
        return jsonify(status="ok")

    @bp.get("/readyz")
    def readyz() -> Response:
        return jsonify(status="ok")

    @bp.get("/health")
    def health() -> Response:
        worlds = mock.worlds.all()
        return jsonify(
            status="ok",
            version=__version__,
            worlds=len(worlds),
            clock=views.clock(mock.worlds.find(DEFAULT).engine),
            journal_dropped=sum(world.engine.journal.dropped for world in worlds),
            callbacks_waiting=sum(len(world.engine.announcements.waiting()) for world in worlds),
            callbacks_under_way=len(mock.courier.under_way),
        )


def _rules() -> list[str]:
    from flask import current_app

    return [rule.rule for rule in current_app.url_map.iter_rules()]
