"""What comes in and what goes out, with nothing of a web framework."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote_to_bytes

from ice_mock.domain.course import Ending

MOST_PARAMETERS = 1000
WORLD = "x-ice-mock-world"


@dataclass(frozen=True, slots=True)
class OssRequest:
    """A request to object storage.

    *bucket* and *key* are decoded, and None where the request names none. *query* holds the decoded
    parameters in their order, *headers* has names in lower case, *path* is as it was sent.
    """

    method: str
    bucket: str | None
    key: str | None
    query: tuple[tuple[str, str], ...]
    headers: Mapping[str, str]
    path: str

    @property
    def parameters(self) -> dict[str, str]:
        """The query by name; of equal names the last counts."""
        return dict(self.query)

    @property
    def world(self) -> str | None:
        """The world that the request is meant for whatever its access key is, if it says so."""
        return self.headers.get(WORLD) or None

    @property
    def host(self) -> str:
        return self.headers.get("host", "localhost")

    @property
    def resource(self) -> str:
        """The decoded path by which signatures know it, however the bucket was addressed."""
        return "/" if self.bucket is None else f"/{self.bucket}/{self.key or ''}"


@dataclass(frozen=True, slots=True)
class OssAnswer:
    """An answer, and how much of it arrives.

    To a HEAD it has no body, and the length of the body that a GET would have.
    """

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    ending: Ending = Ending.WHOLE


def decoded(raw: bytes) -> str:
    """Resolve percent-encoding, and read UTF-8."""
    return unquote_to_bytes(raw).decode("utf-8", "surrogateescape")


def query_pairs(raw: bytes) -> tuple[tuple[str, str], ...]:
    """Decode a query. Of too many parameters just as many are read as show that they are too many."""
    # Both ways to write a space are in use: oss2 writes +, and signs %20.
    parts = [part for part in raw.replace(b"+", b" ").split(b"&", MOST_PARAMETERS + 1) if part]
    pairs = (part.partition(b"=") for part in parts)
    return tuple((decoded(name), decoded(value)) for name, _, value in pairs)
