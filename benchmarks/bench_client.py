"""What a fixture pays: a world made and dropped, a GET, a call of the SDK, a job looked through."""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from statistics import median, quantiles

from alibabacloud_ice20201109 import models
from alibabacloud_ice20201109.client import Client as IceClient
from alibabacloud_tea_openapi.models import Config
from rich.console import Console
from rich.table import Table

from ice_mock import Client
from ice_mock.client import HttpTransport
from ice_mock.domain.scenario import Scenario
from ice_mock.server import running
from ice_mock.worlds import IceMock

TIMES = 1_000
STREAM = "rtmp://live.example.com/app/room1"
FORMAT = "snapshot/{JobId}/{UnixTimestamp}.jpg"


@contextmanager
def own_process() -> Iterator[str]:
    """A server in a process of its own, as in a container."""
    command = [sys.executable, "-m", "ice_mock", "serve", "--port", "0", "--clock", "frozen"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        yield json.loads(process.stdout.readline())["url"]
        process.terminate()


@contextmanager
def own_thread() -> Iterator[str]:
    """A server in a thread of this process, as in a test run."""
    with running(IceMock(Scenario(clock="frozen"))) as server:
        yield server.url


def measured(work: Callable[[], object], times: int = TIMES) -> str:
    work()
    lengths = []
    for _ in range(times):
        started = time.perf_counter()
        work()
        lengths.append((time.perf_counter() - started) * 1000)
    return f"{median(lengths):.2f} ms, 90 % within {quantiles(lengths, n=10)[-1]:.2f} ms"


def figures(url: str) -> dict[str, str]:
    with HttpTransport(url) as transport:

        def world() -> None:
            with Client.open(transport=transport):
                pass

        found = {"a world made and dropped": measured(world)}
        with Client.open(transport=transport) as client:
            found["GET clock"] = measured(client.clock.read)
            found["advance, nothing due"] = measured(lambda: client.clock.advance(seconds=1))
            ice = sdk_client(client)
            request = models.ListLiveSnapshotTemplatesRequest(page_no=1, page_size=10)
            found["ListLiveSnapshotTemplates by the SDK"] = measured(
                lambda: ice.list_live_snapshot_templates(request)
            )
            found["assert_consistent, 1,000 frames"] = consistency(client, ice)
    return found


def sdk_client(client: Client) -> IceClient:
    config = Config(
        access_key_id=client.access_key_id,
        access_key_secret=client.access_key_secret,
        endpoint=client.endpoint,
        protocol="http",
        region_id="cn-shanghai",
    )
    return IceClient(config)


def consistency(client: Client, ice: IceClient) -> str:
    client.streams.publish(STREAM)
    template = models.CreateLiveSnapshotTemplateRequest(
        template_name="t", time_interval=5, sequence_format=FORMAT
    )
    template_id = ice.create_live_snapshot_template(template).body.template_id
    job = models.SubmitLiveSnapshotJobRequest(
        job_name="j",
        template_id=template_id,
        stream_input=models.SubmitLiveSnapshotJobRequestStreamInput(type="rtmp", url=STREAM),
        snapshot_output=models.SubmitLiveSnapshotJobRequestSnapshotOutput(
            bucket="pictures", endpoint="oss.example.com", storage_type="oss"
        ),
        callback_url=client.inbox.url,
    )
    job_id = ice.submit_live_snapshot_job(job).body.job_id
    client.clock.advance(seconds=5_000)
    return measured(lambda: client.assert_consistent(job_id), 3)


def main() -> int:
    with own_process() as url:
        apart = figures(url)
    with own_thread() as url:
        together = figures(url)
    table = Table("median", "server in a process of its own", "in a thread", title=f"{TIMES} times each")
    for name, figure in apart.items():
        table.add_row(name, figure, together[name])
    Console().print(table)
    return 0


if __name__ == "__main__":
    sys.exit(main())
