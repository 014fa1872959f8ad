"""When faults strike: their selectors, frequencies, windows and chances, on occasions that are made up."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from ice_mock.domain.course import CallCourse, DownloadCourse
from ice_mock.domain.fault import Fault, Plane, Selector
from ice_mock.domain.timepiece import Timepiece
from ice_mock.engine import Engine
from ice_mock.engine.occasions import Occasion, fits
from ice_mock.store.memory import MemoryStore

OCCASION = Occasion(
    action="SubmitLiveSnapshotJob",
    jobs=("1a2b", "room 1"),
    stream="rtmp://live.example.com/app/room1",
    bucket="pictures",
    key="snapshot/1.jpg",
    parameters={"JobName": "room 1", "TemplateId": "five-seconds"},
)


@pytest.fixture
def strike(engine: Engine) -> Callable[..., tuple[str, ...]]:
    """Let a call happen, and return the ids of the faults that struck."""

    def happen(**occasion: Any) -> tuple[str, ...]:
        return engine.faults.strike(Plane.API, CallCourse(), lambda: Occasion(**occasion)).faults

    return happen


@pytest.mark.parametrize(
    ("selector", "expected"),
    [
        ({}, True),
        ({"action": "SubmitLiveSnapshotJob"}, True),
        ({"action": "Submit*"}, True),
        ({"action": "*"}, True),
        ({"action": "GetLiveSnapshotJob"}, False),
        ({"action": "Submit"}, False),
        ({"job": "1a2b"}, True),
        ({"job": "room 1"}, True),
        ({"job": "room ?"}, True),
        ({"job": "room"}, False),
        ({"stream": "rtmp://*/room1"}, True),
        ({"stream": "rtmp://*/room2"}, False),
        ({"bucket": "pictures"}, True),
        ({"bucket": "others"}, False),
        ({"key": "*.jpg"}, True),
        ({"key": "*.png"}, False),
        ({"key": "snapshot/[0-9].jpg"}, False),
        ({"parameters": {"JobName": "room 1"}}, True),
        ({"parameters": {"JobName": "room *", "TemplateId": "five-*"}}, True),
        ({"parameters": {"JobName": "room 1", "TemplateId": "ten-*"}}, False),
        ({"parameters": {"CallbackUrl": "http*"}}, False),
        ({"action": "Submit*", "job": "room 1", "bucket": "others"}, False),
    ],
    ids=str,
)
def test_a_selector_says_whom_a_fault_strikes(selector: dict[str, Any], expected: bool) -> None:
    assert fits(Selector(**selector), OCCASION) is expected


@pytest.mark.parametrize("name", ["action", "job", "stream", "bucket", "key"])
def test_a_star_fits_also_what_an_occasion_does_not_have(name: str) -> None:
    assert fits(Selector(**{name: "*"}), Occasion())
    assert not fits(Selector(**{name: "a*"}), Occasion())


@pytest.mark.parametrize(
    ("frequency", "struck"),
    [
        ({}, "XXXXXXXXXX"),
        ({"times": 1}, "X........."),
        ({"times": 3}, "XXX......."),
        ({"after": 4}, "....XXXXXX"),
        ({"every": 3}, "..X..X..X."),
        ({"after": 2, "times": 2}, "..XX......"),
        ({"every": 3, "times": 2}, "..X..X...."),
        ({"after": 1, "every": 3}, "...X..X..X"),
        ({"after": 1, "every": 3, "times": 1}, "...X......"),
        ({"after": 10}, ".........."),
        ({"probability": 0.0}, ".........."),
    ],
    ids=str,
)
def test_a_frequency_says_how_often(
    engine: Engine, make_fault: Callable[..., Fault], strike: Callable, frequency: dict[str, Any], struck: str
) -> None:
    engine.faults.add(make_fault("api", "error", options={"value": "InternalError"}, **frequency))

    happened = "".join("X" if strike() else "." for _ in struck)

    assert happened == struck
    [armed] = engine.faults.all()
    assert (armed.matched, armed.fired) == (10, struck.count("X"))


def test_occasions_that_do_not_fit_are_not_counted(
    engine: Engine, make_fault: Callable[..., Fault], strike: Callable
) -> None:
    engine.faults.add(make_fault("api", "throttle", options={"value": timedelta(1)}, action="Get*", every=2))

    struck = [bool(strike(action=action)) for action in ("GetA", "ListA", "ListB", "GetB", "ListC", "GetC")]

    assert struck == [False, False, False, True, False, False]
    [armed] = engine.faults.all()
    assert (armed.matched, armed.fired) == (3, 1)


def test_chance_follows_from_the_seed_and_the_name_of_the_fault(
    real_time: Callable, make_fault: Callable[..., Fault]
) -> None:
    def struck(seed: int, id: str) -> str:
        account = replace(_account(), seed=seed)
        engine = Engine.create(MemoryStore(), real_time, account, Timepiece.starting("frozen", real_time()))
        engine.faults.add(
            make_fault("api", "error", id=id, options={"value": "JobNotFound"}, probability=0.3)
        )
        courses = [engine.faults.strike(Plane.API, CallCourse(), Occasion) for _ in range(200)]
        return "".join("X" if course.faults else "." for course in courses)

    first = struck(7, "a")

    assert first == struck(7, "a")
    assert first != struck(8, "a")
    assert first != struck(7, "b")
    assert 40 <= first.count("X") <= 80


def _account() -> Any:
    from ice_mock.domain.model import Account

    return Account(user_id=1234567890123456, seed=7, signatures="known")


def test_a_fault_that_draws_a_delay_draws_another_one_each_time_and_the_same_ones_again(
    engine: Engine, make_fault: Callable[..., Fault]
) -> None:
    from ice_mock.faults.latency import Uniform

    between = Uniform(timedelta(milliseconds=100), timedelta(milliseconds=300))

    def pauses() -> list[timedelta]:
        engine.faults.add(make_fault("api", "delay", id="late", options={"value": between}))
        return [engine.faults.strike(Plane.API, CallCourse(), Occasion).pause for _ in range(20)]

    first = pauses()

    assert len(set(first)) == 20
    assert first == pauses()


@pytest.mark.parametrize(
    ("window", "struck"),
    [
        ({"since": timedelta(seconds=20)}, "..XXXX"),
        ({"until": timedelta(seconds=20)}, "XX...."),
        ({"since": timedelta(seconds=10), "until": timedelta(seconds=30)}, ".XX..."),
        ({"since": timedelta(seconds=30), "times": 2}, "...XX."),
        ({"since": timedelta(days=1)}, "......"),
    ],
    ids=str,
)
def test_a_window_is_counted_from_the_start_on_the_worlds_clock(
    engine: Engine,
    make_fault: Callable[..., Fault],
    strike: Callable,
    pass_time: Callable,
    window: dict[str, Any],
    struck: str,
) -> None:
    engine.store.put(replace(engine.account, started_at=engine.now()))
    engine.faults.add(make_fault("api", "error", options={"value": "InternalError"}, **window))

    happened = ""
    for _ in struck:
        happened += "X" if strike() else "."
        pass_time(seconds=10)

    assert happened == struck
    assert engine.faults.all()[0].fired == struck.count("X")


def test_faults_strike_together_in_the_order_in_which_they_were_armed(
    engine: Engine, make_fault: Callable[..., Fault]
) -> None:
    for id, code in (("b", "JobNotFound"), ("a", "InternalError")):
        engine.faults.add(make_fault("api", "error", id=id, options={"value": code}))

    course = engine.faults.strike(Plane.API, CallCourse(), Occasion)

    assert course.fault == "b, a"
    assert course.refusal.code == "JobNotFound"


def test_a_plane_is_struck_by_its_own_faults_only(engine: Engine, make_fault: Callable[..., Fault]) -> None:
    engine.faults.add(make_fault("callback", "drop"))
    engine.faults.add(make_fault("oss", "access-denied"))

    assert engine.faults.strike(Plane.API, CallCourse(), Occasion).faults == ()
    assert engine.faults.strike(Plane.OSS, DownloadCourse(), Occasion).faults == ("fault-2",)
    assert [armed.matched for armed in engine.faults.all()] == [0, 1]


def test_nobody_is_asked_what_is_going_on_where_there_is_no_fault(
    engine: Engine, make_fault: Callable[..., Fault]
) -> None:
    engine.faults.add(make_fault("callback", "drop"))

    def occasion() -> Occasion:
        raise AssertionError

    assert engine.faults.strike(Plane.API, CallCourse(), occasion) == CallCourse()


def test_a_fault_without_a_name_gets_one_that_is_free(
    engine: Engine, make_fault: Callable[..., Fault]
) -> None:
    engine.faults.add(make_fault("callback", "drop", id="fault-1"))

    engine.faults.add(make_fault("callback", "drop"))
    engine.faults.add(make_fault("callback", "drop"))

    assert [(armed.id, armed.fault.id) for armed in engine.faults.all()] == [
        ("fault-1", "fault-1"),
        ("fault-2", "fault-2"),
        ("fault-3", "fault-3"),
    ]


def test_a_fault_that_is_armed_again_is_counted_anew(
    engine: Engine, make_fault: Callable[..., Fault], strike: Callable
) -> None:
    once = make_fault("api", "error", id="once", options={"value": "InternalError"}, times=1)
    engine.faults.add(once)
    before = [bool(strike()), bool(strike())]

    engine.faults.add(once)

    assert before == [True, False]
    assert [bool(strike()), bool(strike())] == [True, False]
    assert len(engine.faults.all()) == 1


def test_a_fault_that_never_struck_is_reported(
    engine: Engine, make_fault: Callable[..., Fault], strike: Callable
) -> None:
    error = {"value": "InternalError"}
    engine.faults.add(make_fault("api", "error", id="struck", options=error, action="GetA"))
    engine.faults.add(make_fault("api", "error", id="not met", options=error, action="GetB"))
    engine.faults.add(make_fault("api", "error", id="still waits", options=error, after=5))
    engine.faults.add(make_fault("snapshot", "black", id="no frame"))

    strike(action="GetA")

    assert [armed.id for armed in engine.faults.unfired()] == ["not met", "still waits", "no frame"]


def test_a_fault_that_is_cleared_strikes_no_more(
    engine: Engine, make_fault: Callable[..., Fault], strike: Callable
) -> None:
    engine.faults.add(make_fault("api", "error", id="a", options={"value": "InternalError"}))
    engine.faults.add(make_fault("api", "error", id="b", options={"value": "InternalError"}))

    assert engine.faults.remove("a")
    assert not engine.faults.remove("a")
    assert strike() == ("b",)

    engine.faults.clear()

    assert strike() == ()
    assert engine.faults.all() == []


def test_arming_and_clearing_are_changes_of_the_world(
    engine: Engine, make_fault: Callable[..., Fault]
) -> None:
    engine.faults.add(make_fault("callback", "drop", id="deaf"))
    engine.faults.remove("deaf")

    changes = [(change.subject, change.subject_id, change.what) for change in engine.journal.changes()]

    assert changes == [("fault", "deaf", "armed"), ("fault", "deaf", "cleared")]
