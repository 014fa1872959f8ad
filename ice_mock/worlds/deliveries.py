"""What the log says of callbacks: every attempt, and at the end of a server what was left undone."""

import logging
from collections import defaultdict
from collections.abc import Iterable
from datetime import timedelta

from ice_mock.credentials import bare, hidden_parts
from ice_mock.domain.callback import Callback, Delivery
from ice_mock.metrics.outcomes import Ended, ended

MOST_KEYS = 50
"""How many keys one line names; where there are more, more lines follow."""
log = logging.getLogger("ice_mock.callback")


def log_attempt(world: str | None, callback: Callback) -> None:
    """Log the newest attempt of a *callback*: as a warning, if nothing arrived that should have."""
    attempt = callback.attempts[-1]
    outcome = attempt.outcome
    how = ended(attempt)
    level = logging.INFO if how in (Ended.DELIVERED, Ended.WITHDRAWN) else logging.WARNING
    if not log.isEnabledFor(level):
        return
    facts = {
        "plane": "callback",
        "outcome": str(how),
        "world": world,
        "job": callback.job_id,
        "url": bare(callback.url),
        "key": callback.key,
        "callback": callback.id,
        "attempt": len(callback.attempts),
        "state": str(callback.state),
        "status": outcome.status,
        "duration_ms": round(outcome.duration / timedelta(milliseconds=1), 3),
        "fault": attempt.fault,
    }
    log.log(level, "%s%s", how, _explanation(callback, how), extra={"facts": facts})


def log_unfinished(world: str | None, callbacks: Iterable[Callback]) -> None:
    """Name the callbacks that were being sent when the time for it was over."""
    _log_undone(world, callbacks, "job %s: %d callbacks to %s were not finished, from %s to %s")


def log_waiting(world: str | None, callbacks: Iterable[Callback]) -> None:
    """Name the callbacks whose next attempt nobody makes any more."""
    _log_undone(world, callbacks, "job %s: %d callbacks to %s were to be tried later, from %s to %s")


def _log_undone(world: str | None, callbacks: Iterable[Callback], message: str) -> None:
    keys_by_receiver: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for callback in callbacks:
        keys_by_receiver[callback.job_id, callback.url].append(callback.key)
    for (job_id, url), keys in keys_by_receiver.items():
        keys.sort()
        for start in range(0, len(keys), MOST_KEYS):
            named = keys[start : start + MOST_KEYS]
            receiver = bare(url)
            facts = {"plane": "callback", "world": world, "job": job_id, "url": receiver, "keys": named}
            log.warning(message, job_id, len(named), receiver, named[0], named[-1], extra={"facts": facts})


def _explanation(callback: Callback, how: Ended) -> str:
    """Why the newest attempt came to nothing, and what follows from that."""
    if how is Ended.DELIVERED:
        return ""
    followings = {Delivery.WAITING: "; it is tried again", Delivery.LOST: "; the callback is lost"}
    following = "" if how is Ended.WITHDRAWN else followings.get(callback.state, "")
    return f": {_without_secrets(callback)}{following}"


def _without_secrets(callback: Callback) -> str:
    """What came of the newest attempt. Errors may quote the URL, and with it what is secret in it."""
    text = str(callback.attempts[-1].outcome)
    for secret in hidden_parts(callback.url):
        text = text.replace(secret, "...")
    return text
