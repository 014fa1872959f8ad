"""Whether a job fits together: against worlds in which something went wrong, and against made-up evidence."""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest

from ice_mock.client import Client, Inconsistent, Unverifiable
from ice_mock.client.consistency import verified
from ice_mock.client.documents import Kept
from ice_mock.client.evidence import Evidence, gathered, ranges
from ice_mock.client.findings import (
    COUNTS,
    DUPLICATE_CALLBACKS,
    DUPLICATE_FILES,
    GAPS,
    LOST_CALLBACKS,
    MISSING_CALLBACKS,
    MISSING_OBJECTS,
    NUMBERS,
    SHARED_KEYS,
    STRANGE_CALLBACKS,
    STRANGE_FILES,
    STRANGE_OBJECTS,
    WRONG_CALLBACKS,
    WRONG_FILES,
    WRONG_OBJECTS,
    WRONG_PICTURES,
    findings,
)
from ice_mock.domain.model import Job
from ice_mock.engine import Engine

BOTH = {"sequence": "{JobId}/{Sequence}.jpg", "overwrite": "{JobId}/latest.jpg"}


def kinds(raised: pytest.ExceptionInfo[Inconsistent]) -> dict[str, list[int | None]]:
    found: dict[str, list[int | None]] = {}
    for finding in raised.value.findings:
        found.setdefault(finding.kind, []).append(finding.frame)
    return found


@pytest.mark.parametrize(
    ("formats", "callbacks", "files"),
    [
        ({}, 4, 4),
        ({"sequence": None, "overwrite": "{JobId}.jpg"}, 4, 1),
        (BOTH, 8, 5),
        ({"callback_url": None}, 0, 4),
    ],
    ids=["sequence", "overwrite", "both", "no receiver"],
)
def test_an_undisturbed_job_fits_together(
    client: Client, make_job: Callable[..., Job], formats: dict[str, Any], callbacks: int, files: int
):
    job = make_job(**formats)
    client.clock.advance(seconds=10)
    client.streams.unpublish(job.stream_url)
    client.clock.advance(seconds=7)
    client.streams.publish(job.stream_url)
    client.clock.advance(seconds=11)

    found = client.assert_consistent(job.id)

    assert (found.frames, found.files, found.callbacks, found.pictures) == (4, files, callbacks, files)
    assert list(found.excused) == []


def test_a_job_without_frames_fits_together(client: Client, make_job: Callable[..., Job]):
    job = make_job()

    assert client.assert_consistent(job.id).frames == 0
    assert client.assert_consistent(job.id, frames=0).frames == 0


@pytest.mark.parametrize("frames", [0, 1, 3])
def test_as_many_frames_are_there_as_one_says(client: Client, job: Job, frames: int):
    assert client.assert_consistent(job.id, frames=2).frames == 2

    with pytest.raises(Inconsistent, match=f"expected {frames} frames, and there are 2") as inconsistent:
        client.assert_consistent(job.id, frames=frames)

    assert kinds(inconsistent) == {COUNTS: [None]}
    assert str(inconsistent.value).splitlines()[1] == f"  1 {COUNTS}"


@pytest.mark.parametrize("pictures", [0, 1, 100])
def test_every_picture_that_a_fault_struck_is_told_whether_it_was_read_or_not(
    client: Client, job: Job, pictures: int
):
    client.faults.add(snapshot="black", after=1, times=2)
    client.clock.advance(seconds=25)

    excused = client.assert_consistent(job.id, pictures=pictures).excused
    with pytest.raises(Inconsistent) as inconsistent:
        client.assert_consistent(job.id, pictures=pictures, faults_excuse=False)

    assert [(each.frame, each.fault) for each in excused] == [(4, "fault-1"), (5, "fault-1")]
    assert kinds(inconsistent) == {WRONG_PICTURES: [4, 5]}


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ({"snapshot": "missing"}, GAPS),
        ({"snapshot": "truncated"}, WRONG_PICTURES),
        ({"snapshot": "black"}, WRONG_PICTURES),
        ({"snapshot": "stale"}, WRONG_PICTURES),
        ({"snapshot": "wrong-size", "width": 320, "height": 180}, WRONG_PICTURES),
        ({"callback": "drop"}, LOST_CALLBACKS),
        ({"callback": "duplicate"}, DUPLICATE_CALLBACKS),
    ],
    ids=lambda value: next(iter(value.values())) if isinstance(value, dict) else "",
)
def test_what_faults_did_is_explained_by_them(client: Client, job: Job, fault: dict[str, str], kind: str):
    client.faults.add({**fault, "times": 1})
    client.clock.advance(seconds=10)

    excused = client.assert_consistent(job.id).excused
    with pytest.raises(Inconsistent, match=r"\(the fault fault-1\)") as inconsistent:
        client.assert_consistent(job.id, faults_excuse=False)

    assert [(each.kind, each.frame, each.fault) for each in excused] == [(kind, 3, "fault-1")]
    assert kinds(inconsistent) == {kind: [3]}


