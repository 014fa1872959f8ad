"""Whether a call may pass: key, time, nonce and signature, in the order of the gateway."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from ice_mock.clock import RealTime, from_iso
from ice_mock.domain.model import AccessKey
from ice_mock.engine import Engine
from ice_mock.errors import (
    AccessKeyInactive,
    AccessKeyNotFound,
    IncompleteSignature,
    InvalidSignatureMethod,
    MissingCommonParameter,
    NonceUsed,
    SecurityTokenExpired,
    SecurityTokenMismatch,
    SignatureDoesNotMatch,
    TimestampExpired,
    TimestampMalformed,
)
from ice_mock.gateway.acs3 import ALGORITHM
from ice_mock.gateway.call import Call
from ice_mock.gateway.dialects import is_bearer
from ice_mock.gateway.signature import Signature

MAX_AGE = timedelta(minutes=15)
NONCES_LIMIT = 50_000
_TIMESTAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", re.ASCII)


class WorldsByKey(Protocol):
    """Finds the world that a call belongs to."""

    def engine_of(self, access_key_id: str | None, world_id: str | None = None) -> Engine:
        """Return the world that is named, or that of a key; the default one for an unregistered key, or none."""
        ...

    def stray(self, access_key_id: str | None, world_id: str | None = None) -> str | None:
        """Say why a call cannot reach the world that it is meant for; None if it can."""
        ...

    def access_key(self, access_key_id: str) -> AccessKey | None:
        """Return the key if it is registered."""
        ...


@dataclass(frozen=True, slots=True)
class Verification:
    """What is checked beside the signature itself.

    A signature may be *max_age* old, or young, by real time; None is for ever. With *nonces* no
    signature is taken twice.
    """

    max_age: timedelta | None = MAX_AGE
    nonces: bool = True


@dataclass(frozen=True, slots=True)
class UsedNonce:
    """A nonce that came with a valid signature."""

    id: str
    used_at: datetime


class Authentication:
    """Verifies calls as strictly as their world wants it."""

    def __init__(self, worlds: WorldsByKey, real_time: RealTime, verification: Verification) -> None:
        self._worlds = worlds
        self._real_time = real_time
        self._verification = verification

    def check(self, call: Call, signature: Signature | None, engine: Engine) -> None:
        """Raise the documented error for a call that may not pass."""
        if stray := self._worlds.stray(signature.access_key_id if signature else None, call.world):
            raise AccessKeyNotFound(stray)
        mode = engine.account.signatures
        if mode == "off":
            return
        if signature and not signature.is_readable():
            raise IncompleteSignature(string_to_sign=ALGORITHM)
        if signature and not signature.access_key_id:
            raise MissingCommonParameter("AccessKeyId")
        key = (
            self._worlds.access_key(signature.access_key_id)
            if signature and signature.access_key_id
            else None
        )
        if mode == "known" and not (signature and key):
            return
        if signature is None:
            # Assumed: where signatures are required, a bearer token is none: nothing here can verify it.
            if is_bearer(call) and engine.account.behaviour.bearer == "accept":
                return
            raise MissingCommonParameter("AccessKeyId")
        if missing := signature.missing():
            raise MissingCommonParameter(missing)
        if key is None:
            raise AccessKeyNotFound
        self._verify(call, signature, key, engine)

    # Assumed: the order of these checks; the real gateway's is not documented.
    def _verify(self, call: Call, signature: Signature, key: AccessKey, engine: Engine) -> None:
        if not key.active:
            raise AccessKeyInactive
        self._check_token(signature, key, engine)
        self._check_age(signature)
        with self._unused(signature, key, engine):
            if not signature.is_supported():
                raise InvalidSignatureMethod
            proof = signature.proof(call, key.secret)
            if not signature.matches(proof):
                hides = engine.account.behaviour.canonical_request == "hidden"
                raise SignatureDoesNotMatch(
                    string_to_sign=proof.string_to_sign if hides else proof.explanation
                )

    def _check_token(self, signature: Signature, key: AccessKey, engine: Engine) -> None:
        if key.security_token and not signature.security_token:
            raise MissingCommonParameter("SecurityToken")
        # Assumed: a token that a lasting key has no use for belongs to another key.
        strays = key.security_token is None
        ignores = strays and engine.account.behaviour.stray_token == "ignore"  # noqa: S105  # a knob
        if key.security_token != signature.security_token and not ignores:
            raise SecurityTokenMismatch
        if key.expires_at and key.expires_at <= engine.now():
            raise SecurityTokenExpired

    def _check_age(self, signature: Signature) -> None:
        max_age, text = self._verification.max_age, signature.timestamp or ""
        try:
            signed_at = from_iso(text if _TIMESTAMP.fullmatch(text) else "")
        except ValueError as error:
            raise TimestampMalformed from error
        if max_age is not None and abs(self._real_time() - signed_at) > max_age:
            raise TimestampExpired

    @contextmanager
    def _unused(self, signature: Signature, key: AccessKey, engine: Engine) -> Iterator[None]:
        """Refuse a nonce that was used before, and use it up if the body raises nothing."""
        if not self._verification.nonces:
            yield
            return
        nonce = UsedNonce(f"{key.id}/{signature.nonce}", self._real_time())
        with engine.store.exclusive():
            if engine.store.get(UsedNonce, nonce.id):
                raise NonceUsed
            yield
            engine.store.append(nonce, limit=NONCES_LIMIT)
