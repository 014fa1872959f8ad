"""What a client signed whose signature is wrong: found by trying, and told by the first line that differs."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, product
from typing import ClassVar, Protocol
from urllib.parse import unquote

from ice_mock.domain.model import AccessKey
from ice_mock.domain.reason import Reason
from ice_mock.gateway import guesses
from ice_mock.gateway.acs3 import Acs3Signature
from ice_mock.gateway.call import Call
from ice_mock.gateway.guesses import Guess
from ice_mock.gateway.guesses_acs3 import Acs3Guesses
from ice_mock.gateway.guesses_rpc import RpcGuesses
from ice_mock.gateway.secrecy import HIDDEN
from ice_mock.gateway.signature import Signature

MOST_TRIES = 1_500
MOST_BYTES = 8 * 2**20
"""How much is hashed at most: the more there was to sign, the fewer variants are tried."""
LONGEST_LINE = 300


class Guesses(Protocol):
    """A dialect's way to sign, taken apart: for each part the server's own text first, then the guesses."""

    wanted: ClassVar[str]
    fact: ClassVar[str]

    @property
    def parts(self) -> Mapping[str, Sequence[Guess]]: ...

    def canonical(self, parts: Mapping[str, str]) -> str: ...

    def digests(self, canonical: str, secret: str, *, thoroughly: bool) -> Iterator[tuple[bytes, str]]: ...

    def remarks(self) -> Sequence[str]: ...


@dataclass(frozen=True, slots=True)
class Difference:
    """The first place at which two canonical requests differ; None is what one of them does not have."""

    place: str
    server: str | None
    client: str | None

    def __str__(self) -> str:
        return f"{self.place} is {_quoted(self.server)} here and {_quoted(self.client)} there"


@dataclass(frozen=True, slots=True)
class _Attempt:
    canonical: str
    secret: Guess
    words: tuple[str, ...] = ()
    thoroughly: bool = True
    """Whether mistakes after the canonical request are tried as well."""


@dataclass(frozen=True, slots=True)
class _Found:
    attempt: _Attempt
    words: tuple[str, ...]


def diagnosis(call: Call, signature: Signature, key: AccessKey, others: Sequence[AccessKey]) -> Reason:
    """Say what the client signed in place of what the server expects of a *call* with the *key*.

    The *others* are keys that it may have confused it with. Names no secret; tokens may be in it.
    """
    making: Guesses = (
        Acs3Guesses(call, signature) if isinstance(signature, Acs3Signature) else RpcGuesses(call)
    )
    own = making.canonical({name: options[0].text for name, options in making.parts.items()})
    claims = guesses.claims(signature.signature or "")
    found, tries = _search(making, own, claims, list(guesses.secrets(key, others)))
    facts = {"access_key_id": key.id, "variants_tried": str(tries), making.fact: own}
    if found is None:
        return Reason(_nothing_fits(making.remarks(), key, tries), facts)
    difference = compare(own, found.attempt.canonical)
    if difference:
        facts |= {"first_difference": difference.place}
        facts |= {"server_has": _shown(difference.server), "client_has": _shown(difference.client)}
    signed = " and ".join(found.words)
    rest = f": {difference}" if difference else ", and everything else agrees"
    return Reason(f"The client signed {signed}{rest}.", facts)


def compare(server: str, client: str) -> Difference | None:
    """The first difference of two canonical requests, or strings to sign; None if there is none.

    What was hidden of the server's may be anything in the client's.
    """
    if "\n" not in client and "\\n" in client:
        client = client.replace("\\r", "").replace("\\n", "\n")
    client = client.replace("\r\n", "\n")
    if "\n" in server:
        return _first(list(_acs3_lines(server)), list(_acs3_lines(client)))
    return _first(list(_rpc_parts(server)), list(_rpc_parts(client)))


def _search(
    making: Guesses, own: str, claims: Mapping[bytes, str], secrets: Sequence[Guess]
) -> tuple[_Found | None, int]:
    """What fits one of the *claims*, and how many variants were tried."""
    tries, most = 0, min(MOST_TRIES, MOST_BYTES // (len(own) + 1))
    for attempt in _attempts(making, own, secrets):
        tries += 1
        for digest, words in making.digests(
            attempt.canonical, attempt.secret.text, thoroughly=attempt.thoroughly
        ):
            if digest in claims:
                written = claims[digest]
                odd = () if written == making.wanted else (f"a signature written {written}",)
                all_words = (*attempt.words, attempt.secret.words, words, *odd)
                return _Found(attempt, tuple(word for word in all_words if word)), tries
        if tries >= most:
            break
    return None, tries


def _attempts(making: Guesses, own: str, secrets: Sequence[Guess]) -> Iterator[_Attempt]:
    """Everything to be tried: the likely first, one mistake before two."""
    right, *wrong = secrets
    servers = {name: options[0].text for name, options in making.parts.items()}
    yield from (_Attempt(own, secret) for secret in secrets)
    singles = [
        _Attempt(making.canonical({**servers, name: guess.text}), right, (guess.words,))
        for name, options in making.parts.items()
        for guess in options[1:]
        if guess.text != options[0].text
    ]
    yield from singles
    likely = {
        name: [guess for guess in options[1:] if not guess.rare and guess.text != options[0].text]
        for name, options in making.parts.items()
    }
    for secret in wrong:
        for name in likely if not secret.rare else ():
            for guess in likely[name]:
                canonical = making.canonical({**servers, name: guess.text})
                yield _Attempt(canonical, secret, (guess.words,), thoroughly=False)
    for one, other in combinations(likely, 2):
        for first, second in product(likely[one], likely[other]):
            both = making.canonical({**servers, one: first.text, other: second.text})
            yield _Attempt(both, right, (first.words, second.words), thoroughly=False)


def _nothing_fits(remarks: Sequence[str], key: AccessKey, tries: int) -> str:
    none = f"none of {tries} variants of the request gives the client's signature"
    if remarks:
        sentence = f"{' and '.join(remarks)}; {none}"
        return f"{sentence[0].upper()}{sentence[1:]}."
    return f"N{none[1:]}: most likely it was made with another secret than that of {key.id}."


def _acs3_lines(text: str) -> Iterator[tuple[str, str]]:
    """The lines of a canonical request, each with what to call it."""
    lines = text.split("\n")
    names = ("the method", "the path", "the query")
    for number, line in enumerate(lines, 1):
        if number <= len(names):
            called = names[number - 1]
        elif number == len(lines):
            called = "the hash of the body"
        elif number == len(lines) - 1:
            called = "the names of the signed headers"
        else:
            called = f"the header {line.partition(':')[0]}" if line else "the end of the headers"
        yield f"line {number}, {called},", line


def _rpc_parts(text: str) -> Iterator[tuple[str, str]]:
    """Method, path and parameters of a string to sign, each with what to call it."""
    method, _, rest = text.partition("&")
    path, _, query = rest.partition("&")
    yield "the method", method
    yield "the path", path
    for pair in re.split("%26|&", query):
        yield f"the parameter {unquote(unquote(pair)).partition('=')[0]}", unquote(pair)


def _first(server: Sequence[tuple[str, str]], client: Sequence[tuple[str, str]]) -> Difference | None:
    for (place, ours), (_, theirs) in zip(server, client, strict=False):
        if not _agree(ours, theirs):
            return Difference(place, ours, theirs)
    if len(server) > len(client):
        place, ours = server[len(client)]
        return Difference(place, ours, None)
    if len(client) > len(server):
        place, theirs = client[len(server)]
        return Difference(place, None, theirs)
    return None


def _agree(server: str, client: str) -> bool:
    if HIDDEN not in server:
        return server == client
    return bool(re.fullmatch(".*".join(map(re.escape, server.split(HIDDEN))), client, re.DOTALL))


def _quoted(text: str | None) -> str:
    return "nothing" if text is None else repr(_shown(text))


def _shown(text: str | None) -> str:
    if text is None:
        return "nothing"
    return text if len(text) <= LONGEST_LINE else f"{text[:LONGEST_LINE]}… ({len(text)} characters)"
