"""Whether a call may pass: key, time, nonce and signature, in the order of the gateway."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from ice_mock.clock import RealTime, from_iso, iso_milliseconds
from ice_mock.domain.model import AccessKey
from ice_mock.durations import rough, written
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
from ice_mock.gateway.diagnosis import Diagnoses
from ice_mock.gateway.dialects import is_bearer
from ice_mock.gateway.signature import Proof, Signature

MAX_AGE = timedelta(minutes=15)
NONCES_LIMIT = 50_000
NONCES_BYTES = 16 * 2**20
"""The memory that used nonces may take: usual ones of 36 characters all fit."""
MOST_NAMED = 5
"""How many of the keys of a world are named in a refusal."""
MOST_TRIED = 50
"""How many of them may have made a wrong signature."""
VERIFIED = "verified"
REFUSED = "refused"
UNREACHED = "not checked: the call was refused before that"
OFF = "not checked: signatures are off in this world"
UNSIGNED = "not checked: the call has no signature"
BEARER = "not checked: a bearer token cannot be verified"
UNREGISTERED = "not checked: no world has the access key"
_HOLDING = 200
_TIMESTAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", re.ASCII)


class WorldsByKey(Protocol):
    """Finds the world that a call belongs to."""

    def engine_of(self, access_key_id: str | None, world_id: str | None = None) -> Engine:
        """Return the world that is named, or that of a key; the default one where neither is known."""
        ...

    def stray(self, access_key_id: str | None, world_id: str | None = None) -> str | None:
        """Say why a call cannot reach the world that it is meant for; None if it can."""
        ...

    def access_key(self, access_key_id: str) -> AccessKey | None:
        """Return the key if it is registered."""
        ...

    def key_with_secret(self, secret: str) -> AccessKey | None:
        """Return a registered key with this secret, None if there is none."""
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
        self._diagnoses = Diagnoses()

    def check(self, call: Call, signature: Signature | None, engine: Engine) -> str:
        """Return the verdict on a call that may pass, and raise the documented error for one that may not."""
        if stray := self._worlds.stray(signature.access_key_id if signature else None, call.world):
            raise AccessKeyNotFound(stray).because(f"{stray[0].upper()}{stray[1:]}.")
        mode = engine.account.signatures
        if mode == "off":
            return OFF
        if signature and not signature.is_readable():
            raise IncompleteSignature(string_to_sign=ALGORITHM).because(
                "The header Authorization has neither Credential nor SignedHeaders nor Signature.",
                expected=f"{ALGORITHM} Credential=…,SignedHeaders=…,Signature=…",
            )
        if signature and not signature.access_key_id:
            raise _missing("AccessKeyId", mode)
        key = (
            self._worlds.access_key(signature.access_key_id)
            if signature and signature.access_key_id
            else None
        )
        if mode == "known" and not (signature and key):
            return self._unchecked(call, signature)
        if signature is None:
            # Assumed: where signatures are required, a bearer token is none: nothing here can verify it.
            if is_bearer(call) and engine.account.behaviour.bearer == "accept":
                return BEARER
            raise _missing("AccessKeyId", mode)
        if missing := signature.missing():
            raise _missing(missing, mode)
        if key is None:
            raise self._unknown_key(signature, engine)
        self._verify(call, signature, key, engine)
        return VERIFIED

    def _unchecked(self, call: Call, signature: Signature | None) -> str:
        """Why there is nothing by which the signature of a call could be checked."""
        if signature is None:
            return BEARER if is_bearer(call) else UNSIGNED
        if mixed_up := self._worlds.key_with_secret(signature.access_key_id or ""):
            return f"not checked: the secret of the access key {mixed_up.id} was sent as the id"
        return UNREGISTERED

    def _unknown_key(self, signature: Signature, engine: Engine) -> AccessKeyNotFound:
        if mixed_up := self._worlds.key_with_secret(signature.access_key_id or ""):
            return AccessKeyNotFound().because(
                f"The secret of the access key {mixed_up.id} was sent as the id: did they change places?",
                access_key_id=mixed_up.id,
            )
        return AccessKeyNotFound().because(
            f"No world has the access key {signature.access_key_id}, and this one requires signatures.",
            access_key_id=signature.access_key_id,
            registered=", ".join(each.id for each in engine.store.latest(AccessKey, MOST_NAMED)) or None,
        )

    # Assumed: the order of these checks; the real gateway's is not documented.
    def _verify(self, call: Call, signature: Signature, key: AccessKey, engine: Engine) -> None:
        if not key.active:
            raise AccessKeyInactive().because(
                f"The access key {key.id} is switched off.", access_key_id=key.id
            )
        self._check_token(signature, key, engine)
        self._check_age(signature)
        # Not inside: it takes long, and the world must not stand still meanwhile.
        proof = signature.proof(call, key.secret)
        try:
            with self._unused(signature, key, engine):
                _check_signature(signature, proof, engine)
        except SignatureDoesNotMatch as mismatch:
            others = engine.store.latest(AccessKey, MOST_TRIED)
            found = self._diagnoses.of(call, signature, proof, key, others)
            raise mismatch.because(found.sentence, **found.facts) from None

    def _check_token(self, signature: Signature, key: AccessKey, engine: Engine) -> None:
        if key.security_token and not signature.security_token:
            raise MissingCommonParameter("SecurityToken").because(
                f"The access key {key.id} comes from STS, and the call has no token with it.",
                access_key_id=key.id,
            )
        # Assumed: a token that a lasting key has no use for belongs to another key.
        strays = key.security_token is None
        ignores = strays and engine.account.behaviour.stray_token == "ignore"  # noqa: S105  # a knob
        if key.security_token != signature.security_token and not ignores:
            found = "which has none" if strays else "which has another one"
            raise SecurityTokenMismatch().because(
                f"The call has an STS token that is not that of the access key {key.id}, {found}.",
                access_key_id=key.id,
            )
        if key.expires_at and key.expires_at <= engine.now():
            expired_at = iso_milliseconds(key.expires_at)
            raise SecurityTokenExpired().because(
                f"The STS token of {key.id} ended at {expired_at}, by the world's clock.",
                access_key_id=key.id,
                expires_at=expired_at,
                worlds_time=iso_milliseconds(engine.now()),
            )

    def _check_age(self, signature: Signature) -> None:
        max_age, text = self._verification.max_age, signature.timestamp or ""
        try:
            signed_at = from_iso(text if _TIMESTAMP.fullmatch(text) else "")
        except ValueError as error:
            raise TimestampMalformed().because(
                f"The time of the signature is {text!r}, where a time in UTC such as 2026-01-31T23:59:59Z "
                "is expected.",
                expected="yyyy-MM-ddTHH:mm:ssZ",
                found=text,
            ) from error
        now = self._real_time()
        if max_age is not None and abs(now - signed_at) > max_age:
            distance = rough(abs(now - signed_at))
            side = "before" if signed_at < now else "after"
            raise TimestampExpired().because(
                f"It was signed {distance} {side} the server's time, and {written(max_age)} are allowed.",
                signed_at=text,
                servers_time=iso_milliseconds(now),
                allowed_age=written(max_age),
            )

    @contextmanager
    def _unused(self, signature: Signature, key: AccessKey, engine: Engine) -> Iterator[None]:
        """Refuse a nonce that was used before, and use it up if the body raises nothing."""
        if not self._verification.nonces:
            yield
            return
        nonce = UsedNonce(f"{key.id}/{signature.nonce}", self._real_time())
        with engine.store.exclusive():
            if used := engine.store.get(UsedNonce, nonce.id):
                raise NonceUsed().because(
                    f"The nonce {signature.nonce} came with a valid signature before, "
                    f"at {iso_milliseconds(used.used_at)}: a signed request is good once.",
                    access_key_id=key.id,
                    nonce=signature.nonce,
                    first_used_at=iso_milliseconds(used.used_at),
                    servers_time=iso_milliseconds(nonce.used_at),
                )
            yield
            size = _HOLDING + len(nonce.id)
            engine.store.append(nonce, limit=NONCES_LIMIT, size=size, most=NONCES_BYTES)


def _check_signature(signature: Signature, proof: Proof, engine: Engine) -> None:
    if not signature.is_supported():
        raise InvalidSignatureMethod().because(
            f"The signature was made in a way that is not verified here: {ALGORITHM} is, and in parameters "
            "SignatureMethod HMAC-SHA1 with SignatureVersion 1.0.",
            dialect=signature.dialect,
        )
    if not signature.matches(proof):
        hides = engine.account.behaviour.canonical_request == "hidden"
        raise SignatureDoesNotMatch(string_to_sign=proof.string_to_sign if hides else proof.explanation)


def _missing(parameter: str, mode: str) -> MissingCommonParameter:
    why = "this world requires signatures" if mode == "required" else "a call that is signed needs it"
    return MissingCommonParameter(parameter).because(
        f"The call has no {parameter}, and {why}.", parameter=parameter, signatures=mode
    )
