"""How long a picture takes: a new frame of a known job, the first of a job, and drawn as a whole."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from statistics import median
from time import perf_counter

from ice_mock.render import Picture, jpeg
from ice_mock.render.frames import coded_whole, drawing
from ice_mock.render.layout import layout

SIZES = ((1280, 720), (1920, 1080), (720, 1280), (640, 360), (3840, 2160), (320, 180))
START = datetime(2026, 7, 1, 12, tzinfo=UTC)
STREAM = "rtmp://push.example.com/live/studio-1?auth_key=1893456000-0-0-4f6b2c"


def frames_of_one_job(width: int, height: int) -> Iterator[Picture]:
    for number in count(1):
        instant = START + timedelta(milliseconds=5003 * number)
        yield Picture(STREAM, "3f9a7c1e-58d2-4b06-9e8f-7f1a2b3c4d5e", number, instant, 42, width, height)


def first_frames_of_jobs(width: int, height: int) -> Iterator[Picture]:
    for nth in count():
        yield Picture(f"{STREAM}{nth}", f"3f9a7c1e-58d2-4b06-9e8f-{nth:012x}", 1, START, 42, width, height)


def milliseconds(work: Callable[[Picture], object], pictures: Iterator[Picture], *, times: int) -> float:
    """The median of *times* calls, after as many calls to warm up."""
    taken = []
    for picture in (next(pictures) for _ in range(2 * times)):
        before = perf_counter()
        work(picture)
        taken.append(perf_counter() - before)
    return median(taken[times:]) * 1000


def row(width: int, height: int) -> str:
    new = milliseconds(jpeg, frames_of_one_job(width, height), times=400)
    first = milliseconds(jpeg, first_frames_of_jobs(width, height), times=20)
    drawn = milliseconds(drawing, frames_of_one_job(width, height), times=5)
    whole = milliseconds(coded_whole, frames_of_one_job(width, height), times=5)
    size = len(jpeg(next(frames_of_one_job(width, height)))) / 1000
    way = "spliced" if layout(width, height).interval else "whole"
    return (
        f"{width:>5}x{height:<5}{way:>8}{size:>9.1f}{new:>12.4f}{first:>12.3f}"
        f"{drawn:>12.2f}{whole:>14.2f}{whole / new:>9.0f}x"
    )


def main() -> None:
    print(
        f"{'size':>10}{'coded':>9}{'kB':>9}{'new ms':>12}{'first ms':>12}"
        f"{'drawing ms':>12}{'whole ms':>14}{'ratio':>10}"
    )
    for width, height in SIZES:
        print(row(width, height))


if __name__ == "__main__":
    main()
