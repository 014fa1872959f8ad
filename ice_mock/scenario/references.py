"""Names that have to lead somewhere: of templates, streams, buckets, jobs, keys and faults.

Looks at the document as it was written, so that these mistakes are found beside all others.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from ice_mock.domain.scenario import DEFAULT_KEY
from ice_mock.durations import duration
from ice_mock.scenario.problems import Complaint, Path, dotted, listed

Mistake = tuple[Path, Complaint]
MOST_LISTED = 6
_IDS = (
    ("templates", "id"),
    ("streams", "url"),
    ("buckets", "name"),
    ("jobs", "id"),
    ("jobs", "name"),
    ("faults", "id"),
)


def mistakes(document: Mapping[str, Any]) -> Iterator[Mistake]:
    """Yield every name in the *document* that leads nowhere, or to two things."""
    scene = _Scene.of(document)
    for group, key in _IDS:
        yield from _twice(entries(document, group), key)
    yield from _twice(scene.keys, "id")
    yield from _jobs(document, scene)
    yield from _timeline(document, scene)
    yield from _expectations(document, scene)
    yield from _populate(document)


def entries(document: Any, *keys: str) -> list[tuple[Path, dict[str, Any]]]:
    """The mappings of a list in the *document*, and their paths."""
    for key in keys:
        document = document.get(key) if isinstance(document, dict) else None
    found = document if isinstance(document, list) else []
    return [((*keys, index), entry) for index, entry in enumerate(found) if isinstance(entry, dict)]


@dataclass(slots=True)
class _Scene:
    """What there is at the moment; *any_bucket* is a world in which every bucket exists."""

    templates: set[str]
    streams: set[str]
    buckets: set[str]
    jobs: set[str]
    faults: set[str]
    keys: list[tuple[Path, dict[str, Any]]]
    any_bucket: bool
    without_query: bool

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> "_Scene":
        behaviour = document.get("behaviour")
        without_query = isinstance(behaviour, dict) and behaviour.get("stream_match") == "without-query"
        return cls(
            templates=_names(document, "templates", "id"),
            streams={_bare(url, without_query) for url in _names(document, "streams", "url")},
            buckets=_names(document, "buckets", "name"),
            jobs=_names(document, "jobs", "name") | _names(document, "jobs", "id"),
            faults=_names(document, "faults", "id"),
            keys=entries(document, "account", "access_keys"),
            any_bucket=not isinstance(document.get("buckets"), list),
            without_query=without_query,
        )

    def knows_stream(self, url: str) -> bool:
        return _bare(url, self.without_query) in self.streams


def _jobs(document: Mapping[str, Any], scene: _Scene) -> Iterator[Mistake]:
    later = {
        entry["publish"]
        for _, entry in entries(document, "timeline")
        if isinstance(entry.get("publish"), str)
    }
    streams = scene.streams | {_bare(url, scene.without_query) for url in later}
    for path, job in entries(document, "jobs"):
        yield from _known((*path, "template"), job.get("template"), scene.templates, "the id of a template")
        stream = job.get("stream")
        bare = _bare(stream, scene.without_query) if isinstance(stream, str) else None
        if bare is not None and bare not in streams:
            yield (*path, "stream"), _unknown("the URL of a stream", streams)
        if not scene.any_bucket:
            yield from _known((*path, "bucket"), job.get("bucket"), scene.buckets, "the name of a bucket")


def _timeline(document: Mapping[str, Any], scene: _Scene) -> Iterator[Mistake]:
    """Yield mistakes in the order in which things happen: what is there depends on what came before."""
    timed = [
        (at, path, entry) for path, entry in entries(document, "timeline") if (at := _at(entry)) is not None
    ]
    for _, path, entry in sorted(timed, key=lambda each: each[0]):
        for change, what in entry.items():
            if change in _STEPS:
                yield from _STEPS[change]((*path, change), what, scene)


def _publish(path: Path, url: Any, scene: _Scene) -> Iterator[Mistake]:
    del path
    if isinstance(url, str):
        scene.streams.add(_bare(url, scene.without_query))
    return iter(())


def _unpublish(path: Path, url: Any, scene: _Scene) -> Iterator[Mistake]:
    if isinstance(url, str) and not scene.knows_stream(url):
        yield path, _unknown("the URL of a stream that is listed, or was published by then", scene.streams)


def _create_template(path: Path, template: Any, scene: _Scene) -> Iterator[Mistake]:
    id = template.get("id") if isinstance(template, dict) else None
    if isinstance(id, str):
        if id in scene.templates:
            yield (*path, "id"), Complaint("an id that no template has by then")
        scene.templates.add(id)


def _delete_template(path: Path, id: Any, scene: _Scene) -> Iterator[Mistake]:
    yield from _known(path, id, scene.templates, "the id of a template that exists by then")
    scene.templates.discard(id if isinstance(id, str) else "")


def _access_key(path: Path, change: Any, scene: _Scene) -> Iterator[Mistake]:
    ids = {entry["id"] for _, entry in scene.keys if isinstance(entry.get("id"), str)} or {DEFAULT_KEY.id}
    yield from _known((*path, "id"), _get(change, "id"), ids, "the id of an access key")


def _bucket(path: Path, change: Any, scene: _Scene) -> Iterator[Mistake]:
    name, exists = _get(change, "name"), _get(change, "exists")
    if exists is True and isinstance(name, str):
        scene.buckets.add(name)
    elif not scene.any_bucket:
        wanted = "the name of a bucket that exists by then"
        yield from _known((*path, "name"), name, scene.buckets, wanted)
        if exists is False and isinstance(name, str):
            scene.buckets.discard(name)


def _job(path: Path, change: Any, scene: _Scene) -> Iterator[Mistake]:
    for key in ("name", "id"):
        yield from _known((*path, key), _get(change, key), scene.jobs, f"the {key} of a job")


def _fault(path: Path, fault: Any, scene: _Scene) -> Iterator[Mistake]:
    id = _get(fault, "id")
    if isinstance(id, str):
        if id in scene.faults:
            yield (*path, "id"), Complaint("an id that no fault has by then")
        scene.faults.add(id)


def _clear_fault(path: Path, id: Any, scene: _Scene) -> Iterator[Mistake]:
    yield from _known(path, id, scene.faults, "the id of a fault that is set by then")
    scene.faults.discard(id if isinstance(id, str) else "")


_STEPS = {
    "publish": _publish,
    "unpublish": _unpublish,
    "create_template": _create_template,
    "delete_template": _delete_template,
    "access_key": _access_key,
    "bucket": _bucket,
    "job": _job,
    "fault": _fault,
    "clear_fault": _clear_fault,
}


def _expectations(document: Mapping[str, Any], scene: _Scene) -> Iterator[Mistake]:
    wanted = "the name or id of a job"
    for path, entry in entries(document, "expect"):
        for subject in ("callbacks", "frames", "files"):
            job = _get(entry.get(subject), "job")
            yield from _known((*path, subject, "job"), job, scene.jobs, wanted)
        statuses = entry.get("jobs")
        for name in statuses if isinstance(statuses, dict) else ():
            if name not in scene.jobs:
                yield (*path, "jobs", name), _unknown(wanted, scene.jobs, found=f"'{name}'")


def _populate(document: Mapping[str, Any]) -> Iterator[Mistake]:
    wanted = document.get("populate")
    if not isinstance(wanted, dict) or not wanted.get("jobs"):
        return
    for kind in ("templates", "streams"):
        if not wanted.get(kind) and not document.get(kind):
            yield ("populate", "jobs"), Complaint(f"0, or {kind} to make jobs with", found="jobs without any")


def _known(path: Path, name: Any, known: set[str], wanted: str) -> Iterator[Mistake]:
    if isinstance(name, str) and name not in known:
        yield path, _unknown(wanted, known)


def _unknown(wanted: str, known: set[str], *, found: str | None = None) -> Complaint:
    choices = tuple(sorted(known))
    if not choices:
        return Complaint(f"{wanted}; there is none", found=found)
    shown = (
        listed(choices) if len(choices) <= MOST_LISTED else f"{', '.join(choices[:MOST_LISTED])} and so on"
    )
    return Complaint(f"{wanted}: {shown}", choices, found=found)


def _twice(found: list[tuple[Path, dict[str, Any]]], key: str) -> Iterator[Mistake]:
    seen: dict[str, Path] = {}
    for path, entry in found:
        name = entry.get(key)
        if not isinstance(name, str):
            continue
        if name in seen:
            yield (*path, key), Complaint(f"one of its own: {dotted(seen[name])} has the same")
        seen.setdefault(name, path)


def _names(document: Mapping[str, Any], group: str, key: str) -> set[str]:
    return {entry[key] for _, entry in entries(document, group) if isinstance(entry.get(key), str)}


def _get(mapping: Any, key: str) -> Any:
    return mapping.get(key) if isinstance(mapping, dict) else None


def _bare(url: str, without_query: bool) -> str:
    return url.partition("?")[0] if without_query else url


def _at(entry: Mapping[str, Any]) -> timedelta | None:
    try:
        return duration(entry["at"])
    except (KeyError, TypeError, ValueError, OverflowError):
        return None
