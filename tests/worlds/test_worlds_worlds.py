import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from ice_mock.domain.model import AccessKey, Plan
from ice_mock.domain.scenario import DEFAULT_KEY, AccountSpec, Scenario
from ice_mock.domain.timepiece import FROZEN_START
from ice_mock.engine import Engine
from ice_mock.engine.jobs import Order
from ice_mock.errors import Conflict, NotFound
from ice_mock.worlds import DEFAULT, IceMock

STREAM = "rtmp://live.example.com/app/room1"
PLAN = Plan(timedelta(seconds=5), None, "snapshot/{JobId}/{Sequence}.jpg")


def run_a_job(engine: Engine) -> None:
    engine.streams.publish(STREAM)
    template = engine.templates.create("t", PLAN)
    order = Order("room 1", template.id, STREAM, "oss", "pictures", "http://receiver.example.com/")
    engine.jobs.submit(order)
    engine.time.move_to(engine.now() + timedelta(seconds=10))
    engine.announcements.claim(engine.now(), 100)


# -- Which world a call belongs to --


@pytest.mark.parametrize("key", [None, "", "AK-unheard-of", "AK-server"])
def test_whatever_belongs_to_no_other_world_belongs_to_the_default_one(
    mock: IceMock, key: str | None
) -> None:
    mock.worlds.create(access_key_id="AK-a")

    assert mock.worlds.engine_of(key) is mock.worlds.find(DEFAULT).engine


def test_a_world_is_selected_by_its_key(mock: IceMock, call: Callable) -> None:
    for key in ("AK-a", "AK-b"):
        mock.worlds.create(access_key_id=key, signatures="off")
        mock.worlds.find(key).engine.templates.create(f"of {key}", PLAN)

    answers = {key: call(mock, "ListLiveSnapshotTemplates", key).body for key in ("AK-a", "AK-b", None)}

    assert [(b"of AK-a" in body, b"of AK-b" in body) for body in answers.values()] == [
        (True, False),
        (False, True),
        (False, False),
    ]


# -- What worlds share --


@pytest.mark.parametrize(
    "look",
    [
        pytest.param(lambda engine: engine.templates.all(), id="templates"),
        pytest.param(lambda engine: engine.streams.all(), id="streams"),
        pytest.param(lambda engine: engine.jobs.all(), id="jobs"),
        pytest.param(lambda engine: engine.jobs.active(), id="running jobs"),
        pytest.param(lambda engine: engine.announcements.all(), id="callbacks"),
        pytest.param(lambda engine: engine.objects.walk("pictures").next_from(""), id="buckets"),
        pytest.param(lambda engine: engine.journal.changes(), id="changes"),
        pytest.param(lambda engine: engine.now(), id="the clock"),
    ],
)
def test_worlds_share_nothing_of_their(mock: IceMock, look: Callable[[Engine], object]) -> None:
    mine, other = mock.worlds.create().engine, mock.worlds.create().engine
    before = look(other)

    run_a_job(mine)

    assert look(mine) != before
    assert look(other) == before


def test_worlds_share_neither_journal_nor_inbox(mock: IceMock, call: Callable) -> None:
    mock.worlds.create(access_key_id="AK-a", signatures="off")
    mine, other = mock.worlds.find("AK-a").engine, mock.worlds.create().engine

    call(mock, "ListLiveSnapshotTemplates", "AK-a")
    mine.inbox.receive("POST", "", {}, "hello", is_base64=False)

    assert [len(engine.journal.all()) for engine in (mine, other)] == [1, 0]
    assert [len(engine.inbox.all()) for engine in (mine, other)] == [1, 0]
    assert mock.worlds.find(DEFAULT).engine.journal.all() == []


def test_two_worlds_may_run_jobs_of_the_same_id_and_stop_one_of_them(mock: IceMock) -> None:
    mine, other = mock.worlds.create().engine, mock.worlds.create().engine
    run_a_job(mine)
    run_a_job(other)
    [job], [twin] = mine.jobs.all(), other.jobs.all()

    mine.jobs.stop(job.id)

    assert job.id == twin.id
    assert [engine.jobs.find(job.id).is_running for engine in (mine, other)] == [False, True]


# -- How a world begins --


