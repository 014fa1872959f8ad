"""What stands out in the evidence, put together: refusals, failed callbacks, faults, unread parameters."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from ice_mock.report.evidence import Call, Callback, Evidence, Fault, Tally
from ice_mock.report.timeline import DELIVERED

OK = "OK"


@dataclass(frozen=True, slots=True)
class Refusal:
    """Calls that were refused alike, the first of them first."""

    action: str
    status: int
    code: str
    sentence: str
    calls: tuple[Call, ...]


@dataclass(frozen=True, slots=True)
class Failure:
    """Callbacks that failed alike, the first of them first; *error* says what went wrong with one of them."""

    url: str
    state: str
    error: str
    callbacks: tuple[Callback, ...]


@dataclass(frozen=True, slots=True)
class Unread:
    """A parameter that was sent so often, and that nothing read; *meant* is one that would be."""

    action: str
    name: str
    count: int
    meant: str | None


def refusals(evidence: Evidence) -> list[Refusal]:
    """What was refused, in order of time."""
    groups: dict[tuple[str, int, str, str], list[Call]] = {}
    for call in evidence.calls:
        if call.code:
            alike = (name_of(call.action), call.status, call.code, call.sentence)
            groups.setdefault(alike, []).append(call)
    return [Refusal(*alike, tuple(calls)) for alike, calls in groups.items()]


def answered(evidence: Evidence) -> list[Tally]:
    """How often which action was not refused, the most frequent first."""
    return sorted((tally for tally in evidence.tallies if not tally.code), key=lambda tally: -tally.count)


def struck_calls(evidence: Evidence) -> Mapping[str, int]:
    """How many calls that were not refused a fault struck all the same, by the faults' names."""
    return Counter(call.fault for call in evidence.calls if call.fault and not call.code)


def failures(evidence: Evidence) -> list[Failure]:
    """The callbacks that did not arrive, or not at once; those that never did come first."""
    groups: dict[tuple[str, str, str], list[Callback]] = {}
    for callback in evidence.callbacks:
        if failed := [attempt for attempt in callback.attempts if not attempt.is_delivered]:
            groups.setdefault((callback.url, callback.state, str(failed[-1])), []).append(callback)
        elif callback.state != DELIVERED:
            groups.setdefault((callback.url, callback.state, "not tried yet"), []).append(callback)
    found = [
        Failure(url, state, _trouble(callbacks, error), tuple(callbacks))
        for (url, state, error), callbacks in groups.items()
    ]
    return sorted(found, key=lambda failure: _STATES.index(failure.state))


def _trouble(callbacks: Iterable[Callback], error: str) -> str:
    """What the server says of one of the callbacks, else the error of the last attempt."""
    return next((callback.trouble or error for callback in callbacks if callback.why), error)


_STATES = ("lost", "waiting", DELIVERED)


def fired(evidence: Evidence) -> list[Fault]:
    return [fault for fault in evidence.faults if fault.fired]


def never_fired(evidence: Evidence) -> list[Fault]:
    return [fault for fault in evidence.faults if not fault.fired]


def unread(evidence: Evidence) -> list[Unread]:
    """The parameters that nothing read, in order of time."""
    counts = Counter((name_of(call.action), name) for call in evidence.calls for name in call.unread)
    known = _parameters({action for action, _ in counts})
    return [
        Unread(action, name, count, _nearest(name, known.get(action, ())))
        for (action, name), count in counts.items()
    ]


def name_of(action: str | None) -> str:
    return action or "(no action)"


def in_short(fault: Fault) -> str:
    """A fault on one line, the way scenarios write it, without its id."""
    return ", ".join(f"{name}: {_value(value)}" for name, value in fault.short_form.items() if name != "id")


def _value(value: object) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{name}: {_value(each)}" for name, each in value.items()) + "}"
    return str(value).lower() if isinstance(value, bool) else str(value)


def _parameters(actions: Iterable[str]) -> dict[str, list[str]]:
    """The names that actions read; what they need is imported only if there is something to suggest."""
    if not actions:
        return {}
    from ice_mock.actions import ACTIONS

    return {
        action: [field.data_key or name for name, field in ACTIONS[action].Params().fields.items()]
        for action in actions
        if action in ACTIONS
    }


def _nearest(name: str, known: Iterable[str]) -> str | None:
    by_lower = {each.lower(): each for each in known}
    return next((by_lower[each] for each in get_close_matches(name.lower(), by_lower, n=1)), None)
