"""A year of virtual time for 20 jobs at five seconds: what it costs to pass, to list, to read and to keep."""

import sys
import time
import tracemalloc
from collections.abc import Callable
from datetime import timedelta

from rich.console import Console
from rich.table import Table

from ice_mock.domain.model import Plan
from ice_mock.domain.scenario import Scenario
from ice_mock.engine.jobs import Order
from ice_mock.render import read_frame
from ice_mock.ticker import advance
from ice_mock.worlds import IceMock

JOBS = 20
YEAR = timedelta(days=365)
STREAM = "rtmp://live.example.com/app/room"


def main() -> int:
    tracemalloc.start()
    mock = IceMock(Scenario(clock="frozen"))
    engine = mock.worlds.engine_of(None)
    template = engine.templates.create(
        "five", Plan(timedelta(seconds=5), None, "s/{JobId}/{UnixTimestamp}.jpg")
    )
    engine.streams.publish(STREAM)
    jobs = [
        engine.jobs.submit(Order(f"job {n}", template.id, STREAM, "oss.example.com", "bucket", None))
        for n in range(JOBS)
    ]
    begin = engine.now()
    before = tracemalloc.get_traced_memory()[0]

    table = Table("measured", "figure", title=f"{JOBS} jobs, one frame every 5 s, one year")
    elapsed, report = timed(lambda: advance(engine, mock.courier, begin + YEAR))
    table.add_row("frames", f"{sum(report.frames.values()):,}")
    table.add_row("advance by a year", milliseconds(elapsed))
    middle = begin + YEAR / 2
    elapsed, page = timed(
        lambda: engine.files.page(
            jobs[9].id, start=middle, end=middle + timedelta(days=1), limit=100, descending=False
        )
    )
    table.add_row("ListLiveSnapshotFiles, a page of 100 in the middle", milliseconds(elapsed))
    key = page.files[50].key
    elapsed, data = timed(lambda: engine.objects.find("bucket", key).content())
    table.add_row("read one picture, the first of all", milliseconds(elapsed))
    key = page.files[51].key
    elapsed, data = timed(lambda: engine.objects.find("bucket", key).content())
    table.add_row("read one picture, the next", milliseconds(elapsed))
    assert read_frame(data).job_id == jobs[9].id
    elapsed, _ = timed(lambda: walk_some(engine.objects.walk("bucket", start=key)))
    table.add_row("ListObjects, 1,000 keys in the middle", milliseconds(elapsed))
    table.add_row("memory grown", f"{(tracemalloc.get_traced_memory()[0] - before) / 2**20:.1f} MiB")
    Console().print(table)
    return 0


def walk_some(walk, count: int = 1_000) -> None:
    key = ""
    for _ in range(count):
        key = walk.next_from(key).key + "\0"


def timed(work: Callable):
    started = time.perf_counter()
    result = work()
    return time.perf_counter() - started, result


def milliseconds(seconds: float) -> str:
    return f"{seconds * 1000:,.1f} ms"


if __name__ == "__main__":
    sys.exit(main())
