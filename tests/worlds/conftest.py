import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from ice_mock.callbacks import post
from ice_mock.domain.model import AccessKey
from ice_mock.domain.scenario import AccountSpec, Scenario
from ice_mock.domain.timepiece import FROZEN_START
from ice_mock.gateway import Call, Reply
from ice_mock.worlds import IceMock

STREAM = "rtmp://live.example.com/app/room1"


@pytest.fixture
def spec() -> Scenario:
    return Scenario(
        account=AccountSpec(access_keys=(AccessKey("AK-server", "hush"),)), clock="frozen", seed=7
    )


@pytest.fixture
def mock(spec: Scenario, real_time: Callable[[], datetime]) -> IceMock:
    """The whole emulator, in which no time passes by itself."""
    return IceMock(spec, real_time=real_time)


@pytest.fixture
def call() -> Callable[..., Reply]:
    """Call an action, unsigned, with an access key or without one."""

    def call_action(mock: IceMock, action: str, key: str | None = None, **parameters: Any) -> Reply:
        common = {"Action": action, "Version": "2020-11-09", "Format": "JSON"}
        identity = {"AccessKeyId": key, "Signature": "none"} if key else {}
        return mock.gateway(Call("GET", query=tuple({**common, **identity, **parameters}.items())))

    return call_action


@pytest.fixture
def a_minute() -> Callable[..., list[bytes]]:
    """Do the main job in a world, with every kind of call, and return all that it answered and announced."""

    def play(mock: IceMock, key: str | None, call: Callable[..., Reply]) -> list[bytes]:
        engine = mock.worlds.engine_of(key)
        replies: list[Reply] = []

        def made(action: str, **parameters: str) -> dict[str, Any]:
            replies.append(call(mock, action, key, **parameters))
            return json.loads(replies[-1].body)

        engine.streams.publish(STREAM)
        template = made(
            "CreateLiveSnapshotTemplate",
            TemplateName="t",
            TimeInterval="5",
            SequenceFormat="snapshot/{JobId}/{Sequence}.jpg",
            OverwriteFormat="snapshot/{JobId}.jpg",
        )["TemplateId"]
        job = made(
            "SubmitLiveSnapshotJob",
            JobName="room 1",
            TemplateId=template,
            StreamInput=json.dumps({"Url": STREAM, "Type": "rtmp"}),
            SnapshotOutput=json.dumps({"StorageType": "oss", "Endpoint": "oss", "Bucket": "pictures"}),
            CallbackUrl="http://receiver.example.com/",
        )["JobId"]
        engine.time.move_to(engine.now() + timedelta(minutes=1))
        made("GetLiveSnapshotJob", JobId=job)
        made("ListLiveSnapshotJobs")
        made("ListLiveSnapshotTemplates", SearchKeyWord="nothing")
        made(
            "ListLiveSnapshotFiles",
            JobId=job,
            StartTime=f"{FROZEN_START:%Y-%m-%dT%H:%M:%SZ}",
            EndTime=f"{FROZEN_START:%Y-%m-%dT23:59:59Z}",
            Limit="5",
        )
        made("SubmitLiveSnapshotJob")
        made("GetLiveSnapshotJob", JobId="nobody's")
        made("NoSuchAction")
        posts = [
            post(callback, engine.account, real_time=engine.now(), world_time=engine.now()).body
            for callback in engine.announcements.claim(engine.now(), 1000)
        ]
        ids = [callback.id.encode() for callback in engine.announcements.all()]
        heads = [repr(sorted(reply.headers.items())).encode() for reply in replies]
        return [*heads, *(reply.body for reply in replies), *posts, *ids]

    return play
