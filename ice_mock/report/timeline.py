"""What happened when: a lane for each stream and job, one for callbacks and one for calls, on one ruler."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from ice_mock.domain import model
from ice_mock.report.evidence import Callback, Evidence, Job
from ice_mock.report.ruler import Ruler
from ice_mock.words import counted

LIVE, OUT, BOTH = "live", "out", "both"
RUNNING, PAUSED, IDLE = "running", "paused", "idle"
FRAME, STRUCK = "frame", "struck"
DELIVERED, FAILED, WAITING, LOST = "delivered", "failed", "waiting", "lost"
CALL, REFUSED = "call", "refused"


@dataclass(frozen=True, slots=True)
class Cell:
    """A column of a lane: what *ground* it has, and how often which mark falls into it."""

    ground: str
    marks: Counter[str]


@dataclass(frozen=True, slots=True)
class Lane:
    """One row: *kind* is stream, job, callbacks or calls, *note* says in a word how it stands."""

    kind: str
    name: str
    note: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Timeline:
    """All lanes, of which *untold_jobs* and *untold_streams* are missing."""

    ruler: Ruler
    lanes: tuple[Lane, ...]
    untold_jobs: int = 0
    untold_streams: int = 0


def timeline(evidence: Evidence, *, columns: int, lanes: int) -> Timeline:
    """Lay out the time of a world in so many *lanes* at most: each stream with its jobs under it.

    Where no time has passed there is one column only.
    """
    ruler = Ruler(evidence.began_at, evidence.now, columns if evidence.elapsed else 1)
    others = [_calls(evidence, ruler)] if evidence.calls.told else []
    others += [_callbacks(evidence, ruler)] if evidence.callbacks.told else []
    jobs, streams = _chosen(evidence, max(lanes - len(others), 1))
    found = [lane for stream in streams for lane in _nested(evidence, stream, jobs, ruler)]
    untold = sum(stream not in streams for stream in evidence.streams)
    return Timeline(ruler, (*found, *others), len(evidence.jobs) - len(jobs), untold)


def _nested(evidence: Evidence, stream: model.Stream, jobs: Sequence[Job], ruler: Ruler) -> Iterator[Lane]:
    yield _stream(stream, ruler)
    yield from (_job(evidence, job, stream, ruler) for job in jobs if job.stream == stream.id)


def _chosen(evidence: Evidence, lanes: int) -> tuple[Sequence[Job], Sequence[model.Stream]]:
    """As many jobs as go into *lanes* together with their streams, and other streams if there is room."""
    most = lanes
    while most > 0:
        jobs = telling_jobs(evidence, most)
        urls = dict.fromkeys(job.stream for job in jobs)
        if len(jobs) + len(urls) <= lanes:
            break
        most -= 1
    else:
        jobs, urls = (), dict.fromkeys(job.stream for job in telling_jobs(evidence, 1))
    others = [stream for stream in evidence.streams if stream.id not in urls]
    return jobs, [*map(evidence.stream, urls), *others[: lanes - len(jobs) - len(urls)]]


def telling_jobs(evidence: Evidence, most: int) -> Sequence[Job]:
    """The jobs that tell most, in the order in which they came: in trouble first, and the latest ones."""
    if len(evidence.jobs) <= most:
        return evidence.jobs
    unlucky = {callback.job_id for callback in evidence.callbacks if callback.state != DELIVERED}

    def rank(place: int) -> tuple[bool, bool, int]:
        job = evidence.jobs[place]
        return (job.is_running and not job.frames, job.id in unlucky, place)

    places = sorted(range(len(evidence.jobs)), key=rank, reverse=True)[:most]
    return [evidence.jobs[place] for place in sorted(places)]


def _stream(stream: model.Stream, ruler: Ruler) -> Lane:
    note = "live" if stream.is_live else "offline" if stream.changes else "never published"
    grounds = [_ingest(stream, ruler, column) for column in range(ruler.columns)]
    return Lane("stream", stream.id, note, tuple(Cell(ground, Counter()) for ground in grounds))


def _ingest(stream: model.Stream, ruler: Ruler, column: int) -> str:
    start, end = ruler.bounds(column)
    changes = sum(start < change < end for change in stream.changes)
    if changes > 1:
        return BOTH
    return LIVE if _is_live(stream, ruler.middle(column)) else OUT


def _is_live(stream: model.Stream, instant: datetime) -> bool:
    return sum(change < instant for change in stream.changes) % 2 == 1


def _job(evidence: Evidence, job: Job, stream: model.Stream, ruler: Ruler) -> Lane:
    frames = _frames(evidence, job, stream, ruler)
    struck = Counter(ruler.column(file.instant) for file in job.files if file.fault)
    cells = tuple(
        Cell(
            _capturing(job, stream, ruler.middle(column)),
            Counter({FRAME: frames[column], STRUCK: struck[column]}),
        )
        for column in range(ruler.columns)
    )
    note = counted(job.frames, "frame")
    note += "" if job.status == "started" else f", {job.status}"
    return Lane("job", _name(evidence, job), note, cells)


def _frames(evidence: Evidence, job: Job, stream: model.Stream, ruler: Ruler) -> Counter[int]:
    """How many frames fall into each column: known of the files that were told, reckoned before them."""
    listed = {file.number: file.instant for file in job.files}
    if len(listed) >= job.frames:
        return Counter(ruler.column(instant) for instant in listed.values())
    schedule = job.schedule(stream, evidence.now)
    ends = [schedule.count_until(ruler.bounds(column)[1]) for column in range(ruler.columns - 1)]
    ends.append(len(schedule))
    return Counter({column: end - start for column, (start, end) in enumerate(_pairs(ends))})


def _pairs(ends: Iterable[int]) -> Iterator[tuple[int, int]]:
    before = 0
    for end in ends:
        yield before, end
        before = end


def _capturing(job: Job, stream: model.Stream, instant: datetime) -> str:
    spans = (run.until(instant) for run in job.runs)
    if not any(span.start < instant <= span.end for span in spans):
        return IDLE
    return RUNNING if _is_live(stream, instant) else PAUSED


def _name(evidence: Evidence, job: Job) -> str:
    """The name of a job, with its id if it is not the only one of that name."""
    is_unique = sum(other.name == job.name for other in evidence.jobs) == 1
    return job.name if is_unique and job.name else f"{job.name} {job.id[:8]}".strip()


def _callbacks(evidence: Evidence, ruler: Ruler) -> Lane:
    states = Counter(callback.state for callback in evidence.callbacks)
    marks: list[Counter[str]] = [Counter() for _ in range(ruler.columns)]
    for callback in evidence.callbacks:
        for at, mark in _tries(callback):
            marks[ruler.column(at)][mark] += 1
    note = ", ".join(
        (
            f"{evidence.callbacks.found:,}",
            *(f"{states[state]:,} {state}" for state in (LOST, WAITING) if states[state]),
        )
    )
    return Lane("callbacks", "callbacks", note, tuple(Cell(IDLE, each) for each in marks))


def _tries(callback: Callback) -> Iterator[tuple[datetime, str]]:
    last = len(callback.attempts) - 1
    for nth, attempt in enumerate(callback.attempts):
        is_end = nth == last and callback.state == LOST
        yield attempt.at, DELIVERED if attempt.is_delivered else LOST if is_end else FAILED
    if callback.state == WAITING:
        yield callback.attempts[-1].at if callback.attempts else callback.at, WAITING


def _calls(evidence: Evidence, ruler: Ruler) -> Lane:
    marks: list[Counter[str]] = [Counter() for _ in range(ruler.columns)]
    for call in evidence.calls:
        marks[ruler.column(call.at)][REFUSED if call.code else CALL] += 1
    refused = sum(tally.count for tally in evidence.tallies if tally.code)
    note = f"{evidence.calls.found:,}" + (f", {refused:,} refused" if refused else "")
    return Lane("calls", "calls", note, tuple(Cell(IDLE, each) for each in marks))
