"""The URLs of callbacks: which of them can be called, and by which proxy."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from yarl import URL

SCHEMES = ("http", "https")

_BREAKS = re.compile(r"[\x00-\x20\x7f]")


class Uncallable(ValueError):
    """A URL that no callback can be sent to; the text says why."""


def url_to_call(text: str) -> "URL":
    """The URL without any tidying up: what is signed is the caller's text, and so is what is called.

    Raises Uncallable.
    """
    from yarl import URL

    # A line break would end the request's first line, and what follows it would be a header.
    if found := _BREAKS.search(text):
        raise Uncallable(
            f"cannot be called: {found[0]!r} at position {found.start()} of the URL, write it as "
            f"%{ord(found[0]):02X}"
        )
    try:
        url = URL(text, encoded=text.isascii())
        host, port = url.raw_host, url.port
    except ValueError as error:
        raise Uncallable(f"cannot be called: {error}") from error
    if url.scheme not in SCHEMES:
        raise Uncallable("cannot be called: a URL that begins with http:// or https:// was expected")
    if not host:
        raise Uncallable("cannot be called: the URL has no host")
    if port == 0:
        raise Uncallable("cannot be called: nobody listens at port 0")
    return url


@dataclass(frozen=True, slots=True)
class Proxies:
    """The proxies that a machine's environment names.

    *by_scheme* is what ``http_proxy`` and ``https_proxy`` say; under ``no`` are the hosts that are
    called without.
    """

    by_scheme: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, named: Mapping[str, str]) -> Self:
        """Take what the environment says. Raises ValueError for a proxy of another kind."""
        used = {scheme: _with_scheme(named[scheme]) for scheme in SCHEMES if named.get(scheme)}
        for scheme, proxy in used.items():
            try:
                url_to_call(proxy)
            except Uncallable:
                # Not the URL itself, which may hold a password.
                raise ValueError(
                    f"{scheme}_proxy is no proxy that can be used: expected a URL such as http://proxy:3128"
                ) from None
        return cls(used | {"no": named.get("no", "")})

    def of_url(self, url: "URL") -> str | None:
        """The proxy to go by, or None for the direct way."""
        proxy = self.by_scheme.get(url.scheme)
        return proxy if proxy and not self._is_excepted(url) else None

    def _is_excepted(self, url: "URL") -> bool:
        # Not proxy_bypass, which on some systems asks more than the environment.
        from urllib.request import proxy_bypass_environment  # type: ignore[attr-defined]

        return bool(proxy_bypass_environment(f"{url.host_subcomponent}:{url.port}", dict(self.by_scheme)))


def _with_scheme(proxy: str) -> str:
    return proxy if "://" in proxy else f"http://{proxy}"
