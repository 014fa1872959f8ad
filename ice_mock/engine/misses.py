"""What is asked for and is not there: the refusal, with what may have been meant."""

from collections.abc import Sequence

from ice_mock.clock import iso_milliseconds
from ice_mock.domain.journal import Change
from ice_mock.domain.model import Job, Stream, Template
from ice_mock.engine.context import Context
from ice_mock.errors import JobNotFound, StreamNotFound, TemplateNotFound

MOST_COMPARED = 100
"""Of each kind only the latest are looked at: a refusal must not take the longer the more there is."""
MOST_NAMED = 3
LIKENESS = 0.6
LONGEST_NAME = 80


def no_job(context: Context, job_id: str) -> JobNotFound:
    latest = context.store.latest(Job, MOST_COMPARED)
    guess, nearest = _meant(job_id, [(job.id, job.name) for job in latest], "job")
    sentence = f"There is no job {_short(job_id)} in this world{guess}."
    return JobNotFound().because(sentence, job_id=_short(job_id), nearest=nearest)


def no_template(context: Context, template_id: str) -> TemplateNotFound:
    latest = context.store.latest(Template, MOST_COMPARED)
    guess, nearest = _meant(template_id, [(each.id, each.name) for each in latest], "template")
    deleted = next(
        (
            iso_milliseconds(change.at)
            for change in context.store.latest(Change, 10 * MOST_COMPARED)
            if (change.subject, change.subject_id, change.what) == ("template", template_id, "deleted")
        ),
        None,
    )
    if deleted:
        guess = f": it was deleted at {deleted}"
    return TemplateNotFound().because(
        f"There is no template {_short(template_id)} in this world{guess}.",
        template_id=_short(template_id),
        deleted_at=deleted,
        nearest=nearest,
    )


def no_stream(context: Context, job: Job, stream: Stream) -> StreamNotFound:
    known = context.store.latest(Stream, MOST_COMPARED)
    live = [each.id for each in known if each.is_live]
    near = _nearest(stream.id, live)
    if stream.changes:
        since = iso_milliseconds(stream.changes[-1])
        sentence = f"The stream {stream.id} of the job {job.id} is not live: it went offline at {since}"
    else:
        since = None
        sentence = f"The stream {stream.id} of the job {job.id} is not live: nobody ever published it"
    if near:
        sentence += f", while {near[0]} is live"
    return StreamNotFound().because(
        f"{sentence}.",
        job_id=job.id,
        stream=stream.id,
        offline_since=since,
        nearest_live_stream=near[0] if near else None,
        live_streams=len(live),
    )


def _meant(wanted: str, known: Sequence[tuple[str, str]], kind: str) -> tuple[str, str | None]:
    """What may have been meant, to follow a sentence, and the ids in question."""
    if not known:
        return f", nor any other {kind}", None
    named = [id for id, name in known if name == wanted][:MOST_NAMED]
    if named:
        return f"; that is the name of {' and '.join(named)}, and an id is asked for", ", ".join(named)
    near = _nearest(wanted, [id for id, _ in known])
    return (
        (f"; near to it {'is' if len(near) == 1 else 'are'} {' and '.join(near)}", ", ".join(near))
        if near
        else ("", None)
    )


def _nearest(wanted: str, known: Sequence[str]) -> list[str]:
    """Those that differ from *wanted* in one place only, whatever stands there, the most alike first."""
    word = wanted.strip().casefold()
    alike = sorted(((_likeness(word, each.strip().casefold()), each) for each in known), reverse=True)
    return [each for likeness, each in alike[:MOST_NAMED] if likeness >= LIKENESS]


# Not difflib: it takes a hundred times as long, and a world's lock is held meanwhile.
def _likeness(one: str, other: str) -> float:
    """From 0 to 1: how much of the longer text the beginning and the end are that both share."""
    shorter, longer = sorted((len(one), len(other)))
    same = _shared(one, other)
    end = _shared(one[same:][::-1], other[same:][::-1])
    return (same + end) / longer if shorter else 0.0


def _shared(one: str, other: str) -> int:
    """How many characters two texts have in common at their beginnings."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((place for place, (mine, yours) in pairs if mine != yours), min(len(one), len(other)))


def _short(id: str) -> str:
    return id if len(id) <= LONGEST_NAME else f"{id[:LONGEST_NAME]}… ({len(id)} characters)"
