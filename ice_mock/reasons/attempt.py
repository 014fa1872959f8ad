"""Why an attempt to deliver a callback failed, and what to do about it."""

import re
from http import HTTPStatus
from urllib.parse import urlsplit

from ice_mock.domain.callback import Attempt, Callback
from ice_mock.reasons.clause import Clause

_PORTS = {"http": 80, "https": 443}
_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_CHECKS = "look at how it checks who calls, such as by X-ICE-SIGNATURE"
_REFUSALS = {
    401: _CHECKS,
    403: _CHECKS,
    404: "look at the path of the URL",
    405: "callbacks are POST requests, let it take those",
    415: "look at behaviour.callback_content_type",
    429: "it is asked too often",
}
_ERRORS = (
    ("no answer within", "{where} gave {error}", "let it answer sooner, or raise callbacks.timeout"),
    (
        "ClientConnectorDNSError",
        "the name in {url} could not be resolved",
        "look at its spelling; {elsewhere}",
    ),
    (
        "Client(ConnectorCertificate|ConnectorSSL|SSL)Error.*(WRONG_VERSION|HTTP_REQUEST)",
        "what listens at {where} does not speak TLS",
        "use http in the URL",
    ),
    (
        "Client(ConnectorCertificate|ConnectorSSL|SSL)Error",
        "no TLS connection to {where} came about ({error})",
        "use http in the URL, or a certificate that the server's machine trusts",
    ),
    (
        "ClientConnectorError.*(unreachable|No route)",
        "{where} cannot be reached from the server",
        "look at the network between them",
    ),
    (
        "ClientConnectorError",
        "nothing listens at {where}",
        "start the receiver before its callbacks are due; {elsewhere}",
    ),
    (
        "ServerDisconnected|ClientOSError|ConnectionReset",
        "{where} closed the connection without an answer",
        "its own log says why",
    ),
    (
        "ClientResponseError",
        "what {where} answered is no HTTP",
        "look at the port, and at http or https in the URL",
    ),
    (
        "cannot be called",
        "{url} cannot be called ({problem})",
        "give the job a URL such as http://127.0.0.1:8000/callbacks",
    ),
    (
        "refused by the callback policy",
        "the callback policy of the server let nothing out ({problem})",
        "look at --callback-allow and --callback-deny of ice-mock serve",
    ),
    ("", "no answer came from {where} ({error})", "the error says what to look at"),
)
"""Patterns of the sender's words, what they mean, and what to do; the first that fits is told."""


def failure(callback: Callback, attempt: Attempt) -> Clause:
    """What came of an attempt that failed, and what would be right: ``… answered with status 500; …``."""
    status, error = attempt.outcome.status, attempt.outcome.error or ""
    text, advice = _unanswered(callback, error) if status is None else _answered(callback, status)
    facts = {"last_error": str(attempt.outcome), "cause": text, "advice": advice}
    return Clause(f"{text}; {advice}", facts)


def _answered(callback: Callback, status: int) -> tuple[str, str]:
    text = f"{receiver(callback)} answered with status {status}"
    if status < HTTPStatus.MULTIPLE_CHOICES:
        return text, "only exactly 200 counts as delivered, let it answer that"
    if status < HTTPStatus.BAD_REQUEST:
        return text, "redirects are not followed, give the job the URL that it leads to"
    if status < HTTPStatus.INTERNAL_SERVER_ERROR:
        return text, _REFUSALS.get(status, "it refused the request, its own log says why")
    return text, "it failed itself, its own log says how"


def _unanswered(callback: Callback, error: str) -> tuple[str, str]:
    words = {
        "where": receiver(callback),
        "url": callback.url,
        "error": error,
        "problem": error.partition(": ")[2],
        "elsewhere": _elsewhere(callback),
    }
    text, advice = next((text, advice) for pattern, text, advice in _ERRORS if re.match(pattern, error))
    return text.format_map(words), advice.format_map(words)


def receiver(callback: Callback) -> str:
    """Host and port that a callback goes to, or the whole URL if it has none."""
    try:
        parts = urlsplit(callback.url)
        port = parts.port or _PORTS.get(parts.scheme)
    except ValueError:
        return callback.url
    return f"{parts.hostname}:{port}" if parts.hostname and port else callback.url


def _elsewhere(callback: Callback) -> str:
    """What to think of if the receiver is not where the server is."""
    if receiver(callback).rpartition(":")[0] in _LOOPBACK:
        return "for a server in a container this address is the container itself"
    return "it has to be known where the server runs, such as in a container"
