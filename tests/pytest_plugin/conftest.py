"""Runs of pytest inside of a test, each in a folder of its own."""

from collections.abc import Callable, Iterator, Sequence

# Once for all runs: what a run imports first is forgotten when it ends, and an SDK takes a second.
import alibabacloud_ice20201109.client
import oss2
import pytest

import ice_mock.interception
import ice_mock.report
from ice_mock.domain.scenario import Scenario
from ice_mock.server import Server, running
from ice_mock.worlds import IceMock

__all__ = ["alibabacloud_ice20201109", "ice_mock", "oss2"]

USER = """
    import pytest
    from alibabacloud_ice20201109 import models

    STREAM = "rtmp://live.example.com/app/room1"

    def template(client, name="five seconds"):
        return client.create_live_snapshot_template(
            models.CreateLiveSnapshotTemplateRequest(
                template_name=name, time_interval=5, sequence_format="{JobId}/{Sequence}.jpg"
            )
        ).body.template_id

    def job(client, template_id, callback_url=None):
        return client.submit_live_snapshot_job(
            models.SubmitLiveSnapshotJobRequest(
                job_name="room 1",
                template_id=template_id,
                stream_input=models.SubmitLiveSnapshotJobRequestStreamInput(type="rtmp", url=STREAM),
                snapshot_output=models.SubmitLiveSnapshotJobRequestSnapshotOutput(
                    storage_type="oss", endpoint="oss-cn-shanghai.aliyuncs.com", bucket="pictures"
                ),
                callback_url=callback_url,
            )
        ).body.job_id
"""
"""What a user has of their own: a module ``user`` that knows the SDK."""


@pytest.fixture(autouse=True)
def plain_surroundings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ICE_MOCK_URL", "ICE_MOCK_REPORT", "PYTEST_ADDOPTS", "http_proxy", "HTTP_PROXY"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def run(pytester: pytest.Pytester) -> Callable[..., pytest.RunResult]:
    """Run tests from their source, with warnings as errors; or what is there already, without a source."""
    pytester.makepyfile(user=USER)

    def run(
        source: str = "", *arguments: str, apart: bool = False, plugins: Sequence[object] = ()
    ) -> pytest.RunResult:
        if source:
            pytester.makepyfile(test_it=source)
        usual = ("-W", "error", "-p", "no:cacheprovider", "-p", "no:schemathesis")
        if apart:
            return pytester.runpytest_subprocess(*usual, *arguments)
        return pytester.runpytest_inprocess(*usual, *arguments, plugins=plugins)

    return run


@pytest.fixture
def elsewhere() -> Iterator[Server]:
    """A server that was started before the run, and by somebody else."""
    with running(IceMock(Scenario(clock="real"))) as server:
        yield server
