"""Faults of object storage, as oss2 sees them."""

from collections.abc import Callable
from datetime import timedelta
from http.client import IncompleteRead

import oss2
import pytest
import requests

from ice_mock.domain.fault import Fault
from ice_mock.domain.model import Job
from ice_mock.engine import Engine
from ice_mock.oss import OssPlane
from ice_mock.oss.operations import OPERATIONS
from ice_mock.oss.request import OssRequest
from ice_mock.worlds import World


@pytest.fixture
def job(world: World, submit: Callable[..., Job], walk: Callable) -> Job:
    """A job whose pictures are ``1.jpg`` to ``4.jpg``."""
    job = submit(world.engine, sequence="{Sequence}.jpg")
    walk(20)
    return job


def keys(bucket: oss2.Bucket) -> list[str]:
    return [each.key for each in oss2.ObjectIteratorV2(bucket)]


def test_access_denied_is_for_whatever_is_asked(job: Job, arm: Callable, bucket: oss2.Bucket) -> None:
    arm(oss="access-denied", id="closed")

    for ask in (
        lambda: bucket.get_object("1.jpg"),
        lambda: bucket.head_object("1.jpg"),
        lambda: bucket.delete_object("1.jpg"),
        bucket.list_objects_v2,
        bucket.get_bucket_info,
    ):
        with pytest.raises((oss2.exceptions.AccessDenied, oss2.exceptions.ServerError)) as caught:
            ask()
        assert (caught.value.status, caught.value.code) == (403, "AccessDenied")
        assert caught.value.headers["x-ice-mock-fault"] == "closed"


def test_a_request_that_is_denied_changes_nothing(job: Job, arm: Callable, bucket: oss2.Bucket) -> None:
    arm(oss="access-denied", times=1)

    with pytest.raises(oss2.exceptions.AccessDenied):
        bucket.delete_object("1.jpg")

    assert "1.jpg" in keys(bucket)


def test_a_key_that_is_listed_does_not_exist_when_it_is_read(
    job: Job, arm: Callable, bucket: oss2.Bucket
) -> None:
    arm(oss="no-such-key", key="2.jpg")

    with pytest.raises(oss2.exceptions.NoSuchKey) as caught:
        bucket.get_object("2.jpg")

    assert caught.value.details["Key"] == "2.jpg"
    assert not bucket.object_exists("2.jpg")
    assert bucket.object_exists("1.jpg")
    assert keys(bucket) == ["1.jpg", "2.jpg", "3.jpg", "4.jpg"]


def test_a_list_is_no_occasion_for_a_fault_of_objects(
    job: Job, arm: Callable, bucket: oss2.Bucket, control: Callable
) -> None:
    arm(oss="no-such-key", times=1)
    arm(oss="truncated", times=1)

    keys(bucket)
    bucket.get_bucket_info()

    assert [fault["matched"] for fault in control("GET", "faults").json["faults"]] == [0, 0]


