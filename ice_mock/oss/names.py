"""What buckets and objects may be called."""

import re

from ice_mock.oss.errors import InvalidBucketName, InvalidObjectName, ObjectNameTooLong

_BUCKET = re.compile(r"[a-z0-9][a-z0-9-]{1,61}[a-z0-9]")
_LONGEST_KEY = 1023


def check_bucket(name: str) -> None:
    """Raise InvalidBucketName for what is no name of a bucket."""
    if not _BUCKET.fullmatch(name):
        raise InvalidBucketName(BucketName=name)


def check_key(key: str) -> None:
    """Raise InvalidObjectName or ObjectNameTooLong for what is no name of an object."""
    if not _is_utf8(key) or key.startswith(("/", "\\")) or _climbs(key):
        raise InvalidObjectName(ObjectName=key)
    if len(key.encode()) > _LONGEST_KEY:
        raise ObjectNameTooLong(ObjectName=key)


def _is_utf8(key: str) -> bool:
    # Bytes that were no UTF-8 have become lone surrogates, which nothing can encode.
    return not any("\ud800" <= character <= "\udfff" for character in key)


def _climbs(key: str) -> bool:
    # Assumed: "." and ".." as whole segments, as many clients resolve them before they send.
    return not {".", ".."}.isdisjoint(key.split("/"))
