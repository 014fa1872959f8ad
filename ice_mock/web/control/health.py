"""Whether the server lives, and how it is."""

from flask import Blueprint, Response, jsonify, request

from ice_mock.version import __version__
from ice_mock.web.control import metrics, views
from ice_mock.web.control.awaiting import MOST_WAITING
from ice_mock.web.stopping import SENTENCE, Stopping
from ice_mock.worlds import DEFAULT, IceMock

READING = frozenset({"GET", "HEAD", "OPTIONS"})
INBOX = "/inbox"
UNAVAILABLE = 503


def add_routes(bp: Blueprint, mock: IceMock) -> None:
    mock.metrics.bounds.add("awaiting_requests", lambda: mock.metrics.patient.height, MOST_WAITING)
    metrics.add_routes(bp, mock)

    @bp.before_request
    def refuse_new_work() -> None:
        # Callbacks that are being finished may be on their way to an inbox.
        is_work = request.method not in READING and not request.path.endswith(INBOX)
        if mock.is_stopping and is_work:
            raise Stopping(SENTENCE)

    @bp.get("/")
    def index() -> Response:
        routes = sorted({rule for rule in _rules() if rule.startswith("/_ice_mock/")})
        return jsonify(name="ice_mock", version=__version__, paths=routes)

    @bp.get("/livez")
    def livez() -> Response:
        return jsonify(status="ok")

    @bp.get("/readyz")
    def readyz() -> tuple[Response, int]:
        return jsonify(status=_status(mock)), UNAVAILABLE if mock.is_stopping else 200

    @bp.get("/health")
    def health() -> Response:
        census = mock.census()
        return jsonify(
            status=_status(mock),
            version=__version__,
            uptime_seconds=round(mock.uptime().total_seconds(), 3),
            worlds=census.worlds,
            jobs=census.jobs,
            clock=views.clock(mock.worlds.find(DEFAULT).engine),
            journal_dropped=census.calls_dropped,
            inbox_dropped=census.received_dropped,
            callbacks_dropped=census.callbacks_dropped,
            callbacks_waiting=census.waiting,
            callbacks_under_way=census.under_way,
            bounds={
                bound.name: {"used": bound.used, "most": bound.most} for bound in mock.metrics.bounds.all()
            },
        )


def _status(mock: IceMock) -> str:
    return "stopping" if mock.is_stopping else "ok"


def _rules() -> list[str]:
    from flask import current_app

    return [rule.rule for rule in current_app.url_map.iter_rules()]
