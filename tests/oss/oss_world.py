"""A world for tests of object storage, and doors to it."""

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from ice_mock.clock import RealTime
from ice_mock.domain.model import AccessKey, Account, Job, Plan, SnapshotStyle
from ice_mock.domain.timepiece import Timepiece
from ice_mock.engine import Engine
from ice_mock.engine.jobs import Order
from ice_mock.oss import OssAnswer, OssPlane, OssRequest
from ice_mock.oss.addressing import bucket_and_key
from ice_mock.oss.request import query_pairs
from ice_mock.store.memory import MemoryStore

BUCKET = "testbucket"
REAL_NOW = datetime(2026, 11, 22, 9, 27, 30, tzinfo=UTC)
KEY = AccessKey("AK-ok", "fakesecret")
SMALL = SnapshotStyle(width=64, height=64, quality=40)
STREAM = "rtmp://live.example.com/app/room1"


def new_engine(*, signatures: str = "known", real_time: RealTime = lambda: REAL_NOW) -> Engine:
    account = Account(1234567890123456, 7, signatures, snapshots=SMALL)
    engine = Engine.create(MemoryStore(), real_time, account, Timepiece.starting("frozen", real_time()))
    engine.streams.publish(STREAM)
    return engine


def add_job(
    engine: Engine,
    *,
    sequence: str | None = None,
    overwrite: str | None = None,
    bucket: str = BUCKET,
    every: int = 10,
) -> Job:
    plan = Plan(timedelta(seconds=every), overwrite, sequence)
    template = engine.templates.create("t", plan)
    return engine.jobs.submit(Order("j", template.id, STREAM, "oss-cn-shanghai.aliyuncs.com", bucket, None))


class OneWorld:
    """The worlds of a test: one, and the keys that are registered in it."""

    def __init__(self, engine: Engine, *keys: AccessKey) -> None:
        self.engine = engine
        self.keys = {key.id: key for key in keys}

    def engine_of(self, access_key_id: str | None, world_id: str | None = None) -> Engine:
        return self.engine

    def stray(self, *_: str | None) -> None:
        return None

    def access_key(self, access_key_id: str) -> AccessKey | None:
        return self.keys.get(access_key_id)


def new_request(method: str, target: str, **headers: str) -> OssRequest:
    """A request as the web layer makes it; underscores in the names of headers are dashes."""
    path, _, query = target.partition("?")
    sent = {"host": "127.0.0.1:4610"} | {name.replace("_", "-"): value for name, value in headers.items()}
    bucket, key = bucket_and_key(sent["host"], path.encode())
    return OssRequest(method, bucket, key, query_pairs(query.encode()), sent, path)


class Door(NamedTuple):
    """A plane that can be asked in one line."""

    plane: OssPlane
    engine: Engine

    def __call__(self, method: str, target: str, **headers: str) -> OssAnswer:
        return self.plane(new_request(method, target, **headers))


def new_door(
    engine: Engine,
    *keys: AccessKey,
    real_time: RealTime = lambda: REAL_NOW,
    max_age: timedelta | None = timedelta(minutes=15),
) -> Door:
    return Door(OssPlane(OneWorld(engine, *keys), real_time, max_age=max_age), engine)


class Shop(NamedTuple):
    """A world that is served over a socket."""

    url: str
    engine: Engine
    worlds: OneWorld

    @property
    def port(self) -> str:
        return self.url.rpartition(":")[2]
