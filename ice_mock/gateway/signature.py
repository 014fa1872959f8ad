"""What all signatures have in common, whatever they are computed from."""

import hmac
from dataclasses import dataclass
from typing import ClassVar, Protocol

from ice_mock.gateway.call import Call


@dataclass(frozen=True, slots=True)
class Proof:
    """The signature that the server computes, and the strings that lead to it, for whoever got it wrong."""

    signature: str
    string_to_sign: str
    canonical_request: str | None = None

    def matches(self, signature: str) -> bool:
        return hmac.compare_digest(self.signature.encode(), signature.encode())

    @property
    def explanation(self) -> str:
        if self.canonical_request is None:
            return self.string_to_sign
        # Assumed: the service's wording for its canonical request is not known.
        return f"{self.string_to_sign}, server canonical request is:{self.canonical_request}"


class Signature(Protocol):
    """A signature that came with a call, and what is needed to verify it."""

    dialect: ClassVar[str]

    @property
    def access_key_id(self) -> str | None: ...
    @property
    def security_token(self) -> str | None: ...
    @property
    def timestamp(self) -> str | None: ...
    @property
    def nonce(self) -> str | None: ...
    @property
    def signature(self) -> str | None: ...

    def is_readable(self) -> bool:
        """Tell whether it can be read as a signature at all, be it a whole one or not."""
        ...

    def missing(self) -> str | None:
        """Name the first mandatory part that is absent."""
        ...

    def is_supported(self) -> bool:
        """Tell whether it was made in a way that can be verified here."""
        ...

    def matches(self, proof: Proof) -> bool: ...

    def proof(self, call: Call, secret: str) -> Proof:
        """Compute what the signature should have been."""
        ...
