from datetime import UTC, datetime, timedelta

import pytest

from ice_mock.domain.callback import Attempt, Callback, Delivery, Outcome
from ice_mock.domain.model import CallbackRules

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
OK, BAD, SILENT = 200, 500, None


def attempt(status: int | None, *, asked_for: bool = False) -> Attempt:
    return Attempt(NOON, Outcome(status, None if status else "timeout", timedelta(0)), asked_for)


@pytest.fixture
def callback() -> Callback:
    return Callback("c", "http://receiver.example.com", 1, "j", "e", "b", "k.jpg", 1, NOON, is_overlay=False)


@pytest.mark.parametrize(
    ("status", "is_success"),
    [(200, True), (201, False), (204, False), (302, False), (404, False), (500, False), (None, False)],
)
def test_nothing_but_200_is_success(status, is_success):
    assert attempt(status).outcome.is_success is is_success


@pytest.mark.parametrize(
    ("statuses", "state"),
    [
        pytest.param([], Delivery.WAITING, id="not tried"),
        pytest.param([OK], Delivery.DELIVERED, id="at once"),
        pytest.param([BAD], Delivery.WAITING, id="one failure"),
        pytest.param([BAD, SILENT], Delivery.WAITING, id="two failures"),
        pytest.param([BAD, SILENT, OK], Delivery.DELIVERED, id="at the last try"),
        pytest.param([BAD, SILENT, BAD], Delivery.LOST, id="three failures"),
        pytest.param([OK, BAD, BAD, BAD], Delivery.DELIVERED, id="what is delivered stays delivered"),
    ],
)
def test_the_state_follows_from_the_attempts(callback, statuses, state):
    for status in statuses:
        callback = callback.attempted(attempt(status), CallbackRules())

    assert callback.state is state
    assert len(callback.attempts) == len(statuses)


def test_attempts_by_hand_do_not_use_up_those_of_the_service(callback):
    for _ in range(5):
        callback = callback.attempted(attempt(BAD, asked_for=True), CallbackRules())

    assert callback.state is Delivery.WAITING


def test_a_lost_one_can_still_be_delivered_by_hand(callback):
    for status in (BAD, BAD, BAD):
        callback = callback.attempted(attempt(status), CallbackRules())

    callback = callback.attempted(attempt(OK, asked_for=True), CallbackRules())

    assert callback.state is Delivery.DELIVERED


def test_an_outcome_reads_as_a_status_or_as_what_came_instead():
    assert str(attempt(204).outcome) == "status 204"
    assert str(attempt(None).outcome) == "timeout"
