"""What a request says about who signed it, and the one place where that is proved."""

import hmac
from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from ice_mock.clock import MILLISECOND
from ice_mock.oss.dates import iso
from ice_mock.oss.errors import InvalidDate, InvalidExpires, RequestExpired, RequestTimeTooSkewed
from ice_mock.oss.request import OssRequest


class Validity(Protocol):
    """When a signature holds."""

    def refuse_outside(self, now: datetime, max_age: timedelta | None) -> None:
        """Raise a refusal if it does not hold at the real instant *now*; None as *max_age* is no limit."""
        ...


@dataclass(frozen=True, slots=True)
class Moment:
    """A signature in a header holds around the moment when it was made; None is one that cannot be read."""

    signed_at: datetime | None

    def refuse_outside(self, now: datetime, max_age: timedelta | None) -> None:
        if self.signed_at is None:
            raise InvalidDate
        if max_age is not None and abs(now - self.signed_at) > max_age:
            raise RequestTimeTooSkewed(
                MaxAllowedSkewMilliseconds=str(max_age // MILLISECOND),
                RequestTime=iso(self.signed_at),
                ServerTime=iso(now),
            )


@dataclass(frozen=True, slots=True)
class Term:
    """A signature in a URL holds up to and including an instant; None is one that cannot be read."""

    expires_at: datetime | None

    def refuse_outside(self, now: datetime, max_age: timedelta | None) -> None:  # noqa: ARG002 - the URL says how long
        if self.expires_at is None:
            raise InvalidExpires
        if now > self.expires_at:
            raise RequestExpired(Expires=iso(self.expires_at), ServerTime=iso(now))


@dataclass(frozen=True, slots=True)
class Claim(ABC):
    """A signature as it came, and the key that it claims; nothing about it is proved yet."""

    request: OssRequest
    access_key_id: str
    signature: str
    validity: Validity

    @property
    def security_token(self) -> str | None:
        """The token of temporary keys, wherever the SDKs put it."""
        parameters = self.request.parameters
        return (
            self.request.headers.get("x-oss-security-token")
            or self.request.headers.get("security-token")
            or parameters.get("x-oss-security-token")
            or parameters.get("security-token")
        )

    def is_signed_with(self, secret: str) -> bool:
        return hmac.compare_digest(octets(self._signed_with(secret)), octets(self.signature))

    @abstractmethod
    def evidence(self) -> dict[str, str]:
        """What the server signs, as the elements of a refusal."""

    @abstractmethod
    def _signed_with(self, secret: str) -> str:
        """The signature that the server computes."""


def octets(text: str) -> bytes:
    """The bytes that *text* was decoded from."""
    return text.encode("utf-8", "surrogateescape")
