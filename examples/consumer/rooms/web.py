"""The program's own HTTP: for those who look at rooms, and for the callbacks of ICE."""

from datetime import UTC, datetime
from typing import Any

from flask import Flask, Response, abort, request
from Tea.exceptions import TeaException

from rooms.callbacks import Forged, announcement, verify
from rooms.index import Index, Picture
from rooms.jobs import Jobs
from rooms.pictures import Pictures, PictureUnavailable
from rooms.settings import Settings

LONGEST_BODY = 64 * 1024


def create_app(settings: Settings, index: Index) -> Flask:
    """The program as a WSGI application."""
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = LONGEST_BODY
    jobs, pictures = Jobs(settings), Pictures(settings)

    @app.get("/health")
    def health() -> dict[str, Any]:
        return {"status": "ok", "rooms": index.rooms()}

    @app.put("/rooms/<room>")
    def watch(room: str) -> dict[str, str]:
        """Begin to watch a room: ``{"stream": "rtmp://…"}``. Doing it twice is doing it once."""
        job_id = index.job_of(room) or jobs.watch(room, _stream())
        index.add_room(room, job_id)
        return {"room": room, "job": job_id}

    @app.get("/rooms/<room>")
    def describe(room: str) -> dict[str, Any]:
        job_id = index.job_of(room) or abort(404)
        picture = index.latest(room)
        latest = f"{_instant(picture):%Y-%m-%dT%H:%M:%SZ}" if picture else None
        return {"room": room, "job": job_id, "status": jobs.status(job_id), "latest": latest}

    @app.get("/rooms/<room>/latest.jpg")
    def latest(room: str) -> Response:
        picture = index.latest(room) or abort(404)
        response = Response(picture.jpeg, mimetype="image/jpeg")
        response.last_modified = _instant(picture)
        return response

    @app.post("/callbacks")
    def receive() -> tuple[str, int]:
        """Keep the picture that is announced. ICE sends again whatever is not answered with 200."""
        verify(
            settings.callback_url,
            settings.callback_auth_key,
            timestamp=request.headers.get("X-ICE-TIMESTAMP", ""),
            signature=request.headers.get("X-ICE-SIGNATURE", ""),
        )
        announced = announcement(request.get_data())
        if announced is None:
            return "", 200
        # The first callback may overtake the answer that tells the job's id.
        room = index.room_of(announced.job_id) or abort(503)
        index.keep(room, Picture(announced.taken, pictures.fetch(announced)))
        return "", 200

    @app.errorhandler(Forged)
    def refuse(error: Forged) -> tuple[dict[str, str], int]:
        return {"error": str(error)}, 403

    @app.errorhandler(PictureUnavailable)
    def ask_again(error: PictureUnavailable) -> tuple[dict[str, str], int]:
        return {"error": str(error)}, 503

    @app.errorhandler(TeaException)
    def pass_on(error: TeaException) -> tuple[dict[str, str], int]:
        """Tell what ICE refused, or that it did not answer: this is what all errors of its SDK are."""
        return {"error": f"ICE: {error.code or 'no answer'}: {error.message}"}, 502

    return app


def _stream() -> str:
    document = request.get_json(force=True)
    stream = document.get("stream") if isinstance(document, dict) else None
    return stream if isinstance(stream, str) else abort(400, 'expected {"stream": "rtmp://…"}')


def _instant(picture: Picture) -> datetime:
    return datetime.fromtimestamp(picture.taken / 1000, UTC)
