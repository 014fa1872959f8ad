"""The main job from end to end: twelve callbacks, twelve files and twelve pictures of a minute."""

import json
import urllib.request
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import alibabacloud_oss_v2 as oss_v2
import oss2
import pytest
from alibabacloud_ice20201109 import models
from alibabacloud_ice20201109.client import Client
from alibabacloud_tea_openapi.models import Config

from ice_mock.domain.model import AccessKey
from ice_mock.render import FrameFacts, read_frame
from ice_mock.server import Server
from ice_mock.worlds import World

STREAM = "rtmp://live.example.com/app/room1"
START = datetime(2026, 1, 1, tzinfo=UTC)
REGION = "cn-shanghai"
Read = Callable[[str], bytes]


def control(server: Server, method: str, path: str, document: object = None) -> Any:
    """Steer the server the way that everybody does."""
    data = None if document is None else json.dumps(document).encode()
    request = urllib.request.Request(f"{server.url}/_ice_mock/{path}", data, method=method)
    with urllib.request.urlopen(request, timeout=30) as response:
        return json.load(response)


def with_oss2(server: Server, key: AccessKey, bucket: str) -> Read:
    objects = oss2.Bucket(oss2.Auth(key.id, key.secret), server.url, bucket)
    return lambda name: objects.get_object(name).read()


def with_oss2_v4(server: Server, key: AccessKey, bucket: str) -> Read:
    objects = oss2.Bucket(oss2.AuthV4(key.id, key.secret), server.url, bucket, region=REGION)
    return lambda name: objects.get_object(name).read()


def with_oss_v2(server: Server, key: AccessKey, bucket: str) -> Read:
    config = oss_v2.config.load_default()
    config.credentials_provider = oss_v2.credentials.StaticCredentialsProvider(key.id, key.secret)
    config.region, config.endpoint = REGION, server.url
    client = oss_v2.Client(config)

    def read(name: str) -> bytes:
        with client.get_object(oss_v2.GetObjectRequest(bucket=bucket, key=name)).body as body:
            return body.read()

    return read


@pytest.fixture
def client(server: Server, world: World) -> Client:
    """An unmodified client of the present SDK."""
    key = world.key
    return Client(
        Config(
            access_key_id=key.id,
            access_key_secret=key.secret,
            endpoint=server.url.removeprefix("http://"),
            protocol="http",
            region_id=REGION,
        )
    )


@pytest.fixture
def run_a_minute(server: Server, world: World, client: Client) -> Callable[[str], str]:
    """Create a template, submit a job on a live stream, let a minute pass; return the job's id."""

    def run(callback_url: str) -> str:
        template = models.CreateLiveSnapshotTemplateRequest(
            template_name="Every five seconds",
            time_interval=5,
            sequence_format="snapshot/{JobId}/{UnixTimestamp}.jpg",
        )
        template_id = client.create_live_snapshot_template(template).body.template_id
        control(server, "PUT", f"worlds/{world.id}/streams", {"url": STREAM, "state": "live"})
        job = models.SubmitLiveSnapshotJobRequest(
            job_name="room 1",
            stream_input=models.SubmitLiveSnapshotJobRequestStreamInput(type="rtmp", url=STREAM),
            snapshot_output=models.SubmitLiveSnapshotJobRequestSnapshotOutput(
                storage_type="oss", endpoint="oss-cn-shanghai.aliyuncs.com", bucket="pictures"
            ),
            template_id=template_id,
            callback_url=callback_url,
        )
        job_id = client.submit_live_snapshot_job(job).body.job_id
        report = control(server, "POST", f"worlds/{world.id}/clock/advance", {"seconds": 60})
        assert report["callbacks"] == {"attempts": 12, "delivered": 12, "lost": 0, "waiting": 0}
        return job_id

    return run


@pytest.fixture
def files(client: Client) -> Callable[[str], list[Any]]:
    def listed(job_id: str) -> list[Any]:
        request = models.ListLiveSnapshotFilesRequest(
            job_id=job_id, start_time="2026-01-01T00:00:00Z", end_time="2026-01-02T00:00:00Z", limit=100
        )
        body = client.list_live_snapshot_files(request).body
        assert body.next_start_time is None
        return body.file_list

    return listed


def assert_announces(callbacks: list[dict[str, Any]], files: list[Any]) -> None:
    """Check that there is one callback for each file, that says of it what the list says."""
    assert [callback["MessageBody"] for callback in callbacks] == [
        {**file.to_map(), "JobId": callback["MessageBody"]["JobId"]}
        for file, callback in zip(files, callbacks, strict=True)
    ]
    assert {callback["EventType"] for callback in callbacks} == {"LiveSnapshotFileCreated"}


def test_a_receiver_of_ones_own_gets_twelve_callbacks_of_twelve_files(
    run_a_minute: Callable, files: Callable, receiver
) -> None:
    job_id = run_a_minute(receiver.url)

    callbacks = [receiver.next() for _ in range(12)]

    assert [file.create_timestamp for file in files(job_id)] == [
        1767225600000 + 5000 * number for number in range(1, 13)
    ]
    assert_announces(callbacks, files(job_id))
    assert receiver.received.empty()


