"""Faults: their kinds' own keys and options, whom they strike and how often."""

from datetime import timedelta

import pytest
from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from ice_mock.domain.fault import Fault, Frequency, Plane, Selector
from ice_mock.faults import KINDS, Kind
from ice_mock.scenario import load


def fault(written: str) -> Fault:
    (found,) = load(f"faults: [{written}]", source="x").faults
    return found


def test_a_fault_of_calls_has_its_kind_for_a_key() -> None:
    found = fault("{action: SubmitLiveSnapshotJob, error: InternalError, times: 2}")

    assert (found.plane, found.kind) == (Plane.API, "error")
    assert found.options["value"] == "InternalError"
    assert found.selector == Selector(action="SubmitLiveSnapshotJob")
    assert found.frequency == Frequency(times=2)


@pytest.mark.parametrize(
    ("written", "plane", "kind"),
    [
        ("{callback: duplicate}", Plane.CALLBACK, "duplicate"),
        ("{oss: no-such-key}", Plane.OSS, "no-such-key"),
        ("{snapshot: truncated}", Plane.SNAPSHOT, "truncated"),
    ],
)
def test_a_fault_of_another_plane_has_the_plane_for_a_key(written, plane, kind) -> None:
    found = fault(written)

    assert (found.plane, found.kind) == (plane, kind)
    assert (found.selector, found.frequency) == (Selector(), Frequency())


def test_whom_it_strikes_and_how_often() -> None:
    found = fault(
        '{error: InternalError, id: mine, action: "List*", job: "room ?", stream: "rtmp://*", bucket: b, '
        "where: {PageSize: 10, Name: x, Deep: true}, times: 3, after: 1, every: 2, probability: 0.5, "
        "since: 1s, until: 1m}"
    )

    assert found.id == "mine"
    assert found.selector == Selector(
        "List*", "room ?", "rtmp://*", "b", None, {"PageSize": "10", "Name": "x", "Deep": "true"}
    )
    assert found.frequency == Frequency(3, 1, 2, 0.5, timedelta(seconds=1), timedelta(minutes=1))


def test_faults_without_names_get_some_that_nobody_else_has() -> None:
    scenario = load(
        "faults: [{error: InternalError}, {id: fault-2, error: InternalError}, {error: Forbidden}]\n"
        "timeline: [{at: 1s, fault: {error: Forbidden}}]",
        source="x",
    )

    assert [each.id for each in scenario.faults] == ["fault-1", "fault-2", "fault-3"]
    assert scenario.timeline[0].what.id == "fault-4"


@pytest.fixture
def picky(monkeypatch):
    """A kind with options of every sort, made with plain fields, and with a rule about two of them."""
    options = {
        "value": fields.Integer(required=True, strict=True, validate=validate.Range(1, 5)),
        "way": fields.String(validate=validate.OneOf(["left", "right"])),
        "share": fields.Float(),
        "loud": fields.Boolean(),
        "note": fields.String(),
        "inner": fields.Nested(Schema.from_dict({"deep": fields.Integer(required=True)})),
    }

    class Ruled(Schema.from_dict(options)):
        @validates_schema
        def rule(self, found, **_) -> None:
            if found.get("way") == "left" and found.get("loud"):
                raise ValidationError("expected something quieter on the left", "loud")

    class Picky(Kind):
        plane = Plane.API
        name = "picky"
        Options = Ruled

    monkeypatch.setitem(KINDS, (Plane.API, "picky"), Picky)


@pytest.mark.usefixtures("picky")
def test_a_kinds_own_options_are_read_by_its_own_schema() -> None:
    found = fault("{picky: 3, way: left, share: 0.5, inner: {deep: 1}}")

    assert found.options == {"value": 3, "way": "left", "share": 0.5, "inner": {"deep": 1}}


CASES = "faults.txt"


@pytest.mark.usefixtures("picky")
def test_a_wrong_fault_is_explained(report, text, reported) -> None:
    assert report(text) == reported
