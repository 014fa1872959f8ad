"""Callbacks are believed from ICE alone."""

import hashlib
import time

import pytest
import requests
from conftest import AUTH_KEY
from ice_mock import read_frame

STREAM = "rtmp://live.example.com/app/lobby"
pytestmark = pytest.mark.ice_mock(scenario="scenario.yaml", clock="frozen")


def test_a_callback_with_a_wrong_signature_changes_nothing(ice_mock, program):
    ice_mock.faults.add(callback="wrong-signature", after=1)
    program.watch("lobby", STREAM)

    ice_mock.clock.advance(seconds=12)

    assert read_frame(program.latest("lobby").content).number == 1
    _, forged = ice_mock.callbacks
    assert [attempt["status"] for attempt in forged["attempts"]] == [403, 403, 403]


@pytest.fixture
def genuine(ice_mock, program):
    """A callback that was accepted: its URL and its body."""
    program.watch("lobby", STREAM)
    ice_mock.clock.advance(seconds=5)
    [callback] = ice_mock.callbacks
    return f"{program.url}/callbacks", callback["url"], callback["body"]


def signed(url, key, age):
    """The headers of a callback that was signed so many seconds ago."""
    timestamp = int(time.time()) - age
    signature = hashlib.md5(f"{url}|{timestamp}|{key}".encode()).hexdigest()
    return {"X-ICE-TIMESTAMP": str(timestamp), "X-ICE-SIGNATURE": signature}


@pytest.mark.parametrize(
    ("age", "key", "status"),
    [
        (0, AUTH_KEY, 200),
        (290, AUTH_KEY, 200),
        (310, AUTH_KEY, 403),
        (-310, AUTH_KEY, 403),
        (0, "guess", 403),
    ],
    ids=["now", "some minutes ago", "too long ago", "in the future", "another key"],
)
def test_a_callback_is_believed_if_its_signature_is_right_and_young(genuine, age, key, status):
    address, url, body = genuine

    answer = requests.post(address, json=body, headers=signed(url, key, age), timeout=30)

    assert answer.status_code == status


def test_a_callback_without_a_signature_is_not_believed(genuine):
    address, _, body = genuine

    assert requests.post(address, json=body, timeout=30).status_code == 403


@pytest.mark.parametrize("body", ["", "[]", '{"EventType": "LiveSnapshotFileCreated"}'])
def test_a_callback_that_announces_nothing_is_not_believed(genuine, body):
    address, url, _ = genuine

    answer = requests.post(address, data=body, headers=signed(url, AUTH_KEY, age=0), timeout=30)

    assert answer.status_code == 403
