"""What is counted, for Prometheus to scrape."""

from flask import Blueprint, Response, request

from ice_mock.worlds import IceMock


def add_routes(bp: Blueprint, mock: IceMock) -> None:
    @bp.get("/metrics")
    def metrics() -> Response:
        text, media_type = mock.exposition.text(request.headers.get("Accept", ""))
        return Response(text, content_type=media_type)
