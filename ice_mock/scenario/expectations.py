"""What a scenario expects in the end: how many of what, and what jobs are doing.

An amount is a number, or ``exactly``, ``at_least`` and ``at_most``.
"""

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from marshmallow import ValidationError

from ice_mock.domain.callback import Delivery
from ice_mock.domain.model import Status
from ice_mock.domain.scenario import Bounds, Expectation
from ice_mock.scenario.fields import JsonSchema, Text, Value, Whole
from ice_mock.scenario.names import ActionName, Code
from ice_mock.scenario.problems import Complaint, listed
from ice_mock.scenario.structures import Group, Record

MOST = 1_000_000_000_000

Counts = list[tuple[dict[str, str], Bounds]]
"""What is counted, and how many of it there may be."""


def _whole(meaning: str) -> Whole:
    return Whole(meaning, least=0, most=MOST)


class AmountRecord(Record):
    """An amount."""

    at_least_one: ClassVar[tuple[str, ...]] = ("exactly", "at_least", "at_most")

    exactly = _whole("exactly so many")
    at_least = _whole("so many or more")
    at_most = _whole("so many or fewer")

    def mistakes(self, given: Mapping[str, Any]) -> Iterator[tuple[str, Complaint]]:
        yield from super().mistakes(given)
        bounds = [key for key in ("at_least", "at_most") if key in given]
        if "exactly" in given and bounds:
            yield bounds[0], Complaint("nothing beside exactly", found=f"{bounds[0]} beside exactly")
        least, most = given.get("at_least"), given.get("at_most")
        if type(least) is int and type(most) is int and most < least:
            yield "at_most", Complaint(f"{least} or more, as at_least says")

    def made(self, found: dict[str, Any]) -> Counts:
        exactly = found.pop("exactly", None)
        least, most = found.pop("at_least", exactly), found.pop("at_most", exactly)
        return [(found, Bounds(least, most))]


class Amount(Value):
    """A number, or a *record* of bounds and more."""

    def __init__(self, meaning: str, record: type[Record] = AmountRecord, **options: Any) -> None:
        super().__init__(meaning, **options)
        self.long = Group(meaning, record)
        self.expected = f"a whole number, or {self.long.expected}"

    def read(self, value: Any) -> Counts:
        exactly = _whole("").read(value)
        return [({}, Bounds(exactly, exactly))]

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        if isinstance(value, dict):
            return self.long.deserialize(value, *args, **kwargs)
        return super()._deserialize(value, *args, **kwargs)

    def json_schema(self) -> JsonSchema:
        return _whole("").json_schema()


class OfJob(AmountRecord):
    """An amount, of one job or of all."""

    job = Text("only those of this job: its name or id", longest=128)


class OfCalls(AmountRecord):
    """An amount of calls, all or some."""

    action = ActionName("only calls of this action, which may hold * and ?")
    code = Code("only calls that were answered so; OK is for those that were not refused")


class OfCallbacks(OfJob):
    """An amount of callbacks, in all or by what became of them, of one job or of all."""

    at_least_one = (*AmountRecord.at_least_one, *(state.value for state in Delivery))

    waiting = Amount("how many wait for their first attempt, or for the next one")
    delivered = Amount("how many were answered with 200")
    lost = Amount("how many failed in every attempt")

    def made(self, found: dict[str, Any]) -> Counts:
        by_state = [(state.value, found.pop(state)[0][1]) for state in Delivery if state in found]
        job = {"job": found["job"]} if "job" in found else {}
        total = super().made(found) if any(key in found for key in AmountRecord.at_least_one) else []
        return [*total, *(({**job, "state": state}, bounds) for state, bounds in by_state)]


class Statuses(Value):
    """Jobs by their names or ids, and what each is doing."""

    choices = tuple(status.value for status in Status)
    expected = f"a mapping of jobs to {listed(choices)}, such as {{room 1: paused}}"

    def read(self, value: Any) -> Counts:
        if not isinstance(value, dict) or not value:
            raise ValueError(value)
        complaint = Complaint(listed(self.choices), self.choices)
        wrong = {job: [complaint] for job, status in value.items() if status not in self.choices}
        if wrong:
            raise ValidationError(dict(wrong))
        return [({"job": job, "status": status}, Bounds(1, 1)) for job, status in value.items()]

    def json_schema(self) -> JsonSchema:
        return {"type": "object", "minProperties": 1, "additionalProperties": {"enum": list(self.choices)}}


class ExpectationRecord(Record):
    """One thing that has to be true in the end."""

    exactly_one = (("callbacks", "frames", "files", "calls", "jobs"),)

    callbacks = Amount("how many callbacks there are", OfCallbacks)
    frames = Amount("how many frames were captured", OfJob)
    files = Amount("how many files are listed", OfJob)
    calls = Amount("how many calls were made", OfCalls)
    jobs = Statuses("what jobs are doing, by their names or ids")

    def made(self, found: dict[str, Any]) -> list[Expectation]:
        ((subject, counts),) = found.items()
        return [Expectation(subject, selector, bounds) for selector, bounds in counts]
