"""Why a call was refused, or how it came to be accepted."""

from ice_mock.credentials import HIDDEN, masked
from ice_mock.domain.journal import JournalEntry
from ice_mock.domain.model import AccessKey
from ice_mock.domain.reason import Reason
from ice_mock.engine import Engine
from ice_mock.errors import NotFound
from ice_mock.gateway.differences import compare, ends_lines_with_crlf

CANONICAL = ("server_canonical_request", "server_string_to_sign")


def of_request(engine: Engine, request_id: str, canonical: str | None = None) -> Reason:
    """Explain a call of this world by what its journal has of it.

    With the *canonical* request, or in RPC the string to sign, that the caller signed, a wrong
    signature is explained by the first place in which that differs from the server's. Raises
    NotFound for a call that the journal does not have.
    """
    entry = engine.journal.find(request_id)
    if entry is None:
        raise NotFound(
            f"the journal of this world has no request {request_id!r}; "
            f"{engine.journal.dropped} requests were dropped from it"
        )
    if entry.reason is None:
        return _acceptance(engine, entry)
    reason = _refusal(entry, entry.reason)
    return reason if canonical is None else _compared(reason, canonical)


def _refusal(entry: JournalEntry, reason: Reason) -> Reason:
    facts = {**_facts(entry), "code": str(entry.code), **reason.facts}
    return Reason(reason.sentence, facts)


def _compared(reason: Reason, canonical: str) -> Reason:
    """What the canonical request that a caller signed tells beside the journal."""
    server = next((reason.facts[name] for name in CANONICAL if name in reason.facts), None)
    if server is None:
        return Reason(f"{reason.sentence} It was not its signature that was refused.", reason.facts)
    difference = compare(server, masked(canonical))
    if difference:
        sentence = f"The canonical requests differ first: {difference}."
        return Reason(sentence, {**reason.facts, **difference.facts})
    if ends_lines_with_crlf(canonical):
        return Reason(
            "The canonical requests differ only in how lines end: the client ends its lines with CR LF, "
            f"where LF alone is expected. {reason.sentence}",
            reason.facts,
        )
    same = "The client signed what the server expects, and so its secret differs, or what it did with it"
    return Reason(f"{same}. {reason.sentence}", reason.facts)


def _acceptance(engine: Engine, entry: JournalEntry) -> Reason:
    parts = [f"{entry.action} was accepted: {_checked(entry)}", _route(engine, entry)]
    if entry.fault:
        parts.append(f"the fault {entry.fault} struck it")
    if entry.unread:
        parts.append(f"nothing read {', '.join(entry.unread)}")
    return Reason(f"{'; '.join(parts)}.", _facts(entry))


def _checked(entry: JournalEntry) -> str:
    if entry.verdict == "verified":
        return f"its signature is that of the access key {entry.access_key_id}"
    return f"its signature was {entry.verdict}"


def _route(engine: Engine, entry: JournalEntry) -> str:
    """Why it came to this world."""
    if entry.named:
        return "it named this world in the header X-Ice-Mock-World"
    if entry.access_key_id is None:
        return "it has no access key, and so came to the default world"
    if entry.access_key_id == HIDDEN:
        return "no world has a key with such an id, and so it came to the default one"
    if engine.store.get(AccessKey, entry.access_key_id):
        return f"its access key {entry.access_key_id} belongs to this world"
    return f"no world had its access key {entry.access_key_id}, and so it came to the default one"


def _facts(entry: JournalEntry) -> dict[str, str]:
    facts = {
        "request_id": entry.id,
        "action": entry.action,
        "status": str(entry.status),
        "dialect": entry.dialect,
        "access_key_id": entry.access_key_id,
        "signature": entry.verdict,
        "faults": entry.fault,
        "unread": ", ".join(entry.unread) or None,
    }
    return {name: fact for name, fact in facts.items() if fact is not None}
