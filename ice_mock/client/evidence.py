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
from ice_mock.client.pictures import Picture

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