@pytest.mark.parametrize(("originals", "kind"), [(False, [GAPS, STRANGE_OBJECTS]), (True, [GAPS])])
def test_what_the_api_was_asked_to_delete_is_explained_by_that(
    client: Client, job: Job, engine: Engine, originals: bool, kind: list[str]
):
    engine.files.delete(job.id, [client.files(job.id)[0]["timestamp"]], originals=originals)

    excused = client.assert_consistent(job.id).excused
    with pytest.raises(Inconsistent, match="deleted") as inconsistent:
        client.assert_consistent(job.id, deletions_excuse=False)

    assert [(each.kind, each.frame, each.deleted) for each in excused] == [(each, 1, True) for each in kind]
    assert kinds(inconsistent) == {each: [1] for each in kind}


def test_an_object_that_somebody_deleted_is_missed(client: Client, job: Job, engine: Engine):
    engine.objects.delete("pictures", f"{job.id}/2.jpg")

    with pytest.raises(Inconsistent) as inconsistent:
        client.assert_consistent(job.id)

    assert str(inconsistent.value).splitlines() == [
        f"job {job.id} (x) does not fit together:",
        "  1 listed files without an object: 2",
        f"    frame 2, {job.id}/2.jpg",
    ]


def test_a_key_that_two_jobs_write_to_is_told(client: Client, make_job: Callable[..., Job]):
    first, second = make_job(sequence="room/{Sequence}.jpg"), make_job(sequence="room/{Sequence}.jpg")
    client.clock.advance(seconds=5)

    with pytest.raises(Inconsistent, match=f"frame 1 of job {second.id} was written over it"):
        client.assert_consistent(first.id)

    client.assert_consistent(second.id)


def test_a_callback_that_nobody_took_is_missed(client: Client, make_job: Callable[..., Job]):
    job = make_job(callback_url=f"{client.url}/_ice_mock/nowhere")
    client.clock.advance(seconds=60)

    with pytest.raises(Inconsistent, match="after 3 attempts, the last: status 404") as inconsistent:
        client.assert_consistent(job.id)

    assert LOST_CALLBACKS in kinds(inconsistent)


def test_a_callback_that_was_asked_for_again_is_no_duplicate(client: Client, job: Job):
    client.callbacks.redeliver(client.callbacks[0]["id"])

    client.assert_consistent(job.id)


@pytest.mark.parametrize(("pictures", "read"), [(0, 0), (1, 1), (2, 2), (3, 2), (100, 4)])
def test_as_many_pictures_are_read_as_one_likes_or_a_few_less(
    client: Client, job: Job, pictures: int, read: int
):
    client.clock.advance(seconds=10)

    assert client.assert_consistent(job.id, pictures=pictures).pictures == read


# -- Against made-up evidence --


@pytest.fixture
def evidence(client: Client, job: Job) -> Evidence:
    """Everything there is of a job that has captured two frames."""
    return deepcopy(gathered(client.jobs, client.objects, client.callbacks, job.id, pictures=100))


def drop_frame(e: Evidence) -> Evidence:
    return replace(e, frames=[e.frames[0], {**e.frames[1], "number": 3}])


def list_twice(e: Evidence) -> Evidence:
    return replace(e, files=[*e.files, e.files[0]])


def share_a_key(e: Evidence) -> Evidence:
    e.frames[1]["files"][0]["key"] = e.files[1]["key"] = e.files[0]["key"]
    e.objects[0]["frame"] = 2
    e.callbacks[1]["key"] = e.callbacks[1]["body"]["MessageBody"]["OssObject"] = e.files[0]["key"]
    return replace(e, objects=e.objects[:1], read={})


def list_a_stranger(e: Evidence) -> Evidence:
    return replace(e, files=[*e.files, {**e.files[0], "key": "strange.jpg"}], others={})


def list_another_time(e: Evidence) -> Evidence:
    e.files[0]["timestamp"] += 1
    return e


def leave_out_a_file(e: Evidence) -> Evidence:
    return replace(e, files=e.files[1:], objects=e.objects[1:])


