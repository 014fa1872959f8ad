from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from ice_mock.callbacks.sender import Letter
from ice_mock.domain.callback import Callback, Outcome
from ice_mock.domain.model import Plan
from ice_mock.domain.scenario import Scenario
from ice_mock.engine.jobs import Order
from ice_mock.gateway import Call, Reply
from ice_mock.worlds import DEFAULT, IceMock, World
from ice_mock.worlds.ended import ENDED_LIMIT, Ended

STREAM = "rtmp://live.example.com/app/room1"
LABEL = "tests/test_room.py::test_it"
ENDED = f"the world AK-a of {LABEL} has ended"


@pytest.fixture
def ended(mock: IceMock) -> Callable[[], list[tuple[str, int]]]:
    """End the world AK-a, and return what tells who came for it since."""
    mock.worlds.create(access_key_id="AK-a", label=LABEL)
    mock.worlds.delete("AK-a")
    return lambda: [(world.id, world.late_calls) for world in mock.worlds.ended.all()]


def listed(mock: IceMock, **headers: str) -> Reply:
    query = {"Action": "ListLiveSnapshotJobs", "Version": "2020-11-09", "Format": "JSON"}
    return mock.gateway(Call("GET", query=tuple(query.items()), headers=headers))


def test_a_late_call_is_refused_named_counted_and_in_the_default_worlds_journal(
    mock: IceMock, ended: Callable, call: Callable[..., Reply]
) -> None:
    reply = call(mock, "ListLiveSnapshotJobs", "AK-a")

    assert (reply.status, ENDED in reply.body.decode()) == (404, True)
    [entry] = mock.worlds.find(DEFAULT).engine.journal.all()
    assert (entry.code, ENDED in (entry.message or "")) == ("InvalidAccessKeyId.NotFound", True)
    assert ended() == [("AK-a", 1)]


def test_where_signatures_are_not_looked_at_a_late_call_is_refused_all_the_same(
    mock: IceMock, ended: Callable, call: Callable[..., Reply]
) -> None:
    engine = mock.worlds.find(DEFAULT).engine
    engine.store.put(type(engine.account)(user_id=1, seed=1, signatures="off"))

    assert call(mock, "ListLiveSnapshotJobs", "AK-a").status == 404


def test_a_key_that_was_never_registered_is_let_in_as_before(
    mock: IceMock, ended: Callable, call: Callable[..., Reply]
) -> None:
    assert call(mock, "ListLiveSnapshotJobs", "AK-stranger").status == 200
    assert ended() == [("AK-a", 0)]


def test_a_call_that_names_a_world_reaches_it_whatever_its_key_is(
    mock: IceMock, call: Callable[..., Reply]
) -> None:
    world = mock.worlds.create(access_key_id="AK-b")

    reply = listed(mock, **{"x-ice-mock-world": "AK-b"})

    assert reply.status == 200
    assert [entry.action for entry in world.engine.journal.all()] == ["ListLiveSnapshotJobs"]


@pytest.mark.parametrize(("world", "said"), [("AK-a", ENDED), ("AK-none", "there is no world 'AK-none'")])
def test_a_call_that_names_a_world_that_is_not_there_is_refused(
    mock: IceMock, ended: Callable, world: str, said: str
) -> None:
    reply = listed(mock, **{"x-ice-mock-world": world})

    assert (reply.status, said in reply.body.decode()) == (404, True)


def test_a_key_that_begins_a_new_world_is_late_for_the_old_one_no_more(
    mock: IceMock, ended: Callable, call: Callable[..., Reply]
) -> None:
    mock.worlds.create(access_key_id="AK-a", signatures="off")

    assert call(mock, "ListLiveSnapshotJobs", "AK-a").status == 200
    assert ended() == []


def test_only_the_newest_are_remembered() -> None:
    ended = Ended()
    for number in range(ENDED_LIMIT + 1):
        ended.remember(f"AK-{number}", None, [f"AK-{number}"])

    assert ended.visit("AK-0") is None
    assert ended.visit_by_key("AK-0") is None
    assert str(ended.visit_by_key("AK-1")) == "the world AK-1"
    assert len(ended.all()) == ENDED_LIMIT


def test_a_key_that_went_to_another_world_names_the_one_that_had_it_last() -> None:
    ended = Ended()
    ended.remember("AK-a", "first", ["AK-a", "AK-shared"])
    ended.remember("AK-b", "second", ["AK-b", "AK-shared"])
    ended.forget("AK-a")

    assert str(ended.visit_by_key("AK-shared")) == "the world AK-b of second"


class Queue:
    """A sender that takes letters, and sends none before it is told to."""

    def __init__(self) -> None:
        self.letters: list[Letter] = []

    def enqueue(self, _lane: object, letter: Letter) -> None:
        self.letters.append(letter)


def claimed(world: World, *, frames: int) -> list[Callback]:
    """Let a job of a world capture so many frames, and take the callbacks for them."""
    engine = world.engine
    engine.publish(STREAM)
    plan = Plan(timedelta(seconds=5), None, "{JobId}/{Sequence}.jpg")
    template = engine.templates.create("t", plan)
    engine.jobs.submit(Order("room 1", template.id, STREAM, "oss", "pictures", "http://127.0.0.1:9/"))
    engine.time.move_to(engine.now() + frames * plan.interval)
    return engine.announcements.claim(engine.now(), frames)


def unsent(mock: IceMock) -> list[int]:
    return [world.unsent_callbacks for world in mock.worlds.ended.all()]


@pytest.mark.parametrize(("clock", "expected"), [("frozen", 0), ("x1", 1), ("real", 1)])
def test_callbacks_that_wait_for_another_attempt_are_unsent_where_time_moves(
    mock: IceMock, clock: str, expected: int
) -> None:
    world = mock.worlds.create(clock="frozen")
    [callback] = claimed(world, frames=1)
    world.engine.announcements.record(callback, Outcome(500, None, timedelta()))
    world.engine.time.switch_to(clock)

    mock.worlds.delete(world.id)

    assert unsent(mock) == [expected]


def test_callbacks_on_their_way_are_unsent_until_something_went_out(
    spec: Scenario, real_time: Callable[[], datetime]
) -> None:
    sender = Queue()
    mock = IceMock(spec, real_time=real_time, sender=sender)
    first, second = mock.worlds.create(), mock.worlds.create()
    for world in (first, second):
        for callback in claimed(world, frames=3):
            mock.courier.dispatch(world.engine, callback)
    finished, sending, *_ = sender.letters
    finished[0]()
    finished[1](Outcome(200, None, timedelta()))
    sending[0]()

    mock.worlds.delete(first.id)
    mock.worlds.delete(second.id)

    assert unsent(mock) == [1, 3]


def test_a_world_that_ended_in_good_time_left_nothing(mock: IceMock) -> None:
    world = mock.worlds.create(clock="real")
    mock.worlds.delete(world.id)

    assert [world.left_something for world in mock.worlds.ended.all()] == [False]
