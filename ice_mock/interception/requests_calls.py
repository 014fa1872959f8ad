"""Calls that are made with requests: the short way, where nothing can go wrong.

An answer that comes at once and whole need not be written for http.client to read it. All other calls go
the long way, which is that of `ice_mock.interception.http_calls`, with whatever may happen on it.
"""

import io
from collections.abc import Callable
from functools import wraps
from types import ModuleType
from typing import Any
from urllib.parse import urlsplit

from ice_mock.interception.destinations import Inline
from ice_mock.interception.exchange import Incoming
from ice_mock.interception.patches import Patches
from ice_mock.interception.ways import HEADER, current


def patch(patches: Patches, module: ModuleType) -> None:
    patches.replace(module.HTTPAdapter, "send", _sending)


def _sending(send: Callable[..., Any]) -> Callable[..., Any]:
    # It is there: requests imports it before it has an adapter.
    from urllib3 import HTTPResponse

    @wraps(send)
    def send_or_call(self: Any, request: Any, *others: Any, **more: Any) -> Any:
        destination = _short_way(self, request)
        if destination is None:
            return send(self, request, *others, **more)
        answer = b"".join(destination.answer(_written(request, destination.world), None))
        head, _, body = answer.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        _, status, reason = first.split(" ", 2)
        # A list keeps what comes twice; the types of urllib3 do not know that it takes one.
        headers: Any = [(name, value.strip()) for name, _, value in (line.partition(":") for line in lines)]
        response = HTTPResponse(
            body=io.BytesIO(body),
            headers=headers,
            status=int(status),
            reason=reason,
            version=11,
            preload_content=False,
            decode_content=False,
            request_method=request.method,
        )
        return self.build_response(request, response)

    return send_or_call


def _short_way(adapter: Any, request: Any) -> Inline | None:
    """Where a call goes that can do without http.client, None if it cannot, or is not diverted."""
    diversion = current()
    if diversion is None or _is_tried_again(adapter.max_retries):
        return None
    # What is sent piece by piece may be anything, and fail at any of them.
    if not isinstance(request.body, bytes | str | None):
        return None
    destination = diversion.way(urlsplit(request.url).hostname or "", request.path_url)
    return destination if isinstance(destination, Inline) and destination.is_prompt else None


def _is_tried_again(retries: Any) -> bool:
    """Whether urllib3 would call again after some answer or other."""
    return retries.total is None or retries.total > 0 or bool(retries.status_forcelist)


def _written(request: Any, world: str) -> Incoming:
    """The request as it would go over the wire."""
    headers = {_text(name): _text(value) for name, value in request.headers.items()}
    if "host" not in request.headers:
        headers["Host"] = _named_host(request.url)
    lines = [f"{request.method} {request.path_url} HTTP/1.1"]
    lines += [f"{name}: {value}" for name, value in {**headers, HEADER: world}.items()]
    body = request.body or b""
    incoming = Incoming()
    incoming.feed("\r\n".join([*lines, "", ""]).encode("latin-1"))
    incoming.feed(body.encode() if isinstance(body, str) else body)
    return incoming


def _named_host(url: str) -> str:
    parts = urlsplit(url)
    usual = {"http": 80, "https": 443}.get(parts.scheme)
    host = parts.hostname or ""
    return host if parts.port in (None, usual) else f"{host}:{parts.port}"


def _text(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value
