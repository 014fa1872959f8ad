"""Faults of callbacks, as a receiver of the user's own sees them."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from hashlib import md5

import pytest

from ice_mock.callbacks import Post
from ice_mock.callbacks.sender import _trickling
from ice_mock.domain.callback import Delivery
from ice_mock.engine import Engine
from ice_mock.server import Server
from ice_mock.worlds import World


@pytest.fixture
def engine(world: World) -> Engine:
    return world.engine


@pytest.fixture
def states(engine: Engine) -> Callable[[], list[tuple[int, str, list[str | None]]]]:
    """Number of the frame, state, and the faults of the attempts, for each callback."""
    return lambda: [
        (callback.number, str(callback.state), [attempt.fault for attempt in callback.attempts])
        for callback in engine.announcements.all()
    ]


def test_a_dropped_callback_never_comes_and_is_not_tried_again(
    engine: Engine, submit: Callable, walk: Callable, arm: Callable, receiver, states: Callable
) -> None:
    arm(callback="drop", every=2, id="deaf")
    submit(engine, callback_url=receiver.url)

    report = walk(20)

    assert receiver.keys() == ["1", "3"]
    assert (report.attempts, report.delivered, report.lost, report.waiting) == (4, 2, 2, 0)
    assert states() == [
        (1, "delivered", [None]),
        (2, "lost", ["deaf"]),
        (3, "delivered", [None]),
        (4, "lost", ["deaf"]),
    ]


def test_a_dropped_callback_says_so_in_the_control_api_and_can_be_sent_by_hand(
    engine: Engine, submit: Callable, walk: Callable, arm: Callable, receiver, control: Callable
) -> None:
    arm(callback="drop", id="deaf")
    submit(engine, callback_url=receiver.url)
    walk(5)

    [callback] = control("GET", "callbacks").json["callbacks"]
    again = control("POST", f"callbacks/{callback['id']}/redeliver").json

    [attempt] = callback["attempts"]
    assert attempt["error"] == "lost on the way, by the fault deaf"
    assert (attempt["fault"], attempt["status"], attempt["repeated"]) == ("deaf", None, False)
    assert again["state"] == "delivered"
    assert [each["fault"] for each in again["attempts"]] == ["deaf", None]
    assert receiver.keys() == ["1"]
    assert engine.faults.all()[0].matched == 1


def test_a_dropped_callback_stays_lost_when_sending_it_by_hand_fails(
    engine: Engine, submit: Callable, walk: Callable, arm: Callable, receiver, control: Callable
) -> None:
    arm(callback="drop")
    submit(engine, callback_url=receiver.url)
    walk(5)
    receiver.react = lambda _: 500
    [callback] = engine.announcements.all()

    again = control("POST", f"callbacks/{callback.id}/redeliver").json

    assert again["state"] == "lost"
    assert engine.announcements.waiting() == []


def test_a_delayed_callback_comes_later_on_the_worlds_clock(
    engine: Engine, submit: Callable, walk: Callable, arm: Callable, receiver, states: Callable
) -> None:
    arm(callback="delay", by="7s", id="late", times=1)
    submit(engine, callback_url=receiver.url)
    start, came = engine.now(), []
    receiver.react = lambda body: (
        came.append((body["MessageBody"]["OssObject"][-5:], (engine.now() - start).total_seconds())) or 200
    )

    waiting = walk(10).waiting
    walk(10)

    assert waiting == 1
    assert came == [("2.jpg", 10.0), ("1.jpg", 12.0), ("3.jpg", 15.0), ("4.jpg", 20.0)]
    assert states()[0] == (1, "delivered", ["late"])
    assert engine.faults.all()[0].fired == 1


def test_a_delayed_attempt_is_not_delayed_again_and_its_retries_are_occasions_of_their_own(
    engine: Engine, submit: Callable, walk: Callable, arm: Callable, receiver
) -> None:
    submit(engine, callback_url=receiver.url)
    start, came = engine.now(), []
    receiver.react = lambda _: came.append((engine.now() - start).total_seconds()) or 500
    arm(callback="delay", by="2s")

    walk(5)
    engine.unpublish("rtmp://live.example.com/app/room1")
    walk(30)

    # Due at 5, delayed by 2; the next attempt a second later, delayed by 2, and so on: three in all.
    assert came == [7.0, 10.0, 13.0]
    assert engine.announcements.all()[0].state is Delivery.LOST


def test_a_delay_and_another_fault_of_one_attempt_both_happen(
    engine: Engine, submit: Callable, walk: Callable, arm: Callable, receiver, states: Callable
) -> None:
    arm(callback="duplicate", id="twice", times=1)
    arm(callback="delay", by="1s", id="late", times=1)
    submit(engine, callback_url=receiver.url)

    walk(6)

    assert receiver.keys() == ["1", "1"]
    assert states() == [(1, "delivered", ["twice, late", "twice, late"])]


@pytest.mark.parametrize(("options", "copies"), [({}, 2), ({"copies": 4}, 4)])
def test_a_duplicate_comes_as_often_as_it_is_told(
    engine: Engine,
    submit: Callable,
    walk: Callable,
    arm: Callable,
    receiver,
    control: Callable,
    options: dict,
    copies: int,
) -> None:
    arm(callback="duplicate", every=2, id="echo", **options)
    submit(engine, callback_url=receiver.url)

    report = walk(15)

    bodies = [body for body, _ in receiver.received()]
    assert [body["MessageBody"]["OssObject"][-5:] for body in bodies] == [
        "1.jpg",
        *(["2.jpg"] * copies),
        "3.jpg",
    ]
    assert bodies[1] == bodies[copies]
    assert (report.attempts, report.delivered) == (2 + copies, 3)
    _, second, _ = control("GET", "callbacks").json["callbacks"]
    assert [attempt["repeated"] for attempt in second["attempts"]] == [False] + [True] * (copies - 1)
    assert {attempt["fault"] for attempt in second["attempts"]} == {"echo"}


def test_a_duplicate_is_not_one_of_the_attempts_that_the_rules_grant(
    engine: Engine, submit: Callable, walk: Callable, arm: Callable, receiver
) -> None:
    arm(callback="duplicate", times=1, copies=3)
    submit(engine, callback_url=receiver.url)
    receiver.react = lambda _: 500
    walk(5)
    engine.unpublish("rtmp://live.example.com/app/room1")

    report = walk(30)

    # Three at once, and the two that are left of the three of the rules.
    assert receiver.keys() == ["1"] * 5
    assert (report.attempts, report.lost, report.waiting) == (2, 1, 0)


def test_a_receiver_that_takes_only_the_second_copy_has_it(
    engine: Engine, submit: Callable, walk: Callable, arm: Callable, receiver
) -> None:
    arm(callback="duplicate")
    submit(engine, callback_url=receiver.url)
    statuses = iter([500, 200])
    receiver.react = lambda _: next(statuses)

    report = walk(5)

    assert (report.delivered, report.waiting) == (1, 0)
    assert walk(4).attempts == 0


def test_reordered_callbacks_come_in_pairs_the_wrong_way_round(
    engine: Engine, submit: Callable, walk: Callable, arm: Callable, receiver, states: Callable
) -> None:
    arm(callback="reorder", id="swap")
    submit(engine, callback_url=receiver.url)

    report = walk(30)

    assert receiver.keys() == ["2", "1", "4", "3", "6", "5"]
    assert report.delivered == 6
    assert [faults for _, _, faults in states()] == [["swap"], [None]] * 3
    [armed] = engine.faults.all()
    assert (armed.matched, armed.fired) == (3, 3)


def test_the_files_of_a_frame_are_reordered_too(
    engine: Engine, submit: Callable, walk: Callable, arm: Callable, receiver
) -> None:
    arm(callback="reorder", times=1)
    job = submit(engine, callback_url=receiver.url, overwrite="{JobId}.jpg")

    walk(5)

    assert receiver.keys() == [job.id, "1"]


def test_jobs_do_not_overtake_each_other(
    engine: Engine, submit: Callable, walk: Callable, arm: Callable, receiver
) -> None:
    arm(callback="reorder", job="room 1", times=1)
    submit(engine, name="room 1", sequence="{Sequence}-a.jpg", callback_url=receiver.url)
    walk(1)
    submit(engine, name="room 2", sequence="{Sequence}-b.jpg", callback_url=receiver.url)

    walk(10)

    assert receiver.keys() == ["1-b", "2-a", "1-a", "2-b"]


def test_a_callback_that_nothing_overtakes_is_held_back_for_two_intervals(
    engine: Engine, submit: Callable, walk: Callable, arm: Callable, receiver
) -> None:
    arm(callback="reorder")
    submit(engine, callback_url=receiver.url)
    walk(5)
    engine.unpublish("rtmp://live.example.com/app/room1")

    assert walk(9).delivered == 0
    assert walk(1).delivered == 1
    assert receiver.keys() == ["1"]


@pytest.mark.parametrize("auth_key", ["Secret1", None])
def test_a_wrong_signature_is_well_formed_and_not_the_accounts(
    engine: Engine, submit: Callable, walk: Callable, arm: Callable, receiver, auth_key: str | None
) -> None:
    engine.store.put(replace(engine.account, auth_key=auth_key))
    arm(callback="wrong-signature", times=1, id="forged")
    submit(engine, callback_url=receiver.url)

    walk(10)

    (_, forged), (_, genuine) = receiver.received()
    text = f"{receiver.url}|{forged['x-ice-timestamp']}|{auth_key}"
    assert forged["x-ice-timestamp"].isdigit()
    assert len(forged["x-ice-signature"]) == 32
    assert forged["x-ice-signature"] != md5(text.encode()).hexdigest()
    if auth_key:
        text = f"{receiver.url}|{genuine['x-ice-timestamp']}|{auth_key}"
        assert genuine["x-ice-signature"] == md5(text.encode()).hexdigest()
    else:
        assert "x-ice-signature" not in genuine


def test_a_receiver_that_refuses_a_wrong_signature_gets_a_right_one(
    engine: Engine, submit: Callable, walk: Callable, arm: Callable, receiver, states: Callable
) -> None:
    engine.store.put(replace(engine.account, auth_key="Secret1"))
    arm(callback="wrong-signature", times=1, id="forged")
    submit(engine, callback_url=receiver.url)
    statuses = iter([403, 200])
    receiver.react = lambda _: next(statuses)

    walk(6)

    assert states() == [(1, "delivered", ["forged", None])]


def test_a_slow_body_arrives_whole_and_is_not_a_matter_of_the_services_patience(
    engine: Engine, submit: Callable, walk: Callable, arm: Callable, receiver
) -> None:
    engine.store.put(
        replace(engine.account, callbacks=replace(engine.account.callbacks, timeout=timedelta(seconds=30)))
    )
    arm(callback="slow-body", by="50ms", times=1)
    submit(engine, callback_url=receiver.url)

    report = walk(10)

    (slow, headers), (fast, _) = receiver.received()
    assert report.delivered == 2
    assert slow["MessageBody"].keys() == fast["MessageBody"].keys()
    assert "transfer-encoding" not in headers
    first, second = engine.announcements.all()
    assert (first.attempts[0].fault, second.attempts[0].fault) == ("fault-1", None)


def test_a_slow_body_goes_in_pieces() -> None:
    post = Post(
        "http://receiver.example.com/", {}, b"0123456789abcdef", timedelta(1), timedelta(milliseconds=5)
    )

    async def pieces() -> list[bytes]:
        return [piece async for piece in _trickling(post)]

    sent = asyncio.run(pieces())

    assert len(sent) > 5
    assert b"".join(sent) == post.body


@pytest.mark.parametrize(
    ("selector", "struck"),
    [
        ({"job": "room 1"}, ["a"]),
        ({"stream": "*/room2"}, ["b"]),
        ({"bucket": "others"}, ["b"]),
        ({"key": "*-a.jpg"}, ["a"]),
        ({"job": "*"}, ["a", "b"]),
        ({"job": "room 1", "bucket": "others"}, []),
    ],
    ids=str,
)
def test_a_callback_is_about_its_job_stream_bucket_and_key(
    engine: Engine, submit: Callable, walk: Callable, arm: Callable, receiver, selector: dict, struck: list
) -> None:
    arm(callback="drop", **selector)
    submit(engine, name="room 1", sequence="{Sequence}-a.jpg", callback_url=receiver.url)
    submit(
        engine,
        name="room 2",
        sequence="{Sequence}-b.jpg",
        stream="rtmp://live.example.com/app/room2",
        bucket="others",
        callback_url=receiver.url,
    )

    walk(5)

    assert sorted(receiver.keys()) == [f"1-{each}" for each in ("a", "b") if each not in struck]


def test_callbacks_of_a_world_whose_clock_moves_are_struck_as_well(
    server: Server, http: Callable, submit: Callable, receiver
) -> None:
    world = server.mock.worlds.create(clock="x1000")
    faults = f"/_ice_mock/worlds/{world.id}/faults"
    http("POST", faults, {"callback": "duplicate", "key": "*/3.jpg"})
    http("POST", faults, {"callback": "drop", "key": "*/4.jpg"})
    http("POST", faults, {"callback": "delay", "by": "12s", "key": "*/5.jpg"})

    job = submit(world.engine, callback_url=receiver.url)
    keys: list[str] = []
    while not {"5", "8"} <= set(keys):
        body, _ = receiver.requests.get(timeout=30)
        keys.append(body["MessageBody"]["OssObject"].rpartition("/")[2].removesuffix(".jpg"))
    world.engine.jobs.stop(job.id)
    server.mock.worlds.delete(world.id)

    assert keys.count("3") == 2
    assert "4" not in keys
    assert keys.index("6") < keys.index("5")
