"""Object storage on the web: which requests are its own, and their translation there and back."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote_from_bytes

from werkzeug.datastructures import Headers
from werkzeug.wrappers import Request, Response

from ice_mock.oss.addressing import bucket_and_key, bucket_of_host, is_oss_host, path_of
from ice_mock.oss.request import MOST_PARAMETERS, OssAnswer, OssRequest, decoded, query_pairs
from ice_mock.web.wire import answering

_CONTROL = "/_ice_mock"
_SCHEMES = ("OSS ", "OSS4-HMAC-SHA256")
_SIGNING = {b"OSSAccessKeyId", b"x-oss-signature-version"}


def is_oss(request: Request) -> bool:
    """Whether object storage is meant: by the path, the host, or at ``/`` the signature."""
    path = decoded(_path(request.environ))
    if path == _CONTROL or path.startswith(f"{_CONTROL}/"):
        return False
    if is_oss_host(request.environ.get("HTTP_HOST", "")):
        return True
    if path != "/":
        return not path.startswith("/_") or _bucket_host(request) is not None
    # Looked for in the bytes: whoever sends a million parameters is refused sooner than they are decoded.
    names = {pair.partition(b"=")[0] for pair in request.query_string.split(b"&", MOST_PARAMETERS)}
    is_action = "x-acs-action" in request.headers or b"Action" in names
    return not is_action and (_bucket_host(request) is not None or _is_signed(request, names))


def oss_request(request: Request) -> OssRequest:
    path = _path(request.environ)
    headers = {name.lower(): _utf8(value) for name, value in request.headers.items()}
    bucket, key = bucket_and_key(headers.get("host", ""), path)
    return OssRequest(
        method=request.method,
        bucket=bucket,
        key=key,
        query=query_pairs(request.query_string),
        headers=headers,
        path=path.decode("latin-1"),
    )


def oss_response(answer: OssAnswer) -> Response:
    response = answering(answer.body, answer.status, answer.ending)
    # In place of werkzeug's own, which would tell every answer's Content-Type.
    response.headers = Headers([(name, _latin_1(value)) for name, value in answer.headers.items()])
    return response


def _path(environ: Mapping[str, Any]) -> bytes:
    """The path, percent-encoded.

    ``PATH_INFO`` does not tell: servers decode it, cheroot all but the slashes. The target is kept by
    cheroot, by werkzeug's test client and by most other servers.
    """
    target = environ.get("REQUEST_URI") or environ.get("RAW_URI")
    if target is None:
        return quote_from_bytes(environ.get("PATH_INFO", "/").encode("latin-1")).encode()
    path = path_of(target.encode("latin-1"))
    return path if path.startswith(b"/") else b"/" + path


def _bucket_host(request: Request) -> str | None:
    return bucket_of_host(request.environ.get("HTTP_HOST", ""))


def _is_signed(request: Request, names: set[bytes]) -> bool:
    return request.headers.get("Authorization", "").startswith(_SCHEMES) or bool(names & _SIGNING)


def _utf8(value: str) -> str:
    """WSGI gives the bytes of a header as Latin-1, and clients send UTF-8."""
    return value.encode("latin-1").decode("utf-8", "surrogateescape")


def _latin_1(value: str) -> str:
    return value.encode("utf-8", "surrogateescape").decode("latin-1")
