import logging
import queue
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta

import pytest

from ice_mock.callbacks import Post
from ice_mock.domain.callback import Outcome
from ice_mock.domain.model import Plan
from ice_mock.engine import Engine
from ice_mock.engine.jobs import Order
from ice_mock.worlds import DEFAULT, IceMock

STREAM = "rtmp://live.example.com/app/room1"
PLAN = Plan(timedelta(seconds=5), None, "snapshot/{JobId}/{Sequence}.jpg")


@pytest.fixture
def deaf_url() -> Iterator[str]:
    """The address of somebody who takes connections and never answers."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/"


@pytest.fixture
def unhandled(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """What threads died of."""
    died: list[object] = []
    monkeypatch.setattr(threading, "excepthook", died.append)
    return died


def submit(engine: Engine, callback_url: str) -> str:
    engine.streams.publish(STREAM)
    template = engine.templates.create("t", PLAN)
    return engine.jobs.submit(Order("room 1", template.id, STREAM, "oss", "pictures", callback_url)).id


def test_stopping_names_and_logs_the_callbacks_that_were_not_finished(
    mock: IceMock, deaf_url: str, caplog
) -> None:
    engine = mock.worlds.find(DEFAULT).engine
    job_id = submit(engine, deaf_url)
    engine.time.move_to(engine.now() + timedelta(seconds=5))
    [callback] = engine.announcements.claim(engine.now(), 1)
    mock.start()
    mock.courier.dispatch(engine, callback)

    with caplog.at_level(logging.WARNING):
        unfinished = mock.stop(timedelta())

    assert unfinished == [callback]
    assert caplog.messages == [
        (
            f"job {job_id}: 1 callbacks to {deaf_url} were not finished, "
            f"from snapshot/{job_id}/1.jpg to snapshot/{job_id}/1.jpg"
        )
    ]


def test_stopping_with_nothing_under_way_names_nothing(mock: IceMock, caplog) -> None:
    mock.start()

    assert mock.stop() == []
    assert caplog.messages == []


def test_it_may_be_stopped_the_moment_it_has_started(mock: IceMock, unhandled: list[object]) -> None:
    mock.start()
    warm_up = [thread for thread in threading.enumerate() if thread.name == "ice-mock warm-up"]

    mock.stop(timedelta())

    for thread in warm_up:
        thread.join(30)
    assert [thread for thread in warm_up if thread.is_alive()] == []
    assert unhandled == []


def test_once_started_time_passes_and_callbacks_go_out_by_themselves(
    mock: IceMock, real_time, deaf_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: queue.Queue[str] = queue.Queue()

    def deliver(lane: str, letter: tuple[Callable[[], Post], Callable[[Outcome], None]]) -> None:
        make, tell = letter
        sent.put(make().url)
        tell(Outcome(200, None, timedelta()))

    engine = mock.worlds.create(clock="real").engine
    submit(engine, deaf_url)
    monkeypatch.setattr(mock.courier._sender, "enqueue", deliver)
    mock.start()

    real_time.pass_by(seconds=10)

    urls = [sent.get(timeout=30) for _ in range(2)]
    mock.stop()
    assert urls == [deaf_url] * 2
    assert [str(callback.state) for callback in engine.announcements.all()] == ["delivered"] * 2
