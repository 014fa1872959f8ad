"""The faults of a world: armed, counted, and struck with."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TypeVar

from ice_mock import limits
from ice_mock.domain.course import Course
from ice_mock.domain.fault import Armed, Disarmed, Fault, Frequency, Plane
from ice_mock.engine.allowance import refuse_more
from ice_mock.engine.context import Context
from ice_mock.engine.occasions import Occasion, fits
from ice_mock.engine.pictures import Pictures
from ice_mock.faults import KINDS
from ice_mock.identifiers import seeded_fraction

C = TypeVar("C", bound=Course)


NEVER_STRUCK_LIMIT = 1_000


@dataclass(frozen=True, slots=True)
class NeverStruck:
    """A fault that was cleared before it could strike."""

    id: str
    armed: Armed


class Faults:
    """The faults of a world. Those of pictures are armed here, and strike by themselves: see `Pictures`."""

    def __init__(self, context: Context, pictures: Pictures) -> None:
        self._context = context
        self._pictures = pictures

    def add(self, fault: Fault) -> Armed:
        """Arm a fault from now on; one with the same id is replaced, and counted anew.

        Raises LimitReached.
        """
        with self._context.exclusive():
            self._refuse_beyond_limit(fault.id)
            now = self._context.now()
            fault = replace(fault, id=fault.id or self._free_id())
            self._disarm(fault.id)
            armed = Armed(fault.id, fault, now)
            self._context.store.put(armed)
            self._context.changed("fault", armed.id, "armed", now)
            return armed

    @property
    def kept(self) -> int:
        """How many faults are armed, or were and concern pictures."""
        return self._context.store.count(Armed) + self._context.store.count(Disarmed)

    def _refuse_beyond_limit(self, fault_id: str) -> None:
        """Raise LimitReached if another fault would be one too many.

        Those of pictures count for ever: what they struck stays struck.
        """
        before = self._context.store.get(Armed, fault_id)
        if before is None or before.fault.plane is Plane.SNAPSHOT:
            refuse_more(
                "faults (armed ones, and those of pictures that were)",
                self.kept,
                limits.FAULTS,
                way_out="clear some; where they were of pictures, reset the world",
            )

    def _free_id(self) -> str:
        while True:
            found = f"fault-{self._context.store.next_number('fault')}"
            if not self._context.store.get(Armed, found):
                return found

    def remove(self, fault_id: str) -> bool:
        """Disarm a fault; return whether there was one."""
        with self._context.exclusive():
            found = self._disarm(fault_id)
            if found:
                self._context.changed("fault", fault_id, "cleared", self._context.now())
            return found

    def _disarm(self, fault_id: str) -> bool:
        store = self._context.store
        armed = store.get(Armed, fault_id)
        if armed and not armed.fired:
            store.append(NeverStruck(armed.id, armed), limit=NEVER_STRUCK_LIMIT)
        if armed and armed.fault.plane is Plane.SNAPSHOT:
            number = store.next_number("disarmed")
            store.put(Disarmed(f"{number}", armed, self._context.now()))
        return store.delete(Armed, fault_id)

    def clear(self) -> None:
        """Disarm all faults."""
        for armed in self._context.store.all(Armed):
            self.remove(armed.id)

    def all(self) -> list[Armed]:
        """The faults that are armed, in the order in which they were."""
        found = self._context.store.all(Armed)
        return [
            self._pictures.counted(armed) if armed.fault.plane is Plane.SNAPSHOT else armed for armed in found
        ]

    def find(self, fault_id: str) -> Armed | None:
        return next((armed for armed in self.all() if armed.id == fault_id), None)

    def unfired(self) -> list[Armed]:
        """The faults that were armed, be they still or not, and never struck."""
        cleared = [each.armed for each in self._context.store.all(NeverStruck)]
        return cleared + [armed for armed in self.all() if not armed.fired]

    def strike(
        self, plane: Plane, course: C, occasion: Callable[[], Occasion], *, spare: str | None = None
    ) -> C:
        """Return the *course* that things take on this *occasion*, after the faults that strike.

        They do so in the order in which they were armed. Those that it does not fit, and the kind to
        *spare*, are not counted.
        """
        if not any(self._armed(plane)):
            return course
        with self._context.exclusive():
            happening = occasion()
            for armed in list(self._armed(plane)):
                fault = armed.fault
                concerned = fault.kind != spare and fits(fault.selector, happening)
                if concerned and self._is_possible(fault, happening) and self._strikes(armed):
                    course = self._changed(course, armed)
            return course

    def _armed(self, plane: Plane) -> Iterator[Armed]:
        return (armed for armed in self._context.store.all(Armed) if armed.fault.plane is plane)

    def _is_possible(self, fault: Fault, occasion: Occasion) -> bool:
        actions = KINDS[fault.plane, fault.kind].actions
        return (actions is None or occasion.action in actions) and self._is_in_window(fault.frequency)

    def _is_in_window(self, frequency: Frequency) -> bool:
        now, start = self._context.now(), self._context.account.started_at
        begun = frequency.since is None or now >= start + frequency.since
        ended = frequency.until is not None and now >= start + frequency.until
        return begun and not ended

    def _strikes(self, armed: Armed) -> bool:
        """Count an occasion that fits, and decide about it."""
        matched = armed.matched + 1
        chance = seeded_fraction(self._context.account.seed, armed.id, matched)
        struck = is_struck(armed.fault.frequency, matched, armed.fired, chance)
        self._context.store.put(replace(armed, matched=matched, fired=armed.fired + struck))
        return struck

    def _changed(self, course: C, armed: Armed) -> C:
        fault = armed.fault
        chance = seeded_fraction(self._context.account.seed, f"{fault.id}/course", armed.matched)
        kind = KINDS[fault.plane, fault.kind]
        course = replace(course, faults=(*course.faults, fault.id), chance=chance)
        changed: C = kind.strike(course, **fault.options)
        return changed


def is_struck(frequency: Frequency, matched: int, fired: int, chance: float) -> bool:
    """Decide about the *matched*-th occasion, after *fired* strikes; *chance* is from 0 to 1."""
    turn = matched - frequency.after
    exhausted = frequency.times is not None and fired >= frequency.times
    return not exhausted and turn > 0 and turn % frequency.every == 0 and chance < frequency.probability
