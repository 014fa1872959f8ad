import logging
import queue
from collections.abc import Callable
from datetime import timedelta

import pytest

from ice_mock.domain.callback import Delivery
from ice_mock.domain.timepiece import Timepiece
from ice_mock.engine import Engine
from ice_mock.ticker import Courier, Ticker
from ice_mock.ticker.ticker import LONGEST_PAUSE, SHORTEST_PAUSE


@pytest.fixture
def make_ticker(courier: Courier) -> Callable[..., Ticker]:
    return lambda *engines: Ticker(lambda: engines, courier)


def states(engine: Engine) -> list[str]:
    return [str(callback.state) for callback in engine.announcements.all()]


def attempt_instants(engine: Engine) -> list[list[float]]:
    return [
        [(attempt.at - callback.instant).total_seconds() for attempt in callback.attempts]
        for callback in engine.announcements.all()
    ]


@pytest.mark.parametrize(
    ("mode", "seconds", "callbacks"),
    [
        ("real", 4.999, 0),
        ("real", 5, 1),
        ("real", 60, 12),
        ("x60", 1, 12),
        ("x0.5", 60, 6),
        ("frozen", 60, 0),
    ],
)
def test_a_tick_dispatches_what_has_become_due_by_the_clock_of_the_world(
    make_engine: Callable,
    make_ticker: Callable,
    submit: Callable,
    real_time,
    mode: str,
    seconds: float,
    callbacks: int,
) -> None:
    engine = make_engine(mode)
    submit(engine)
    real_time.pass_by(seconds=seconds)

    make_ticker(engine).tick()

    assert states(engine) == ["waiting"] * callbacks


def test_what_is_due_is_dispatched_once(
    make_engine: Callable, make_ticker: Callable, submit: Callable, real_time, sender
) -> None:
    engine = make_engine("real")
    submit(engine)
    ticker = make_ticker(engine)
    real_time.pass_by(seconds=5)

    ticker.tick()
    ticker.tick()
    sender.deliver_background()

    assert states(engine) == ["delivered"]
    assert len(sender.posts) == 1


@pytest.mark.parametrize(
    ("mode", "passed", "pause"),
    [
        pytest.param("real", 4.96, timedelta(milliseconds=40), id="until the next frame"),
        pytest.param("x10", 0.496, timedelta(milliseconds=4), id="in real time, whatever the clock"),
        pytest.param("x1000", 0.0045, SHORTEST_PAUSE, id="but not shorter than makes sense"),
        pytest.param("real", 1, LONGEST_PAUSE, id="nor long enough to miss a new job"),
        pytest.param("frozen", 5, LONGEST_PAUSE, id="and as long where time stands still"),
    ],
)
def test_a_tick_tells_how_long_nothing_will_be_due(
    make_engine: Callable,
    make_ticker: Callable,
    submit: Callable,
    real_time,
    mode: str,
    passed: float,
    pause: timedelta,
) -> None:
    engine = make_engine(mode)
    submit(engine)
    real_time.pass_by(seconds=passed)

    returned = make_ticker(engine).tick()

    assert returned == pause


def test_it_does_not_pause_longer_than_the_busiest_world_allows(
    make_engine: Callable, make_ticker: Callable, submit: Callable, real_time
) -> None:
    idle, busy, frozen = make_engine("real"), make_engine("real"), make_engine("frozen")
    submit(busy)
    real_time.pass_by(milliseconds=4_990)

    pause = make_ticker(idle, busy, frozen).tick()

    assert pause == timedelta(milliseconds=10)


def test_without_worlds_there_is_nothing_to_do(make_ticker: Callable) -> None:
    assert make_ticker().tick() == LONGEST_PAUSE


def test_a_broken_world_does_not_stop_the_others(
    make_engine: Callable, make_ticker: Callable, submit: Callable, real_time, caplog
) -> None:
    broken, sound = make_engine("real"), make_engine("real")
    broken.store.delete(Timepiece, "clock")
    submit(sound)
    real_time.pass_by(seconds=5)

    with caplog.at_level(logging.ERROR):
        make_ticker(broken, sound).tick()

    assert states(sound) == ["waiting"]
    assert caplog.messages == ["a world could not be looked after"]


