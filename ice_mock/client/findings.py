"""Gaps, duplicates and strangers among the frames, files, objects and callbacks of a job."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ice_mock.client.documents import Callback, File, FrameFile, FrameRecord, Job
from ice_mock.client.evidence import Evidence, Finding, Place, named, places, ranges
from ice_mock.client.pictures import Picture
from ice_mock.clock import from_iso, iso_seconds, whole_milliseconds
from ice_mock.credentials import masked
from ice_mock.words import counted

COUNTS = "counts that are not as expected"
NUMBERS = "frames that are not numbered one after the other"
GAPS = "frames without their file in the list"
DUPLICATE_FILES = "files that are listed more than once"
SHARED_KEYS = "keys that several frames were written to"
STRANGE_FILES = "listed files that no frame wrote"
WRONG_FILES = "listed files that say something else than their frame"
MISSING_OBJECTS = "listed files without an object"
WRONG_OBJECTS = "objects of another frame than the list says"
STRANGE_OBJECTS = "objects that no listed file names"
MISSING_CALLBACKS = "files without their callback"
DUPLICATE_CALLBACKS = "files that were announced more than once"
STRANGE_CALLBACKS = "callbacks for files that there never were"
LOST_CALLBACKS = "callbacks that were lost"
WRONG_CALLBACKS = "callbacks that say something else than the file"
WRONG_PICTURES = "pictures that are not the frame's"


def findings(evidence: Evidence) -> Iterator[Finding]:
    """Yield everything that does not fit, explained or not."""
    yield from _numbers(evidence.frames)
    yield from _files(evidence)
    yield from _objects(evidence)
    yield from _callbacks(evidence)
    yield from _pictures(evidence)


def _numbers(frames: Sequence[FrameRecord]) -> Iterator[Finding]:
    counts = Counter(frame["number"] for frame in frames)
    for number in range(1, max(counts, default=0) + 1):
        if counts[number] != 1:
            how_often = "is missing" if not counts[number] else f"is there {counts[number]} times"
            yield Finding(NUMBERS, f"frame {number} {how_often}", number)


def _files(evidence: Evidence) -> Iterator[Finding]:
    known, horizon = places(evidence.frames), len(evidence.frames)
    listed = Counter((file["frame"], file["key"]) for file in evidence.files)
    for place, count in listed.items():
        if count > 1:
            yield Finding(DUPLICATE_FILES, f"{named(place)} is listed {count} times", place[0])
    yield from _shared_keys(evidence.files)
    for file in evidence.files:
        place = file["frame"], file["key"]
        if file["frame"] > horizon:
            continue
        if place not in known:
            yield Finding(STRANGE_FILES, f"{named(place)}", file["frame"])
        elif difference := _difference(file, known[place][0]):
            yield Finding(WRONG_FILES, f"{named(place)}: {difference}", file["frame"])
    for place in _expected_in_list(evidence):
        if place not in listed:
            frame, meant = known[place]
            text = f"{named(place)}, of {frame['at']}"
            fault = meant["fault"] if meant["missing"] else None
            yield Finding(GAPS, text, place[0], fault, meant["deleted"])


def _shared_keys(files: Iterable[File]) -> Iterator[Finding]:
    frames: dict[str, list[int]] = defaultdict(list)
    for file in files:
        if not file["overlay"] and file["frame"] not in frames[file["key"]]:
            frames[file["key"]].append(file["frame"])
    for key, numbers in frames.items():
        if len(numbers) > 1:
            text = f"{key}: the frames {ranges(numbers)}, and only the last is left"
            yield Finding(SHARED_KEYS, text, numbers[-1])


def _difference(file: File, frame: FrameRecord) -> str | None:
    if (file["timestamp"], file["created_at"]) == (frame["timestamp"], frame["at"]):
        return None
    return f"created at {file['created_at']}, and the frame is of {frame['at']}"


def _expected_in_list(evidence: Evidence) -> Iterator[Place]:
    """What has to be in the list: every sequence file, and the overwrite file of the last frame."""
    last: Place | None = None
    for frame in evidence.frames:
        for file in frame["files"]:
            if not file["overlay"]:
                yield frame["number"], file["key"]
            elif not file["missing"]:
                last = frame["number"], file["key"]
    newer = any(file["overlay"] and file["frame"] > len(evidence.frames) for file in evidence.files)
    if last and not newer:
        yield last


def _objects(evidence: Evidence) -> Iterator[Finding]:
    objects = {each["key"]: each for each in evidence.objects}
    horizon = len(evidence.frames)
    listed = {file["key"]: file for file in evidence.files if file["frame"] <= horizon}
    for key, file in listed.items():
        if key not in objects:
            yield Finding(MISSING_OBJECTS, named((file["frame"], key)) + _owner(evidence, key), file["frame"])
        elif file["frame"] > objects[key]["frame"]:
            text = f"{named((file['frame'], key))}: the object is frame {objects[key]['frame']}'s"
            yield Finding(WRONG_OBJECTS, text, file["frame"])
    written = _files_by_key(evidence.frames)
    for key, each in objects.items():
        place = each["frame"], key
        if key in listed or each["frame"] > horizon or key in written.overlays:
            continue
        deleted = place in written.deleted
        how = " (its record was deleted, the object was kept)" if deleted else ""
        yield Finding(STRANGE_OBJECTS, named(place) + how, each["frame"], deleted=deleted)


def _owner(evidence: Evidence, key: str) -> str:
    other = evidence.others.get(key)
    return f": frame {other['frame']} of job {other['job_id']} was written over it" if other else ""


@dataclass(frozen=True, slots=True)
class _Written:
    """The keys of overwrite files, and the places whose records were deleted."""

    overlays: frozenset[str]
    deleted: frozenset[Place]


def _files_by_key(frames: Iterable[FrameRecord]) -> _Written:
    files = [(frame["number"], file) for frame in frames for file in frame["files"]]
    return _Written(
        frozenset(file["key"] for _, file in files if file["overlay"]),
        frozenset((number, file["key"]) for number, file in files if file["deleted"]),
    )


def _callbacks(evidence: Evidence) -> Iterator[Finding]:
    known, horizon = places(evidence.frames), len(evidence.frames)
    made: dict[Place, list[Callback]] = defaultdict(list)
    for callback in evidence.callbacks:
        if callback["frame"] <= horizon:
            made[callback["frame"], callback["key"]].append(callback)
    for place, callbacks in made.items():
        if place not in known:
            ids = ", ".join(callback["id"] for callback in callbacks)
            yield Finding(STRANGE_CALLBACKS, f"{named(place)}: {ids}", place[0])
            continue
        if len(callbacks) > 1:
            ids = ", ".join(callback["id"] for callback in callbacks)
            yield Finding(DUPLICATE_CALLBACKS, f"{named(place)}: {ids}", place[0])
        for callback in callbacks:
            yield from _callback(evidence.job, callback, *known[place])
    for place, (_, file) in known.items():
        if file["announced"] and place not in made:
            yield Finding(MISSING_CALLBACKS, named(place), place[0])


def _callback(job: Job, callback: Callback, frame: FrameRecord, file: FrameFile) -> Iterator[Finding]:
    place, number = named((frame["number"], file["key"])), frame["number"]
    faults = ", ".join(dict.fromkeys(each["fault"] for each in callback["attempts"] if each["fault"])) or None
    if callback["state"] == "lost":
        last = callback["attempts"][-1]
        why = last["error"] or f"status {last['status']}"
        tries = counted(len(callback["attempts"]), "attempt")
        text = masked(f"{place}: {callback['id']} after {tries}, the last: {why}")
        yield Finding(LOST_CALLBACKS, text, number, faults)
    delivered = [
        each for each in callback["attempts"] if each["outcome"] == "delivered" and not each["asked_for"]
    ]
    if len(delivered) > 1:
        text = f"{place}: {callback['id']} was delivered {len(delivered)} times"
        yield Finding(DUPLICATE_CALLBACKS, text, number, faults)
    message = callback["body"].get("MessageBody", {})
    for name, value in _message(job, frame, file).items():
        if message.get(name) != value:
            text = f"{place}: {name} is {message.get(name)!r}, and should be {value!r}"
            yield Finding(WRONG_CALLBACKS, text, number)


def _message(job: Job, frame: FrameRecord, file: FrameFile) -> dict[str, object]:
    """What a callback has to say of a file."""
    return {
        "JobId": job["id"],
        "OssEndpoint": job["endpoint"],
        "OssBucket": job["bucket"],
        "OssObject": file["key"],
        "CreateTime": iso_seconds(from_iso(frame["at"])),
        "CreateTimestamp": frame["timestamp"],
        "IsOverlay": file["overlay"],
    }


def _pictures(evidence: Evidence) -> Iterator[Finding]:
    """What is wrong with pictures: seen in those that were read, known of those that faults struck."""
    known = places(evidence.frames)
    for each in evidence.objects:
        place = each["frame"], each["key"]
        picture = evidence.read.get(each["key"])
        if place not in known:
            continue
        frame, file = known[place]
        if flaw := picture and _flaw(picture, evidence.job, frame):
            yield Finding(WRONG_PICTURES, f"{named(place)}: {flaw}", each["frame"], file["fault"])
        elif file["fault"]:
            text = f"{named(place)}: struck by the fault {file['fault']}"
            yield Finding(WRONG_PICTURES, text, each["frame"], file["fault"])


def _flaw(picture: Picture, job: Job, frame: FrameRecord) -> str | None:
    """What is wrong with the picture of a frame, None if nothing is."""
    facts = picture.facts
    if facts is None:
        return "nothing is written in it"
    pixels, told = f"{picture.width}x{picture.height}", f"{facts.width}x{facts.height}"
    is_at = facts.instant == whole_milliseconds(from_iso(frame["at"]))
    flaws = {
        f"it breaks off after {len(picture.jpeg)} bytes": not picture.is_complete,
        f"it is job {facts.job_id}'s": facts.job_id != job["id"],
        f"it shows frame {facts.number}": facts.number != frame["number"],
        f"it shows {facts.instant.isoformat()}, and the frame is of {frame['at']}": not is_at,
        f"it shows {facts.stream}": facts.stream != job["stream"],
        f"it has {pixels} pixels, and says {told}": pixels != told,
    }
    return next((flaw for flaw, is_so in flaws.items() if is_so), None)
