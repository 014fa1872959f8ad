"""Percent-encoding, as signatures want it."""

from urllib.parse import quote

from ice_mock.gateway.call import Pairs


def encoded(text: str) -> str:
    """RFC 3986: everything but letters, digits and ``-_.~``."""
    return quote(text, safe="")


def canonical_query(pairs: Pairs) -> str:
    """Sort by name, encode and join."""
    return "&".join(f"{encoded(name)}={encoded(value)}" for name, value in sorted(pairs))
