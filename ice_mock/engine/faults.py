"""The faults of a world: armed, counted, and struck with."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from ice_mock.domain.fault import Fault, Frequency, Plane, Selector
from ice_mock.domain.wildcards import matches
from ice_mock.engine.context import Context
from ice_mock.identifiers import seeded_fraction


@dataclass(frozen=True, slots=True)
class Armed:
    """A fault that waits for its moment: it fitted *matched* times so far, and struck *fired* times."""

    id: str
    fault: Fault
    since: datetime
    matched: int = 0
    fired: int = 0


@dataclass(frozen=True, slots=True)
class Occasion:
    """What is going on where a fault might strike; None and empty is what does not apply.

    *jobs* are ids and names, any of which may fit.
    """

    action: str | None = None
    jobs: tuple[str, ...] = ()
    stream: str | None = None
    bucket: str | None = None
    key: str | None = None
    parameters: Mapping[str, str] = field(default_factory=dict)


class Faults:
    """The faults of a world."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def add(self, fault: Fault) -> Armed:
        """Arm a fault from now on; one with the same id is replaced, and counted anew."""
        with self._context.exclusive():
            now = self._context.now()
            armed = Armed(fault.id or self._context.new_id("fault"), fault, now)
            self._context.store.put(armed)
            self._context.changed("fault", armed.id, "armed", now)
            return armed

    def remove(self, fault_id: str) -> bool:
        """Disarm a fault; return whether there was one."""
        with self._context.exclusive():
            found = self._context.store.delete(Armed, fault_id)
            if found:
                self._context.changed("fault", fault_id, "cleared", self._context.now())
            return found

    def clear(self) -> None:
        """Disarm all faults."""
        for armed in self.all():
            self.remove(armed.id)

    def all(self) -> list[Armed]:
        return self._context.store.all(Armed)

    def unfired(self) -> list[Armed]:
        """The faults that were armed, and never struck."""
        return [armed for armed in self.all() if not armed.fired]

    def strike(self, plane: Plane, occasion: Occasion, *kinds: str) -> list[Fault]:
        """Return the faults that strike on this *occasion*, in the order in which they were armed.

        Only those of certain *kinds* are looked at, if any are named; the others are not counted.
        """
        if not any(armed.fault.plane is plane for armed in self.all()):
            return []
        with self._context.exclusive():
            return [
                armed.fault
                for armed in self.all()
                if armed.fault.plane is plane
                and (not kinds or armed.fault.kind in kinds)
                and self._is_in_window(armed)
                and fits(armed.fault.selector, occasion)
                and self._strikes(armed)
            ]

    def _is_in_window(self, armed: Armed) -> bool:
        now, frequency = self._context.now(), armed.fault.frequency
        begun = frequency.since is None or now >= self._context.account.started_at + frequency.since
        ended = frequency.until is not None and now >= self._context.account.started_at + frequency.until
        return begun and not ended

    def _strikes(self, armed: Armed) -> bool:
        """Count an occasion that fits, and decide about it."""
        matched = armed.matched + 1
        chance = seeded_fraction(self._context.account.seed, armed.id, matched)
        struck = is_struck(armed.fault.frequency, matched, armed.fired, chance)
        self._context.store.put(replace(armed, matched=matched, fired=armed.fired + struck))
        return struck


def is_struck(frequency: Frequency, matched: int, fired: int, chance: float) -> bool:
    """Decide about the *matched*-th occasion, after *fired* strikes; *chance* is from 0 to 1."""
    turn = matched - frequency.after
    exhausted = frequency.times is not None and fired >= frequency.times
    return not exhausted and turn > 0 and turn % frequency.every == 0 and chance < frequency.probability


def fits(selector: Selector, occasion: Occasion) -> bool:
    """Tell whether a fault is meant for this occasion."""
    return (
        _fits(selector.action, occasion.action)
        and (selector.job is None or any(_fits(selector.job, job) for job in occasion.jobs))
        and _fits(selector.stream, occasion.stream)
        and _fits(selector.bucket, occasion.bucket)
        and _fits(selector.key, occasion.key)
        and all(_fits(wanted, occasion.parameters.get(name)) for name, wanted in selector.parameters.items())
    )


def _fits(wanted: str | None, found: str | None) -> bool:
    if wanted is None or wanted == "*":
        return True
    return found is not None and matches(wanted, found)
