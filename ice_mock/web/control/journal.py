"""The journal of API calls."""

from collections import Counter

from flask import Blueprint, Response, jsonify
from marshmallow import fields, validate

from ice_mock.errors import NotFound
from ice_mock.web.control import views
from ice_mock.web.control.documents import Instant, Strict, query
from ice_mock.worlds import IceMock


class Filters(Strict):
    """Which calls, and the latest *limit* of them; a *code* of OK means those that were not refused."""

    action = fields.String()
    code = fields.String()
    job_id = fields.String()
    since = Instant()
    refused = fields.Boolean()
    limit = fields.Integer(validate=validate.Range(1))


_FILTERS = Filters()


def add_routes(bp: Blueprint, mock: IceMock) -> None:
    @bp.get("/worlds/<world_id>/requests")
    def list_requests(world_id: str) -> Response:
        wanted = query(_FILTERS)
        journal = mock.worlds.find(world_id).engine.journal
        found = [
            entry
            for entry in journal.all()
            if wanted.get("action") in (None, entry.action)
            and wanted.get("code") in (None, entry.code or "OK")
            and wanted.get("job_id") in (None, entry.job_id)
            and ("since" not in wanted or entry.at >= wanted["since"])
            and wanted.get("refused") in (None, entry.code is not None)
        ]
        counts = Counter((entry.action, entry.code) for entry in found)
        return jsonify(
            requests=[views.request(entry) for entry in found[-wanted.get("limit", len(found)) :]],
            found=len(found),
            counts=[
                {"action": action, "code": code, "count": count} for (action, code), count in counts.items()
            ],
            dropped=journal.dropped,
        )

    @bp.get("/worlds/<world_id>/requests/<request_id>")
    def show_request(world_id: str, request_id: str) -> Response:
        journal = mock.worlds.find(world_id).engine.journal
        entry = journal.find(request_id)
        if entry is None:
            lost = f": {journal.dropped} older ones are no longer kept" if journal.dropped else ""
            raise NotFound(f"there is no call {request_id!r} in this world{lost}")
        return jsonify(views.request(entry))

    @bp.delete("/worlds/<world_id>/requests")
    def clear_requests(world_id: str) -> tuple[str, int]:
        mock.worlds.find(world_id).engine.journal.clear()
        return "", 204