def test_a_truncated_download_breaks_off_in_its_middle(
    job: Job, arm: Callable, http: Callable, bucket: oss2.Bucket, world: World
) -> None:
    whole = bucket.get_object("1.jpg").read()
    arm(oss="truncated", id="cut", times=2)

    with pytest.raises(requests.exceptions.RequestException):
        bucket.get_object("1.jpg").read()
    with pytest.raises(IncompleteRead) as caught:
        http("GET", f"/pictures/1.jpg?OSSAccessKeyId={world.id}&Expires=9999999999&Signature=none")

    assert caught.value.partial == whole[: len(whole) // 2]
    assert len(whole) == len(caught.value.partial) + caught.value.expected
    assert bucket.get_object("1.jpg").read() == whole


def test_part_of_an_object_is_cut_as_well(job: Job, arm: Callable, bucket: oss2.Bucket) -> None:
    arm(oss="truncated", times=1)

    with pytest.raises(requests.exceptions.RequestException):
        bucket.get_object("1.jpg", byte_range=(0, 99)).read()

    assert len(bucket.get_object("1.jpg", byte_range=(0, 99)).read()) == 100


def test_what_has_no_body_arrives_whole(job: Job, arm: Callable, bucket: oss2.Bucket) -> None:
    etag = bucket.head_object("1.jpg").etag
    arm(oss="truncated")

    with pytest.raises(oss2.exceptions.NotModified):
        bucket.get_object("1.jpg", headers={"If-None-Match": etag})


def test_a_slow_answer_is_the_right_one(
    job: Job, arm: Callable, bucket: oss2.Bucket, fired: Callable
) -> None:
    content = bucket.get_object("1.jpg").read()
    arm(oss="slow", by="2ms", id="slow")

    result = bucket.get_object("1.jpg")

    assert result.read() == content
    assert result.headers["x-ice-mock-fault"] == "slow"
    assert fired() == {"slow": 1}


@pytest.mark.parametrize(
    ("selector", "denied"),
    [
        ({"key": "1.jpg"}, ["1.jpg"]),
        ({"key": "?.jpg", "times": 2}, ["1.jpg", "2.jpg"]),
        ({"every": 2}, ["2.jpg", "4.jpg"]),
        ({"job": "room 1"}, ["1.jpg", "2.jpg", "3.jpg", "4.jpg"]),
        ({"job": "room 2"}, []),
        ({"stream": "rtmp://*", "after": 3}, ["4.jpg"]),
        ({"bucket": "others"}, []),
        ({"bucket": "pic*", "key": "3*"}, ["3.jpg"]),
    ],
    ids=str,
)
def test_a_request_is_about_a_bucket_a_key_and_the_job_that_wrote_it(
    job: Job, arm: Callable, bucket: oss2.Bucket, selector: dict, denied: list[str]
) -> None:
    arm(oss="access-denied", **selector)

    found = []
    for key in ("1.jpg", "2.jpg", "3.jpg", "4.jpg"):
        try:
            bucket.get_object(key).read()
        except oss2.exceptions.AccessDenied:
            found.append(key)

    assert found == denied


def test_an_object_that_does_not_exist_is_no_jobs(job: Job, arm: Callable, bucket: oss2.Bucket) -> None:
    arm(oss="access-denied", job="room*")

    with pytest.raises(oss2.exceptions.NoSuchKey):
        bucket.get_object("5.jpg")


def test_nothing_strikes_in_other_worlds(job: Job, arm: Callable, http: Callable) -> None:
    arm(oss="access-denied")

    assert http("GET", "/pictures/?prefix=1").status == 200


@pytest.mark.parametrize("operation", sorted({each.__name__ for each in OPERATIONS.values()}))
def test_the_actions_of_object_storage_are_called_as_it_calls_them(operation: str) -> None:
    name = operation.title().replace("_", "")

    assert name in {
        "GetObject",
        "HeadObject",
        "GetObjectMeta",
        "DeleteObject",
        "ListObjects",
        "GetBucketInfo",
    }


def test_whoever_asks_waits_and_nothing_else_does(
    engine: Engine, real_time: Callable, make_fault: Callable[..., Fault]
) -> None:
    class OneWorld:
        def engine_of(self, _: str | None, world_id: str | None = None) -> Engine:
            return engine

        def stray(self, *_: str | None) -> None:
            return None

        def access_key(self, _: str) -> None:
            return None

    waits: list[timedelta] = []
    plane = OssPlane(OneWorld(), real_time, max_age=None, wait=waits.append)
    engine.faults.add(make_fault("oss", "slow", options={"by": timedelta(minutes=5)}, every=2))
    request = OssRequest("GET", "pictures", "1.jpg", (), {}, "/pictures/1.jpg")

    answers = [plane(request).status for _ in range(4)]

    assert answers == [404] * 4
    assert waits == [timedelta(minutes=5)] * 2
