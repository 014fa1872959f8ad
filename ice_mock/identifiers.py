"""The door of randomness: identifiers that follow from a seed, and keys that follow from nothing."""

import hashlib
import secrets
import struct
import uuid


def seeded_id(seed: int, kind: str, number: int) -> str:
    """A UUID that always comes out the same for the same arguments."""
    return str(uuid.UUID(bytes=_digest(seed, kind, number)[:16], version=4))


def seeded_hex(seed: int, kind: str, number: int) -> str:
    """32 hexadecimal digits that always come out the same for the same arguments."""
    return _digest(seed, kind, number)[:16].hex()


def seeded_fraction(seed: int, kind: str, number: int) -> float:
    """A number from 0 to 1, below 1, that always comes out the same for the same arguments."""
    return int.from_bytes(_digest(seed, kind, number)[:6], "big") / 2**48


def seeded_numbers(seed: int, kind: str, number: int, count: int) -> tuple[int, ...]:
    """So many numbers of 32 bits, that always come out the same for the same arguments."""
    digest = hashlib.shake_128(f"{seed}/{kind}/{number}".encode()).digest(4 * count)
    return struct.unpack(f">{count}I", digest)


def new_access_key() -> tuple[str, str]:
    """An access key id and its secret, unlike any other: it differs from run to run."""
    return "LTAI" + secrets.token_hex(10), secrets.token_hex(15)


def new_token() -> str:
    """A token that nobody can guess."""
    return secrets.token_urlsafe(32)


def _digest(seed: int, kind: str, number: int) -> bytes:
    return hashlib.blake2b(f"{seed}/{kind}/{number}".encode(), digest_size=24).digest()
