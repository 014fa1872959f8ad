"""Which frames a job captured: computed from its runs and the stream's ingest, never stored."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import accumulate
from typing import overload

from ice_mock.clock import from_timestamp_ms, timestamp_ms
from ice_mock.domain.model import Job, Plan, Stream
from ice_mock.domain.spans import Span


@dataclass(frozen=True, slots=True)
class Frame:
    """One instant at which a job captured its stream.

    Numbers count the frames of a job from 1 on; they go on from run to run and skip nothing.
    """

    # Assumed: numbers never start again, since sequence files are documented never to overwrite others.

    job_id: str
    number: int
    instant: datetime
    plan: Plan

    @property
    def timestamp_ms(self) -> int:
        return timestamp_ms(self.instant)


@dataclass(frozen=True, slots=True)
class Stretch:
    """Frames at equal distances: at *origin* plus the plan's interval times each of *steps*."""

    origin: datetime
    plan: Plan
    steps: range

    def instant(self, index: int) -> datetime:
        return self.origin + self.plan.interval * self.steps[index]

    def count_until(self, instant: datetime) -> int:
        """How many frames lie at or before *instant*."""
        return min(
            len(self.steps), max(0, (instant - self.origin) // self.plan.interval + 1 - self.steps.start)
        )


def stretches(job: Job, stream: Stream, until: datetime) -> Iterator[Stretch]:
    """Yield every row of frames that *job* captured up to and including *until*.

    A frame is due each interval after a run starts, and is lost while the stream is out. Rows
    are few however many frames they hold, so a year costs no more than a minute.
    """
    live = list(stream.live(until))
    for run in job.runs:
        told = run.until(until)
        # The first span of ingest that can touch the run: a thousand outages before it cost nothing.
        first = max(0, bisect_right(live, told.start, key=lambda span: span.start) - 1)
        for span in live[first:]:
            if span.start >= told.end:
                break
            if steps := _steps(run.started_at, span & told, run.plan.interval):
                yield Stretch(run.started_at, run.plan, steps)


def _steps(origin: datetime, span: Span, every: timedelta) -> range:
    """Every n for which origin + n * every falls inside the span."""
    # Assumed: the first frame comes one interval after the start, and outages do not shift the beat.
    # Assumed: key frames, at which the service takes its pictures, are wherever the beat is.
    return range((span.start - origin) // every + 1, (span.end - origin) // every + 1)


class Schedule(Sequence[Frame]):
    """All frames of a job up to and including an instant, in order of time.

    ``schedule[n - 1]`` is the frame with the number n.
    """

    def __init__(self, job: Job, stream: Stream, until: datetime) -> None:
        self._job_id = job.id
        self._rows = list(stretches(job, stream, until))
        self._ends = list(accumulate(len(row.steps) for row in self._rows))

    def __len__(self) -> int:
        return self._ends[-1] if self._ends else 0

    @overload
    def __getitem__(self, index: int) -> Frame: ...
    @overload
    def __getitem__(self, index: slice) -> list[Frame]: ...
    def __getitem__(self, index: int | slice) -> Frame | list[Frame]:
        if isinstance(index, slice):
            return [self[each] for each in range(*index.indices(len(self)))]
        if not 0 <= index < len(self):
            raise IndexError(index)
        place = bisect_right(self._ends, index)
        row = self._rows[place]
        return Frame(
            self._job_id, index + 1, row.instant(index - self._ends[place] + len(row.steps)), row.plan
        )

    def count_until(self, instant: datetime) -> int:
        """How many frames lie at or before *instant*; so it is also the index of the first frame after it."""
        place = bisect_right(self._rows, instant, key=lambda row: row.instant(0)) - 1
        if place < 0:
            return 0
        row = self._rows[place]
        return self._ends[place] - len(row.steps) + row.count_until(instant)

    def at(self, instant: datetime) -> Frame | None:
        """The frame captured at exactly this *instant*."""
        index = self.count_until(instant) - 1
        return frame if index >= 0 and (frame := self[index]).instant == instant else None

    def stamped(self, milliseconds: int) -> Frame | None:
        """The frame with this timestamp."""
        try:
            return self.at(from_timestamp_ms(milliseconds))
        except OverflowError:
            return None

    def numbered(self, number: int) -> Frame | None:
        return self[number - 1] if 1 <= number <= len(self) else None

    def after(self, instant: datetime) -> Frame | None:
        """The first frame later than *instant*."""
        index = self.count_until(instant)
        return self[index] if index < len(self) else None
