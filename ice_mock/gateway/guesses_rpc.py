"""What clients may have signed in the dialect RPC, part by part of the string to sign."""

import hashlib
import hmac
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import ClassVar

from ice_mock.gateway import guesses
from ice_mock.gateway.call import Call, Pairs
from ice_mock.gateway.guesses import IN_BASE64, Guess, Writing
from ice_mock.gateway.percent import encoded

_OF_ONE_CALL = re.compile(r"(?<=%26)(SignatureNonce|Timestamp)%3D(?:(?!%26).)*", re.DOTALL)


class RpcGuesses:
    """A call, the way the server reads it and the ways in which a client may."""

    wanted: ClassVar[str] = IN_BASE64
    fact: ClassVar[str] = "server_string_to_sign"

    def __init__(self, call: Call) -> None:
        self._call = call
        self._writing = Writing(encoded)

    def parts(self) -> dict[str, Iterable[Guess]]:
        return {
            "method": guesses.methods(self._call.method),
            "path": (
                Guess(encoded("/")),
                Guess("/", "the path / without encoding it as %2F"),
                Guess(encoded(encoded("/")), "the path / encoded twice"),
                Guess(encoded("//"), "the path //"),
                Guess("", "no path"),
            ),
            "query": self._queries(),
        }

    def canonical(self, parts: Mapping[str, str]) -> str:
        return "&".join(parts[name] for name in ("method", "path", "query"))

    def shape(self, canonical: str) -> str:
        return _OF_ONE_CALL.sub(r"\1", canonical)

    def digests(self, canonical: str, secret: str, *, thoroughly: bool) -> Iterator[tuple[bytes, str]]:
        """The signature of a string to sign, and on demand what mistakes after it lead to."""
        text = canonical.encode()
        yield hmac.digest(f"{secret}&".encode(), text, hashlib.sha1), ""
        if thoroughly:
            yield (
                hmac.digest(secret.encode(), text, hashlib.sha1),
                "signed with the secret without the & that follows it",
            )
            words = "made its signature with HMAC-SHA256"
            yield hmac.digest(f"{secret}&".encode(), text, hashlib.sha256), words
            yield (
                hmac.digest(secret.encode(), text, hashlib.sha256),
                f"{words}, and no & after the secret",
            )

    def remarks(self) -> list[str]:
        """What is wrong with the request whatever the secret: here nothing that could be told."""
        return []

    def _queries(self) -> Iterator[Guess]:
        query, form = (tuple(pair for pair in pairs if pair[0] != "Signature") for pairs in self._places)
        writing = self._writing
        yield from guesses.queries(query + form, (), writing)
        if query and form:
            yield Guess(writing.canonical(query), "the parameters of the query only")
            yield Guess(writing.canonical(form), "the parameters of the form only")
        yield Guess(Writing().canonical(query + form), "parameters that were not encoded a second time")
        yield from self._changed(query + form)

    @property
    def _places(self) -> tuple[Pairs, Pairs]:
        return self._call.query, self._call.form

    def _changed(self, pairs: Pairs) -> Iterator[Guess]:
        """One parameter with another value."""
        given = dict(pairs)
        for guess in guesses.timestamps(given.get("Timestamp", "")):
            yield Guess(self._with(given, "Timestamp", guess.text), guess.words)
        for name, text in (("Signature", ""), ("SignatureType", ""), ("Format", "JSON"), ("Format", "XML")):
            if name not in given:
                words = f"a parameter {name}={text} that was not sent"
                yield Guess(self._with(given, name, text), words, rare=True)
        if "Format" in given:
            for text in ("JSON", "XML", "json"):
                yield Guess(self._with(given, "Format", text), f"the parameter Format={text}", rare=True)

    def _with(self, given: Mapping[str, str], name: str, text: str) -> str:
        return self._writing.canonical(tuple({**given, name: text}.items()))
