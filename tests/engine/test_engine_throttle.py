"""How many calls an account may make in a second of the world's clock."""

from dataclasses import replace
from datetime import timedelta

import pytest

from ice_mock.domain.model import Account
from ice_mock.domain.timepiece import Timepiece
from ice_mock.engine import Engine
from ice_mock.store.memory import MemoryStore


@pytest.fixture
def limit(engine):
    return lambda calls: engine.store.put(replace(engine.account, requests_per_second=calls))


def waits(engine, calls):
    """How many milliseconds each of so many calls has to wait, None if not at all."""
    found = (engine.throttle.wait() for _ in range(calls))
    return [None if wait is None else wait // timedelta(milliseconds=1) for wait in found]


def test_without_a_limit_nobody_waits(engine):
    assert waits(engine, 1000) == [None] * 1000


@pytest.mark.parametrize("calls", [1, 2, 10])
def test_as_many_calls_as_the_limit_says_pass_and_the_next_ones_wait(engine, limit, calls):
    limit(calls)

    assert waits(engine, calls + 2) == [None] * calls + [1000, 1000]


@pytest.mark.parametrize("passed", [0, 1, 250, 999])
def test_the_wait_is_until_the_next_whole_second(engine, limit, pass_time, passed):
    limit(1)
    pass_time(milliseconds=passed)

    assert waits(engine, 2) == [None, 1000 - passed]


def test_after_the_wait_a_call_passes_and_a_millisecond_before_it_does_not(engine, limit, pass_time):
    limit(1)
    pass_time(milliseconds=300)
    waits(engine, 2)

    pass_time(milliseconds=699)
    before = waits(engine, 1)
    pass_time(milliseconds=1)

    assert (before, waits(engine, 2)) == ([1], [None, 1000])


def test_calls_that_are_refused_count_for_their_own_second_only(engine, limit, pass_time):
    limit(2)
    waits(engine, 100)
    pass_time(seconds=1)

    assert waits(engine, 3) == [None, None, 1000]


def test_a_limit_holds_from_the_moment_on_at_which_it_is_set(engine, limit):
    waits(engine, 100)

    limit(1)

    assert waits(engine, 2) == [None, 1000]


def test_seconds_are_those_of_the_worlds_clock(real_time):
    account = Account(user_id=1, seed=7, signatures="known", requests_per_second=1)
    engine = Engine.create(MemoryStore(), real_time, account, Timepiece.starting("x10", real_time()))
    first = waits(engine, 2)

    real_time.pass_by(milliseconds=100)

    assert first == [None, 109]
    assert waits(engine, 2) == [None, 109]
