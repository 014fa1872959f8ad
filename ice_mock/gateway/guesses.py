"""What clients get wrong when they sign: one guess after another at a part of what they have signed."""

import base64
import binascii
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import quote, quote_plus, unquote

from ice_mock.clock import from_iso, iso_seconds
from ice_mock.domain.model import AccessKey
from ice_mock.gateway.call import Pairs
from ice_mock.gateway.percent import canonical_query, encoded

MOST_LEFT_OUT = 40
"""How many parameters, and how many headers, may be missing from what was signed."""


@dataclass(frozen=True, slots=True)
class Guess:
    """How a part may have been signed; *words* follow "the client signed". The server's own has none.

    A *rare* one is not tried together with others.
    """

    text: str
    words: str = ""
    rare: bool = False


def secrets(key: AccessKey, others: Sequence[AccessKey]) -> Iterator[Guess]:
    """What the secret may have been, the right one first."""
    secret = key.secret
    yield Guess(secret)
    for other in others:
        if other.id != key.id:
            yield Guess(other.secret, f"with the secret of another access key, {other.id}")
    yield Guess(secret.strip(), f"with the secret of {key.id} without the white space around it")
    for addition, name in (
        ("\n", "a newline"),
        ("\r\n", "a newline"),
        (" ", "a space"),
        ("&", "an ampersand"),
    ):
        yield Guess(secret + addition, f"with {name} after the secret of {key.id}")
    yield Guess(f" {secret}", f"with a space before the secret of {key.id}")
    for mark in ('"', "'"):
        yield Guess(f"{mark}{secret}{mark}", f"with quotation marks around the secret of {key.id}")
        yield Guess(secret.strip(mark), f"without the quotation marks around the secret of {key.id}")
    yield Guess(key.id, f"with the access key id {key.id} in place of its secret")
    yield Guess("", "with an empty secret", rare=True)
    for text in (secret.upper(), secret.lower()):
        yield Guess(text, f"with the secret of {key.id} in another case", rare=True)
    yield Guess(secret[:-1], f"without the last character of the secret of {key.id}", rare=True)
    yield Guess(secret[1:], f"without the first character of the secret of {key.id}", rare=True)


def methods(method: str) -> Iterator[Guess]:
    yield Guess(method)
    for other in ("GET", "POST", "PUT", "DELETE", method.lower(), ""):
        if other != method:
            yield Guess(other, f"the method {other or 'left out'}", rare=other not in ("GET", "POST"))


def paths(path: str) -> Iterator[Guess]:
    yield Guess(path)
    others = (path.rstrip("/"), f"{path.rstrip('/')}/", "/", "", quote(path), unquote(path))
    for other in dict.fromkeys(others):
        if other != path:
            yield Guess(other, f"the path {other!r}")


def queries(query: Pairs, form: Pairs = ()) -> Iterator[Guess]:
    """The canonical query of the *query*; what came as a form may have been taken for part of it."""
    yield Guess(canonical_query(query))
    for words, pairs in _selections(query, form):
        yield Guess(canonical_query(pairs), words)
    for name in list(dict.fromkeys(name for name, _ in query))[:MOST_LEFT_OUT]:
        rest = tuple(pair for pair in query if pair[0] != name)
        yield Guess(canonical_query(rest), f"no parameter {name}", rare=True)
    for words, encode in _ENCODINGS.items():
        yield Guess(joined(sorted(query), encode), f"parameters {words}")
    yield Guess(joined(query, encoded), "parameters in the order in which they were sent, not sorted")
    by_case = sorted(query, key=lambda pair: pair[0].lower())
    yield Guess(joined(by_case, encoded), "parameters sorted without regard to case")
    bare = "&".join(encoded(name) + (f"={encoded(text)}" if text else "") for name, text in sorted(query))
    yield Guess(bare, "parameters without a value without their =")


def _selections(query: Pairs, form: Pairs) -> Iterator[tuple[str, Pairs]]:
    """Other parameters than those of the *query*."""
    if form:
        yield "the parameters of the form among those of the query", query + form
        yield "the parameters of the form in place of those of the query", form
    if query:
        yield "no parameters", ()
        yield "parameters without those that are empty", tuple(pair for pair in query if pair[1])
        spaced = tuple((name, text.replace(" ", "+")) for name, text in query)
        yield "a + which was not sent as %2B, and so arrived as a space", spaced


def timestamps(text: str) -> Iterator[Guess]:
    """Other times than the one that was sent."""
    try:
        instant = from_iso(text)
    except ValueError:
        return
    for seconds in (-2, -1, 1, 2):
        other = iso_seconds(instant + timedelta(seconds=seconds))
        yield Guess(other, f"another time than the one that was sent, {other}", rare=True)
    for other in (text.removesuffix("Z"), text.replace("Z", ".000Z"), text.replace("Z", "+00:00")):
        yield Guess(other, f"the time written as {other}", rare=True)


def claims(signature: str) -> dict[bytes, str]:
    """The digests that a *signature* may stand for, and what is odd about how it is written."""
    found: dict[bytes, str] = {}
    spaced, unescaped = signature.replace(" ", "+"), unquote(signature)
    ways: list[tuple[str, Callable[[], bytes]]] = [
        ("in base64", lambda: base64.b64decode(signature, validate=True)),
        ("with a + that was not sent as %2B", lambda: base64.b64decode(spaced, validate=True)),
        ("percent-encoded once too often", lambda: base64.b64decode(unescaped, validate=True)),
        ("in base64 for URLs", lambda: base64.urlsafe_b64decode(signature)),
        ("in hexadecimal digits", lambda: binascii.unhexlify(signature)),
    ]
    for words, decode in ways:
        try:
            found.setdefault(decode(), words)
        except ValueError:
            continue
    return found


def joined(pairs: Sequence[tuple[str, str]], encode: Callable[[str], str]) -> str:
    return "&".join(f"{encode(name)}={encode(text)}" for name, text in pairs)


def _lower(text: str) -> str:
    return re.sub(r"%[0-9A-F]{2}", lambda escape: escape[0].lower(), encoded(text))


_ENCODINGS: dict[str, Callable[[str], str]] = {
    "with + for spaces in place of %20": lambda text: quote_plus(text, safe="~"),
    "with ~ encoded as %7E": lambda text: encoded(text).replace("~", "%7E"),
    "with * not encoded": lambda text: quote(text, safe="*"),
    "with + for spaces, * not encoded and ~ encoded": lambda text: quote_plus(text, safe="*").replace(
        "~", "%7E"
    ),
    "with / not encoded": lambda text: quote(text, safe="/"),
    "with ! ' ( ) * not encoded": lambda text: quote(text, safe="!'()*"),
    "with escapes in lower case": _lower,
    "that were not encoded": str,
    "that were encoded twice": lambda text: encoded(encoded(text)),
}