def test_the_inbox_gets_twelve_callbacks_of_twelve_files(
    run_a_minute: Callable, files: Callable, server: Server, world: World
) -> None:
    job_id = run_a_minute(f"{server.url}/_ice_mock/worlds/{world.id}/inbox")

    received = control(server, "GET", f"worlds/{world.id}/inbox")["received"]

    assert_announces([json.loads(each["body"]) for each in received], files(job_id))


@pytest.mark.parametrize("reader", [with_oss2, with_oss2_v4, with_oss_v2])
def test_each_of_the_twelve_files_is_a_picture_of_its_frame(
    run_a_minute: Callable,
    files: Callable,
    receiver,
    server: Server,
    world: World,
    reader: Callable[..., Read],
) -> None:
    job_id = run_a_minute(receiver.url)
    read = reader(server, world.key, "pictures")

    pictures = [read(file.oss_object) for file in files(job_id)]

    assert [picture[:3] + picture[-2:] for picture in pictures] == [b"\xff\xd8\xff\xff\xd9"] * 12
    assert [read_frame(picture) for picture in pictures] == [
        FrameFacts(STREAM, job_id, number, START + timedelta(seconds=5 * number), 7, 1280, 720)
        for number in range(1, 13)
    ]
    assert len(set(pictures)) == 12


def test_a_picture_that_is_not_there_yet_cannot_be_read(
    run_a_minute: Callable, receiver, server: Server, world: World
) -> None:
    job_id = run_a_minute(receiver.url)
    read = with_oss2(server, world.key, "pictures")

    with pytest.raises(oss2.exceptions.NoSuchKey):
        read(f"snapshot/{job_id}/1767225665000.jpg")


def test_a_receiver_reads_the_picture_that_it_is_told_of_at_its_own_moment(
    run_a_minute: Callable, receiver, server: Server, world: World
) -> None:
    read = with_oss_v2(server, world.key, "pictures")
    seen = []

    def react(callback: dict[str, Any]) -> None:
        body = callback["MessageBody"]
        clock = control(server, "GET", f"worlds/{world.id}/clock")
        facts = read_frame(read(body["OssObject"]))
        seen.append((facts.number, clock["now"] == facts.to_dict()["instant"]))

    receiver.react = react

    run_a_minute(receiver.url)

    assert seen == [(number, True) for number in range(1, 13)]


def test_a_receiver_that_stops_the_job_over_the_api_gets_no_more(
    client: Client, server: Server, world: World, receiver, run_a_minute: Callable, files: Callable
) -> None:
    def react(callback: dict[str, Any]) -> None:
        if callback["EventTime"] == "2026-01-01T00:01:10Z":
            job_id = callback["MessageBody"]["JobId"]
            command = models.SendLiveSnapshotJobCommandRequest(job_id=job_id, command="stop")
            client.send_live_snapshot_job_command(command)

    receiver.react = react
    job_id = run_a_minute(receiver.url)

    report = control(server, "POST", f"worlds/{world.id}/clock/advance", {"seconds": 60})

    assert report["frames"] == {"total": 2, "by_job": {job_id: 2}}
    assert [change["what"] for change in report["changes"]] == ["stopped"]
    assert len(files(job_id)) == 14


def test_a_receiver_that_advances_the_clock_is_refused(
    server: Server, world: World, receiver, run_a_minute: Callable
) -> None:
    statuses = []

    def react(_: dict[str, Any]) -> None:
        with pytest.raises(urllib.error.HTTPError) as refusal:
            control(server, "POST", f"worlds/{world.id}/clock/advance", {"seconds": 1})
        with refusal.value as response:
            statuses.append(response.status)

    receiver.react = react

    run_a_minute(receiver.url)

    assert statuses == [409] * 12


@pytest.mark.parametrize("clock", ["x100", "x1000"])
def test_where_the_clock_moves_by_itself_callbacks_come_by_themselves(
    server: Server, make_world: Callable[..., World], job: Callable, receiver, make_sdk: Callable, clock: str
) -> None:
    world = make_world(clock=clock)
    sdk = make_sdk(server.url, world.key)
    world.engine.streams.publish(STREAM)
    template = {"TemplateName": "t", "TimeInterval": 5, "SequenceFormat": "{JobId}/{Sequence}.jpg"}
    template_id = sdk("CreateLiveSnapshotTemplate", **template)["TemplateId"]

    job_id = sdk("SubmitLiveSnapshotJob", **job(template_id, CallbackUrl=receiver.url))["JobId"]

    callbacks = [receiver.next()["MessageBody"] for _ in range(3)]
    assert [callback["OssObject"] for callback in callbacks] == [
        f"{job_id}/{number}.jpg" for number in (1, 2, 3)
    ]
    sdk("SendLiveSnapshotJobCommand", JobId=job_id, Command="stop")
