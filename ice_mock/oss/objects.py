"""Operations on one object."""

import re
from collections.abc import Callable

from ice_mock.engine import Engine
from ice_mock.oss.conditions import check_preconditions, is_known
from ice_mock.oss.entity import Entity
from ice_mock.oss.errors import InvalidArgument, NoSuchKey
from ice_mock.oss.ranges import requested_range
from ice_mock.oss.request import OssAnswer, OssRequest
from ice_mock.oss.subresources import OVERRIDES

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def get_object(engine: Engine, request: OssRequest) -> OssAnswer:
    return _unless_known(engine, request, _content)


def head_object(engine: Engine, request: OssRequest) -> OssAnswer:
    # Assumed: Range and the response- parameters, which are documented for GetObject, mean nothing here.
    return _unless_known(engine, request, lambda entity, _: OssAnswer(200, entity.headers(), entity.content))


def get_object_meta(engine: Engine, request: OssRequest) -> OssAnswer:
    entity = _entity(engine, request)
    # Assumed: asked for with GET, which older SDKs did, it has no body, and so no length.
    body = entity.content if request.method == "HEAD" else b""
    return OssAnswer(200, entity.essentials(), body)


def delete_object(engine: Engine, request: OssRequest) -> OssAnswer:
    engine.objects.delete(request.bucket or "", request.key or "")
    return OssAnswer(204)


def _entity(engine: Engine, request: OssRequest) -> Entity:
    key = request.key or ""
    found = engine.objects.find(request.bucket or "", key)
    if found is None:
        raise NoSuchKey(Key=key)
    return Entity.of(found)


def _unless_known(
    engine: Engine, request: OssRequest, answer: Callable[[Entity, OssRequest], OssAnswer]
) -> OssAnswer:
    entity = _entity(engine, request)
    check_preconditions(entity, request.headers)
    if is_known(entity, request.headers):
        return OssAnswer(304, entity.essentials())
    return answer(entity, request)


def _content(entity: Entity, request: OssRequest) -> OssAnswer:
    headers = entity.headers() | _overrides(request)
    size = len(entity.content)
    standard = request.headers.get("x-oss-range-behavior") == "standard"
    places = requested_range(request.headers.get("range", ""), size, standard=standard)
    if places is None:
        return OssAnswer(200, headers, entity.content)
    del headers["Content-MD5"]  # It is the whole object's.
    headers["Content-Range"] = f"bytes {places.start}-{places.stop - 1}/{size}"
    return OssAnswer(206, headers, entity.content[places.start : places.stop])


def _overrides(request: OssRequest) -> dict[str, str]:
    """The headers that the query sets; raises InvalidArgument."""
    # Assumed: also in anonymous requests, to which the service denies it, as here anybody may read.
    overrides = {OVERRIDES[name]: value for name, value in request.query if name in OVERRIDES}
    for name, value in overrides.items():
        if _CONTROL.search(value):
            raise InvalidArgument(
                ArgumentName=f"response-{name.lower()}", ArgumentValue=value, Expected="the value of a header"
            )
    return overrides
