"""What stands under a key, read: its bytes, and what its headers say of them."""

import hashlib
from base64 import b64encode
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from ice_mock.engine.objects import StoredObject
from ice_mock.oss.dates import http_date


@dataclass(frozen=True, slots=True)
class Entity:
    """An object's content; *modified_at* is in whole seconds, as object storage keeps it."""

    content: bytes
    modified_at: datetime

    @classmethod
    def of(cls, found: StoredObject) -> Self:
        return cls(found.content(), found.modified_at.replace(microsecond=0))

    @property
    def etag(self) -> str:
        return f'"{self._md5().hex().upper()}"'

    def essentials(self) -> dict[str, str]:
        """The headers that even the shortest answer about it has."""
        return {"ETag": self.etag, "Last-Modified": http_date(self.modified_at)}

    def headers(self) -> dict[str, str]:
        return {
            "Content-Type": "image/jpeg",
            **self.essentials(),
            "Accept-Ranges": "bytes",
            "Content-MD5": b64encode(self._md5()).decode(),
            "x-oss-object-type": "Normal",
            "x-oss-storage-class": "Standard",
        }

    def _md5(self) -> bytes:
        return hashlib.md5(self.content, usedforsecurity=False).digest()
