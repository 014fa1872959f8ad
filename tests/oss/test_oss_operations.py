from xml.etree import ElementTree as ET

import pytest
from oss_world import Door

from ice_mock.oss import OssAnswer


def code(answer: OssAnswer) -> str | None:
    return ET.fromstring(answer.body).findtext("Code")


@pytest.mark.parametrize(
    ("method", "target", "operation"),
    [
        ("GET", "/", "ListBuckets"),
        ("PUT", "/testbucket/", "PutBucket"),
        ("DELETE", "/testbucket", "DeleteBucket"),
        ("POST", "/testbucket/", "PostObject"),
        ("POST", "/testbucket/?delete", "DeleteMultipleObjects"),
        ("GET", "/testbucket/?acl", "GetBucketAcl"),
        ("GET", "/testbucket/?uploads", "ListMultipartUploads"),
        ("GET", "/testbucket/?website", "GET bucket?website"),
        ("HEAD", "/testbucket/", None),
        ("PUT", "/testbucket/a.jpg", "PutObject"),
        ("POST", "/testbucket/a.jpg?append&position=0", "AppendObject"),
        ("POST", "/testbucket/a.jpg?uploads", "InitiateMultipartUpload"),
        ("PUT", "/testbucket/a.jpg?partNumber=1&uploadId=x", "UploadPart"),
        ("GET", "/testbucket/latest.jpg?acl", "GetObjectAcl"),
        ("GET", "/testbucket/latest.jpg?tagging=", "GetObjectTagging"),
        ("GET", "/testbucket/latest.jpg?x-oss-process=image%2Fresize", "GetObject with x-oss-process"),
        ("GET", "/testbucket/latest.jpg?versionId=x", "GET object?versionId"),
        ("OPTIONS", "/testbucket/latest.jpg", "OptionObject"),
        ("BREW", "/testbucket/latest.jpg", "BREW object"),
    ],
)
def test_what_is_not_there_is_named(door: Door, method: str, target: str, operation: str | None) -> None:
    answer = door(method, target)

    assert answer.status == 501
    if operation:
        error = ET.fromstring(answer.body)
        assert (error.findtext("Code"), error.findtext("Operation")) == ("NotImplemented", operation)
        message = "A header you provided implies functionality that is not implemented."
        assert (error.findtext("Message") or "").startswith(message)


@pytest.mark.parametrize("query", ["unknown=1", "x-oss-traffic-limit=819200", "prefix=x"])
def test_a_parameter_that_chooses_nothing_changes_nothing(door: Door, query: str) -> None:
    assert door("GET", f"/testbucket/latest.jpg?{query}").status == 200


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("a/./b", "InvalidObjectName"),
        ("a/../b", "InvalidObjectName"),
        ("..", "InvalidObjectName"),
        ("%2Fa", "InvalidObjectName"),
        ("/a", "InvalidObjectName"),
        ("%5Ca", "InvalidObjectName"),
        ("%FF", "InvalidObjectName"),
        ("%ED%A0%80", "InvalidObjectName"),
        ("a" * 1024, "InvalidObjectName"),
        ("%C3%A9" * 512, "InvalidObjectName"),
        ("a" * 1023, "NoSuchKey"),
        ("%C3%A9" * 511, "NoSuchKey"),
        ("a//b", "NoSuchKey"),
        ("...", "NoSuchKey"),
        ("a..b", "NoSuchKey"),
        ("%00%01%F0%9F%98%80%EF%BF%BF", "NoSuchKey"),
    ],
)
def test_names_of_objects(door: Door, key: str, expected: str) -> None:
    assert code(door("GET", f"/testbucket/{key}")) == expected


@pytest.mark.parametrize(
    ("bucket", "status"),
    [
        ("abc", 200),
        ("a-1", 200),
        ("a" * 63, 200),
        ("ab", 400),
        ("a" * 64, 400),
        ("-ab", 400),
        ("ab-", 400),
        ("Abc", 400),
        ("a.b.c", 400),
        ("a_b", 400),
        ("", 400),
        ("%C3%A9%C3%A9%C3%A9", 400),
        ("%FF%FF%FF", 400),
        ("ab%0A", 400),
    ],
)
def test_names_of_buckets(door: Door, bucket: str, status: int) -> None:
    answer = door("GET", f"/{bucket}//" if not bucket else f"/{bucket}/")

    assert answer.status == status
    if status == 400:
        assert code(answer) == "InvalidBucketName"


@pytest.mark.parametrize(("count", "status"), [(1000, 200), (1001, 400), (50_000, 400)])
def test_the_number_of_parameters_is_limited(door: Door, count: int, status: int) -> None:
    assert door("GET", f"/testbucket/latest.jpg?{'&'.join(['a'] * count)}").status == status


@pytest.mark.parametrize(
    ("host", "target"),
    [("127.0.0.1:4610", "/testbucket?bucketInfo"), ("testbucket.localhost:4610", "/?bucketInfo")],
    ids=["path", "host"],
)
def test_the_bucket_tells_of_itself(door: Door, host: str, target: str) -> None:
    bucket = ET.fromstring(door("GET", target, host=host).body).find("Bucket")

    assert bucket is not None
    assert [(child.tag, child.text) for child in bucket if not len(child)] == [
        ("CreationDate", "2020-01-01T00:00:00.000Z"),
        ("ExtranetEndpoint", host.removeprefix("testbucket.")),
        ("IntranetEndpoint", host.removeprefix("testbucket.")),
        ("Location", "oss-cn-shanghai"),
        ("Name", "testbucket"),
        ("StorageClass", "Standard"),
        ("DataRedundancyType", "LRS"),
        ("Comment", None),
    ]
    assert bucket.findtext("Owner/ID") == "1234567890123456"
    assert bucket.findtext("AccessControlList/Grant") == "private"


def test_a_failure_of_the_emulator_is_told_in_the_same_form(
    door: Door, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_: object) -> bytes:
        raise RuntimeError("the secret reason")

    monkeypatch.setattr("ice_mock.engine.objects.StoredObject.content", fail)

    answer = door("GET", "/testbucket/latest.jpg")

    assert (answer.status, code(answer)) == (500, "InternalError")
    assert b"the secret reason" not in answer.body
    assert "the secret reason" in caplog.text
