"""Who may use the control API: holders of its token, under names that are its own, and no other site's pages.

Beside it, headers that keep answers from doing harm in a browser.
"""

import hmac
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from werkzeug.wrappers import Response

from ice_mock.callbacks import Rules
from ice_mock.callbacks.rules import NO_RULES
from ice_mock.domain.behaviour import DEFAULT
from ice_mock.identifiers import new_token

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_READING = frozenset({"GET", "HEAD"})
_PROBES = frozenset({"/_ice_mock/livez", "/_ice_mock/readyz"})
_INBOX = re.compile(r"/_ice_mock/worlds/[^/]+/inbox")
_PAGES = re.compile(r"/_ice_mock/(console/.*)?", re.DOTALL)
_HOST = re.compile(r"(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(:[0-9]*)?", re.ASCII | re.IGNORECASE)
_LONGEST_QUOTE = 100
# Names that no name server is asked for, or answers: RFC 6761. The last is that of a server in this process.
_NOBODYS = Rules(names=("localhost", "*.localhost", "*.invalid"))

PROTECTION: Mapping[str, str] = {
    "Content-Security-Policy": (
        "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
"""The headers of every answer of the control API, unless it has others of its own."""

CONFINEMENT: Mapping[str, str] = {
    # The styles are the browser's own, around a picture that is opened by itself.
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
    "X-Content-Type-Options": "nosniff",
}
"""The headers of answers with content of others, which share the console's origin: whatever they are called,
they run no script, and are of no origin."""


@dataclass(frozen=True, slots=True)
class Access:
    """What the control API asks of whoever uses it.

    With a *token*: that they have it; then they may come by any name. Without: that they come by a name of
    loopback, an IP address or one of *hosts*, which no page of another site can make stand for this machine.
    *is_made_up* tells a token that nobody knows yet.
    """

    token: str | None = field(default=None, repr=False)
    hosts: Rules = NO_RULES
    is_made_up: bool = False

    @classmethod
    def at(cls, host: str) -> Self:
        """What is asked at an address to listen at: nothing at loopback, a made up token at any other."""
        return cls() if is_loopback(host) else cls(new_token(), is_made_up=True)


LOOPBACK = Access()


class Refusal(NamedTuple):
    """Why a request is not served, in the form of the control API's errors."""

    status: HTTPStatus
    code: str
    message: str

    def response(self) -> Response:
        document = {"error": {"code": self.code, "message": self.message, "details": {}}}
        response = Response(json.dumps(document), self.status, mimetype="application/json")
        if self.status == HTTPStatus.UNAUTHORIZED:
            response.headers["WWW-Authenticate"] = "Bearer"
        return response


# Whoever may submit a job, which is anybody, could otherwise have the server command itself.
_MISLED = Refusal(
    HTTPStatus.NOT_FOUND,
    "MisledCallback",
    "this is a callback, and nothing but POST /_ice_mock/worlds/<world>/inbox is here for those",
)


def guarded(app: "WSGIApplication", access: Access) -> "WSGIApplication":
    """Put in front of the control API what *access* asks for, and around its answers `PROTECTION`."""

    def guard(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        refused = refusal(environ, access)
        if access.token and _bearer(environ) is not None:
            # What nobody sees behind this, nobody keeps or logs: inboxes, for one, keep headers.
            del environ["HTTP_AUTHORIZATION"]
        served = refused.response() if refused else app
        return served(environ, _adding(PROTECTION, start_response))

    return guard


def confined(app: "WSGIApplication") -> "WSGIApplication":
    """Put `CONFINEMENT` around the answers of *app*."""
    return lambda environ, start_response: app(environ, _adding(CONFINEMENT, start_response))


def refusal(environ: Mapping[str, Any], access: Access) -> Refusal | None:
    """Say why a request to the control API is not served; None if it is."""
    method, path = environ["REQUEST_METHOD"], environ.get("PATH_INFO", "")
    is_read = method in _READING
    is_letter = method == "POST" and bool(_INBOX.fullmatch(path))
    if _is_foreign(environ) and not (is_read and _PAGES.fullmatch(path) and _is_opened(environ)):
        return _foreign(environ)
    if environ.get("HTTP_USER_AGENT") == DEFAULT.callback_user_agent and not is_letter:
        return _MISLED
    if is_read and path in _PROBES:
        return None
    if access.token is None:
        return None if _is_own_name(environ, access.hosts) else _unknown_host(environ)
    is_open = is_letter or (is_read and _PAGES.fullmatch(path))
    return None if is_open else _refusal_of_token(environ, access.token)


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches who listens at *host*; of names, only localhost is known to."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def _is_foreign(environ: Mapping[str, Any]) -> bool:
    """Whether a page of another origin has made a browser send this."""
    site, origin = environ.get("HTTP_SEC_FETCH_SITE"), environ.get("HTTP_ORIGIN")
    # "none" is a person: the address bar, or a bookmark.
    return site not in (None, "same-origin", "none") or (
        origin is not None and origin.lower() not in _own_origins(environ)
    )


def _own_origins(environ: Mapping[str, Any]) -> tuple[str, str]:
    # Both, as there may be something in front that speaks TLS.
    host = environ.get("HTTP_HOST", "").lower()
    return f"http://{host}", f"https://{host}"


def _is_opened(environ: Mapping[str, Any]) -> bool:
    """Whether a person follows a link: it takes nothing along, and tells the page it is on nothing."""
    return (
        environ.get("HTTP_ORIGIN") is None
        and environ.get("HTTP_SEC_FETCH_MODE") == "navigate"
        and environ.get("HTTP_SEC_FETCH_DEST") == "document"
    )


def _is_own_name(environ: Mapping[str, Any], hosts: Rules) -> bool:
    found = _HOST.fullmatch(environ.get("HTTP_HOST", ""))
    if not found:
        return False
    name = found[1].strip("[]")
    return _is_address(name) or bool(_NOBODYS.name_for(name) or hosts.name_for(name))


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


def _refusal_of_token(environ: Mapping[str, Any], token: str) -> Refusal | None:
    given = _bearer(environ)
    if given is None:
        return _unauthorized("the control API of this server wants its token")
    if not hmac.compare_digest(given.encode(errors="replace"), token.encode()):
        return _unauthorized("this is not the token of this server's control API")
    return None


def _bearer(environ: Mapping[str, Any]) -> str | None:
    """The bearer token of a request, None if it has none."""
    scheme, _, given = environ.get("HTTP_AUTHORIZATION", "").partition(" ")
    return given.strip() if scheme.lower() == "bearer" else None


def _unauthorized(what: str) -> Refusal:
    how = "send it as Authorization: Bearer TOKEN; ice-mock and its pytest plugin take it from ICE_MOCK_TOKEN"
    return Refusal(HTTPStatus.UNAUTHORIZED, "Unauthorized", f"{what}: {how}")


def _foreign(environ: Mapping[str, Any]) -> Refusal:
    whose = _quoted(environ.get("HTTP_ORIGIN") or f"another origin ({environ.get('HTTP_SEC_FETCH_SITE')})")
    return Refusal(
        HTTPStatus.FORBIDDEN,
        "ForeignOrigin",
        f"this comes from a page of {whose}, and the control API serves programs and its own pages only",
    )


def _unknown_host(environ: Mapping[str, Any]) -> Refusal:
    host = _quoted(environ.get("HTTP_HOST") or "no name")
    return Refusal(
        HTTPStatus.FORBIDDEN,
        "UnknownHost",
        f"the control API was called by {host}, which may be anybody's name: call it by localhost or an IP "
        "address, or start the server with --allowed-hosts and the name, or with --token",
    )


def _quoted(text: str) -> str:
    return text if len(text) <= _LONGEST_QUOTE else f"{text[:_LONGEST_QUOTE]}…"


def _adding(headers: Mapping[str, str], start_response: "StartResponse") -> "StartResponse":
    """Start a response with those *headers* that it does not have itself."""

    def start(status: str, own: list[tuple[str, str]], *exc_info: Any) -> Any:
        names = {name.lower() for name, _ in own}
        missing = [(name, value) for name, value in headers.items() if name.lower() not in names]
        return start_response(status, [*own, *missing], *exc_info)

    return start
