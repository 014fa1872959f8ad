"""How many callbacks came how far, and which faults have struck, against what a test expects."""

from collections import Counter
from collections.abc import Mapping, Sequence

from ice_mock.client.documents import Callback, Fault, Kept
from ice_mock.client.errors import CallbacksDiffer, FaultsDiffer, Unverifiable
from ice_mock.credentials import masked
from ice_mock.words import counted

MOST_SHOWN = 5


def verified_callbacks(
    callbacks: Kept[Callback], expected: Mapping[str, int], job_id: str | None
) -> Kept[Callback]:
    """Return the *callbacks* if there are as many in each state as *expected*.

    Raises CallbacksDiffer, or Unverifiable if forgotten ones might make the difference.
    """
    counts = Counter(callback["state"] for callback in callbacks)
    whose = f"job {job_id}" if job_id else "the world"
    too_many = [state for state, count in expected.items() if counts[state] > count]
    if callbacks.dropped and not too_many:
        raise Unverifiable(
            f"{whose}: nobody can tell how many callbacks there were: {callbacks.dropped} are forgotten"
        )
    differing = [state for state, count in expected.items() if counts[state] != count]
    if differing:
        wanted = ", ".join(f"{count} {state}" for state, count in expected.items())
        found = ", ".join(f"{count} {state}" for state, count in counts.items()) or "none at all"
        lines = [f"{whose}: expected callbacks: {wanted}; there are: {found}"]
        told = [callback for callback in callbacks if callback["state"] != "delivered" or too_many]
        lines += [f"  {_line(callback)}" for callback in told[:MOST_SHOWN]]
        lines += [f"  and {len(told) - MOST_SHOWN} more"] if len(told) > MOST_SHOWN else []
        raise CallbacksDiffer("\n".join(lines))
    return callbacks


def _line(callback: Callback) -> str:
    attempts = callback["attempts"]
    last = attempts[-1] if attempts else None
    outcome = f", the last attempt: {last['error'] or last['status']}" if last else ""
    tries = counted(len(attempts), "attempt")
    return masked(
        f"{callback['at']}  {callback['key']}  {callback['state']} after {tries} to "
        f"{callback['url']}{outcome}  ({callback['id']})"
    )


def verified_faults(faults: Sequence[Fault]) -> list[Fault]:
    """Return the *faults* if each of them has struck; raises FaultsDiffer, also if there is none."""
    if not faults:
        raise FaultsDiffer("expected that faults struck, and none is armed")
    silent = [fault for fault in faults if not fault["fired"]]
    if silent:
        lines = [f"expected that these faults struck, and {len(silent)} of {len(faults)} did not:"]
        lines += [
            f"  {each['id']}: {_terms(each)}, which fitted {counted(each['matched'], 'time')}"
            for each in silent
        ]
        raise FaultsDiffer("\n".join(lines))
    return list(faults)


def _terms(fault: Fault) -> str:
    return ", ".join(f"{name}: {value}" for name, value in fault["fault"].items() if name != "id")
