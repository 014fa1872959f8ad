"""What the journal keeps of a call: enough to explain it, nothing that is secret, nothing without bounds."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta

from ice_mock.actions import ACTIONS
from ice_mock.actions.base import COMMON_PARAMETERS
from ice_mock.credentials import HIDDEN, masked, tells
from ice_mock.domain.journal import JournalEntry
from ice_mock.domain.model import AccessKey
from ice_mock.domain.reason import Reason
from ice_mock.errors import ApiError
from ice_mock.gateway.authentication import REFUSED
from ice_mock.gateway.call import Call, Pairs, Reply
from ice_mock.gateway.dialects import dialect_of
from ice_mock.gateway.secrecy import Secrets
from ice_mock.gateway.signature import Signature

LONGEST_VALUE = 1024
LONGEST_ANSWER = 4096
LONGEST_FACT = 16_384
"""A canonical request is a fact, and has to be whole to be compared."""
CLEANED = 2
"""How many times the length that is kept of a text is looked through for secrets."""
MOST_PARAMETERS = 250
MOST_UNREAD = 50
COMMON = COMMON_PARAMETERS - {"RegionId"}
"""What is not remembered among the parameters: it stands in fields of its own, or nowhere."""

Cleaning = Callable[[str], str]


def entry(
    call: Call,
    reply: Reply,
    *,
    request_id: str,
    at: datetime,
    duration: timedelta,
    signature: Signature | None,
    verdict: str,
    keys: Iterable[AccessKey],
    error: ApiError | None,
    fault: str | None,
) -> JournalEntry:
    """An entry for a call; no secret of the *keys*, and no password in a URL, is in it, wherever it was."""
    parameters = call.parameters
    own = {name: text for name, text in parameters.items() if name not in COMMON}
    action, unread = call.action, _unread(call)
    access_key_id = signature.access_key_id if signature else None
    answer = reply.body.decode("utf-8", "replace")
    secrets = Secrets.known(signature, keys)
    looked_through = tuple(map(_start, (*own, *own.values(), action or "", answer)))
    clean, clean_told = _cleanings(call, secrets, error, looked_through)
    return JournalEntry(
        id=request_id,
        at=at,
        action=_kept(action, clean) if action else None,
        dialect=signature.dialect if signature else dialect_of(call),
        access_key_id=_id(access_key_id, secrets) if access_key_id else None,
        method=_kept(call.method, clean),
        parameters=_bounded(own, clean),
        status=reply.status,
        code=error.code if error else None,
        message=_kept(str(error), clean_told) if error else None,
        answer=_beginning(clean_told(_start(answer))),
        answer_length=len(reply.body),
        duration=duration,
        fault=fault,
        verdict=f"refused: {error.code}" if error and verdict is REFUSED else verdict,
        reason=_reason(error, clean_told) if error else None,
        unread=tuple(_kept(name, clean) for name in unread),
        named=call.world is not None,
    )


def _cleanings(
    call: Call, secrets: Secrets, error: ApiError | None, texts: tuple[str, ...]
) -> tuple[Cleaning, Cleaning]:
    """What takes the secrets out of what was sent, and out of what is told of it, which quotes it encoded.

    Few calls hold any, and those that hold none cost little.
    """
    are_in = secrets.are_in(texts)
    if not error and not are_in:
        return masked, masked
    named = secrets.and_named(call)
    are_in = are_in or named.are_in(texts, in_any_form=True)

    def clean(text: str) -> str:
        return masked(named.without(text, beginnings=are_in))

    return clean if are_in else masked, clean


def _id(access_key_id: str, secrets: Secrets) -> str:
    """The id of a key, unless a secret was sent in its place; it may well hold a word that is one."""
    return HIDDEN if access_key_id in secrets else _kept(access_key_id, str)


def _unread(call: Call) -> tuple[str, ...]:
    action = ACTIONS.get(call.action or "")
    found = action.unread(call.parameters) if action else ()
    if len(call.parameters) < len(call.query) + len(call.form):
        found += _repeated(call.query + call.form)
    return (
        found if len(found) <= MOST_UNREAD else (*found[:MOST_UNREAD], f"… {len(found) - MOST_UNREAD} more")
    )


def _repeated(pairs: Pairs) -> tuple[str, ...]:
    """Parameters that were sent several times: only the last of each is read."""
    counts: dict[str, int] = {}
    for name, _ in pairs:
        counts[name] = counts.get(name, 0) + 1
    return tuple(f"{name} (all but the last of {count})" for name, count in counts.items() if count > 1)


def _reason(error: ApiError, clean: Cleaning) -> Reason:
    facts = {name: _kept(fact, clean, LONGEST_FACT) for name, fact in error.facts.items()}
    return Reason(_kept(error.sentence or str(error), clean, LONGEST_ANSWER), facts)


def _beginning(answer: str) -> str:
    """The first bytes of an answer; most have fewer characters, and need not be counted in bytes."""
    if 4 * len(answer) <= LONGEST_ANSWER:
        return answer
    return answer.encode("utf-8", "replace")[:LONGEST_ANSWER].decode("utf-8", "ignore")


def _bounded(own: Mapping[str, str], clean: Cleaning) -> dict[str, str]:
    kept = {
        _kept(name, clean): HIDDEN if tells(name) else _kept(text, clean)
        for name, text in (
            own.items() if len(own) <= MOST_PARAMETERS else list(own.items())[:MOST_PARAMETERS]
        )
    }
    return kept if len(own) <= MOST_PARAMETERS else {**kept, "…": f"{len(own) - MOST_PARAMETERS} more"}


def _kept(text: str, clean: Cleaning, longest: int = LONGEST_VALUE) -> str:
    """The beginning of a text, without secrets."""
    start = text[: CLEANED * longest]
    cleaned, rest = clean(start), len(text) - len(start)
    if len(cleaned) <= longest and not rest:
        return cleaned
    # At the end of a start there may be half a secret, which is none that is known.
    end = min(longest, len(cleaned) - longest) if rest else longest
    return f"{cleaned[: max(end, 0)]}… ({len(cleaned) + rest} characters)"


def _start(text: str) -> str:
    """As much of any text as can have an influence on what is kept of it."""
    return text[: CLEANED * LONGEST_FACT]
