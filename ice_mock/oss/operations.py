"""Which operation a request asks for, and those that there are."""

from collections.abc import Callable

from ice_mock.engine import Engine
from ice_mock.oss import buckets, objects
from ice_mock.oss.errors import NoSuchBucket, NotImplementedHere
from ice_mock.oss.names import check_bucket, check_key
from ice_mock.oss.request import OssAnswer, OssRequest
from ice_mock.oss.subresources import CHOOSING

Operation = Callable[[Engine, OssRequest], OssAnswer]

OPERATIONS: dict[tuple[str, str], Operation] = {
    ("GET", "bucket"): buckets.list_objects,
    ("GET", "bucket?bucketInfo"): buckets.get_bucket_info,
    ("GET", "object"): objects.get_object,
    ("HEAD", "object"): objects.head_object,
    ("GET", "object?objectMeta"): objects.get_object_meta,
    ("HEAD", "object?objectMeta"): objects.get_object_meta,
    ("DELETE", "object"): objects.delete_object,
}

_MISSING = {
    ("GET", "service"): "ListBuckets",
    ("PUT", "bucket"): "PutBucket",
    ("POST", "bucket"): "PostObject",
    ("DELETE", "bucket"): "DeleteBucket",
    ("GET", "bucket?acl"): "GetBucketAcl",
    ("PUT", "bucket?acl"): "PutBucketAcl",
    ("POST", "bucket?delete"): "DeleteMultipleObjects",
    ("GET", "bucket?location"): "GetBucketLocation",
    ("GET", "bucket?stat"): "GetBucketStat",
    ("GET", "bucket?uploads"): "ListMultipartUploads",
    ("GET", "bucket?versions"): "ListObjectVersions",
    ("OPTIONS", "object"): "OptionObject",
    ("PUT", "object"): "PutObject",
    ("GET", "object?acl"): "GetObjectAcl",
    ("PUT", "object?acl"): "PutObjectAcl",
    ("POST", "object?append&position"): "AppendObject",
    ("PUT", "object?partNumber&uploadId"): "UploadPart",
    ("POST", "object?restore"): "RestoreObject",
    ("GET", "object?symlink"): "GetSymlink",
    ("PUT", "object?symlink"): "PutSymlink",
    ("DELETE", "object?tagging"): "DeleteObjectTagging",
    ("GET", "object?tagging"): "GetObjectTagging",
    ("PUT", "object?tagging"): "PutObjectTagging",
    ("GET", "object?uploadId"): "ListParts",
    ("POST", "object?uploadId"): "CompleteMultipartUpload",
    ("DELETE", "object?uploadId"): "AbortMultipartUpload",
    ("POST", "object?uploads"): "InitiateMultipartUpload",
    ("GET", "object?x-oss-process"): "GetObject with x-oss-process",
}


def operation_of(engine: Engine, request: OssRequest) -> Operation:
    """The operation asked for; raises a refusal if it or its bucket does not exist, or a name cannot."""
    _admit(engine, request)
    asked = (request.method, _target(request))
    operation = OPERATIONS.get(asked)
    if operation is None:
        raise NotImplementedHere(Operation=_MISSING.get(asked, " ".join(asked)))
    return operation


def _target(request: OssRequest) -> str:
    """What it is about: the service, a bucket or an object, and which side of it."""
    kind = "service" if request.bucket is None else "bucket" if request.key is None else "object"
    sides = "&".join(sorted({name for name, _ in request.query if name in CHOOSING}))
    return f"{kind}?{sides}" if sides else kind


def _admit(engine: Engine, request: OssRequest) -> None:
    if request.bucket is not None:
        check_bucket(request.bucket)
    if request.key is not None:
        check_key(request.key)
    if request.bucket is not None and engine.buckets.find(request.bucket) is None:
        raise NoSuchBucket(BucketName=request.bucket)
