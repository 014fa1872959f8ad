"""What a world has of a job, gathered to be compared, and what is found not to fit."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from ice_mock.client.documents import (
    Callback,
    File,
    FrameFile,
    FrameRecord,
    Job,
    Kept,
    ObjectEntry,
)
from ice_mock.client.parts import Callbacks, Jobs, Objects
from ice_mock.client.pictures import Picture, picture

MOST_OWNERS_ASKED = 20
"""Of how many keys without their object it is asked whose is there instead."""

Place = tuple[int, str]
"""The number of a frame, and the key of its file."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that does not fit: its *kind*, the *frame* if it is about one, and a sentence.

    *fault* names the faults that the world itself injected there; *deleted* says that the API was asked to
    delete the file. Both explain it.
    """

    kind: str
    text: str
    frame: int | None = None
    fault: str | None = None
    deleted: bool = False


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a world has of a job; *read* are pictures by key, *others* those that hold a key in its place.

    The frames were asked for first. Whatever belongs to a later frame came meanwhile, and is left out.
    """

    job: Job
    frames: Sequence[FrameRecord]
    files: Sequence[File]
    objects: Sequence[ObjectEntry]
    callbacks: Kept[Callback]
    read: Mapping[str, Picture] = field(default_factory=dict)
    others: Mapping[str, ObjectEntry] = field(default_factory=dict)


def gathered(jobs: Jobs, objects: Objects, callbacks: Callbacks, job_id: str, *, pictures: int) -> Evidence:
    """Fetch what a world has of a job, so many *pictures* at equal distances among it."""
    job = jobs.find(job_id)
    bucket = job["bucket"]
    # The frames first: what comes while the rest is fetched belongs to later ones.
    frames = list(jobs.all_frames(job_id))
    files = list(jobs.all_files(job_id))
    keys = [file["key"] for frame in frames for file in frame["files"]]
    found = list(objects.all(bucket, prefix=_common_prefix(keys), job_id=job_id)) if keys else []
    stored = {each["key"] for each in found}
    absent = [file["key"] for file in files if file["key"] not in stored][:MOST_OWNERS_ASKED]
    others = {key: objects.find(bucket, key) for key in absent}
    return Evidence(
        job,
        frames,
        files,
        found,
        callbacks.all(job_id=job_id),
        {
            each["key"]: picture(objects.read(bucket, each["key"]), each["fault"])
            for each in _spread(found, pictures)
        },
        {key: entry for key, entry in others.items() if entry},
    )


def _common_prefix(texts: Sequence[str]) -> str:
    first, last = min(texts, default=""), max(texts, default="")
    length = next((n for n, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), len(first))
    return first[:length]


def _spread(objects: Sequence[ObjectEntry], most: int) -> Sequence[ObjectEntry]:
    """Some of the objects, at equal distances from the first on."""
    return objects[:: max(1, -(-len(objects) // most))] if most else []


def places(frames: Iterable[FrameRecord]) -> dict[Place, tuple[FrameRecord, FrameFile]]:
    return {(frame["number"], file["key"]): (frame, file) for frame in frames for file in frame["files"]}


def named(place: Place) -> str:
    return f"frame {place[0]}, {place[1]}"


def ranges(numbers: Sequence[int]) -> str:
    """Numbers in order, those that follow each other in one: 3, 7 to 9."""
    parts: list[str] = []
    for _, group in groupby(enumerate(numbers), key=lambda each: each[1] - each[0]):
        row = [number for _, number in group]
        parts.append(f"{row[0]}" if len(row) == 1 else f"{row[0]} to {row[-1]}")
    return ", ".join(parts)
