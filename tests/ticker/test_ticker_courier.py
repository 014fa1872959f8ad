import socket
import threading
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from ice_mock.callbacks import Post, Sender
from ice_mock.callbacks.envelope import signature
from ice_mock.domain.callback import Callback, Delivery
from ice_mock.domain.model import Plan
from ice_mock.engine import Engine
from ice_mock.ticker import Courier


@pytest.fixture
def announce(world: Engine, submit: Callable) -> Callable[..., Callback]:
    """Submit a job, let its first frame come, and claim the callback of it."""

    def announce_one(**job: object) -> Callback:
        submit(world, **job)
        world.time.move_to(world.now() + timedelta(seconds=5))
        [callback] = world.announcements.claim(world.now(), 1)
        return callback

    return announce_one


def only(engine: Engine) -> Callback:
    [callback] = engine.announcements.all()
    return callback


def test_it_returns_the_callbacks_with_what_became_of_them(
    world: Engine, courier: Courier, announce: Callable
) -> None:
    callback = announce()

    [attempted] = courier.deliver(world, [callback])

    assert attempted.state is Delivery.DELIVERED
    assert [attempt.outcome.status for attempt in attempted.attempts] == [200]
    assert attempted == world.announcements.find(callback.id)


def test_while_it_is_sent_a_callback_is_under_way(
    world: Engine, courier: Courier, sender, announce: Callable
) -> None:
    callback = announce()
    seen = []
    sender.receiver = lambda _: seen.append(courier.under_way) or 200

    courier.deliver(world, [callback])

    assert seen == [[callback]]
    assert courier.under_way == []


def test_one_that_was_dispatched_is_under_way_until_its_outcome_is_known(
    world: Engine, courier: Courier, sender, announce: Callable
) -> None:
    callback = announce()

    courier.dispatch(world, callback)
    before = courier.under_way
    sender.deliver_background()

    assert before == [callback]
    assert courier.under_way == []
    assert only(world).state is Delivery.DELIVERED


def test_no_lock_is_held_while_a_receiver_has_the_word(
    world: Engine, courier: Courier, sender, announce: Callable
) -> None:
    callback = announce()
    still_waiting = []

    def receive(_: Post) -> int:
        plan = Plan(timedelta(seconds=5), None, "{Sequence}.jpg")
        call = threading.Thread(
            target=world.templates.create, args=("From another thread", plan), daemon=True
        )
        call.start()
        call.join(30)
        still_waiting.append(call.is_alive())
        return 200

    sender.receiver = receive

    courier.deliver(world, [callback])

    assert still_waiting == [False]
    assert "From another thread" in [template.name for template in world.templates.all()]


def test_the_key_of_the_account_signs_by_real_time_not_the_worlds(
    world: Engine, courier: Courier, sender, announce: Callable, real_time: Callable[[], datetime]
) -> None:
    callback = announce()
    world.store.put(replace(world.account, auth_key="Test123"))

    courier.deliver(world, [callback])

    [post] = sender.posts
    assert signature(callback.url, "Test123", real_time()).items() <= post.headers.items()
    assert real_time() != world.now()


def test_every_attempt_is_signed_anew(
    world: Engine, courier: Courier, sender, announce: Callable, real_time
) -> None:
    callback = announce()
    world.store.put(replace(world.account, auth_key="Test123"))

    courier.redeliver(world, callback)
    real_time.pass_by(seconds=1)
    courier.redeliver(world, callback)

    first, second = (int(post.headers["X-ICE-TIMESTAMP"]) for post in sender.posts)
    assert second == first + 1


def test_an_attempt_may_take_as_long_as_the_account_allows(
    world: Engine, courier: Courier, sender, announce: Callable
) -> None:
    callback = announce()
    rules = replace(world.account.callbacks, timeout=timedelta(milliseconds=70))
    world.store.put(replace(world.account, callbacks=rules))

    courier.deliver(world, [callback])

    assert [post.timeout for post in sender.posts] == [timedelta(milliseconds=70)]


# -- Delivering again --


def test_to_deliver_again_makes_one_attempt_that_was_asked_for(
    world: Engine, courier: Courier, sender, announce: Callable
) -> None:
    courier.deliver(world, [announce()])

    again = courier.redeliver(world, only(world))

    assert [attempt.asked_for for attempt in again.attempts] == [False, True]
    assert sender.posts[0].body == sender.posts[1].body


