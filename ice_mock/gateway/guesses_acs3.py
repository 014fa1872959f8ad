"""What clients may have signed in the dialect ACS3, part by part of the canonical request."""

import hashlib
import hmac
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import ClassVar
from urllib.parse import quote, quote_plus

from ice_mock.gateway import guesses
from ice_mock.gateway.acs3 import ALGORITHM, Acs3Signature
from ice_mock.gateway.call import Call, Pairs
from ice_mock.gateway.guesses import IN_HEXADECIMAL, MOST_LEFT_OUT, Guess, Writing

_CONTENT_TYPES = (
    "",
    "application/json",
    "application/json; charset=utf-8",
    "application/x-www-form-urlencoded",
)
_PUBLIC = ("ice.aliyuncs.com", "ice.cn-shanghai.aliyuncs.com")
_LOCAL = ("localhost", "127.0.0.1")
_FORWARDED_HOST = re.compile(r'host="?([^";,\s]+)', re.IGNORECASE)
_OF_ONE_CALL = re.compile(r"^(x-acs-(?:date|signature-nonce)):.*$", re.MULTILINE)
LONGEST_BODY = 16 * 1024
"""A body that is longer is not written anew in other ways."""


class Acs3Guesses:
    """A call, the way the server reads it and the ways in which a client may."""

    wanted: ClassVar[str] = IN_HEXADECIMAL
    fact: ClassVar[str] = "server_canonical_request"

    def __init__(self, call: Call, signature: Acs3Signature) -> None:
        self._call = call
        self._signature = signature
        self._names = sorted(signature.signed_headers or ())

    def parts(self) -> dict[str, Iterable[Guess]]:
        call = self._call
        return {
            # The likely mistakes first: they are tried together first, too.
            "headers": self._headers(),
            "names": self._signed(),
            "body": self._bodies(),
            "query": guesses.queries(call.query, self._form, Writing()),
            "method": guesses.methods(call.method),
            "path": guesses.paths(call.path),
            "ends": (Guess("\n"), Guess("\r\n", "lines that end with CR LF in place of LF")),
        }

    def canonical(self, parts: Mapping[str, str]) -> str:
        lines = "\n".join(parts[name] for name in ("method", "path", "query", "headers", "names", "body"))
        return lines if parts["ends"] == "\n" else lines.replace("\n", parts["ends"])

    def shape(self, canonical: str) -> str:
        return _OF_ONE_CALL.sub(r"\1", canonical)

    def digests(self, canonical: str, secret: str, *, thoroughly: bool) -> Iterator[tuple[bytes, str]]:
        """The signature of a canonical request, and on demand what mistakes after it lead to."""
        key, hashed = secret.encode(), hashlib.sha256(canonical.encode()).hexdigest()
        yield hmac.digest(key, f"{ALGORITHM}\n{hashed}".encode(), hashlib.sha256), ""
        if thoroughly:
            for text, words in (
                (canonical, "the canonical request itself in place of its hash"),
                (hashed, f"the hash of the canonical request without {ALGORITHM} in front of it"),
                (f"{ALGORITHM}\n{hashed}\n", "a newline after the hash of the canonical request"),
                (f"{ALGORITHM}\n{canonical}", "the canonical request in place of its hash"),
            ):
                yield hmac.digest(key, text.encode(), hashlib.sha256), f"signed {words}"

    def remarks(self) -> list[str]:
        """What is wrong with the request whatever the secret."""
        call, found = self._call, []
        absent = [name for name in self._names if name not in call.headers]
        if absent:
            found.append(f"the signed header {' and '.join(absent)} did not arrive")
        claimed = call.headers.get("x-acs-content-sha256")
        if claimed is not None and claimed.lower() != self._hash:
            found.append(
                f"the body is not the one that was signed: its hash is {self._hash}, and "
                f"x-acs-content-sha256 says {claimed}"
            )
        return found

    @property
    def _form(self) -> Pairs:
        return self._call.form if len(self._call.body) <= LONGEST_BODY else ()

    @cached_property
    def _hash(self) -> str:
        return hashlib.sha256(self._call.body).hexdigest()

    def _headers(self) -> Iterator[Guess]:
        own = {name: self._call.headers.get(name, "").strip() for name in self._names}
        yield Guess(_block(own))
        for name, guess in self._other_headers(own):
            yield replace(guess, text=_block({**own, name: guess.text}))
        for name in self._names[:MOST_LEFT_OUT]:
            rest = {other: text for other, text in own.items() if other != name}
            yield Guess(_block(rest), f"no header {name}, though it is among the signed ones", rare=True)
        sent = {name: own[name] for name in self._signature.signed_headers or ()}
        yield Guess(_block(sent), "headers in the order in which they were named, not sorted")
        yield Guess(_block(own, ": "), "headers with a space after the colon")
        yield Guess(_block({name: text.lower() for name, text in own.items()}), "the headers in lower case")
        yield Guess(_block(own).removesuffix("\n"), "headers without a blank line after them")
        yield Guess(_block({name: f"{text} " for name, text in own.items()}), "values of headers not trimmed")
        single = {name: " ".join(text.split()) for name, text in own.items()}
        yield Guess(_block(single), "values of headers with single spaces in them")

    def _other_headers(self, own: Mapping[str, str]) -> Iterator[tuple[str, Guess]]:
        """One header with another value."""
        if "host" in own:
            for other in self._hosts(own["host"]):
                yield "host", Guess(other, f"the Host {other or 'left empty'}")
        for other in _CONTENT_TYPES if "content-type" in own else ():
            yield "content-type", Guess(other, f"the Content-Type {other or 'left empty'}")
        if "x-acs-date" in own:
            yield from (("x-acs-date", guess) for guess in guesses.timestamps(own["x-acs-date"]))
        if "x-acs-content-sha256" in own:
            words = "the header x-acs-content-sha256 with the hash of the body"
            yield "x-acs-content-sha256", Guess(self._hash, words)
        for name in self._names[:MOST_LEFT_OUT]:
            yield name, Guess("", f"the header {name} without its value", rare=True)

    def _hosts(self, host: str) -> list[str]:
        name, _, port = host.partition(":")
        ports = dict.fromkeys((port or "4610", "4610"))
        others = [name, *self._forwarded(), *(f"{name}:{each}" for each in ("80", "443", *ports)), *_PUBLIC]
        others += [text for each in _LOCAL for text in (each, *(f"{each}:{number}" for number in ports))]
        return [other for other in dict.fromkeys(others) if other != host]

    def _forwarded(self) -> Iterator[str]:
        """What proxies say that the Host was before they wrote another one, the first of them first."""
        headers = self._call.headers
        told = [*headers.get("x-forwarded-host", "").split(","), headers.get("x-original-host", "")]
        told += _FORWARDED_HOST.findall(headers.get("forwarded", ""))
        port = headers.get("x-forwarded-port", "").partition(",")[0].strip()
        for host in [text.strip() for text in told[:MOST_LEFT_OUT] if text.strip()]:
            yield host
            yield host.partition(":")[0] if ":" in host else f"{host}:{port or '4610'}"

    def _signed(self) -> Iterator[Guess]:
        yield Guess(";".join(self._names))
        sent = ";".join(self._signature.signed_headers or ())
        yield Guess(sent, "names of headers in the order in which they were named, not sorted")
        yield Guess(",".join(self._names), "names of headers with commas between them")

    def _bodies(self) -> Iterator[Guess]:
        yield Guess(self._hash)
        if claimed := self._call.headers.get("x-acs-content-sha256"):
            words = "a body that changed on its way: x-acs-content-sha256 is not the hash of what came"
            yield Guess(claimed, words)
        yield Guess(hashlib.sha256(b"").hexdigest(), "the hash of an empty body")
        yield Guess("UNSIGNED-PAYLOAD", "UNSIGNED-PAYLOAD in place of the hash of the body")
        yield Guess("", "no hash of the body")
        yield Guess(self._hash.upper(), "the hash of the body in upper case")
        for body, words in self._rewritten():
            yield Guess(hashlib.sha256(body.encode()).hexdigest(), f"the hash of the body {words}")

    def _rewritten(self) -> Iterator[tuple[str, str]]:
        form, writing = self._form, Writing()
        if not form:
            return
        orders: tuple[tuple[Sequence[tuple[str, str]], str], ...] = ((form, ""), (sorted(form), ", sorted"))
        for pairs, order in orders:
            yield writing.joined(pairs), f"with %20 for spaces{order}"
            yield writing.joined(pairs, quote_plus), f"with + for spaces{order}"
            yield writing.joined(pairs, lambda text: quote(text, safe="*")), f"with * not encoded{order}"
            yield writing.joined(pairs, str), f"before it was encoded{order}"
        yield json.dumps(dict(form)), "as JSON"
        yield json.dumps(dict(form), separators=(",", ":")), "as JSON without spaces"


def _block(headers: Mapping[str, str], between: str = ":") -> str:
    return "".join(f"{name}{between}{text}\n" for name, text in headers.items())
