"""Signatures of version 1: HMAC-SHA1 over a few headers, the resource and its sub-resources."""

import hashlib
import hmac
import re
from base64 import b64encode
from dataclasses import dataclass

from ice_mock.oss.claim import Claim, Moment, Term, octets
from ice_mock.oss.dates import from_http_date, from_seconds
from ice_mock.oss.errors import IncompleteQueryAuthorization, InvalidAuthorization
from ice_mock.oss.request import OssRequest
from ice_mock.oss.subresources import SIGNED

_AUTHORIZATION = re.compile(r"OSS +([^:\s]+):(\S*)")


@dataclass(frozen=True, slots=True)
class ClaimV1(Claim):
    """A signature of version 1; *date* is signed as it was sent, or in a URL the instant of expiry."""

    date: str

    def evidence(self) -> dict[str, str]:
        return {"StringToSign": self._string_to_sign()}

    def _signed_with(self, secret: str) -> str:
        digest = hmac.digest(octets(secret), octets(self._string_to_sign()), hashlib.sha1)
        return b64encode(digest).decode()

    def _string_to_sign(self) -> str:
        headers = self.request.headers
        lines = (
            self.request.method,
            headers.get("content-md5", ""),
            headers.get("content-type", ""),
            self.date,
            _canonical_headers(self.request) + _canonical_resource(self.request),
        )
        return "\n".join(lines)


def claim_in_header(request: OssRequest, authorization: str) -> ClaimV1:
    """Read ``OSS <key>:<signature>``; raises InvalidAuthorization."""
    match = _AUTHORIZATION.fullmatch(authorization)
    if not match:
        raise InvalidAuthorization
    date = request.headers.get("x-oss-date") or request.headers.get("date", "")
    return ClaimV1(request, match[1], match[2], Moment(from_http_date(date)), date)


def claim_in_query(request: OssRequest) -> ClaimV1:
    """Read a presigned URL; raises IncompleteQueryAuthorization."""
    parameters = request.parameters
    try:
        access_key_id, expires = parameters["OSSAccessKeyId"], parameters["Expires"]
        signature = parameters["Signature"]
    except KeyError:
        raise IncompleteQueryAuthorization from None
    return ClaimV1(request, access_key_id, signature, Term(from_seconds(expires)), expires)


def _canonical_headers(request: OssRequest) -> str:
    signed = sorted((name, value) for name, value in request.headers.items() if name.startswith("x-oss-"))
    return "".join(f"{name}:{value}\n" for name, value in signed)


def _canonical_resource(request: OssRequest) -> str:
    signed = sorted((name, value) for name, value in request.query if name in SIGNED)
    query = "&".join(f"{name}={value}" if value else name for name, value in signed)
    return f"{request.resource}?{query}" if query else request.resource
