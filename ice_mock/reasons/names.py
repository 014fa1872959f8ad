"""What is asked about, found by its id or its name; what is not there is answered with what is nearest."""

from collections.abc import Iterable
from difflib import get_close_matches

from ice_mock.domain.callback import Callback
from ice_mock.domain.model import Job
from ice_mock.engine import Engine
from ice_mock.errors import Conflict, NotFound
from ice_mock.reasons.clause import named

MOST_COMPARED = 1_000


def find_job(engine: Engine, wanted: str) -> Job:
    """Return the job with this id, or else with this name.

    Raises NotFound, which names what is nearest, or Conflict for a name that several jobs have.
    """
    if job := engine.store.get(Job, wanted):
        return job
    found = [job for job in engine.jobs.all() if job.name == wanted]
    if len(found) > 1:
        ids = named([job.id for job in found])
        raise Conflict(f"{len(found)} jobs have the name {wanted!r}: say which one by its id, {ids}")
    if not found:
        latest = engine.store.latest(Job, MOST_COMPARED)
        names = [text for job in latest for text in (job.name, job.id)]
        hint = nearest(wanted, names) or ("" if latest else "; there are no jobs at all")
        raise NotFound(f"there is no job {wanted!r} in this world{hint}")
    return found[0]


def find_callback(engine: Engine, wanted: str) -> Callback:
    """Return the callback with this id; raises NotFound, which names what is nearest."""
    if callback := engine.announcements.find(wanted):
        return callback
    latest = engine.store.latest(Callback, MOST_COMPARED)
    hint = nearest(wanted, (callback.id for callback in latest))
    dropped = engine.announcements.dropped
    lost = f"; {older(dropped, 'is', 'are')} no longer kept" if dropped else ""
    none = "" if latest or dropped else "; no callback was made in it so far"
    raise NotFound(f"there is no callback {wanted!r} in this world{hint}{lost}{none}")


def older(count: int, one: str, many: str) -> str:
    """``1 older one is`` or ``12 older ones are``, for what lists had to drop."""
    return f"1 older one {one}" if count == 1 else f"{count:,} older ones {many}"


def nearest(wanted: str, names: Iterable[str]) -> str:
    """``; did you mean 'room 1'?`` if there is something like it, else nothing."""
    known = list(dict.fromkeys(names))
    beginning = [name for name in known if wanted and name.startswith(wanted)]
    found = beginning or get_close_matches(wanted, known, n=1)
    return f"; did you mean {found[0]!r}?" if found else ""
