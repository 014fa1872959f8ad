from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from ice_mock.worlds import IceMock

CLOCK = "/_ice_mock/worlds/default/clock"


def test_a_frozen_clock_shows_the_moment_and_stays_there(client: FlaskClient, real_time) -> None:
    before = client.get(CLOCK).json
    real_time.pass_by(days=1)

    after = client.get(CLOCK).json

    assert before == after == {"mode": "frozen", "now": "2026-01-01T00:00:00.000Z"}


@pytest.mark.parametrize(
    ("mode", "later"), [("x60", "2026-01-01T00:01:00.000Z"), ("x0.5", "2026-01-01T00:00:00.500Z")]
)
def test_a_clock_that_is_switched_to_a_pace_goes_on_from_its_moment(
    client: FlaskClient, real_time, mode: str, later: str
) -> None:
    switched = client.put(CLOCK, json={"mode": mode})
    real_time.pass_by(seconds=1)

    assert switched.json == {"mode": mode, "now": "2026-01-01T00:00:00.000Z"}
    assert client.get(CLOCK).json == {"mode": mode, "now": later}


def test_a_clock_that_is_frozen_stops_at_its_moment(client: FlaskClient, real_time) -> None:
    client.put(CLOCK, json={"mode": "x60"})
    real_time.pass_by(seconds=1)
    client.put(CLOCK, json={"mode": "frozen"})
    real_time.pass_by(seconds=1)

    assert client.get(CLOCK).json == {"mode": "frozen", "now": "2026-01-01T00:01:00.000Z"}


@pytest.mark.parametrize("microseconds", [0, 500], ids=["at a millisecond", "between two milliseconds"])
def test_a_clock_that_is_switched_to_real_catches_up_with_real_time_event_by_event(
    client: FlaskClient, submit: Callable, real_time, microseconds: int
) -> None:
    client.post(f"{CLOCK}/advance", json={"to": "2026-03-04T05:05:57Z"})
    submit()
    real_time.pass_by(microseconds=microseconds)

    switched = client.put(CLOCK, json={"mode": "real"})

    received = client.get("/_ice_mock/worlds/default/inbox").json["received"]
    assert (switched.status_code, switched.json) == (200, {"mode": "real", "now": "2026-03-04T05:06:07.891Z"})
    assert [each["at"] for each in received] == ["2026-03-04T05:06:02.000Z", "2026-03-04T05:06:07.000Z"]


def test_a_world_that_is_ahead_of_real_time_cannot_have_the_real_clock(
    client: FlaskClient, advance: Callable, assert_canonical_error: Callable, state: Callable
) -> None:
    advance(365 * 86_400)
    before = state()

    response = client.put(CLOCK, json={"mode": "real"})

    assert_canonical_error(response, 409, "Conflict")
    assert state() == before


@pytest.mark.parametrize("mode", ["frozen", "real", "x60"])
def test_to_put_the_same_mode_twice_is_to_put_it_once(
    client: FlaskClient, state: Callable, mode: str
) -> None:
    first = client.put(CLOCK, json={"mode": mode})
    once = state()

    second = client.put(CLOCK, json={"mode": mode})

    assert second.json == first.json
    assert state() == once


def test_a_real_clock_cannot_be_advanced(
    client: FlaskClient, assert_canonical_error: Callable, state: Callable
) -> None:
    client.put(CLOCK, json={"mode": "real"})
    before = state()

    response = client.post(f"{CLOCK}/advance", json={"seconds": 1})

    assert_canonical_error(response, 409, "Conflict")
    assert state() == before


@pytest.mark.parametrize(
    ("document", "now"),
    [
        ({"seconds": 0}, "2026-01-01T00:00:00.000Z"),
        ({"seconds": 0.25}, "2026-01-01T00:00:00.250Z"),
        ({"seconds": 86_400}, "2026-01-02T00:00:00.000Z"),
        ({"to": "2026-01-01T12:00:00Z"}, "2026-01-01T12:00:00.000Z"),
        ({"to": "2026-01-01T12:00:00"}, "2026-01-01T12:00:00.000Z"),
        ({"to": "2026-01-01T12:00:00+08:00"}, "2026-01-01T04:00:00.000Z"),
    ],
    ids=str,
)
def test_a_clock_is_advanced_by_seconds_or_to_an_instant(
    client: FlaskClient, document: dict, now: str
) -> None:
    response = client.post(f"{CLOCK}/advance", json=document)

    assert (response.status_code, response.json["to"]) == (200, now)
    assert client.get(CLOCK).json == {"mode": "frozen", "now": now}


def test_the_report_of_an_advance_tells_what_happened(
    client: FlaskClient, submit: Callable, advance: Callable
) -> None:
    job_id = submit()
    silent = submit(CallbackUrl="")

    report = advance(60)

    assert report == {
        "from": "2026-01-01T00:00:00.000Z",
        "to": "2026-01-01T00:01:00.000Z",
        "seconds": 60.0,
        "frames": {"total": 24, "by_job": {job_id: 12, silent: 12}},
        "callbacks": {"attempts": 12, "delivered": 12, "lost": 0, "waiting": 0},
        "changes": [],
    }


def test_the_report_names_the_changes_that_receivers_made(
    client: FlaskClient, submit: Callable, advance: Callable, loop_back
) -> None:
    job_id = submit()
    stop = f"/?Action=SendLiveSnapshotJobCommand&Version=2020-11-09&JobId={job_id}&Command=stop"
    loop_back._answer = lambda _: loop_back.app.test_client().post(stop).status_code

    report = advance(60)

    assert report["frames"] == {"total": 1, "by_job": {job_id: 1}}
    assert report["changes"] == [
        {"at": "2026-01-01T00:00:05.000Z", "subject": "job", "id": job_id, "what": "stopped"}
    ]


def test_a_receiver_that_advances_the_clock_is_refused(
    client: FlaskClient, submit: Callable, advance: Callable, loop_back, assert_canonical_error: Callable
) -> None:
    submit()
    answers = []

    def advance_too(_: object) -> int:
        answers.append(loop_back.app.test_client().post(f"{CLOCK}/advance", json={"seconds": 1}))
        return 200

    loop_back._answer = advance_too

    report = advance(10)

    assert report["callbacks"]["delivered"] == 2
    for answer in answers:
        assert_canonical_error(answer, 409, "Conflict")


@pytest.mark.parametrize("mode", ["frozen", "x60"])
def test_a_clock_that_cannot_catch_up_with_real_time_stays_as_it_was(
    client: FlaskClient, mock: IceMock, real_time, assert_canonical_error: Callable, mode: str
) -> None:
    client.put(CLOCK, json={"mode": mode})
    real_time.pass_by(seconds=0)

    with mock.worlds.engine_of(None).store.alone("advance"):
        refused = client.put(CLOCK, json={"mode": "real"})

    assert_canonical_error(refused, 409, "Conflict")
    assert client.get(CLOCK).json["mode"] == mode