def test_the_id_of_a_world_is_that_of_its_key(mock: IceMock) -> None:
    world = mock.worlds.create(access_key_id="AK-a", access_key_secret="s3cret", security_token="token")

    assert world.id == "AK-a"
    assert world.key == AccessKey("AK-a", "s3cret", security_token="token")
    assert mock.worlds.access_key("AK-a") == world.key


def test_keys_that_are_made_up_look_like_real_ones_and_differ(mock: IceMock) -> None:
    keys = [mock.worlds.create().key for _ in range(5)]

    assert all(re.fullmatch(r"LTAI[A-Za-z0-9]{20}", key.id) for key in keys)
    assert all(re.fullmatch(r"[A-Za-z0-9]{30}", key.secret) for key in keys)
    assert len({key.id for key in keys} | {key.secret for key in keys}) == 10


def test_what_is_not_asked_for_is_the_servers_choice(real_time: Callable[[], datetime]) -> None:
    start = datetime(2031, 1, 1, tzinfo=UTC)
    spec = Scenario(
        clock="frozen", start=start, signatures="required", seed=3, account=AccountSpec(user_id=42)
    )
    mock = IceMock(spec, real_time=real_time)

    engine = mock.worlds.create().engine

    account = engine.account
    assert (account.signatures, account.seed, account.user_id) == ("required", 3, 42)
    assert (engine.time.timepiece.mode, engine.now()) == ("frozen", start)


@pytest.mark.parametrize(
    ("clock", "start"),
    [("frozen", FROZEN_START), ("real", None), ("x60", None)],
    ids=["frozen at its own start", "real at the present", "faster from the present"],
)
def test_a_clock_that_is_asked_for_starts_where_its_mode_does(
    mock: IceMock, real_time: Callable[[], datetime], clock: str, start: datetime | None
) -> None:
    engine = mock.worlds.create(clock=clock).engine

    assert engine.time.timepiece.mode == clock
    assert engine.now() == (start or real_time())


def test_a_clock_that_does_not_exist_makes_no_world(mock: IceMock) -> None:
    with pytest.raises(ValueError, match="'x0' is no clock"):
        mock.worlds.create(access_key_id="AK-a", clock="x0")

    assert [world.id for world in mock.worlds.all()] == [DEFAULT]


@pytest.mark.parametrize("taken", ["AK-a", "AK-server", "default"])
def test_a_key_belongs_to_one_world_only(mock: IceMock, taken: str) -> None:
    mock.worlds.create(access_key_id="AK-a", access_key_secret="first")

    with pytest.raises(Conflict, match=f"the access key {taken} belongs to a world already"):
        mock.worlds.create(access_key_id=taken, access_key_secret="second")

    assert [world.id for world in mock.worlds.all()] == [DEFAULT, "AK-a"]
    assert mock.worlds.access_key("AK-a").secret == "first"


def test_ten_thousand_worlds_are_no_trouble(mock: IceMock) -> None:
    for number in range(10_000):
        mock.worlds.create(access_key_id=f"AK-{number}")

    assert len(mock.worlds.all()) == 10_001
    assert mock.worlds.engine_of("AK-9999") is mock.worlds.find("AK-9999").engine


# -- How a world ends, and begins anew --


def test_a_reset_world_is_as_it_began_with_the_same_key_and_clock(mock: IceMock) -> None:
    world = mock.worlds.create(access_key_id="AK-a", access_key_secret="s3cret", clock="frozen")
    run_a_job(world.engine)

    reset = mock.worlds.reset("AK-a")

    assert mock.worlds.engine_of("AK-a") is reset.engine
    assert (reset.engine.jobs.all(), reset.engine.templates.all(), reset.engine.streams.all()) == ([], [], [])
    assert (reset.engine.journal.changes(), reset.engine.announcements.all()) == ([], [])
    assert reset.engine.now() == FROZEN_START
    assert mock.worlds.access_key("AK-a") == world.key


def test_a_reset_world_makes_the_same_ids_again(mock: IceMock) -> None:
    run_a_job(mock.worlds.find(DEFAULT).engine)
    [before] = mock.worlds.find(DEFAULT).engine.jobs.all()

    run_a_job(mock.worlds.reset(DEFAULT).engine)

    [after] = mock.worlds.find(DEFAULT).engine.jobs.all()
    assert after == before


