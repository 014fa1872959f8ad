"""What a client signed whose signature is wrong: found by trying, and told by the first line that differs."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from itertools import combinations, islice, product
from typing import ClassVar, Protocol

from ice_mock.domain.model import AccessKey
from ice_mock.domain.reason import Reason
from ice_mock.gateway import guesses
from ice_mock.gateway.acs3 import Acs3Signature
from ice_mock.gateway.call import Call
from ice_mock.gateway.differences import compare
from ice_mock.gateway.guesses import Guess
from ice_mock.gateway.guesses_acs3 import Acs3Guesses
from ice_mock.gateway.guesses_rpc import RpcGuesses
from ice_mock.gateway.signature import Proof, Signature
from ice_mock.words import counted

MOST_TRIES = 1_500
MOST_BYTES = 4 * 2**20
"""How much is hashed at most: the more there was to sign, the fewer variants are tried."""
LONGEST_REWRITTEN = 16 * 1024
"""Of what is longer to be signed no variants are written, and only other secrets are tried."""
REMEMBERED = 256
"""Of how many kinds of calls it is remembered what became of the search."""


class Guesses(Protocol):
    """A dialect's way to sign, taken apart: for each part the server's own text first, then the guesses."""

    wanted: ClassVar[str]
    fact: ClassVar[str]

    def parts(self) -> Mapping[str, Iterable[Guess]]: ...

    def canonical(self, parts: Mapping[str, str]) -> str: ...

    def shape(self, canonical: str) -> str:
        """It without what is another one in each call: the time and the nonce."""
        ...

    def digests(self, canonical: str, secret: str, *, thoroughly: bool) -> Iterator[tuple[bytes, str]]: ...

    def remarks(self) -> Sequence[str]: ...


@dataclass(frozen=True, slots=True)
class _Attempt:
    """Something that may have been signed; the *words* follow "the client signed"."""

    canonical: str
    secret: str
    words: tuple[str, ...] = ()
    thoroughly: bool = True
    """Whether mistakes after the canonical request are tried as well."""

    @property
    def cost(self) -> int:
        """How many bytes are hashed, about."""
        return len(self.canonical) * (3 if self.thoroughly else 1)


@dataclass(frozen=True, slots=True)
class _Found:
    """What was signed, by its *place* in the row of attempts; the *predicates* follow "the client"."""

    place: int
    canonical: str
    predicates: tuple[str, ...]


@dataclass(slots=True)
class _Memory:
    """What became of calls of one kind: the place that was *found*, or how many searches were *misses*."""

    found: int | None = None
    misses: int = 0
    tries: int = 0

    @property
    def wants_all(self) -> bool:
        """Whether to try everything again: after 1, 2, 4, 8 misses and so on, so that storms cost little."""
        return self.misses & (self.misses - 1) == 0


class Diagnoses:
    """Says what clients signed; how that was found it remembers for the next call of the kind."""

    def __init__(self) -> None:
        self._memories = lru_cache(maxsize=REMEMBERED)(_new_memory)

    def of(
        self, call: Call, signature: Signature, proof: Proof, key: AccessKey, others: Sequence[AccessKey]
    ) -> Reason:
        """Say what the client signed in place of what, by the *proof*, the server expects of its *key*.

        The *others* are keys that it may have confused it with. Names no secret; tokens may be in it.
        """
        making: Guesses = (
            Acs3Guesses(call, signature) if isinstance(signature, Acs3Signature) else RpcGuesses(call)
        )
        own = proof.canonical_request or proof.string_to_sign
        memory = self._memory(making, own, key)
        search = _Search(making, own, signature.signature or "", _distinct(guesses.secrets(key, others)))
        found = _searched(search, memory)
        facts = {"access_key_id": key.id, "variants_tried": str(memory.tries), making.fact: own}
        if found is None:
            return Reason(_nothing_fits(making.remarks(), key, memory.tries), facts)
        difference = compare(own, found.canonical)
        rest = f": {difference}" if difference else ", and everything else agrees"
        told = f"The client {' and '.join(found.predicates)}{rest}."
        return Reason(told, {**facts, **(difference.facts if difference else {})})

    def _memory(self, making: Guesses, own: str, key: AccessKey) -> _Memory:
        if len(own) > LONGEST_REWRITTEN:
            # There is too little that is tried.
            return _new_memory()
        return self._memories(sha256("\0".join((key.id, key.secret, making.shape(own))).encode()).digest())


def _new_memory(_kind: bytes = b"") -> _Memory:
    return _Memory()


def _searched(search: "_Search", memory: _Memory) -> _Found | None:
    """What is found, with what is known of calls of the kind, and with what is learnt for the next one."""
    if memory.found is not None and (found := search.among(memory.found, memory.found + 1)):
        return found
    found = search.among(0, MOST_TRIES if memory.wants_all else len(search.secrets))
    memory.tries = max(memory.tries, search.tries)
    if found:
        memory.found, memory.misses = found.place, 0
    else:
        memory.found, memory.misses = None, memory.misses + 1
    return found


class _Search:
    """Everything that a client may have done, tried one after another."""

    def __init__(self, making: Guesses, own: str, signature: str, secrets: Sequence[Guess]) -> None:
        self._making = making
        self._own = own
        self._claims = guesses.claims(signature)
        self.secrets = secrets
        self.tries = 0

    def among(self, start: int, end: int) -> _Found | None:
        """What fits of the attempts from *start* to before *end*, the first if several do."""
        self.tries, hashed = 0, 0
        for place, attempt in enumerate(islice(self._attempts(), start, end), start):
            hashed += attempt.cost
            if hashed > MOST_BYTES:
                break
            self.tries += 1
            if predicates := self._fitting(attempt):
                return _Found(place, attempt.canonical, predicates)
        return None

    def _fitting(self, attempt: _Attempt) -> tuple[str, ...]:
        """What to say of an attempt that fits; nothing if it does not."""
        making = self._making
        for digest, predicate in making.digests(
            attempt.canonical, attempt.secret, thoroughly=attempt.thoroughly
        ):
            if digest not in self._claims:
                continue
            way = self._claims[digest]
            signed = f"signed {' and '.join(attempt.words)}" if attempt.words else ""
            wrote = f"wrote its signature {way}" if way != making.wanted else ""
            return tuple(words for words in (signed, predicate, wrote) if words)
        return ()

    def _attempts(self) -> Iterator[_Attempt]:
        """Everything to be tried: the likely first, one mistake before two."""
        for secret in self.secrets:
            yield _Attempt(self._own, secret.text, _words(secret))
        if len(self._own) > LONGEST_REWRITTEN:
            return
        options = {name: iter(texts) for name, texts in self._making.parts().items()}
        servers = {name: next(texts).text for name, texts in options.items()}
        likely: dict[str, list[Guess]] = {name: [] for name in options}
        for name, guess in self._single_mistakes(options, servers):
            if not guess.rare:
                likely[name].append(guess)
            yield self._attempt(servers, {name: guess})
        yield from self._double_mistakes(servers, likely)

    def _single_mistakes(
        self, options: Mapping[str, Iterator[Guess]], servers: Mapping[str, str]
    ) -> Iterator[tuple[str, Guess]]:
        """Other texts for each part; nothing is written before it is to be tried."""
        for name, texts in options.items():
            for guess in texts:
                if guess.text != servers[name]:
                    yield name, guess

    def _double_mistakes(
        self, servers: Mapping[str, str], likely: Mapping[str, Sequence[Guess]]
    ) -> Iterator[_Attempt]:
        """Each likely mistake with another secret, and with each in another part."""
        for secret, name in product(self.secrets[1:], likely):
            for guess in likely[name] if not secret.rare else ():
                yield self._attempt(servers, {name: guess}, secret)
        for one, other in combinations(likely, 2):
            for first, second in product(likely[one], likely[other]):
                yield self._attempt(servers, {one: first, other: second})

    def _attempt(
        self, servers: Mapping[str, str], mistakes: Mapping[str, Guess], secret: Guess | None = None
    ) -> _Attempt:
        texts = {name: guess.text for name, guess in mistakes.items()}
        canonical = self._making.canonical({**servers, **texts})
        used = secret or self.secrets[0]
        is_single = secret is None and len(mistakes) == 1
        return _Attempt(canonical, used.text, _words(*mistakes.values(), used), thoroughly=is_single)


def _distinct(secrets: Iterable[Guess]) -> list[Guess]:
    found: dict[str, Guess] = {}
    for guess in secrets:
        found.setdefault(guess.text, guess)
    return list(found.values())


def _words(*mistakes: Guess) -> tuple[str, ...]:
    return tuple(guess.words for guess in mistakes if guess.words)


def _nothing_fits(remarks: Sequence[str], key: AccessKey, tries: int) -> str:
    none = f"none of {counted(tries, 'variant')} of the request gives the client's signature"
    if not tries:
        none = "not one variant was tried, as there is too much to sign"
    if remarks:
        sentence = f"{' and '.join(remarks)}; {none}"
        return f"{sentence[0].upper()}{sentence[1:]}."
    return (
        f"N{none[1:]}: it was made with another secret than that of {key.id}, or a Host, header or parameter "
        "changed on its way; compare what the client signed with why?request=…&canonical=…."
    )
