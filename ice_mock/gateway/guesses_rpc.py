"""What clients may have signed in the dialect RPC, part by part of the string to sign."""

import hashlib
import hmac
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import ClassVar
from urllib.parse import quote

from ice_mock.gateway import guesses
from ice_mock.gateway.call import Call, Pairs
from ice_mock.gateway.guesses import Guess
from ice_mock.gateway.percent import canonical_query, encoded


class RpcGuesses:
    """A call, the way the server reads it and the ways in which a client may."""

    wanted: ClassVar[str] = "in base64"
    fact: ClassVar[str] = "server_string_to_sign"

    def __init__(self, call: Call) -> None:
        self._call = call

    @cached_property
    def parts(self) -> dict[str, list[Guess]]:
        return {
            "method": list(guesses.methods(self._call.method)),
            "path": [
                Guess(encoded("/")),
                Guess("/", "the path / without encoding it as %2F"),
                Guess(encoded(encoded("/")), "the path / encoded twice"),
                Guess("", "no path"),
            ],
            "query": list(self._queries()),
        }

    def canonical(self, parts: Mapping[str, str]) -> str:
        return "&".join(parts[name] for name in ("method", "path", "query"))

    def digests(self, canonical: str, secret: str, *, thoroughly: bool) -> Iterator[tuple[bytes, str]]:
        """The signature of a string to sign, and on demand what mistakes after it lead to, in words."""
        text = canonical.encode()
        yield hmac.digest(f"{secret}&".encode(), text, hashlib.sha1), ""
        if thoroughly:
            yield (
                hmac.digest(secret.encode(), text, hashlib.sha1),
                "with the secret without the & that follows it",
            )
            yield hmac.digest(f"{secret}&".encode(), text, hashlib.sha256), "with HMAC-SHA256"
            yield (
                hmac.digest(secret.encode(), text, hashlib.sha256),
                "with HMAC-SHA256, and no & after the secret",
            )

    def remarks(self) -> list[str]:
        """What is wrong with the request whatever the secret: here nothing that could be told."""
        return []

    def _queries(self) -> Iterator[Guess]:
        query, form = (tuple(pair for pair in pairs if pair[0] != "Signature") for pairs in self._places)
        own, *others = guesses.queries(query + form)
        yield Guess(encoded(own.text))
        yield from (Guess(encoded(other.text), other.words) for other in others)
        if query and form:
            yield Guess(encoded(canonical_query(query)), "the parameters of the query only")
            yield Guess(encoded(canonical_query(form)), "the parameters of the form only")
        yield Guess(own.text, "parameters that were not encoded a second time")
        yield Guess(quote(own.text, safe="/"), "parameters with / not encoded the second time")
        yield from self._changed(query + form)

    @property
    def _places(self) -> tuple[Pairs, Pairs]:
        return self._call.query, self._call.form

    def _changed(self, pairs: Pairs) -> Iterator[Guess]:
        """One parameter with another value."""
        given = dict(pairs)
        for guess in guesses.timestamps(given.get("Timestamp", "")):
            yield Guess(_with(given, "Timestamp", guess.text), guess.words)
        for name, text in (("Signature", ""), ("SignatureType", ""), ("Format", "JSON"), ("Format", "XML")):
            if name not in given:
                yield Guess(
                    _with(given, name, text), f"a parameter {name}={text} that was not sent", rare=True
                )
        if "Format" in given:
            for text in ("JSON", "XML", "json"):
                yield Guess(_with(given, "Format", text), f"the parameter Format={text}", rare=True)


def _with(given: Mapping[str, str], name: str, text: str) -> str:
    return encoded(canonical_query(tuple({**given, name: text}.items())))
