"""The schema of a whole scenario."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import chain, count
from typing import Any

from ice_mock.clock import MILLISECOND
from ice_mock.domain.fault import Fault
from ice_mock.domain.model import AccessKey, CallbackRules, SnapshotStyle
from ice_mock.domain.scenario import AccountSpec, Event, Scenario
from ice_mock.scenario.accounts import AccountRecord
from ice_mock.scenario.behaviours import BehaviourRecord
from ice_mock.scenario.events import EventRecord
from ice_mock.scenario.expectations import ExpectationRecord
from ice_mock.scenario.fault_records import FaultField
from ice_mock.scenario.fields import PARAGRAPHS, Choice, Text, Whole
from ice_mock.scenario.problems import Complaint
from ice_mock.scenario.records import Buckets, JobRecord, PopulateRecord, StreamRecord, TemplateRecord
from ice_mock.scenario.structures import Group, Many, Record
from ice_mock.scenario.times import ClockMode, Instant, Length

EXTENDS = "extends"
MOST_SEED = 999_999_999


class ClockRecord(Record):
    """The world's own time."""

    mode = ClockMode(
        "real, frozen (moves only when told to) or xN (N times as fast); by default real for a "
        "server and frozen for a test"
    )
    start = Instant(
        "what it shows at the start; by default a frozen one 2026-01-01T00:00:00Z, any other the real time",
        allow_none=True,
    )

    def mistakes(self, given: Mapping[str, Any]) -> Iterator[tuple[str, Complaint]]:
        if given.get("mode") == "real" and given.get("start") is not None:
            yield "start", Complaint("none: the real clock shows the real time")


class SnapshotsRecord(Record):
    """What pictures are like."""

    makes = SnapshotStyle

    width = Whole("pixels from left to right", least=64, most=4096, unit="pixels")
    height = Whole("pixels from top to bottom", least=64, most=4096, unit="pixels")
    quality = Whole("the quality that JPEG is coded with", least=1, most=95)


class CallbacksRecord(Record):
    """How often and how patiently a callback is tried."""

    makes = CallbackRules

    timeout = Length(
        "how long an attempt may take, in real time", least=MILLISECOND, most=timedelta(minutes=5)
    )
    attempts = Whole("how often it is tried", least=1, most=100)
    retry_after = Length("how long after an attempt the next one is made, on the world's clock")


class ScenarioRecord(Record):
    """A scenario: how a world begins, what happens to it, what goes wrong and what is expected of it."""

    scenario = Text("its name; by default that of its file", longest=128, attribute="name")
    description = Text("what it is good for", longest=2000, form=PARAGRAPHS)
    extends = Text("the scenario that it builds on: the name of a ready one, or a file beside this one")
    seed = Whole(
        "what ids, request ids, chances, pictures and everything made up follow from", least=0, most=MOST_SEED
    )
    clock = Group("the world's own time", ClockRecord)
    signatures = Choice(
        "whose signatures are verified: nobody's, those of registered keys, or everybody's",
        *("off", "known", "required"),
        default=Scenario().signatures,
    )
    account = Group("the account that owns the world", AccountRecord)
    templates = Many("templates", Group("a template", TemplateRecord), expected="a list of templates")
    streams = Many(
        "streams; others are offline", Group("a stream", StreamRecord), expected="a list of streams"
    )
    buckets = Buckets("buckets that exist, or any: every bucket exists and is authorized", default="any")
    jobs = Many("jobs that were submitted at the start", Group("a job", JobRecord), expected="a list of jobs")
    populate = Group("plausible entries, made up from the seed", PopulateRecord)
    snapshots = Group("what pictures are like", SnapshotsRecord)
    callbacks = Group("how often and how patiently a callback is tried", CallbacksRecord)
    behaviour = Group("knobs for what the service leaves undocumented", BehaviourRecord)
    timeline = Many("what happens, in any order", Group("an event", EventRecord), expected="a list of events")
    faults = Many("what goes wrong from the start", FaultField("a fault"), expected="a list of faults")
    expect = Many(
        "what has to be true in the end",
        Group("an expectation", ExpectationRecord),
        expected="a list of expectations",
    )

    def made(self, found: dict[str, Any]) -> Scenario:
        found.pop(EXTENDS, None)
        clock = found.pop("clock", {})
        found |= {name: clock[key] for key, name in _CLOCK.items() if clock.get(key) is not None}
        given = frozenset(found) - {"name"}
        account, expiries = _account(found.pop("account", {}))
        found["account"] = account
        found["expect"] = tuple(chain.from_iterable(found.get("expect", ())))
        found["timeline"] = tuple(sorted((*found.get("timeline", ()), *expiries), key=_at))
        return _with_ids(Scenario(**found, given=given))


_CLOCK = {"mode": "clock", "start": "start"}


def _account(found: dict[str, Any]) -> tuple[AccountSpec, list[Event]]:
    """The account, and the events in which keys expire that do so some time after the start."""
    callback, limits = found.pop("callback", {}), found.pop("limits", {})
    keys = found.pop("access_keys", None)
    own = {**found, **limits}
    if "id" in own:
        own["user_id"] = int(own.pop("id"))
    if "url" in callback:
        own["callback_url"] = callback["url"]
    if "auth_key" in callback:
        own["auth_key"] = callback["auth_key"]
    if keys is None:
        return AccountSpec(**own), []
    expiries = [
        Event(end, "access_key", {"id": key.id, "expired": True})
        for key, end in keys
        if isinstance(end, timedelta)
    ]
    return AccountSpec(**own, access_keys=tuple(_expiring(key, end) for key, end in keys)), expiries


def _expiring(key: AccessKey, end: Any) -> AccessKey:
    return replace(key, expires_at=end) if isinstance(end, datetime) else key


def _at(event: Event) -> timedelta:
    return event.at


def _with_ids(scenario: Scenario) -> Scenario:
    """Name the faults that have no names: ``fault-1`` and so on, those of the timeline last."""
    set_later = [event.what for event in scenario.timeline if event.change == "fault"]
    taken = {fault.id for fault in (*scenario.faults, *set_later)}
    free = (name for number in count(1) if (name := f"fault-{number}") not in taken)

    def named(fault: Fault) -> Fault:
        return fault if fault.id else replace(fault, id=next(free))

    faults = tuple(named(fault) for fault in scenario.faults)
    timeline = tuple(
        replace(event, what=named(event.what)) if event.change == "fault" else event
        for event in scenario.timeline
    )
    return replace(scenario, faults=faults, timeline=timeline)
