"""What every test may ask for: stores, a real time that obeys, and a frozen world."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import settings

from ice_mock.domain.model import Account, Job, Plan, Template
from ice_mock.domain.timepiece import Timepiece
from ice_mock.engine import Engine
from ice_mock.engine.jobs import Order
from ice_mock.store import Store
from ice_mock.store.memory import MemoryStore

settings.register_profile("same-every-time", derandomize=True, deadline=None, max_examples=100, database=None)
settings.load_profile("same-every-time")

STREAM = "rtmp://live.example.com/app/room1"


class SettableTime:
    """The real time of a test: it stands still until it is told to pass."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, **length: float) -> None:
        self.now += timedelta(**length)


@pytest.fixture(params=["memory"])
def store(request: pytest.FixtureRequest) -> Store:
    """Each store in turn, so whatever asks for one is asked of all."""
    return {"memory": MemoryStore}[request.param]()


@pytest.fixture
def real_time() -> SettableTime:
    return SettableTime(datetime(2026, 3, 4, 5, 6, 7, 891_000, tzinfo=UTC))


@pytest.fixture
def engine(store: Store, real_time: SettableTime) -> Engine:
    """A frozen world at the start of 2026, whose ids follow from the seed 7."""
    account = Account(user_id=1234567890123456, seed=7, signatures="known")
    return Engine.create(store, real_time, account, Timepiece.starting("frozen", real_time()))


@pytest.fixture
def pass_time(engine: Engine) -> Callable[..., None]:
    """Move the world's clock on: ``pass_time(seconds=5)``."""
    return lambda **length: engine.time.move_to(engine.now() + timedelta(**length))


@pytest.fixture
def stream(engine: Engine) -> str:
    """The address of a stream that is live from the start."""
    return engine.streams.publish(STREAM).id


@pytest.fixture
def make_template(engine: Engine) -> Callable[..., Template]:
    """Make a template; by default a picture every five seconds, under its number."""

    def make(
        name: str = "Every five seconds",
        *,
        interval: int = 5,
        overwrite: str | None = None,
        sequence: str | None = "snapshot/{JobId}/{Sequence}.jpg",
    ) -> Template:
        return engine.templates.create(name, Plan(timedelta(seconds=interval), overwrite, sequence))

    return make


@pytest.fixture
def make_job(engine: Engine, make_template: Callable[..., Template]) -> Callable[..., Job]:
    """Submit a job on the usual stream, with a template of its own unless one is given."""

    def make(
        name: str = "room 1",
        *,
        template: Template | None = None,
        url: str = STREAM,
        bucket: str = "pictures",
        callback_url: str | None = None,
        **plan: object,
    ) -> Job:
        template = template or make_template(**plan)
        endpoint = "oss-cn-shanghai.aliyuncs.com"
        return engine.jobs.submit(Order(name, template.id, url, endpoint, bucket, callback_url))

    return make
