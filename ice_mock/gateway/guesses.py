"""What clients get wrong when they sign: one guess after another at a part of what they have signed."""

import base64
import binascii
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import quote, quote_plus, unquote

from ice_mock.clock import from_iso, iso_seconds
from ice_mock.domain.model import AccessKey
from ice_mock.gateway.call import Pairs
from ice_mock.gateway.percent import encoded

Encoding = Callable[[str], str]

IN_BASE64 = "in base64"
IN_HEXADECIMAL = "in hexadecimal digits"
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
    others = (path.rstrip("/"), f"{path.rstrip('/')}/", "/", "", "//", quote(path), unquote(path))
    for other in dict.fromkeys(others):
        if other != path:
            yield Guess(other, f"the path {other!r}")


class Writing:
    """Writes parameters as a query, and all of it by *outer* once more.

    It remembers how each text is usually written: guesses differ from one another in little.
    """

    def __init__(self, outer: Encoding = str) -> None:
        self._outer = outer
        self._and, self._is = outer("&"), outer("=")
        self._usual: dict[str, str] = {}

    def canonical(self, pairs: Pairs) -> str:
        return self.joined(sorted(pairs))

    def joined(self, pairs: Iterable[tuple[str, str]], encode: Encoding | None = None) -> str:
        """The *pairs* in their order; the *encode* that is given is not the usual one."""
        return self._and.join(
            [f"{self._text(name, encode)}{self._is}{self._text(text, encode)}" for name, text in pairs]
        )

    def bare(self, pairs: Iterable[tuple[str, str]]) -> str:
        """The *pairs* in their order, without = where there is no value."""
        return self._and.join(
            [
                f"{self._text(name)}{self._is}{self._text(text)}" if text else self._text(name)
                for name, text in pairs
            ]
        )

    def _text(self, text: str, encode: Encoding | None = None) -> str:
        # Letters and digits are written alike in every encoding there is a guess of.
        if encode and not (text.isascii() and text.isalnum()):
            return self._outer(encode(text))
        if (usual := self._usual.get(text)) is None:
            usual = self._usual[text] = self._outer(encoded(text))
        return usual


def queries(query: Pairs, form: Pairs, writing: Writing) -> Iterator[Guess]:
    """The canonical query of the *query*; what came as a form may have been taken for part of it."""
    yield Guess(writing.canonical(query))
    for words, pairs in _selections(query, form):
        yield Guess(writing.canonical(pairs), words)
    for name in list(dict.fromkeys(name for name, _ in query))[:MOST_LEFT_OUT]:
        rest = tuple(pair for pair in query if pair[0] != name)
        yield Guess(writing.canonical(rest), f"no parameter {name}", rare=True)
    for words, encode in _ENCODINGS.items():
        yield Guess(writing.joined(sorted(query), encode), f"parameters {words}")
    yield Guess(writing.joined(query), "parameters in the order in which they were sent, not sorted")
    by_case = sorted(query, key=lambda pair: pair[0].lower())
    yield Guess(writing.joined(by_case), "parameters sorted without regard to case")
    yield Guess(writing.bare(sorted(query)), "parameters without a value without their =")


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
    """The digests that a *signature* may stand for, and how it is written then."""
    found: dict[bytes, str] = {}
    spaced, unescaped = signature.replace(" ", "+"), unquote(signature)
    ways: list[tuple[str, Callable[[], bytes]]] = [
        (IN_BASE64, lambda: base64.b64decode(signature, validate=True)),
        ("with a + that was not sent as %2B", lambda: base64.b64decode(spaced, validate=True)),
        ("percent-encoded once too often", lambda: base64.b64decode(unescaped, validate=True)),
        ("in base64 for URLs", lambda: base64.urlsafe_b64decode(signature)),
        (IN_HEXADECIMAL, lambda: binascii.unhexlify(signature)),
    ]
    for words, decode in ways:
        try:
            digest = decode()
        except ValueError:
            continue
        found.setdefault(digest, _way(words, digest, signature))
    return found


def _way(words: str, digest: bytes, signature: str) -> str:
    """How a signature is written: what can be read in one of the usual ways may not be that to the letter."""
    if words == IN_HEXADECIMAL and signature != digest.hex():
        return f"{words} of upper case"
    if words == IN_BASE64 and signature != base64.b64encode(digest).decode():
        return f"{words} with bits set that stand for nothing"
    return words


def _lower(text: str) -> str:
    return re.sub(r"%[0-9A-F]{2}", lambda escape: escape[0].lower(), encoded(text))


_ENCODINGS: dict[str, Encoding] = {
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
