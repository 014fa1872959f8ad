"""The head of a request, read so that nobody else can read it otherwise.

A proxy in front and the server behind it have to agree where a request ends and whom it is for: what
leaves room for two readings is refused (RFC 9112, sections 3.2, 5 and 6.3).
"""

from collections.abc import Iterator
from typing import Protocol

from cheroot.server import HeaderReader

from ice_mock import limits

ONCE = frozenset({b"Content-Length", b"Host", b"Transfer-Encoding"})
_WHITE = (b" ", b"\t")


class Lines(Protocol):
    """What a head is read from."""

    def readline(self) -> bytes: ...


class StrictHeaderReader(HeaderReader):
    """Cheroot's reader, which raises ValueError for what cheroot lets pass."""

    def __call__(self, rfile: Lines, hdict: dict[bytes, bytes] | None = None) -> dict[bytes, bytes]:
        headers: dict[bytes, bytes] = super().__call__(_Checked(rfile), hdict)
        return headers


class _Checked:
    """Hands on the lines of a head, each of them looked at."""

    def __init__(self, lines: Lines) -> None:
        self._lines = lines
        self._seen: set[bytes] = set()
        self._count = 0

    def readline(self) -> bytes:
        line = self._lines.readline()
        for objection in self._objections(line):
            raise ValueError(objection)
        return line

    def _objections(self, line: bytes) -> Iterator[str]:
        name, colon, _ = line.partition(b":")
        self._count += bool(colon)
        if self._count > limits.HEADERS:
            yield f"The request has more than {limits.HEADERS} headers."
        if line.startswith(_WHITE):
            yield "A header may not go on in another line."
        if colon and name.endswith(_WHITE):
            yield "There may be no white space before the colon of a header."
        if (once := name.title()) in ONCE:
            if once in self._seen:
                yield f"The header {once.decode()} may be there once."
            self._seen.add(once)