def leave_out_an_object(e: Evidence) -> Evidence:
    return replace(e, objects=e.objects[1:])


def swap_an_object(e: Evidence) -> Evidence:
    e.objects[1]["frame"] = 1
    return replace(e, read={})


def add_an_object(e: Evidence) -> Evidence:
    return replace(e, objects=[*e.objects, {**e.objects[0], "key": "strange.jpg"}])


def leave_out_a_callback(e: Evidence) -> Evidence:
    return replace(e, callbacks=Kept(e.callbacks[1:], 0))


def announce_twice(e: Evidence) -> Evidence:
    return replace(e, callbacks=Kept([*e.callbacks, e.callbacks[0]], 0))


def announce_a_stranger(e: Evidence) -> Evidence:
    return replace(e, callbacks=Kept([*e.callbacks, {**e.callbacks[0], "key": "strange.jpg"}], 0))


def announce_another_bucket(e: Evidence) -> Evidence:
    e.callbacks[0]["body"]["MessageBody"]["OssBucket"] = "other"
    return e


def swap_the_pictures(e: Evidence) -> Evidence:
    first, second = e.read
    return replace(e, read={first: e.read[second], second: e.read[first]})


@pytest.mark.parametrize(
    ("tamper", "kinds_and_frames"),
    [
        (lambda e: e, set()),
        (list_twice, {(DUPLICATE_FILES, 1)}),
        (share_a_key, {(SHARED_KEYS, 2)}),
        (list_a_stranger, {(STRANGE_FILES, 1), (MISSING_OBJECTS, 1)}),
        (list_another_time, {(WRONG_FILES, 1)}),
        (leave_out_a_file, {(GAPS, 1)}),
        (leave_out_an_object, {(MISSING_OBJECTS, 1)}),
        (swap_an_object, {(WRONG_OBJECTS, 2)}),
        (add_an_object, {(STRANGE_OBJECTS, 1)}),
        (leave_out_a_callback, {(MISSING_CALLBACKS, 1)}),
        (announce_twice, {(DUPLICATE_CALLBACKS, 1)}),
        (announce_a_stranger, {(STRANGE_CALLBACKS, 1)}),
        (announce_another_bucket, {(WRONG_CALLBACKS, 1)}),
        (swap_the_pictures, {(WRONG_PICTURES, 1), (WRONG_PICTURES, 2)}),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_each_thing_that_does_not_fit_is_found(
    evidence: Evidence, tamper: Callable[[Evidence], Evidence], kinds_and_frames: set[tuple[str, int]]
):
    assert {(each.kind, each.frame) for each in findings(tamper(evidence))} == kinds_and_frames


def test_frames_are_numbered_one_after_the_other(evidence: Evidence):
    found = [each for each in findings(drop_frame(evidence)) if each.kind == NUMBERS]

    assert [each.text for each in found] == ["frame 2 is missing"]


def test_what_came_while_the_rest_was_fetched_is_left_out(evidence: Evidence):
    early = replace(evidence, frames=evidence.frames[:1])

    assert list(findings(early)) == []


def test_callbacks_that_were_forgotten_leave_it_open_whether_they_were_made(evidence: Evidence):
    forgetful = replace(evidence, callbacks=Kept(evidence.callbacks[1:], 1))

    with pytest.raises(Unverifiable, match="the world has dropped 1"):
        verified(forgetful, faults_excuse=True, deletions_excuse=True)


def test_what_does_not_fit_for_sure_is_told_though_callbacks_were_forgotten(evidence: Evidence):
    forgetful = replace(leave_out_an_object(evidence), callbacks=Kept(evidence.callbacks[1:], 1))

    with pytest.raises(Inconsistent) as inconsistent:
        verified(forgetful, faults_excuse=True, deletions_excuse=True)

    assert kinds(inconsistent) == {MISSING_OBJECTS: [1]}


def test_a_long_list_is_cut(evidence: Evidence):
    strangers = [{**evidence.objects[0], "key": f"{number}.jpg"} for number in range(25)]

    with pytest.raises(Inconsistent, match=r"(?s)25 objects that no listed file names: 1\n.*and 15 more"):
        verified(
            replace(evidence, objects=[*evidence.objects, *strangers]),
            faults_excuse=True,
            deletions_excuse=True,
        )


@pytest.mark.parametrize(
    ("numbers", "text"), [([], ""), ([3], "3"), ([3, 4, 5, 7, 9, 10], "3 to 5, 7, 9 to 10")]
)
def test_numbers_in_a_row_are_told_as_one(numbers: list[int], text: str):
    assert ranges(numbers) == text
