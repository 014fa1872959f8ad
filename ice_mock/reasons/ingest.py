"""What reasons say of streams: whether they are live, since when, and which one may have been meant."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches

from ice_mock.domain.model import Job, Stream
from ice_mock.engine import Engine
from ice_mock.engine.timeline import Pending, Turn
from ice_mock.reasons.clause import Clause, moment
from ice_mock.reasons.clocks import ahead

LIKENESS = 0.75


def stream_of(engine: Engine, job: Job) -> Stream:
    return engine.streams.find(job.stream_url)


def state(stream: Stream) -> str:
    """``live since …``, ``offline since …`` or ``never published``."""
    if not stream.changes:
        return "never published"
    return f"{'live' if stream.is_live else 'offline'} since {moment(stream.changes[-1])}"


def absence(engine: Engine, job: Job) -> Clause:
    """``its stream … was never published`` or ``is offline since …``, with what may have been meant."""
    stream = stream_of(engine, job)
    clause = Clause(
        f"its stream {job.stream_url} {f'is {state(stream)}' if stream.changes else 'was never published'}"
    )
    if like := _nearest_live(engine, job.stream_url, guess=not stream.changes):
        facts = {"nearest_live_stream": like.url, "difference": like.difference}
        clause = clause.and_then(Clause(f", while {like.url} is live, {like.difference}", facts))
    if back := _comes_back(engine, stream):
        facts = {"next_publish_at": moment(back)}
        clause = clause.and_then(
            Clause(f"; the timeline publishes it at {moment(back)}, {ahead(engine, back)}", facts)
        )
    return clause


def was_live_at_submission(engine: Engine, job: Job) -> bool:
    """Whether the stream was live when the job was submitted.

    With a clock that stands still both may have happened at one instant; then the order counts in
    which they did.
    """
    stream, at = stream_of(engine, job), job.created_at
    changes = engine.journal.changes()
    submitted = ("job", job.id, "submitted")
    places = [
        place for place, each in enumerate(changes) if (each.subject, each.subject_id, each.what) == submitted
    ]
    before = sum(instant < at for instant in stream.changes)
    at_once = sum(
        each.at == at and (each.subject, each.subject_id) == ("stream", stream.id)
        for each in changes[: places[0] if places else 0]
    )
    return (before + at_once) % 2 == 1


@dataclass(frozen=True, slots=True)
class _Like:
    url: str
    difference: str


def _nearest_live(engine: Engine, url: str, *, guess: bool) -> _Like | None:
    """The stream on air that is *url* but for a detail, or, to *guess*, the one that is most like it."""
    live = [stream.id for stream in engine.streams.all() if stream.is_live]
    for same, difference in _DETAILS:
        if found := next((each for each in live if same(each) == same(url)), None):
            return _Like(found, difference)
    close = get_close_matches(url, live, n=1, cutoff=LIKENESS) if guess else []
    return _Like(close[0], _place(url, close[0])) if close else None


_DETAILS: tuple[tuple[Callable[[str], str], str], ...] = (
    (lambda url: url.rstrip("/"), "which differs by a slash at its end"),
    (lambda url: url.partition("?")[0].rstrip("/"), "which differs in its query string"),
    (str.casefold, "which differs in upper and lower case"),
)


def _place(url: str, other: str) -> str:
    """Where two addresses differ first: ``with 'room01' where the job has 'room1'``."""
    pairs = zip(url.split("/"), other.split("/"), strict=False)
    first = next(((mine, its) for mine, its in pairs if mine != its), None)
    return (
        f"with {first[1]!r} where the job has {first[0]!r}" if first else "which has another number of parts"
    )


def _comes_back(engine: Engine, stream: Stream) -> datetime | None:
    """When the timeline brings a stream on air, None if it does not."""
    return next((each.at for each in engine.timeline.pending() if _publishes(engine, each, stream)), None)


def _publishes(engine: Engine, pending: Pending, stream: Stream) -> bool:
    change, what = pending.event.change, pending.event.what
    if change == "turn" and isinstance(what, Turn):
        return what.live and what.turns != 0 and engine.streams.find(what.spec.url).id == stream.id
    return change == "publish" and engine.streams.find(str(what)).id == stream.id
