"""The objects in a world's buckets, without OSS in between: no signature, permission or fault of a download.

What went wrong with a picture before it was stored shows all the same.
"""

from collections.abc import Iterator

from flask import Blueprint, Response, jsonify
from marshmallow import fields, validate

from ice_mock.clock import iso_milliseconds
from ice_mock.engine import Engine
from ice_mock.engine.objects import StoredObject
from ice_mock.errors import NotFound
from ice_mock.web.control.documents import Document, Strict, query
from ice_mock.worlds import IceMock

MOST_LOOKED_AT = 10_000
_JPEG = "image/jpeg"


class Window(Strict):
    """Which objects: those whose keys begin with a *prefix*, of one job, *limit* of them *after* a key."""

    prefix = fields.String(load_default="")
    job_id = fields.String()
    after = fields.String(load_default="")
    limit = fields.Integer(load_default=1000, validate=validate.Range(1, 1000))


_WINDOW = Window()


def add_routes(bp: Blueprint, mock: IceMock) -> None:
    @bp.get("/worlds/<world_id>/objects/<bucket>")
    def list_objects(world_id: str, bucket: str) -> Response:
        window = query(_WINDOW)
        found, following = _page(mock.worlds.find(world_id).engine, bucket, window)
        return jsonify(objects=[_shown(each) for each in found], next=following)

    @bp.get("/worlds/<world_id>/objects/<bucket>/<path:key>")
    def read_object(world_id: str, bucket: str, key: str) -> Response:
        found = mock.worlds.find(world_id).engine.objects.find(bucket, key)
        if found is None:
            raise NotFound(f"there is no object {key!r} in the bucket {bucket!r} of this world")
        return Response(found.content(), mimetype=_JPEG)


def _shown(found: StoredObject) -> Document:
    """An object without its content; *frame* is the one that wrote it, whatever its picture shows."""
    return {
        "bucket": found.stored.job.bucket,
        "key": found.key,
        "job_id": found.stored.job.id,
        "frame": found.stored.frame.number,
        "overlay": found.stored.is_overlay,
        "modified_at": iso_milliseconds(found.modified_at),
        "fault": found.course.fault,
    }


def _page(engine: Engine, bucket: str, window: Document) -> tuple[list[StoredObject], str | None]:
    """The objects in a window, and the key after which the next one begins, None at the end.

    As many are looked at as make up the window, and a limited number in any case.
    """
    objects = _objects(engine, bucket, window["prefix"], window["after"])
    found: list[StoredObject] = []
    for number, each in enumerate(objects, start=1):
        if window.get("job_id") in (None, each.stored.job.id):
            found.append(each)
        if len(found) == window["limit"] or number == MOST_LOOKED_AT:
            return found, each.key
    return found, None


def _objects(engine: Engine, bucket: str, prefix: str, after: str) -> Iterator[StoredObject]:
    start = max(prefix, f"{after}\0" if after else "")
    walk = engine.objects.walk(bucket, start=start)
    while (found := walk.next_from(start)) and found.key.startswith(prefix):
        yield found
        start = f"{found.key}\0"
