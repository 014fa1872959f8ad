"""Which hosts are emulated, and which others are Alibaba Cloud's."""

from collections.abc import Sequence
from enum import Enum
from functools import lru_cache

from ice_mock.domain.wildcards import matches

EMULATED = (
    "ice.aliyuncs.com",
    "ice.*.aliyuncs.com",
    "ice-vpc.*.aliyuncs.com",
    "oss-*.aliyuncs.com",
    "*.oss-*.aliyuncs.com",
    # The endpoints that OSS calls dual-stack.
    "*.oss.aliyuncs.com",
)
NOWHERE = "ice-mock.invalid"
"""The host of an emulator in this process, that has no address: no real name ends in ``.invalid``."""
# The old core asks them for the endpoints of products that it does not know itself, ICE among them.
LOCATION = ("location.aliyuncs.com", "location-readonly.aliyuncs.com")
DOMAINS = ("aliyuncs.com", "aliyun.com", "alibabacloud.com", "alicloudapi.com", "alibabacloudcs.com")
METADATA = "100.100.100.200"
"""The metadata of a machine: where the SDKs look for credentials when they were given none."""
OF_ALIBABA_CLOUD = (*DOMAINS, *(f"*.{domain}" for domain in DOMAINS), METADATA)


class Kind(Enum):
    """What a host is to a diversion."""

    EMULATED = "emulated"
    """Of the real service, or `NOWHERE`."""
    LOCATION = "location"
    FOREIGN = "foreign"
    """Alibaba Cloud's, and not emulated."""
    OTHER = "other"
    """Nobody's business."""


@lru_cache(maxsize=1024)
def kind_of(host: str) -> Kind:
    """The kind of a host that is written as `plain` writes it."""
    if host == NOWHERE or host.endswith(f".{NOWHERE}"):
        return Kind.EMULATED
    if not any_matches(OF_ALIBABA_CLOUD, host):
        return Kind.OTHER
    if any_matches(EMULATED, host):
        return Kind.EMULATED
    return Kind.LOCATION if host in LOCATION else Kind.FOREIGN


def any_matches(patterns: Sequence[str], host: str) -> bool:
    return any(matches(pattern, host) for pattern in patterns)


def plain(host: str) -> str:
    """A host in lower case, and without the dot that may end a whole name."""
    return host.lower().rstrip(".")
