"""A world with a job that captures a frame every ten seconds, asked directly or over a socket."""

import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest
from cheroot.wsgi import Server
from oss_world import KEY, Door, OneWorld, Shop, add_job, new_door, new_engine
from werkzeug.wrappers import Request

from ice_mock.clock import system_time
from ice_mock.domain.timepiece import FROZEN_START
from ice_mock.engine import Engine
from ice_mock.oss import OssPlane
from ice_mock.web.oss import oss_request, oss_response


@pytest.fixture
def engine() -> Engine:
    return new_engine()


@pytest.fixture
def door(engine: Engine) -> Door:
    """Three minutes of ``snapshot/1.jpg`` to ``snapshot/18.jpg``, and ``latest.jpg``."""
    add_job(engine, sequence="snapshot/{Sequence}.jpg", overwrite="latest.jpg")
    engine.time.move_to(FROZEN_START + timedelta(minutes=3))
    return new_door(engine, KEY)


@pytest.fixture(scope="module")
def shop() -> Iterator[Shop]:
    """Served in real time, as signatures are made in it; its own clock is frozen."""
    real_time = system_time()
    engine = new_engine(real_time=real_time)
    add_job(engine, sequence="snapshot/{Sequence}.jpg", overwrite="latest é 截.jpg")
    engine.time.move_to(FROZEN_START + timedelta(minutes=3))
    worlds = OneWorld(engine, KEY)
    plane = OssPlane(worlds, real_time, max_age=timedelta(minutes=15))

    @Request.application
    def app(request: Request):
        return oss_response(plane(oss_request(request)))

    server = Server(("127.0.0.1", 0), app, numthreads=4)
    server.expiration_interval = 0.01
    server.prepare()
    thread = threading.Thread(target=server.serve, daemon=True)
    thread.start()
    yield Shop(f"http://127.0.0.1:{server.bind_addr[1]}", engine, worlds)
    server.stop()
    thread.join(timeout=5)