def test_to_reset_one_world_does_nothing_to_the_others(mock: IceMock) -> None:
    other = mock.worlds.create(access_key_id="AK-b").engine
    mock.worlds.create(access_key_id="AK-a")
    run_a_job(other)

    mock.worlds.reset("AK-a")

    assert mock.worlds.engine_of("AK-b") is other
    assert len(other.jobs.all()) == 1


def test_a_deleted_world_is_gone_and_is_named_to_whoever_comes_for_it(mock: IceMock) -> None:
    mock.worlds.create(access_key_id="AK-a", label="tests/test_room.py::test_it")

    mock.worlds.delete("AK-a")

    assert mock.worlds.access_key("AK-a") is None
    assert mock.worlds.stray("AK-a") == "the world AK-a of tests/test_room.py::test_it has ended"
    with pytest.raises(NotFound, match=r"the world AK-a of .*::test_it has ended"):
        mock.worlds.find("AK-a")


def test_the_key_of_a_deleted_world_can_have_another_which_is_empty(mock: IceMock) -> None:
    run_a_job(mock.worlds.create(access_key_id="AK-a").engine)
    mock.worlds.delete("AK-a")

    again = mock.worlds.create(access_key_id="AK-a").engine

    assert again.jobs.all() == []
    assert again.now() == FROZEN_START


def test_the_default_world_cannot_be_deleted(mock: IceMock) -> None:
    with pytest.raises(Conflict, match="the default world cannot be deleted"):
        mock.worlds.delete(DEFAULT)

    assert mock.worlds.find(DEFAULT)


@pytest.mark.parametrize("name", ["find", "reset", "delete"])
def test_a_world_that_does_not_exist_is_not_found(mock: IceMock, name: str) -> None:
    with pytest.raises(NotFound, match="there is no world 'AK-nobody'"):
        getattr(mock.worlds, name)("AK-nobody")


def test_a_key_that_is_switched_off_still_selects_its_world(mock: IceMock) -> None:
    world = mock.worlds.create(access_key_id="AK-a")

    world.engine.store.put(replace(world.key, active=False))

    assert mock.worlds.engine_of("AK-a") is world.engine
    assert mock.worlds.access_key("AK-a").active is False


@pytest.mark.parametrize("begin_anew", ["reset", "replace"])
def test_a_call_in_the_middle_of_a_new_beginning_finds_the_old_world(begin_anew: str) -> None:
    found: list[Engine] = []
    instants = [lambda: None]

    def real_time() -> datetime:
        # Whatever begins a world asks for the time: this is a call that comes at that moment.
        instants[0]()
        return datetime(2026, 3, 4, tzinfo=UTC)

    mock = IceMock(Scenario(clock="frozen"), real_time=real_time)
    old = mock.worlds.engine_of(None)
    instants[0] = lambda: found.append(mock.worlds.engine_of(DEFAULT_KEY.id))

    _begun_anew(mock, begin_anew)

    assert set(map(id, found)) == {id(old)}
    assert mock.worlds.engine_of(DEFAULT_KEY.id) is not old


@pytest.mark.parametrize("begin_anew", ["reset", "replace"])
def test_a_world_that_cannot_begin_anew_stays_as_it_was(begin_anew: str) -> None:
    broken: list[bool] = []

    def real_time() -> datetime:
        if broken:
            raise OSError("no time")
        return datetime(2026, 3, 4, tzinfo=UTC)

    mock = IceMock(Scenario(clock="frozen"), real_time=real_time)
    template = mock.worlds.engine_of(None).templates.create("t", Plan(timedelta(seconds=5), "a.jpg"))
    broken.append(True)

    with pytest.raises(OSError, match="no time"):
        _begun_anew(mock, begin_anew)

    assert mock.worlds.engine_of(DEFAULT_KEY.id).templates.all() == [template]


def _begun_anew(mock: IceMock, how: str) -> None:
    if how == "reset":
        mock.worlds.reset(DEFAULT)
    else:
        mock.worlds.replace(DEFAULT, Scenario(clock="frozen", seed=1))
