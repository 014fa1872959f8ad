"""How many worlds there may be, and which of them make room."""

import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ice_mock.domain.model import Plan
from ice_mock.domain.scenario import Scenario
from ice_mock.engine.allowance import LimitReached
from ice_mock.errors import NotFound, Unprocessable
from ice_mock.gateway import Call
from ice_mock.scenario import load
from ice_mock.store.memory import MemoryStores
from ice_mock.web import create_app
from ice_mock.worlds import DEFAULT, IceMock
from ice_mock.worlds.worlds import Worlds

IDLE = timedelta(minutes=15)
PLAN = Plan(timedelta(seconds=5), None, "{JobId}/{Sequence}.jpg")


class Watch:
    """A stopwatch that stands still until it is told to go on."""

    def __init__(self) -> None:
        self.shows = timedelta()

    def __call__(self) -> timedelta:
        return self.shows

    def pass_by(self, **length: float) -> None:
        self.shows += timedelta(**length)


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def make_worlds(watch: Watch) -> Callable[..., Worlds]:
    def make(most: int = 2) -> Worlds:
        now = datetime(2026, 1, 1, tzinfo=UTC)
        return Worlds(
            MemoryStores(), lambda: now, Scenario(clock="frozen"), most=most, idle=IDLE, elapsed=watch
        )

    return make


@pytest.fixture
def worlds(make_worlds: Callable[..., Worlds]) -> Worlds:
    """There may be two worlds beside the default one."""
    return make_worlds()


def ids(worlds: Worlds) -> list[str]:
    return [world.id for world in worlds.all()]


def test_there_may_be_as_many_as_are_allowed_beside_the_default_one(worlds: Worlds) -> None:
    for name in ("a", "b"):
        worlds.create(access_key_id=name)

    assert ids(worlds) == [DEFAULT, "a", "b"]


def test_one_more_is_refused_while_all_are_in_use_and_nothing_is_lost(worlds: Worlds) -> None:
    for name in ("a", "b"):
        worlds.create(access_key_id=name).engine.templates.create(name, PLAN)

    with pytest.raises(LimitReached) as refusal:
        worlds.create(access_key_id="c")

    assert str(refusal.value) == (
        "ice_mock: there are 2 worlds beside the default one, as many as there may be (--max-worlds), and "
        "none was idle for 15m: delete those that are done with"
    )
    assert (refusal.value.status, refusal.value.details) == (409, {"bound": "worlds", "most": 2})
    assert ids(worlds) == [DEFAULT, "a", "b"]
    assert [worlds.find(name).engine.templates.all()[0].name for name in ("a", "b")] == ["a", "b"]


def test_the_one_that_is_idle_longest_makes_room(worlds: Worlds, watch: Watch) -> None:
    worlds.create(access_key_id="a")
    watch.pass_by(minutes=1)
    worlds.create(access_key_id="b")
    watch.pass_by(minutes=20)

    worlds.create(access_key_id="c")

    assert ids(worlds) == [DEFAULT, "b", "c"]


@pytest.mark.parametrize(
    "use",
    [
        lambda worlds: worlds.find("a"),
        lambda worlds: worlds.engine_of("a"),
        lambda worlds: worlds.engine_of(None, "a"),
        lambda worlds: worlds.reset("a"),
        lambda worlds: worlds.replace("a", Scenario()),
    ],
    ids=["control", "call", "call by name", "reset", "replace"],
)
def test_whoever_uses_a_world_keeps_it(worlds: Worlds, watch: Watch, use: Callable) -> None:
    worlds.create(access_key_id="a")
    worlds.create(access_key_id="b")
    watch.pass_by(minutes=15)
    use(worlds)

    worlds.create(access_key_id="c")

    assert sorted(ids(worlds)) == ["a", "c", DEFAULT]


@pytest.mark.parametrize(("idle", "dropped"), [(IDLE - timedelta(microseconds=1), False), (IDLE, True)])
def test_a_world_is_idle_from_a_quarter_of_an_hour_on(
    make_worlds: Callable[..., Worlds], watch: Watch, idle: timedelta, dropped: bool
) -> None:
    worlds = make_worlds(most=1)
    worlds.create(access_key_id="a")
    watch.shows += idle

    if dropped:
        worlds.create(access_key_id="b")
    else:
        with pytest.raises(LimitReached):
            worlds.create(access_key_id="b")

    assert ids(worlds) == [DEFAULT, "b" if dropped else "a"]


def test_the_default_world_never_makes_room(make_worlds: Callable[..., Worlds], watch: Watch) -> None:
    worlds = make_worlds(most=0)
    watch.pass_by(days=1)

    with pytest.raises(LimitReached):
        worlds.create()

    assert ids(worlds) == [DEFAULT]


def test_a_world_whose_clock_is_being_moved_is_in_use(
    make_worlds: Callable[..., Worlds], watch: Watch
) -> None:
    worlds = make_worlds(most=1)
    engine = worlds.create(access_key_id="a").engine
    watch.pass_by(hours=1)

    with engine.store.alone("advance"), pytest.raises(LimitReached):
        worlds.create(access_key_id="b")

    assert worlds.create(access_key_id="b")


