"""Operations on one bucket."""

import re
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterator
from urllib.parse import quote

from ice_mock.engine import Engine
from ice_mock.engine.objects import StoredObject
from ice_mock.oss.addressing import bucket_of_host
from ice_mock.oss.claim import octets
from ice_mock.oss.dates import iso
from ice_mock.oss.entity import Entity
from ice_mock.oss.errors import InvalidArgument
from ice_mock.oss.listing import Listing, Page
from ice_mock.oss.request import OssAnswer, OssRequest
from ice_mock.oss.xml import Node, document

# Assumed: buckets exist from the start, and are older than whatever time a world begins at.
CREATED_AT = "2020-01-01T00:00:00.000Z"
# Assumed: where a bucket lies makes no difference to the emulator.
LOCATION = "oss-cn-shanghai"

_MAX_KEYS = re.compile(r"[0-9]{1,4}")
_DEFAULT_KEYS = 100
_MOST_KEYS = 1000

_Text = Callable[[str], str]


def get_bucket_info(engine: Engine, request: OssRequest) -> OssAnswer:
    endpoint = _endpoint(request.host)
    bucket: list[Node] = [
        ("CreationDate", CREATED_AT),
        # Assumed: the emulator itself, so that a client that goes where this points stays with it.
        ("ExtranetEndpoint", endpoint),
        ("IntranetEndpoint", endpoint),
        ("Location", LOCATION),
        ("Name", request.bucket or ""),
        ("StorageClass", "Standard"),
        ("DataRedundancyType", "LRS"),
        _owner(engine),
        ("AccessControlList", [("Grant", "private")]),
        ("Comment", ""),
    ]
    return _answer(("BucketInfo", [("Bucket", bucket)]))


def list_objects(engine: Engine, request: OssRequest) -> OssAnswer:
    """Answer with a page of keys and common prefixes; raises InvalidArgument."""
    versions = {"": _list_first, "1": _list_first, "2": _list_second}
    version = request.parameters.get("list-type", "")
    if version not in versions:
        raise InvalidArgument(ArgumentName="list-type", ArgumentValue=version, Expected="2")
    return _answer(("ListBucketResult", versions[version](engine, request)))


def _list_first(engine: Engine, request: OssRequest) -> Iterator[Node]:
    marker = request.parameters.get("marker", "")
    listing, text = _listing(request), _text(request)
    page = listing.page(engine.objects, marker)
    yield from _head(listing, page, text)
    yield "Marker", text(marker)
    if page.next_after is not None:
        yield "NextMarker", text(page.next_after)
    yield from _entries(page, text, _owner(engine))


def _list_second(engine: Engine, request: OssRequest) -> Iterator[Node]:
    parameters = request.parameters
    token, start_after = parameters.get("continuation-token", ""), parameters.get("start-after", "")
    listing, text = _listing(request), _text(request)
    page = listing.page(engine.objects, max(_name_in(token), start_after))
    yield from _head(listing, page, text)
    yield "StartAfter", text(start_after)
    if token:
        yield "ContinuationToken", token
    if page.next_after is not None:
        yield "NextContinuationToken", _token(page.next_after)
    yield "KeyCount", str(len(page.entries))
    yield from _entries(page, text, _owner(engine) if parameters.get("fetch-owner") == "true" else None)


def _listing(request: OssRequest) -> Listing:
    parameters = request.parameters
    return Listing(
        request.bucket or "",
        parameters.get("prefix", ""),
        parameters.get("delimiter", ""),
        _max_keys(parameters.get("max-keys", "")),
    )


def _max_keys(value: str) -> int:
    """How many entries a page has; raises InvalidArgument."""
    # Assumed: an empty parameter is none, as oss2 sends those that it was not given.
    number = (int(value) if _MAX_KEYS.fullmatch(value) else 0) if value else _DEFAULT_KEYS
    if not 1 <= number <= _MOST_KEYS:
        raise InvalidArgument(ArgumentName="max-keys", ArgumentValue=value, Expected="1 to 1000")
    return number


def _text(request: OssRequest) -> _Text:
    """How names are written: as they are, or encoded for URLs. Raises InvalidArgument."""
    encoding = request.parameters.get("encoding-type", "")
    if encoding not in ("", "url"):
        raise InvalidArgument(ArgumentName="encoding-type", ArgumentValue=encoding, Expected="url")
    return _url_encoded if encoding else str


def _url_encoded(text: str) -> str:
    return quote(text, safe="", errors="surrogateescape")


def _head(listing: Listing, page: Page, text: _Text) -> Iterator[Node]:
    yield "Name", listing.bucket
    yield "Prefix", text(listing.prefix)
    yield "MaxKeys", str(listing.max_keys)
    yield "Delimiter", text(listing.delimiter)
    if text is _url_encoded:
        yield "EncodingType", "url"
    yield "IsTruncated", "false" if page.next_after is None else "true"


def _entries(page: Page, text: _Text, owner: Node | None) -> Iterator[Node]:
    for entry in page.entries:
        if entry.found:
            yield "Contents", _contents(entry.found, text, owner)
    for entry in page.entries:
        if not entry.found:
            yield "CommonPrefixes", [("Prefix", text(entry.name))]


def _contents(found: StoredObject, text: _Text, owner: Node | None) -> list[Node]:
    entity = Entity.of(found)
    contents: list[Node] = [
        ("Key", text(found.key)),
        ("LastModified", iso(entity.modified_at)),
        ("ETag", entity.etag),
        ("Type", "Normal"),
        ("Size", str(len(entity.content))),
        ("StorageClass", "Standard"),
    ]
    return [*contents, owner] if owner else contents


def _token(name: str) -> str:
    # Of characters that mean the same before and after URL-decoding, which only some SDKs do.
    return urlsafe_b64encode(octets(name)).decode().rstrip("=")


def _name_in(token: str) -> str:
    """The inverse of `_token`; raises InvalidArgument."""
    try:
        return b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True).decode()
    except ValueError:
        raise InvalidArgument(
            ArgumentName="continuation-token", ArgumentValue=token, Expected="a NextContinuationToken"
        ) from None


def _owner(engine: Engine) -> Node:
    user_id = str(engine.account.user_id)
    return "Owner", [("ID", user_id), ("DisplayName", user_id)]


def _endpoint(host: str) -> str:
    bucket = bucket_of_host(host)
    return host[len(bucket) + 1 :] if bucket else host


def _answer(node: Node) -> OssAnswer:
    return OssAnswer(200, {"Content-Type": "application/xml"}, document(node))
