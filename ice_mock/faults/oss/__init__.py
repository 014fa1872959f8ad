"""Faults of object storage. An occasion is a request that has passed authentication."""

from ice_mock.faults.kind import Kind
from ice_mock.faults.oss.access_denied import AccessDenied
from ice_mock.faults.oss.no_such_key import NoSuchKey
from ice_mock.faults.oss.slow import Slow
from ice_mock.faults.oss.truncated import Truncated

KINDS: tuple[type[Kind], ...] = (AccessDenied, NoSuchKey, Slow, Truncated)

__all__ = ["KINDS"]
