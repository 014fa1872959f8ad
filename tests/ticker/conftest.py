"""A sender without sockets, so that what a receiver sees and does is a function in the test."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

import pytest

from ice_mock.callbacks import Post
from ice_mock.callbacks.sender import Letter
from ice_mock.domain.callback import Outcome
from ice_mock.domain.model import Account, Plan
from ice_mock.domain.timepiece import Timepiece
from ice_mock.engine import Engine
from ice_mock.engine.jobs import Order
from ice_mock.store.memory import MemoryStore
from ice_mock.ticker import Courier, Report, advance

URL = "http://receiver.example.com/snap"
STREAM = "rtmp://live.example.com/app/room1"


class StraightSender:
    """Delivers to *receiver*, in the thread of whoever sends: what that returns is the status.

    What goes in the background stays in *background* until `deliver_background`.
    """

    def __init__(self) -> None:
        self.receiver: Callable[[Post], int] = lambda _: 200
        self.posts: list[Post] = []
        self.background: list[tuple[str, Letter]] = []

    def send_all(self, chains: Iterable[Iterable[Letter]]) -> None:
        for letter in [letter for chain in chains for letter in chain]:
            self._send(letter)

    def enqueue(self, lane: str, letter: Letter) -> None:
        self.background.append((lane, letter))

    def deliver_background(self) -> None:
        background, self.background = self.background, []
        for _, letter in background:
            self._send(letter)

    def _send(self, letter: Letter) -> None:
        make, tell = letter
        post = make()
        self.posts.append(post)
        tell(Outcome(self.receiver(post), None, timedelta()))


@pytest.fixture
def sender() -> StraightSender:
    return StraightSender()


@pytest.fixture
def courier(sender: StraightSender, real_time: Callable[[], datetime]) -> Courier:
    return Courier(sender, real_time)


@pytest.fixture
def make_engine(real_time: Callable[[], datetime]) -> Callable[[str], Engine]:
    """Make a world whose clock goes in a mode, and whose one stream is live."""

    def make(mode: str) -> Engine:
        account = Account(user_id=1234567890123456, seed=7, signatures="known")
        timepiece = Timepiece.starting(mode, real_time())
        engine = Engine.create(MemoryStore(), real_time, account, timepiece)
        engine.streams.publish(STREAM)
        return engine

    return make


@pytest.fixture
def submit() -> Callable[..., str]:
    """Submit a job to a world, and return its id; by default with one file every five seconds."""

    def submit_job(
        engine: Engine,
        *,
        interval: float = 5,
        overwrite: str | None = None,
        callback_url: str | None = URL,
        stream: str = STREAM,
    ) -> str:
        plan = Plan(timedelta(seconds=interval), overwrite, "snapshot/{JobId}/{UnixTimestamp}.jpg")
        template = engine.templates.create("A template", plan)
        order = Order("room 1", template.id, stream, "oss-cn-shanghai.aliyuncs.com", "pictures", callback_url)
        return engine.jobs.submit(order).id

    return submit_job


@pytest.fixture
def world(make_engine: Callable[[str], Engine]) -> Engine:
    """A frozen world."""
    return make_engine("frozen")


@pytest.fixture
def walk(world: Engine, courier: Courier) -> Callable[[float], Report]:
    """Move the frozen world on by so many seconds."""
    return lambda seconds: advance(world, courier, world.now() + timedelta(seconds=seconds))


@pytest.fixture
def elapsed(world: Engine) -> Callable[[], float]:
    """Tell how many seconds of its own time the frozen world has seen by now."""
    start = world.now()

    def seconds() -> float:
        return (world.now() - start).total_seconds()

    return seconds
