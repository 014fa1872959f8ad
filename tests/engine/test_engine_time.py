from datetime import UTC, datetime, timedelta

import pytest

from ice_mock.domain.timepiece import Timepiece
from ice_mock.errors import Conflict

START = datetime(2026, 1, 1, tzinfo=UTC)


def test_a_frozen_world_moves_only_when_told_to(engine, real_time):
    real_time.pass_by(hours=1)
    still = engine.now()
    engine.time.move_to(START + timedelta(seconds=5))

    assert still == START
    assert engine.now() == START + timedelta(seconds=5)


@pytest.mark.parametrize("seconds", [-3600, -0.001, 0])
def test_time_is_never_moved_back(engine, seconds):
    engine.time.move_to(START + timedelta(seconds=seconds))

    assert engine.now() == START


def test_a_running_clock_is_moved_on_from_where_it_is_and_keeps_running(engine, real_time):
    engine.time.switch_to("x60")
    real_time.pass_by(seconds=1)
    engine.time.move_to(START + timedelta(seconds=30))
    passed_by_itself = engine.now()
    engine.time.move_to(START + timedelta(hours=1))
    real_time.pass_by(seconds=1)

    assert passed_by_itself == START + timedelta(minutes=1)
    assert engine.now() == START + timedelta(minutes=61)


def test_switching_goes_on_from_the_same_moment(engine, real_time):
    engine.time.switch_to("x60")
    real_time.pass_by(seconds=2)

    engine.time.switch_to("frozen")
    real_time.pass_by(seconds=99)

    assert engine.now() == START + timedelta(minutes=2)
    assert engine.time.timepiece.mode == "frozen"


def test_switching_to_the_same_mode_changes_nothing(engine):
    before = engine.time.timepiece

    assert engine.time.switch_to("frozen") == before
    assert engine.journal.changes() == []


def test_a_world_that_is_behind_catches_up_with_real_time(engine, real_time):
    engine.time.switch_to("real")

    assert engine.now() == real_time()


def test_a_world_that_is_ahead_of_real_time_does_not_go_back_to_it(engine, real_time):
    engine.time.move_to(real_time() + timedelta(seconds=1))
    before = engine.time.timepiece

    with pytest.raises(Conflict, match="time does not go back; use x1"):
        engine.time.switch_to("real")

    assert engine.time.timepiece == before


def test_a_mode_that_does_not_exist_is_refused_and_changes_nothing(engine):
    with pytest.raises(ValueError, match="'slow' is no clock"):
        engine.time.switch_to("slow")

    assert engine.time.timepiece == Timepiece("frozen", 0.0, START, engine.time.timepiece.anchor)


def test_a_switch_is_noted(engine):
    engine.time.switch_to("x60")

    assert [(change.subject, change.what) for change in engine.journal.changes()] == [("clock", "x60")]


def test_the_real_time_until_an_instant_follows_from_the_mode(engine):
    in_a_minute = START + timedelta(minutes=1)
    frozen = engine.time.real_time_until(in_a_minute)
    engine.time.switch_to("x60")

    assert frozen is None
    assert engine.time.real_time_until(in_a_minute) == timedelta(seconds=1)


@pytest.mark.parametrize("kind", ["account", "clock"])
def test_a_world_that_was_dropped_says_so(engine, kind):
    engine.store.clear(type(engine.account))
    engine.store.clear(Timepiece)

    with pytest.raises(LookupError, match="the world has been dropped"):
        _ = engine.account if kind == "account" else engine.now()
