"""HMAC-SHA1 over the parameters, in query or form: the signature of the older SDKs (reference D.2)."""

import base64
import hashlib
import hmac
from dataclasses import dataclass
from typing import ClassVar, Self

from ice_mock.gateway.call import Call
from ice_mock.gateway.percent import canonical_query, encoded
from ice_mock.gateway.signature import Proof


@dataclass(frozen=True, slots=True)
class RpcSignature:
    """The common parameters that make up a signature."""

    dialect: ClassVar[str] = "RPC"

    method: str | None
    version: str | None
    access_key_id: str | None
    security_token: str | None
    timestamp: str | None
    nonce: str | None
    signature: str | None

    @classmethod
    def of(cls, call: Call) -> Self | None:
        """Read the signature of a *call*, or None if it is not signed this way."""
        given = call.parameters
        if not given.keys() & {"Signature", "AccessKeyId"}:
            return None
        return cls(
            method=given.get("SignatureMethod"),
            version=given.get("SignatureVersion"),
            access_key_id=given.get("AccessKeyId"),
            security_token=given.get("SecurityToken"),
            timestamp=given.get("Timestamp"),
            nonce=given.get("SignatureNonce"),
            signature=given.get("Signature"),
        )

    def is_readable(self) -> bool:
        # What is absent is named: each part is a parameter.
        return True

    def missing(self) -> str | None:
        parts = {
            "AccessKeyId": self.access_key_id,
            "Signature": self.signature,
            "SignatureMethod": self.method,
            "SignatureVersion": self.version,
            "SignatureNonce": self.nonce,
            "Timestamp": self.timestamp,
        }
        return next((name for name, value in parts.items() if not value), None)

    def is_supported(self) -> bool:
        return self.method == "HMAC-SHA1" and self.version == "1.0"

    def matches(self, proof: Proof) -> bool:
        return proof.matches(self.signature or "")

    def proof(self, call: Call, secret: str) -> Proof:
        signed = tuple(pair for pair in call.query + call.form if pair[0] != "Signature")
        string_to_sign = f"{call.method}&{encoded('/')}&{encoded(canonical_query(signed))}"
        digest = hmac.new(f"{secret}&".encode(), string_to_sign.encode(), hashlib.sha1).digest()
        return Proof(base64.b64encode(digest).decode(), string_to_sign)
