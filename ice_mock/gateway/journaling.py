"""What the journal keeps of a call: enough to explain it, nothing that is secret, nothing without bounds."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from ice_mock.domain.journal import JournalEntry
from ice_mock.errors import ApiError
from ice_mock.gateway.call import Call, Reply
from ice_mock.gateway.dialects import dialect_of
from ice_mock.gateway.percent import encoded
from ice_mock.gateway.signature import Signature

LONGEST_VALUE = 1024
LONGEST_ANSWER = 4096
MOST_PARAMETERS = 250
COMMON = frozenset(
    {
        *("Action", "Version", "Format", "AccessKeyId", "Timestamp", "SecurityToken", "BearerToken"),
        *("Signature", "SignatureMethod", "SignatureVersion", "SignatureNonce", "SignatureType"),
    }
)


def entry(
    call: Call,
    reply: Reply,
    *,
    request_id: str,
    at: datetime,
    duration: timedelta,
    signature: Signature | None,
    error: ApiError | None,
    fault: str | None,
) -> JournalEntry:
    return JournalEntry(
        id=request_id,
        at=at,
        action=_cut(call.action) if call.action else None,
        dialect=signature.dialect if signature else dialect_of(call),
        access_key_id=_cut(signature.access_key_id) if signature and signature.access_key_id else None,
        method=call.method,
        parameters=_bounded(call.parameters),
        status=reply.status,
        code=error.code if error else None,
        message=_cut(_without_token(str(error), signature)) if error else None,
        answer=_answer(reply.body, signature),
        answer_length=len(reply.body),
        duration=duration,
        fault=fault,
    )


def _answer(body: bytes, signature: Signature | None) -> str:
    """The beginning of an answer; only where a token may stand in it, all of it has to be looked at."""
    if signature and signature.security_token:
        body = _without_token(body.decode("utf-8", "replace"), signature).encode()
    return body[:LONGEST_ANSWER].decode("utf-8", "replace")


def _without_token(text: str, signature: Signature | None) -> str:
    """Leave out the STS token, which stands in the string that a refused signature should have signed."""
    token = signature.security_token if signature else None
    if not token:
        return text
    for form in (token, encoded(token), encoded(encoded(token))):
        text = text.replace(form, "…")
    return text


def _bounded(parameters: Mapping[str, str]) -> dict[str, str]:
    own = [(name, value) for name, value in parameters.items() if name not in COMMON]
    kept = {_cut(name): _cut(value) for name, value in own[:MOST_PARAMETERS]}
    return kept if len(own) <= MOST_PARAMETERS else {**kept, "…": f"{len(own) - MOST_PARAMETERS} more"}


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]}… ({len(text)} characters)"
