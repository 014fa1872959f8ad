"""What is expected in the end: subjects, what narrows them, and amounts."""

import pytest

from ice_mock.domain.scenario import Bounds, Expectation
from ice_mock.scenario import load

JOB = """\
templates: [{id: t, interval: 5, overwrite_format: "a.jpg"}]
streams: [{url: "rtmp://a/b/c"}]
jobs: [{name: room 1, template: t, stream: "rtmp://a/b/c", bucket: pictures}]
"""
WRITTEN = {
    "{callbacks: {delivered: 18}}": [("callbacks", {"state": "delivered"}, Bounds(18, 18))],
    "{callbacks: 18}": [("callbacks", {}, Bounds(18, 18))],
    "{callbacks: {at_most: 3, job: room 1}}": [("callbacks", {"job": "room 1"}, Bounds(None, 3))],
    "{callbacks: {job: room 1, waiting: 0, lost: {at_least: 1, at_most: 2}}}": [
        ("callbacks", {"job": "room 1", "state": "waiting"}, Bounds(0, 0)),
        ("callbacks", {"job": "room 1", "state": "lost"}, Bounds(1, 2)),
    ],
    "{callbacks: {exactly: 3, lost: 1}}": [
        ("callbacks", {}, Bounds(3, 3)),
        ("callbacks", {"state": "lost"}, Bounds(1, 1)),
    ],
    "{frames: 12}": [("frames", {}, Bounds(12, 12))],
    "{frames: {job: room 1, at_least: 10, at_most: 14}}": [("frames", {"job": "room 1"}, Bounds(10, 14))],
    "{files: {exactly: 7}}": [("files", {}, Bounds(7, 7))],
    "{calls: {action: List*, code: OK, at_least: 2}}": [
        ("calls", {"action": "List*", "code": "OK"}, Bounds(2, None))
    ],
    "{calls: {code: Throttling.User, exactly: 2}}": [("calls", {"code": "Throttling.User"}, Bounds(2, 2))],
    "{jobs: {room 1: init}}": [("jobs", {"job": "room 1", "status": "init"}, Bounds(1, 1))],
}


@pytest.mark.parametrize(("written", "found"), WRITTEN.items(), ids=WRITTEN)
def test_an_expectation(written, found) -> None:
    scenario = load(f"{JOB}expect: [{written}]", source="x")

    assert scenario.expect == tuple(Expectation(*each) for each in found)


def test_expectations_keep_their_order() -> None:
    scenario = load(f"{JOB}expect: [{{frames: 1}}, {{jobs: {{room 1: init}}}}, {{files: 2}}]", source="x")

    assert [each.subject for each in scenario.expect] == ["frames", "jobs", "files"]
