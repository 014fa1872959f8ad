"""Conditional requests: an object only if it is, or is not, as the client remembers it."""

from collections.abc import Mapping

from ice_mock.oss.dates import from_http_date
from ice_mock.oss.entity import Entity
from ice_mock.oss.errors import PreconditionFailed


def check_preconditions(entity: Entity, headers: Mapping[str, str]) -> None:
    """Raise PreconditionFailed where ``If-Match`` or ``If-Unmodified-Since`` does not hold."""
    # Assumed: as in HTTP, a tag counts before a date, and a date that cannot be read does not count.
    tags, since = headers.get("if-match"), from_http_date(headers.get("if-unmodified-since", ""))
    if tags is not None:
        if not _is_among(tags, entity):
            raise PreconditionFailed(Condition="If-Match")
    elif since is not None and entity.modified_at > since:
        raise PreconditionFailed(Condition="If-Unmodified-Since")


def is_known(entity: Entity, headers: Mapping[str, str]) -> bool:
    """Whether ``If-None-Match`` or ``If-Modified-Since`` says that the client has it already."""
    tags, since = headers.get("if-none-match"), from_http_date(headers.get("if-modified-since", ""))
    if tags is not None:
        return _is_among(tags, entity)
    return since is not None and entity.modified_at <= since


def _is_among(tags: str, entity: Entity) -> bool:
    """Whether the entity is among *tags*; clients write them with and without quotes."""
    listed = {tag.strip().removeprefix("W/").strip('"') for tag in tags.split(",")}
    return not listed.isdisjoint({"*", entity.etag.strip('"')})