def test_what_was_delivered_stays_delivered(
    world: Engine, courier: Courier, sender, announce: Callable
) -> None:
    courier.deliver(world, [announce()])
    sender.receiver = lambda _: 500

    again = courier.redeliver(world, only(world))

    assert again.state is Delivery.DELIVERED
    assert [attempt.outcome.status for attempt in again.attempts] == [200, 500]
    assert world.announcements.waiting() == []


def test_what_was_lost_can_be_delivered_after_all(
    world: Engine, sender, submit: Callable, walk: Callable, courier: Courier
) -> None:
    submit(world)
    sender.receiver = lambda _: 500
    walk(8)
    sender.receiver = lambda _: 200

    again = courier.redeliver(world, only(world))

    assert again.state is Delivery.DELIVERED
    assert len(again.attempts) == 4


def test_a_success_by_hand_ends_the_retries(
    world: Engine, sender, submit: Callable, walk: Callable, courier: Courier
) -> None:
    submit(world)
    sender.receiver = lambda _: 500
    walk(5)
    sender.receiver = lambda _: 200
    courier.redeliver(world, only(world))

    report = walk(4)

    assert report.attempts == 0
    assert only(world).state is Delivery.DELIVERED


def test_a_failure_by_hand_neither_counts_nor_puts_off_the_retries(
    world: Engine, sender, submit: Callable, walk: Callable, courier: Courier
) -> None:
    submit(world)
    sender.receiver = lambda _: 500
    walk(5)
    courier.redeliver(world, only(world))

    report = walk(4)

    assert (report.attempts, report.lost) == (2, 1)
    assert [
        ((attempt.at - only(world).instant).total_seconds(), attempt.asked_for)
        for attempt in only(world).attempts
    ] == [(0, False), (0, True), (1, False), (2, False)]


# -- Closing --


def test_closing_names_the_callbacks_that_were_not_finished(
    world: Engine, real_time: Callable[[], datetime], announce: Callable
) -> None:
    courier = Courier(Sender(), real_time)
    with closing(socket.create_server(("127.0.0.1", 0))) as deaf:
        callback = announce(callback_url=f"http://127.0.0.1:{deaf.getsockname()[1]}/")
        courier.dispatch(world, callback)

        unfinished = courier.close(timedelta(milliseconds=50))

    assert unfinished == [callback]
    assert only(world).state is Delivery.WAITING


def test_closing_with_nothing_under_way_names_nothing(real_time: Callable[[], datetime]) -> None:
    courier = Courier(Sender(), real_time)

    assert courier.close(timedelta()) == []


def test_nothing_goes_out_for_a_world_that_has_ended(
    world: Engine, real_time: Callable, announce: Callable
) -> None:
    callback = announce(callback_url="http://127.0.0.1:1/")
    sender = Sender()
    world.has_ended = True

    [attempted] = Courier(sender, real_time).deliver(world, [callback])
    sender.close(timedelta())

    [attempt] = attempted.attempts
    assert attempt.outcome.error == "not sent: the world has ended, or begun anew"


@pytest.mark.parametrize(
    ("url", "arrives"),
    [
        ("inbox", True),
        ("http://127.0.0.1:32768/_ice_mock/worlds/AK%2Fa/inbox", True),
        ("https://ice-mock.example.com/under/_ice_mock/worlds/AK%2Fa/inbox?x=1", True),
        ("http://127.0.0.1:32768/_ice_mock/worlds/AK-b/inbox", False),
        ("http://127.0.0.1:32768/_ice_mock/worlds/AK%2Fa/inbox/more", False),
    ],
)
def test_the_worlds_own_inbox_is_reached_under_whichever_address_its_server_is_known(
    world: Engine, courier: Courier, sender, announce: Callable, url: str, arrives: bool
) -> None:
    world.store.put(replace(world.account, world_id="AK/a"))

    courier.deliver(world, [announce(callback_url=url)])

    assert (len(world.inbox.all()), len(sender.posts)) == ((1, 0) if arrives else (0, 1))


def test_an_inbox_that_every_server_has_is_only_the_one_at_its_address(
    world: Engine, courier: Courier, sender, announce: Callable
) -> None:
    courier.deliver(world, [announce(callback_url="http://other.example.com/_ice_mock/worlds/default/inbox")])

    assert (len(world.inbox.all()), len(sender.posts)) == (0, 1)
