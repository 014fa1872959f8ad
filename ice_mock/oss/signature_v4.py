"""Signatures of version 4: HMAC-SHA256 over the whole request, with a key for one day and one region."""

import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import reduce
from typing import NamedTuple, Self
from urllib.parse import quote

from ice_mock.oss.claim import Claim, Moment, Term, octets
from ice_mock.oss.dates import from_basic
from ice_mock.oss.errors import InvalidAuthorization
from ice_mock.oss.request import OssRequest

ALGORITHM = "OSS4-HMAC-SHA256"
_TERMINATOR = "aliyun_v4_request"
_ALWAYS_SIGNED = frozenset({"content-md5", "content-type"})
_SECONDS = re.compile(r"[0-9]{1,6}")
_LONGEST_TERM = 7 * 24 * 3600


class Scope(NamedTuple):
    """What a signing key is good for."""

    date: str
    region: str
    product: str
    terminator: str

    @classmethod
    def of(cls, credential: str) -> tuple[str, Self]:
        """Split ``<key>/<date>/<region>/<product>/aliyun_v4_request``; raises InvalidAuthorization."""
        access_key_id, *parts = credential.rsplit("/", 4)
        if len(parts) != len(cls._fields) or parts[-1] != _TERMINATOR or not access_key_id:
            raise InvalidAuthorization
        return access_key_id, cls(*parts)

    def signing_key(self, secret: str) -> bytes:
        return reduce(_hmac, map(octets, self), octets("aliyun_v4" + secret))


@dataclass(frozen=True, slots=True)
class ClaimV4(Claim):
    """A signature of version 4; *date* is as it was sent, *additional* are headers that are signed too."""

    date: str
    scope: Scope
    additional: frozenset[str]

    def evidence(self) -> dict[str, str]:
        return {"StringToSign": self._string_to_sign(), "CanonicalRequest": self._canonical_request()}

    def _signed_with(self, secret: str) -> str:
        return _hmac(self.scope.signing_key(secret), octets(self._string_to_sign())).hex()

    def _string_to_sign(self) -> str:
        digest = hashlib.sha256(octets(self._canonical_request())).hexdigest()
        return "\n".join((ALGORITHM, self.date, "/".join(self.scope), digest))

    def _canonical_request(self) -> str:
        lines = (
            self.request.method,
            quote(self.request.resource, safe="/", errors="surrogateescape"),
            _canonical_query(self.request),
            self._canonical_headers(),
            ";".join(sorted(self.additional)),
            self.request.headers.get("x-oss-content-sha256", "UNSIGNED-PAYLOAD"),
        )
        return "\n".join(lines)

    def _canonical_headers(self) -> str:
        names = _ALWAYS_SIGNED | self.additional
        signed = (
            (name, value)
            for name, value in self.request.headers.items()
            if name.startswith("x-oss-") or name in names
        )
        return "".join(f"{name}:{value}\n" for name, value in sorted(signed))


def claim_in_header(request: OssRequest, authorization: str) -> ClaimV4:
    """Read ``OSS4-HMAC-SHA256 Credential=…,AdditionalHeaders=…,Signature=…``; raises InvalidAuthorization."""
    parts = (part.strip().partition("=") for part in authorization.removeprefix(ALGORITHM).split(","))
    fields = {name: value for name, _, value in parts}
    access_key_id, scope = Scope.of(fields.get("Credential", ""))
    # Assumed: only x-oss-date counts; the Date that oss_v2 sends beside it is for older proxies.
    date = request.headers.get("x-oss-date", "")
    return ClaimV4(
        request,
        access_key_id,
        fields.get("Signature", ""),
        Moment(from_basic(date)),
        date,
        scope,
        _names(fields.get("AdditionalHeaders", "")),
    )


def claim_in_query(request: OssRequest) -> ClaimV4:
    """Read a presigned URL; raises InvalidAuthorization."""
    parameters = request.parameters
    if parameters.get("x-oss-signature-version") != ALGORITHM:
        raise InvalidAuthorization
    access_key_id, scope = Scope.of(parameters.get("x-oss-credential", ""))
    date = parameters.get("x-oss-date", "")
    return ClaimV4(
        request,
        access_key_id,
        parameters.get("x-oss-signature", ""),
        Term(_expiry(date, parameters.get("x-oss-expires", ""))),
        date,
        scope,
        _names(parameters.get("x-oss-additional-headers", "")),
    )


# Assumed: a URL whose time has not come yet holds already.
def _expiry(date: str, seconds: str) -> datetime | None:
    """When a URL signed at *date* ends; None if that cannot be read, or is more than seven days away."""
    signed_at = from_basic(date)
    if signed_at is None or not _SECONDS.fullmatch(seconds) or not 0 < int(seconds) <= _LONGEST_TERM:
        return None
    try:
        return signed_at + timedelta(seconds=int(seconds))
    except OverflowError:
        return None


def _names(text: str) -> frozenset[str]:
    return frozenset(filter(None, text.lower().split(";")))


def _canonical_query(request: OssRequest) -> str:
    encoded = sorted(
        (_encoded(name), _encoded(value)) for name, value in request.query if name != "x-oss-signature"
    )
    return "&".join(f"{name}={value}" if value else name for name, value in encoded)


def _encoded(text: str) -> str:
    return quote(text, safe="", errors="surrogateescape")


def _hmac(key: bytes, message: bytes) -> bytes:
    return hmac.digest(key, message, hashlib.sha256)
