"""Pictures that are read through a handle, the broken ones too."""

from datetime import UTC, datetime

import pytest

from ice_mock.client import Client, ControlRefused, PictureBroken
from ice_mock.client.pictures import picture
from ice_mock.domain.model import Job

STREAM = "rtmp://live.example.com/app/room1"


def test_a_picture_says_what_it_shows(client: Client, job: Job):
    found = client.read(client.files(job.id)[1])

    assert (found.job_id, found.number, found.stream) == (job.id, 2, STREAM)
    assert found.instant == datetime(2026, 1, 1, 0, 0, 10, tzinfo=UTC)
    assert (found.width, found.height, found.seed) == (1280, 720, 7)
    assert (found.is_complete, found.fault) == (True, None)
    assert found.jpeg.startswith(b"\xff\xd8")
    assert str(found).startswith("a picture 1280x720 of ")
    assert str(found).endswith(f"showing frame 2 of job {job.id}")


def test_a_picture_is_found_by_its_file_its_callback_its_object_or_its_place(client: Client, job: Job):
    [file, _], [callback, _] = client.files(job.id), client.callbacks
    entry = next(client.objects.all("pictures"))

    ways = [file, callback, entry, f"pictures/{file['key']}"]

    assert [client.read(way).number for way in ways] == [1, 1, 1, 1]


def test_a_truncated_picture_is_not_complete(client: Client, job: Job):
    client.faults.add(snapshot="truncated", times=1)
    client.clock.advance(seconds=5)

    found = client.read(client.files(job.id)[2])

    assert (found.is_complete, found.fault, found.number) == (False, "fault-1", 3)
    assert str(found).endswith(", breaking off before its end, struck by the fault fault-1")


def test_a_black_picture_says_nothing(client: Client, job: Job):
    client.faults.add(snapshot="black", times=1)
    client.clock.advance(seconds=5)

    found = client.read(client.files(job.id)[2])

    assert (found.facts, found.is_complete, found.width) == (None, True, 1280)
    for fact in ("stream", "job_id", "number", "instant", "seed"):
        with pytest.raises(PictureBroken, match=r"nothing is written in it: .* struck by the fault fault-1"):
            getattr(found, fact)


def test_a_picture_of_the_wrong_size_has_the_size_that_it_has(client: Client, job: Job):
    client.faults.add(snapshot="wrong-size", width=320, height=180, times=1)
    client.clock.advance(seconds=5)

    found = client.read(client.files(job.id)[2])

    assert (found.width, found.height, found.fault) == (320, 180, "fault-1")


def test_a_stale_picture_shows_an_earlier_frame(client: Client, job: Job):
    client.faults.add(snapshot="stale", times=1)
    client.clock.advance(seconds=5)

    file = client.files(job.id)[2]

    assert (file["frame"], client.read(file).number) == (3, 2)


def test_a_picture_that_is_not_there_is_named(client: Client):
    with pytest.raises(ControlRefused, match=r"no object 'a/b\.jpg' in the bucket 'pictures'"):
        client.read("pictures/a/b.jpg")


@pytest.mark.parametrize("place", ["", "pictures", "/a.jpg", "pictures/"])
def test_a_place_is_a_bucket_and_a_key(client: Client, place: str):
    with pytest.raises(ValueError, match="expected bucket/key"):
        client.read(place)


@pytest.mark.parametrize("document", [{}, {"bucket": "a"}, 5])
def test_what_names_no_place_cannot_be_read(client: Client, document: object):
    with pytest.raises(TypeError, match="can be read, not"):
        client.read(document)


@pytest.mark.parametrize("jpeg", [b"", b"GIF89a", b"\xff\xd8\xff", b"\xff\xd8\xff\xc0\x00\x02\xff\xd9"])
def test_what_is_no_picture_has_no_size(jpeg: bytes):
    found = picture(jpeg, None)

    assert (found.width, found.height, found.facts) == (None, None, None)
    assert "of no size" in str(found)
