"""What is secret by its name or by its place: tokens and passwords in the URLs that texts hold."""

import re
from functools import lru_cache
from urllib.parse import quote, unquote

HIDDEN = "…"
"""What stands in place of something secret."""
LONGEST_KEPT = 4_096
"""Texts that are longer are looked at anew each time: a thousand of them would take too much memory."""
_TELLTALE = re.compile(
    r"secret|passw|pwd|token|^(x-\w+-)?sig(n(ature)?)?$|authorization|credential|cookie"
    r"|(api|auth|private)[-_]?key",
    re.IGNORECASE,
)
_MAY_HOLD_A_URL = re.compile(r":\\?/\\?/|%(?:25)*3a(?:%(?:25)*5c)?%(?:25)*2f", re.IGNORECASE)
_USER = re.compile(r"(?<=//)[^/?#]*@")
_PUNCTUATION = "'.,;:!)]}"
"""What may follow a URL in a sentence, and is none of it."""
_ENCODED_AT_MOST = 3
"""In a string to sign a URL is percent-encoded twice, and one inside of another once more."""
_FURTHEST = 100
"""How far the end of a password is looked for that has a ``/`` in it, though that must be encoded."""


def tells(name: str) -> bool:
    """Whether a name says that what it names is a secret."""
    return (_told if len(name) <= LONGEST_KEPT else _tells)(name)


def masked(text: str) -> str:
    """*text* with what is secret in its URLs hidden, be they in a sentence, in JSON, in XML or in other URLs.

    Hidden are user and password, and in query and fragment the values whose names tell. The rest stays as
    it is, and so does a text that holds no URL.
    """
    if not _MAY_HOLD_A_URL.search(text):
        return text
    for spelling in _SPELLINGS if "%" in text else _SPELLINGS[:1]:
        text = spelling.masked(text)
    return text


def bare(url: str) -> str:
    """A URL without any part of it that may be secret: user, password, query and fragment."""
    path, mark, _ = url.partition("?")
    path, hash_mark, _ = path.partition("#")
    return masked(path).replace(HIDDEN, "...") + ("?..." if mark else "") + ("#..." if hash_mark else "")


def hidden_parts(url: str) -> list[str]:
    """What `bare` hides of a URL beside its fragment: the query, and user with password."""
    user, query = _USER.search(url), url.partition("?")[2].partition("#")[0]
    return [part for part in (query, user[0].rstrip("@") if user else "") if part]


class _Spelling:
    """How URLs look that are percent-encoded so many *times*, and what of them is secret."""

    def __init__(self, times: int) -> None:
        self._times = times
        colon, slash, at, query, hash_mark, ampersand, equals, backslash = (
            _sign(char, times) for char in ":/@?#&=\\"
        )
        # Whatever a URL stands in goes on after it: a sentence, a document, or a query of parameters.
        ends = [_sign(char, each) for each in range(times + 1) for char in ' \t\r\n"<>']
        outside = "|".join([*ends, *(_sign(char, each) for each in range(times) for char in "&=")])
        # In JSON a / may be written \/, and & as \u0026.
        host_begins = f"{colon}(?:(?:{backslash})?{slash}){{2}}"
        host_ends = f"{outside}|{slash}|{query}|{hash_mark}"
        of_host = f"(?:(?!{host_ends}).)"
        no_port = rf"(?!\[)(?:(?!{colon}){of_host})*{colon}(?=\d*(?!{host_ends}|\d|$))"
        late = f"{no_port}(?:(?!{outside}).){{0,{_FURTHEST}}}(?={at})"
        self._user = _compiled(f"({host_begins})(?:{of_host}*(?={at})|{late}|{no_port}{of_host}*(?=…))")
        name = f"(?:(?!{outside}|{query}|{hash_mark}|{ampersand}|{equals}).){{1,100}}"
        begins = f"(?:{query}|{hash_mark}|{ampersand}|{backslash}u0026)(?:amp;)?"
        self._name = _compiled(f"{begins}({name}){equals}")
        self._value = _compiled(f"(?:(?!{outside}|{hash_mark}|{ampersand}|{backslash}(?!{slash})).)*")

    def masked(self, text: str) -> str:
        text = self._user.sub(rf"\1{HIDDEN}", text)
        kept, at = list[str](), 0
        for found in self._name.finditer(text):
            if found.start() >= at and tells(self._plain(found[1])):
                value = self._value.match(text, found.end())
                end = len(value[0].rstrip(_PUNCTUATION)) if value else 0
                kept += [text[at : found.end()], HIDDEN if end else ""]
                at = found.end() + end
        return "".join([*kept, text[at:]])

    def _plain(self, name: str) -> str:
        for _ in range(self._times + 1):
            name = unquote(name)
        return name


def _sign(char: str, times: int) -> str:
    """A sign of URLs, as a pattern, percent-encoded so many *times*."""
    for _ in range(times):
        char = quote(char, safe="")
    return re.escape(char)


def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE | re.DOTALL)


def _tells(name: str) -> bool:
    return bool(_TELLTALE.search(name))


_told = lru_cache(maxsize=1024)(_tells)
_SPELLINGS = tuple(_Spelling(times) for times in range(_ENCODED_AT_MOST + 1))
