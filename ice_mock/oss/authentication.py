"""Who a request comes from, and whether that is true."""

import hmac
from contextlib import suppress
from datetime import datetime, timedelta

from ice_mock.clock import RealTime
from ice_mock.domain.model import AccessKey
from ice_mock.engine import Engine
from ice_mock.oss import signature_v1, signature_v4
from ice_mock.oss.claim import Claim, octets
from ice_mock.oss.errors import (
    AnonymousDenied,
    InactiveAccessKey,
    InvalidAuthorization,
    InvalidSecurityToken,
    NotTemporaryAccessKey,
    OssError,
    SecurityTokenExpired,
    SecurityTokenMissing,
    SignatureDoesNotMatch,
    UnknownAccessKey,
)
from ice_mock.oss.request import OssRequest
from ice_mock.oss.worlds import OssWorlds


def claim_of(request: OssRequest) -> Claim | None:
    """Read the signature, None if there is none; raises a refusal for one that cannot be read."""
    # Assumed: where a request is signed in a header and in the query, the header counts.
    authorization = request.headers.get("authorization")
    if authorization is not None:
        return _claim_in_header(request, authorization)
    names = request.parameters.keys()
    if "x-oss-signature-version" in names:
        return signature_v4.claim_in_query(request)
    if "OSSAccessKeyId" in names or "Signature" in names:
        return signature_v1.claim_in_query(request)
    return None


def _claim_in_header(request: OssRequest, authorization: str) -> Claim:
    if authorization.startswith(f"{signature_v4.ALGORITHM} "):
        return signature_v4.claim_in_header(request, authorization)
    if authorization.startswith("OSS "):
        return signature_v1.claim_in_header(request, authorization)
    raise InvalidAuthorization


def access_key_id_of(request: OssRequest) -> str | None:
    """The access key that a request names, whether or not it may."""
    with suppress(OssError):
        claim = claim_of(request)
        return claim.access_key_id if claim else None
    return None


class Authentication:
    """The check of signatures, as strict as each world wants it.

    ``off`` verifies nothing, ``known`` verifies whoever uses a registered key and lets all others in,
    ``required`` lets in nobody else.
    """

    def __init__(self, worlds: OssWorlds, real_time: RealTime, *, max_age: timedelta | None) -> None:
        self._worlds = worlds
        self._real_time = real_time
        self._max_age = max_age

    def verify(self, request: OssRequest, engine: Engine) -> None:
        """Raise a refusal for a request that the world behind *engine* does not let in."""
        mode = engine.account.signatures
        if mode == "off":
            return
        claim = claim_of(request)
        key = self._worlds.access_key(claim.access_key_id) if claim else None
        if claim and key:
            self._prove(claim, key, engine.now())
        elif mode == "required":
            raise UnknownAccessKey(OSSAccessKeyId=claim.access_key_id) if claim else AnonymousDenied

    # Assumed: the order of these checks, which is not documented.
    def _prove(self, claim: Claim, key: AccessKey, now: datetime) -> None:
        """Check a registered key; *now* is the world's time, by which keys end."""
        if not key.active:
            raise InactiveAccessKey(OSSAccessKeyId=key.id)
        _check_token(claim, key, now)
        claim.validity.refuse_outside(self._real_time(), self._max_age)
        if not claim.is_signed_with(key.secret):
            raise SignatureDoesNotMatch(
                OSSAccessKeyId=key.id, SignatureProvided=claim.signature, **claim.evidence()
            )


def _check_token(claim: Claim, key: AccessKey, now: datetime) -> None:
    token = claim.security_token
    if key.security_token is None and token is not None:
        raise NotTemporaryAccessKey(OSSAccessKeyId=key.id)
    if key.security_token is not None and token is None:
        raise SecurityTokenMissing(OSSAccessKeyId=key.id)
    if key.security_token and token and not hmac.compare_digest(octets(key.security_token), octets(token)):
        raise InvalidSecurityToken(OSSAccessKeyId=key.id)
    if key.expires_at is not None and now >= key.expires_at:
        raise SecurityTokenExpired(OSSAccessKeyId=key.id)
