"""Run by `make image-test` against a container that it has started; elsewhere there is nothing to test."""

import os
from datetime import UTC, datetime

import pytest
from alibabacloud_ice20201109.client import Client as IceClient
from alibabacloud_ice20201109.models import (
    CreateLiveSnapshotTemplateRequest,
    ListLiveSnapshotFilesRequest,
    SubmitLiveSnapshotJobRequest,
    SubmitLiveSnapshotJobRequestSnapshotOutput,
    SubmitLiveSnapshotJobRequestStreamInput,
)
from alibabacloud_tea_openapi.models import Config

import ice_mock

STREAM = "rtmp://live.example.com/app/room1"
URL, TOKEN = os.environ.get("ICE_MOCK_IMAGE_URL"), os.environ.get("ICE_MOCK_TOKEN")

pytestmark = pytest.mark.skipif(URL is None, reason="there is no container: make image-test starts one")


@pytest.fixture
def world():
    with ice_mock.Client.open(URL, token=TOKEN) as world:
        yield world


@pytest.fixture
def sdk(world):
    return IceClient(
        Config(
            access_key_id=world.access_key_id,
            access_key_secret=world.access_key_secret,
            endpoint=world.endpoint,
            protocol="http",
            region_id="cn-shanghai",
        )
    )


def test_the_main_job_runs_in_the_container(world, sdk):
    world.streams.publish(STREAM)
    template = sdk.create_live_snapshot_template(
        CreateLiveSnapshotTemplateRequest(
            template_name="every five seconds", time_interval=5, sequence_format="{JobId}/{Sequence}.jpg"
        )
    ).body.template_id
    job = sdk.submit_live_snapshot_job(
        SubmitLiveSnapshotJobRequest(
            job_name="room 1",
            template_id=template,
            stream_input=SubmitLiveSnapshotJobRequestStreamInput(type="rtmp", url=STREAM),
            snapshot_output=SubmitLiveSnapshotJobRequestSnapshotOutput(
                storage_type="oss", endpoint="oss-cn-shanghai.aliyuncs.com", bucket="pictures"
            ),
        )
    ).body.job_id
    world.clock.advance(seconds=60)

    day = datetime(2026, 1, 1, tzinfo=UTC)
    listed = sdk.list_live_snapshot_files(
        ListLiveSnapshotFilesRequest(
            job_id=job,
            start_time=f"{day:%Y-%m-%dT%H:%M:%SZ}",
            end_time=f"{day:%Y-%m-%dT23:59:59Z}",
            limit=100,
        )
    ).body.file_list
    assert len(listed) == 12
    assert [world.read(file).facts.number for file in world.files(job)] == list(range(1, 13))
    world.assert_consistent(job)


def test_the_scenarios_are_in_it(world):
    assert "flapping-ingest" in [each["name"] for each in world.scenarios.all()]


def test_its_secret_has_to_be_known_to_steer_it():
    stranger = ice_mock.Client(URL, token="a-guess")

    with pytest.raises(ice_mock.client.ControlRefused, match="token"):
        stranger.worlds.all()
