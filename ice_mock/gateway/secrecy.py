"""What must not be remembered of a call, and texts without it."""

import json
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from xml.sax.saxutils import escape

from ice_mock.credentials import HIDDEN, LONGEST_KEPT, tells
from ice_mock.domain.model import AccessKey
from ice_mock.gateway.call import Call
from ice_mock.gateway.percent import encoded
from ice_mock.gateway.signature import Signature

LEAST = 8
"""A secret with fewer characters is hidden where it is a whole value: as a part it may be any word."""


@dataclass(frozen=True, slots=True)
class Secrets:
    """The secrets and signatures that a call may hold, and *phrases* in which short ones stand.

    The *lasting* ones belong to keys; the others came with the call.
    """

    lasting: tuple[str, ...]
    passing: tuple[str, ...]
    phrases: tuple[tuple[str, str], ...] = ()

    @classmethod
    def known(cls, signature: Signature | None, keys: Iterable[AccessKey]) -> "Secrets":
        """Those of the *keys*, and those that came with the signature."""
        own = (signature.signature, signature.security_token) if signature else ()
        of_keys = [text for key in keys for text in (key.secret, key.security_token) if text]
        return cls(tuple(of_keys), tuple([text for text in own if text]))

    def and_named(self, call: Call) -> "Secrets":
        """These and whatever the call sends under a name that tells that it is one."""
        named = [
            (name, text)
            for name, text in (*call.query, *call.form, *call.headers.items())
            if text and tells(name)
        ]
        parts = tuple(part for _, text in named for part in _parts(text))
        phrases = tuple(phrase for name, text in named for phrase in _phrases(name, text))
        return Secrets(self.lasting, self.passing + parts, phrases)

    def __contains__(self, text: str) -> bool:
        return text in self.lasting or text in self.passing

    def are_in(self, texts: Collection[str], *, in_any_form: bool = False) -> bool:
        """Tell whether one of them stands in, or is, any of the *texts*.

        What came with the call is looked for as it is, or else *in_any_form*: to write it in all of them
        costs more than the rest.
        """
        everything = "\0".join(texts)
        written = (*self.lasting, *self.passing) if in_any_form else self.lasting
        return (
            any(text in everything and (len(text) >= LEAST or text in texts) for text in self.passing)
            or any(text in texts for text in self.lasting)
            or any(form in everything for text in written if len(text) >= LEAST for form in _forms(text))
        )

    def without(self, text: str, *, beginnings: bool = False) -> str:
        """*text* with all of them hidden, and on demand their *beginnings* too, as a text was cut in them."""
        if text in self:
            return HIDDEN
        for phrase, harmless in self.phrases:
            text = text.replace(phrase, harmless)
        for form in self._forms():
            text = text.replace(form, HIDDEN)
            if beginnings:
                text = _without_beginnings(text, form)
        return text

    def _forms(self) -> list[str]:
        # The longest first: one may be the beginning of another.
        forms = {
            form for text in (*self.lasting, *self.passing) if len(text) >= LEAST for form in _forms(text)
        }
        return sorted(forms, key=len, reverse=True)


def _forms(text: str) -> tuple[str, ...]:
    """How a text is written in parameters, in what is signed, in JSON, in XML and in messages."""
    return (_known_forms if len(text) <= LONGEST_KEPT else _found_forms)(text)


def _found_forms(text: str) -> tuple[str, ...]:
    written = (
        text,
        encoded(text),
        encoded(encoded(text)),
        json.dumps(text)[1:-1],
        json.dumps(text, ensure_ascii=False)[1:-1],
        escape(text),
        repr(text)[1:-1],
    )
    return tuple(dict.fromkeys(written))


_known_forms = lru_cache(maxsize=1024)(_found_forms)


def _parts(text: str) -> Iterator[str]:
    """A value, and what is secret of it if it is a header that names how it was made, too."""
    yield text
    yield from re.findall(r"(?:Signature=|[Bb]earer\s+)([^,\s]+)", text)


def _phrases(name: str, text: str) -> Iterator[tuple[str, str]]:
    """A secret next to its name, as in a canonical request and in a string to sign."""
    for written in dict.fromkeys((text.strip(), json.dumps(text.strip())[1:-1], escape(text.strip()))):
        yield f"{name}:{written}", f"{name}:{HIDDEN}"
    pair, harmless = f"{encoded(name)}={encoded(text)}", f"{encoded(name)}={HIDDEN}"
    yield pair, harmless
    yield encoded(pair), f"{encoded(encoded(name) + '=')}{HIDDEN}"


def _without_beginnings(text: str, secret: str) -> str:
    for length in range(len(secret) - 1, LEAST - 1, -1):
        text = text.replace(secret[:length], HIDDEN)
    return text
