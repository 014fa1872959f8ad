"""ACS3-HMAC-SHA256: a signature in the headers, as the present SDKs send it.

Source: captured requests of the SDKs (reference D.1).
"""

import hashlib
import hmac
import re
from dataclasses import dataclass
from typing import ClassVar, Self

from ice_mock.gateway.call import Call
from ice_mock.gateway.percent import canonical_query
from ice_mock.gateway.signature import Proof

ALGORITHM = "ACS3-HMAC-SHA256"
_AUTHORIZATION = re.compile(r"(?P<algorithm>ACS3-[^\s]*)\s*(?P<fields>.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Acs3Signature:
    """An ``Authorization`` header with its companions; whatever cannot be read is None."""

    dialect: ClassVar[str] = "ACS3"

    algorithm: str
    access_key_id: str | None
    security_token: str | None
    timestamp: str | None
    nonce: str | None
    signed_headers: tuple[str, ...] | None
    signature: str | None

    @classmethod
    def of(cls, call: Call) -> Self | None:
        """Read the signature of a *call*, or None if it is not signed this way."""
        match = _AUTHORIZATION.fullmatch(call.headers.get("authorization", ""))
        if not match:
            return None
        parts = (part.strip().partition("=") for part in match["fields"].split(","))
        fields = {name: value for name, _, value in parts if value}
        signed = fields.get("SignedHeaders")
        return cls(
            algorithm=match["algorithm"],
            access_key_id=fields.get("Credential"),
            security_token=call.headers.get("x-acs-security-token"),
            timestamp=call.headers.get("x-acs-date"),
            nonce=call.headers.get("x-acs-signature-nonce"),
            signed_headers=tuple(signed.lower().split(";")) if signed else None,
            signature=fields.get("Signature"),
        )

    def is_readable(self) -> bool:
        return bool(self.access_key_id or self.signature or self.signed_headers)

    def missing(self) -> str | None:
        parts = {
            "AccessKeyId": self.access_key_id,
            "Signature": self.signature,
            "SignedHeaders": self.signed_headers,
            "SignatureNonce": self.nonce,
            "Timestamp": self.timestamp,
        }
        return next((name for name, value in parts.items() if not value), None)

    def is_supported(self) -> bool:
        return self.algorithm == ALGORITHM

    def matches(self, proof: Proof) -> bool:
        return proof.matches(self.signature or "")

    def proof(self, call: Call, secret: str) -> Proof:
        """Compute the signature over exactly those headers that the caller names: SDKs differ in which."""
        canonical = self._canonical_request(call)
        string_to_sign = f"{ALGORITHM}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
        signature = hmac.new(secret.encode(), string_to_sign.encode(), hashlib.sha256).hexdigest()
        return Proof(signature, string_to_sign, canonical)

    def _canonical_request(self, call: Call) -> str:
        names = sorted(self.signed_headers or ())
        return "\n".join(
            (
                call.method,
                call.path,
                canonical_query(call.query),
                "".join(f"{name}:{call.headers.get(name, '').strip()}\n" for name in names),
                ";".join(names),
                # Not the header's word for it: a body that was changed on its way must not pass.
                hashlib.sha256(call.body).hexdigest(),
            )
        )
