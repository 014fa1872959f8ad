"""Where two canonical requests, or strings to sign, differ first."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import unquote

from ice_mock.credentials import HIDDEN

LONGEST_LINE = 300


@dataclass(frozen=True, slots=True)
class Difference:
    """The first place at which two canonical requests differ; None is what one of them does not have."""

    place: str
    server: str | None
    client: str | None

    def __str__(self) -> str:
        return f"{self.place} is {_quoted(self.server)} here and {_quoted(self.client)} there"

    @property
    def facts(self) -> dict[str, str]:
        return {
            "first_difference": self.place,
            "server_has": _shortened("nothing" if self.server is None else self.server),
            "client_has": _shortened("nothing" if self.client is None else self.client),
        }


def compare(server: str, client: str) -> Difference | None:
    """The first difference of two canonical requests, or strings to sign; None if there is none.

    How lines end is none. What was hidden of the server's may be anything in the client's.
    """
    client = _with_line_feeds(client)
    if "\n" in server:
        return _in_lines(list(_lines(server)), list(_lines(client)))
    return _in_parts(server, client)


def ends_lines_with_crlf(client: str) -> bool:
    """Whether a client says that its lines end with CR LF, be that written out or in escapes."""
    return "\r\n" in client or ("\n" not in client and "\\r\\n" in client)


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST_LINE else f"{text[:LONGEST_LINE]}… ({len(text)} characters)"


def _with_line_feeds(text: str) -> str:
    if "\n" not in text and "\\n" in text:
        text = text.replace("\\r", "").replace("\\n", "\n")
    return text.replace("\r\n", "\n")


def _lines(text: str) -> Iterator[tuple[str, str]]:
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


def _in_lines(server: Sequence[tuple[str, str]], client: Sequence[tuple[str, str]]) -> Difference | None:
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


def _in_parts(server: str, client: str) -> Difference | None:
    """In a string to sign: method, path, and the parameters by their names, wherever they stand."""
    (method, path, ours), (its_method, its_path, theirs) = _parts(server), _parts(client)
    if method != its_method:
        return Difference("the method", method, its_method)
    if path != its_path:
        return Difference("the path", path, its_path)
    for name in sorted(ours.keys() | theirs.keys()):
        pair, its_pair = ours.get(name), theirs.get(name)
        if pair is None or its_pair is None or not _agree(pair, its_pair):
            return Difference(f"the parameter {name[0]}", pair, its_pair)
    if list(ours) != list(theirs):
        return Difference("the order of the parameters", _order(ours), _order(theirs))
    return None


def _parts(text: str) -> tuple[str, str, dict[tuple[str, int], str]]:
    """Method, path and parameters of a string to sign; those of one name are numbered."""
    method, _, rest = text.partition("&")
    path, _, query = rest.partition("&")
    found: dict[tuple[str, int], str] = {}
    for pair in map(unquote, re.split("%26|&", query) if query else ()):
        name, number = unquote(pair).partition("=")[0], 0
        while (name, number) in found:
            number += 1
        found[name, number] = pair
    return method, path, found


def _order(parameters: Mapping[tuple[str, int], str]) -> str:
    return ", ".join(name for name, _ in parameters)


def _agree(server: str, client: str) -> bool:
    if HIDDEN not in server:
        return server == client
    return bool(re.fullmatch(".*".join(map(re.escape, server.split(HIDDEN))), client, re.DOTALL))


def _quoted(text: str | None) -> str:
    return "missing" if text is None else repr(_shortened(text))
