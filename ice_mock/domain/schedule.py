"""Which frames a job captured: computed from its runs and the stream's ingest, never stored."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import accumulate, groupby
from typing import overload

from ice_mock.clock import EARLIEST, MILLISECOND, from_timestamp_ms, timestamp_ms
from ice_mock.domain.behaviour import DEFAULT, Behaviour
from ice_mock.domain.model import Job, Plan, Run, Stream
from ice_mock.domain.spans import Span


@dataclass(frozen=True, slots=True)
class Frame:
    """One instant at which a job captured its stream.

    *number* counts the frames of a job from 1 on; it goes on from run to run and skips nothing.
    *sequence* is the number that stands in file names.
    """

    job_id: str
    number: int
    sequence: int
    instant: datetime
    plan: Plan

    @property
    def timestamp_ms(self) -> int:
        return timestamp_ms(self.instant)


@dataclass(frozen=True, slots=True)
class Stretch:
    """Frames at equal distances: at *origin* plus the plan's interval times each of *steps*.

    Where the stream has *key_frames* at certain distances from *ingest* on, each frame waits for
    the next of them. *run* is the run's index.
    """

    origin: datetime
    plan: Plan
    steps: range
    run: int
    ingest: datetime
    key_frames: timedelta

    def instant(self, index: int) -> datetime:
        due = self.origin + self.plan.interval * self.steps[index]
        return due + (self.ingest - due) % self.key_frames if self.key_frames else due

    def count_until(self, instant: datetime) -> int:
        """How many frames lie at or before *instant*."""
        last = last_key_frame(instant, self.ingest, self.key_frames)
        return min(len(self.steps), max(0, (last - self.origin) // self.plan.interval + 1 - self.steps.start))


def last_key_frame(instant: datetime, ingest: datetime, key_frames: timedelta) -> datetime:
    """The last instant at or before *instant* at which a picture can be taken."""
    return instant - (instant - ingest) % key_frames if key_frames else instant


def stretches(job: Job, stream: Stream, until: datetime, behaviour: Behaviour = DEFAULT) -> Iterator[Stretch]:
    """Yield every row of frames that *job* captured up to and including *until*.

    A frame is due each interval after a run starts, and is lost while the stream is out. Rows
    are few however many frames they hold, so a year costs no more than a minute.
    """
    # Spans are open left. A frame at the very start of one is inside of it a moment earlier.
    lead = MILLISECOND if behaviour.first_frame == "at-start" else timedelta()
    live = list(stream.live(until + lead))
    last = EARLIEST
    for index, run in enumerate(job.runs):
        told = run.until(until)
        # The first span of ingest that can touch the run: a thousand outages before it cost nothing.
        first = max(0, bisect_right(live, told.start, key=lambda span: span.start) - 1)
        for ingest in live[first:]:
            if ingest.start - lead >= told.end:
                break
            stretch = _stretch(run, index, ingest, told, behaviour, lead)
            # A run that begins with the last frame of the one before it does not take that again.
            while stretch.steps and stretch.instant(0) <= last:
                stretch = replace(stretch, steps=stretch.steps[1:])
            if stretch.steps:
                last = stretch.instant(len(stretch.steps) - 1)
                yield stretch


def _stretch(
    run: Run, index: int, ingest: Span, told: Span, behaviour: Behaviour, lead: timedelta
) -> Stretch:
    both = ingest & told
    # Assumed: outages do not shift the beat.
    origin = run.started_at if behaviour.beat == "from-start" else both.start
    # Assumed: key frames, at which the service takes its pictures, are wherever the beat is.
    end = last_key_frame(both.end, ingest.start, behaviour.key_frames)
    # Assumed: the first frame comes one interval after the start.
    steps = _steps(origin, Span(both.start - lead, end), run.plan.interval)
    return Stretch(origin, run.plan, steps, index, ingest.start, behaviour.key_frames)


def _steps(origin: datetime, span: Span, every: timedelta) -> range:
    """Every n for which origin + n * every falls inside the span."""
    return range((span.start - origin) // every + 1, (span.end - origin) // every + 1)


class Schedule(Sequence[Frame]):
    """All frames of a job up to and including an instant, in order of time.

    ``schedule[n - 1]`` is the frame with the number n.
    """

    def __init__(self, job: Job, stream: Stream, until: datetime, behaviour: Behaviour = DEFAULT) -> None:
        self._job_id = job.id
        self._rows = list(stretches(job, stream, until, behaviour))
        self._ends = list(accumulate(len(row.steps) for row in self._rows))
        # Assumed: numbers never start again, since sequence files are documented never to overwrite others.
        self._per_run = behaviour.sequence == "per-start"

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
        instant = row.instant(index - self._ends[place] + len(row.steps))
        sequence = index + 1 - (self._run_begins(row.run) if self._per_run else 0)
        return Frame(self._job_id, index + 1, sequence, instant, row.plan)

    def series(self) -> Iterator[range]:
        """Yield the indices of frames that go by one plan, and whose sequence numbers rise."""
        start = 0
        for _, rows in groupby(self._rows, key=lambda row: (row.plan, row.run if self._per_run else 0)):
            end = start + sum(len(row.steps) for row in rows)
            yield range(start, end)
            start = end

    def _run_begins(self, run: int) -> int:
        """The index of the first frame of a run."""
        place = bisect_left(self._rows, run, key=lambda row: row.run)
        return self._ends[place - 1] if place else 0

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

    def around(self, milliseconds: int) -> list[Frame]:
        """The last frame at or before a timestamp and the first one after it, as far as there are any."""
        try:
            place = self.count_until(from_timestamp_ms(milliseconds))
        except OverflowError:
            place = 0 if milliseconds < 0 else len(self)
        return self[max(0, place - 1) : place + 1]

    def within(self, milliseconds: range) -> list[Frame]:
        """The frames whose timestamps are among these, in order of time."""
        try:
            first = from_timestamp_ms(milliseconds.start) - MILLISECOND
            last = from_timestamp_ms(milliseconds.stop) - MILLISECOND
        except OverflowError:
            return []
        return self[self.count_until(first) : self.count_until(last)]

    def numbered(self, sequence: int) -> list[Frame]:
        """The frames whose names hold this *sequence* number, in order of time."""
        runs = sorted({row.run for row in self._rows}) if self._per_run else [0]
        indices = ((self._run_begins(run) if self._per_run else 0) + sequence - 1 for run in runs)
        found = (self[index] for index in indices if 0 <= index < len(self))
        return [frame for frame in found if frame.sequence == sequence]

    def after(self, instant: datetime) -> Frame | None:
        """The first frame later than *instant*."""
        index = self.count_until(instant)
        return self[index] if index < len(self) else None