def test_a_failed_attempt_is_repeated_when_a_second_of_the_world_has_passed(
    make_engine: Callable, make_ticker: Callable, submit: Callable, real_time, sender
) -> None:
    engine = make_engine("x10")
    submit(engine, interval=60)
    ticker = make_ticker(engine)
    sender.receiver = lambda _: 500
    real_time.pass_by(seconds=6)

    for _ in range(40):
        ticker.tick()
        sender.deliver_background()
        real_time.pass_by(milliseconds=10)

    assert attempt_instants(engine) == [[0, 1, 2]]
    assert states(engine) == ["lost"]


def test_first_attempts_wait_in_line_by_job_and_kind_and_retries_do_not(
    make_engine: Callable, make_ticker: Callable, submit: Callable, real_time, sender
) -> None:
    engine = make_engine("real")
    job_id = submit(engine, overwrite="snapshot/{JobId}.jpg")
    ticker = make_ticker(engine)
    sender.receiver = lambda _: 500
    real_time.pass_by(seconds=5)

    ticker.tick()
    first = [lane for lane, _ in sender.background]
    sender.deliver_background()
    real_time.pass_by(seconds=1)
    ticker.tick()
    second = [lane for lane, _ in sender.background]

    assert first == [(engine, (job_id, False)), (engine, (job_id, True))]
    assert second == [(engine, callback.id) for callback in engine.announcements.all()]


def test_a_world_takes_on_no_more_than_half_of_what_can_be_under_way(
    make_engine: Callable,
    make_ticker: Callable,
    submit: Callable,
    real_time,
    sender,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("ice_mock.ticker.ticker.MOST_UNDER_WAY", 6)
    engine = make_engine("real")
    submit(engine)
    ticker = make_ticker(engine)
    real_time.pass_by(seconds=25)

    ticker.tick()
    pause = ticker.tick()
    taken_on = len(sender.background)
    sender.deliver_background()
    ticker.tick()
    sender.deliver_background()

    assert (taken_on, pause) == (3, LONGEST_PAUSE)
    assert states(engine) == ["delivered"] * 5


def test_a_world_whose_receiver_is_deaf_leaves_room_for_the_others(
    make_engine: Callable,
    make_ticker: Callable,
    submit: Callable,
    real_time,
    sender,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("ice_mock.ticker.ticker.MOST_UNDER_WAY", 6)
    deaf, other = make_engine("real"), make_engine("real")
    submit(deaf)
    ticker = make_ticker(deaf, other)
    real_time.pass_by(seconds=60)
    ticker.tick()

    submit(other)
    real_time.pass_by(seconds=5)
    ticker.tick()

    assert [lane[0] for lane, _ in sender.background] == [deaf, deaf, deaf, other]


def test_a_world_that_is_thawed_goes_on_from_its_own_moment(
    make_engine: Callable, make_ticker: Callable, submit: Callable, real_time
) -> None:
    engine = make_engine("frozen")
    submit(engine)
    real_time.pass_by(days=1)
    engine.time.switch_to("x1")
    real_time.pass_by(seconds=7)

    make_ticker(engine).tick()

    assert states(engine) == ["waiting"]


def test_started_it_ticks_by_itself_until_it_is_stopped(
    make_engine: Callable, submit: Callable, real_time, sender, courier: Courier
) -> None:
    engine = make_engine("real")
    submit(engine)
    real_time.pass_by(seconds=5)
    asked: queue.Queue[None] = queue.Queue()
    ticker = Ticker(lambda: asked.put(None) or [engine], courier)

    ticker.start()
    for _ in range(2):
        asked.get(timeout=30)
    ticker.stop()
    sender.deliver_background()

    assert [callback.state for callback in engine.announcements.all()] == [Delivery.DELIVERED]
