"""Waiting through a handle: what is returned, and what is said if it does not come."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from threading import Thread
from typing import Any

import pytest

from ice_mock.client import Client, ControlRefused, NotSeen
from ice_mock.client.waiting import LONGEST_AT_A_TIME
from ice_mock.domain.model import Job
from ice_mock.server import Server
from ice_mock.web.control import awaiting

PATIENCE = 30
"""Seconds: longer than anything takes that comes to an end at all."""


def test_what_is_there_already_is_returned_at_once(client: Client, job: Job):
    assert client.wait_for(callbacks=2, job_id=job.id, timeout=0) == client.callbacks.all()
    assert client.wait_for(inbox=1, timeout=0) == client.inbox.all()


def test_calls_are_awaited_by_action_and_code(client: Client, call_api: Callable[..., Any]):
    call_api("ListLiveSnapshotTemplates")
    call_api("GetLiveSnapshotJob", JobId="nobody")

    [found] = client.wait_for(requests=1, action="GetLiveSnapshotJob", timeout=0)

    assert found["parameters"] == {"JobId": "nobody"}
    assert client.wait_for(requests=1, code="OK", timeout=0) == client.requests[:1]


def test_what_comes_during_the_wait_ends_it(client: Client, job: Job):
    found = []
    waiting = Thread(target=lambda: found.extend(client.wait_for(callbacks=3, timeout=PATIENCE)))
    waiting.start()

    client.clock.advance(seconds=5)
    waiting.join()

    assert [callback["frame"] for callback in found] == [1, 2, 3]


def test_a_miss_says_how_far_the_clock_has_to_go(client: Client, job: Job):
    with pytest.raises(NotSeen) as missed:
        client.wait_for(callbacks=3, job_id=job.id, timeout=0.01)

    assert "3 callbacks with job_id=" in str(missed.value)
    assert "were awaited for 0.01 s, and 2 seen" in str(missed.value)
    assert "there are callbacks: 2 delivered" in str(missed.value)
    assert "the clock is frozen at 2026-01-01T00:00:10.000Z" in str(missed.value)
    assert "the next callback is due in 5 s: world.clock.advance(seconds=5)" in str(missed.value)
    assert [callback["frame"] for callback in missed.value.seen] == [1, 2]
    assert isinstance(missed.value, AssertionError)


def test_a_miss_says_why_nothing_will_come(client: Client, job: Job):
    client.streams.unpublish(job.stream_url)

    with pytest.raises(NotSeen) as missed:
        client.wait_for(callbacks=3, job_id=job.id, timeout=0)

    assert client.why(callbacks=job.id)["sentence"] in str(missed.value)


@pytest.mark.parametrize("kind", ["callbacks", "inbox"])
def test_a_miss_says_that_there_is_no_such_job(client: Client, job: Job, kind: str):
    almost = f"{job.id[:-1]}x"

    with pytest.raises(NotSeen, match=f"there is no job '{almost}' in this world; did you mean '{job.id}'"):
        client.wait_for(**{kind: 3}, job_id=almost, timeout=0)


@pytest.mark.parametrize("timeout", [0, -55, -0.001])
def test_without_time_what_is_there_already_counts(client: Client, job: Job, timeout: float):
    assert len(client.wait_for(callbacks=2, timeout=timeout)) == 2
    with pytest.raises(NotSeen, match="2 seen"):
        client.wait_for(callbacks=3, timeout=timeout)


@pytest.mark.parametrize("timeout", [float("inf"), float("-inf"), float("nan")])
def test_a_timeout_is_a_finite_number(client: Client, timeout: float):
    with pytest.raises(ValueError, match="timeout: expected a number of seconds, and it was"):
        client.wait_for(callbacks=1, timeout=timeout)


@pytest.fixture
def no_place_left(client: Client, server: Server) -> Iterator[None]:
    """As many wait on the server as may; they do so until this is over."""
    waiting: list[Thread] = []
    with ExitStack() as at_the_end:
        at_the_end.callback(lambda: [thread.join() for thread in waiting])
        other = at_the_end.enter_context(Client.open(server.url))

        def wait() -> None:
            with pytest.raises(ControlRefused):
                other.wait_for(inbox=1, timeout=PATIENCE)

        for _ in range(awaiting.MOST_WAITING):
            waiting.append(Thread(target=wait))
            waiting[-1].start()
        while server.mock.patience.listeners < awaiting.MOST_WAITING:
            pass
        yield


@pytest.mark.usefixtures("no_place_left")
def test_where_too_many_wait_what_is_there_already_is_returned_all_the_same(client: Client, job: Job):
    assert len(client.wait_for(callbacks=2, timeout=PATIENCE)) == 2


@pytest.mark.usefixtures("no_place_left")
def test_where_too_many_wait_the_wait_goes_on_until_its_own_time_is_over(client: Client, job: Job):
    with pytest.raises(NotSeen, match=r"3 callbacks were awaited for 0\.2 s, and 2 seen"):
        client.wait_for(callbacks=3, timeout=0.2)


@pytest.mark.usefixtures("no_place_left")
def test_where_too_many_wait_what_comes_is_seen_all_the_same(client: Client, job: Job):
    found = []
    waiting = Thread(target=lambda: found.extend(client.wait_for(callbacks=3, timeout=PATIENCE)))
    waiting.start()

    client.clock.advance(seconds=5)
    waiting.join()

    assert len(found) == 3


def test_a_server_lets_wait_as_long_as_the_client_thinks(client: Client):
    longest, path = timedelta(seconds=LONGEST_AT_A_TIME), f"/worlds/{client.world}/await?for=inbox&timeout="

    with pytest.raises(ControlRefused, match="timeout: Must be greater than or equal to 0 and less than"):
        client._server.call("GET", f"{path}{LONGEST_AT_A_TIME + 0.5}")

    assert longest == awaiting.LONGEST


def test_a_miss_in_a_world_without_jobs_says_that_nothing_is_due(client: Client):
    with pytest.raises(NotSeen, match=r"there are no callbacks; .*; no callback is due within a day"):
        client.wait_for(inbox=1, timeout=0)


def test_a_missing_call_is_explained_by_those_that_were_made(client: Client, call_api: Callable[..., Any]):
    call_api("ListLiveSnapshotTemplates")

    with pytest.raises(NotSeen, match=r"called were: ListLiveSnapshotTemplates \(1\)"):
        client.wait_for(requests=1, action="SubmitLiveSnapshotJob", timeout=0)


def test_a_world_that_was_not_called_at_all_is_said_so(client: Client):
    with pytest.raises(NotSeen, match="nothing was called at all"):
        client.wait_for(requests=1, timeout=0)


def test_states_are_told_apart(client: Client, job: Job):
    client.faults.add(callback="drop", times=1)
    client.clock.advance(seconds=10)

    assert [each["frame"] for each in client.wait_for(callbacks=1, state="lost", timeout=0)] == [3]
    assert len(client.wait_for(callbacks=4, state="any", timeout=0)) == 4


def test_who_waits_longer_than_a_server_lets_anybody_asks_again(
    client: Client, job: Job, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("ice_mock.client.waiting.LONGEST_AT_A_TIME", 0.01)
    asked = []
    call = client._waiting._server.call
    monkeypatch.setattr(
        client._waiting._server, "call", lambda *given, **how: asked.append(given[1]) or call(*given, **how)
    )

    with pytest.raises(NotSeen, match=r"awaited for 0\.025 s"):
        client.wait_for(callbacks=9, timeout=0.025)

    timeouts = [float(path.partition("timeout=")[2]) for path in asked if "/await" in path]
    assert timeouts[0] == 0.01
    assert len(timeouts) > 1
    assert timeouts[-1] < 0.01


@pytest.mark.parametrize("wanted", [{}, {"callbacks": 1, "inbox": 1}], ids=["nothing", "two things"])
def test_one_thing_is_awaited_at_a_time(client: Client, wanted: dict[str, int]):
    with pytest.raises(TypeError, match="one thing can be awaited at a time"):
        client.wait_for(**wanted)


def test_a_wait_that_makes_no_sense_is_refused(client: Client):
    with pytest.raises(ControlRefused, match="action: callbacks are not told apart by that"):
        client.wait_for(callbacks=1, action="x")


def test_a_world_that_ends_ends_the_wait(client: Client, server):
    refusals = []

    def wait() -> None:
        try:
            client.wait_for(callbacks=1, timeout=PATIENCE)
        except ControlRefused as refusal:
            refusals.append(refusal)

    waiting = Thread(target=wait)
    waiting.start()
    while not server.mock.patience._bells:
        pass
    client.reset()
    waiting.join()

    assert [(refusal.status, refusal.message) for refusal in refusals] == [
        (409, f"the world {client.world} began anew during the wait")
    ]
