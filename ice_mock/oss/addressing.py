"""Where a request is addressed to: the bucket in the host, or first in the path."""

import re

from ice_mock.oss.request import decoded

_SCHEME_AND_HOST = re.compile(rb"[A-Za-z][A-Za-z0-9+.-]*://[^/?]*")
_HOST = re.compile(
    r"(?:([a-z0-9-]+)\.)?"
    # Beside the endpoints of regions those that OSS calls dual-stack: cn-shanghai.oss.aliyuncs.com
    r"(localhost|ice-mock\.invalid|(?:oss-[a-z0-9-]+|[a-z0-9-]+\.oss)\.aliyuncs\.com\.?)"
    r"(?::[0-9]*)?",
    re.IGNORECASE | re.ASCII,
)


def path_of(target: bytes) -> bytes:
    """The path in a request's target, still percent-encoded; a target may begin with scheme and host."""
    match = _SCHEME_AND_HOST.match(target)
    return target[match.end() if match else 0 :].partition(b"?")[0]


def bucket_of_host(host: str) -> str | None:
    """The bucket in ``<bucket>.localhost[:port]`` or ``<bucket>.oss-<region>.aliyuncs.com[:port]``."""
    match = _HOST.fullmatch(host)
    return match[1].lower() if match and match[1] else None


def is_oss_host(host: str) -> bool:
    """Whether *host* is one of object storage's own, with a bucket or without."""
    match = _HOST.fullmatch(host)
    return match is not None and "aliyuncs" in match[2].lower()


def bucket_and_key(host: str, path: bytes) -> tuple[str | None, str | None]:
    """The bucket and the key, None where there is none; *path* is percent-encoded.

    The slash between them may be encoded too, as may every other in a key.
    """
    place = decoded(path).removeprefix("/")
    if bucket := bucket_of_host(host):
        return bucket, place or None
    bucket, _, key = place.partition("/")
    return (bucket if place else None), key or None
