"""Object storage, as far as reading snapshots needs it: requests and answers without a web framework.

Text is decoded from UTF-8; bytes that are none are kept as lone surrogates ("surrogateescape"), so that
signatures are made over what was sent.
"""

from ice_mock.oss.plane import OssPlane
from ice_mock.oss.request import OssAnswer, OssRequest
from ice_mock.oss.worlds import OssWorlds

__all__ = ["OssAnswer", "OssPlane", "OssRequest", "OssWorlds"]