def test_what_comes_for_a_dropped_world_is_told_why_it_ended(worlds: Worlds, watch: Watch) -> None:
    worlds.create(access_key_id="a", label="test_of_mine")
    worlds.create(access_key_id="b")
    watch.pass_by(minutes=17, seconds=0.5)
    worlds.create(access_key_id="c")

    with pytest.raises(NotFound) as late:
        worlds.find("a")

    why = (
        "the world a of test_of_mine has ended, dropped to make room for another one: nobody had used it for "
        "17m, and there were 2 worlds, as many as there may be (--max-worlds)"
    )
    assert str(late.value) == why
    assert worlds.stray("a") == why
    assert [(world.id, world.late_calls) for world in worlds.ended.all()] == [("a", 2)]


def test_a_drop_is_logged_by_name(worlds: Worlds, watch: Watch, caplog: pytest.LogCaptureFixture) -> None:
    worlds.create(access_key_id="a", label="test_of_mine")
    worlds.create(access_key_id="b")
    watch.pass_by(hours=1)

    with caplog.at_level(logging.WARNING):
        worlds.create(access_key_id="c")

    assert caplog.text.strip().endswith(
        "the world a of test_of_mine is dropped to make room for another one: "
        "nobody used it for 1h, and there are 2"
    )


def test_a_dropped_world_can_be_made_again(worlds: Worlds, watch: Watch) -> None:
    for name in ("a", "b"):
        worlds.create(access_key_id=name)
    watch.pass_by(hours=1)
    worlds.create(access_key_id="c")

    again = worlds.create(access_key_id="a")

    assert worlds.find("a") is again
    assert worlds.stray("a") is None


def test_a_world_that_cannot_begin_takes_nobodys_place(
    make_worlds: Callable[..., Worlds], watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ice_mock.limits.STREAMS", 1)
    worlds = make_worlds(most=1)
    worlds.create(access_key_id="a")
    watch.pass_by(hours=1)
    large = load("streams: [{url: 'rtmp://a/b/c'}, {url: 'rtmp://a/b/d'}]", source="large")

    with pytest.raises(Unprocessable, match="the scenario is too large: ice_mock: there are 1 streams"):
        worlds.create(access_key_id="b", scenario=large)

    assert ids(worlds) == [DEFAULT, "a"]
    assert list(worlds._stores) == [DEFAULT, "a"]


def test_a_scenario_that_is_too_large_leaves_the_world_as_it_was(
    worlds: Worlds, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = worlds.create(access_key_id="a").engine
    monkeypatch.setattr("ice_mock.limits.TEMPLATES", 3)
    large = load("populate: {templates: 4}", source="large")

    with pytest.raises(Unprocessable):
        worlds.replace("a", large)

    assert worlds.find("a").engine is before


def test_over_http_the_refusal_has_the_form_of_the_control_api() -> None:
    mock = IceMock(Scenario(clock="frozen"))
    mock.worlds.most = 0

    answer = create_app(mock).test_client().post("/_ice_mock/worlds", json={})

    assert answer.status_code == 409
    assert answer.json["error"]["code"] == "LimitReached"
    assert answer.json["error"]["message"].startswith("ice_mock: there are 0 worlds beside the default one")


def test_a_call_for_a_dropped_world_reaches_nobody_else(watch: Watch) -> None:
    mock = IceMock(Scenario(clock="frozen"))
    mock.worlds.most, mock.worlds._elapsed = 1, watch
    mock.worlds.create(access_key_id="a", label="test_of_mine")
    watch.pass_by(hours=1)
    mock.worlds.create(access_key_id="b")
    query = {"Action": "ListLiveSnapshotJobs", "Version": "2020-11-09", "AccessKeyId": "a", "Signature": "x"}

    reply = mock.gateway(Call("GET", query=tuple(query.items())))

    assert reply.status == 404
    assert b"of test_of_mine has ended, dropped to make room" in reply.body


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("create"), st.integers(0, 9)),
        st.tuples(st.just("use"), st.integers(0, 9)),
        st.tuples(st.just("pass"), st.integers(0, 30)),
    ),
    max_size=40,
)


@given(most=st.integers(1, 4), steps=STEPS)
def test_whatever_comes_only_the_idle_make_room_and_the_idlest_first(
    most: int, steps: list[tuple[str, int]]
) -> None:
    watch, now = Watch(), datetime(2026, 1, 1, tzinfo=UTC)
    worlds = Worlds(
        MemoryStores(), lambda: now, Scenario(clock="frozen"), most=most, idle=IDLE, elapsed=watch
    )
    used: dict[str, timedelta] = {}
    for what, number in steps:
        name = f"w{number}"
        if what == "pass":
            watch.pass_by(minutes=number)
        elif what == "use" and name in used:
            used[name] = worlds.find(name).last_use.at
        elif what == "create" and name not in used:
            idle = sorted((at, each) for each, at in used.items() if watch.shows - at >= IDLE)
            if len(used) == most and not idle:
                with pytest.raises(LimitReached):
                    worlds.create(access_key_id=name)
                continue
            worlds.create(access_key_id=name)
            if len(used) == most:
                gone = set(used) - set(ids(worlds))
                assert [used[each] for each in gone] == [idle[0][0]]
                for each in gone:
                    del used[each]
            used[name] = watch.shows
        assert set(ids(worlds)) == {DEFAULT, *used}
