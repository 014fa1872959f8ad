"""Lists of networks, addresses and host names, as they are written in a setting."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv6Network, ip_address, ip_network
from typing import Self

from ice_mock.callbacks.addresses import Address, Network, address, as_ipv4

EVERYTHING = "*"

_LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?")
_LONGEST_NAME = 253
_NUMBER = re.compile(r"0x[0-9a-f]*|[0-9]+")


@dataclass(frozen=True, slots=True)
class Rules:
    """Networks, single addresses among them, and names of hosts; a name ``*.…`` is all hosts below one."""

    networks: tuple[Network, ...] = ()
    names: tuple[str, ...] = ()

    @classmethod
    def of(cls, text: str) -> Self:
        """Read a list such as ``10.0.0.0/8, 192.0.2.7, receiver.example.com, *.example.com``.

        ``*`` is everything, and an empty text no rules. Raises ValueError for the first entry that
        is none of that.
        """
        entries = [entry.strip() for entry in text.split(",")] if text.strip() else []
        read = [_entry(entry) for entry in entries]
        return cls(
            tuple(each for each in read if not isinstance(each, str)),
            tuple(each for each in read if isinstance(each, str)),
        )

    def __bool__(self) -> bool:
        return bool(self.networks or self.names)

    def __str__(self) -> str:
        return ",".join([*self.names, *map(_written, self.networks)])

    def name_for(self, host: str) -> str | None:
        """The first name that a host goes by, as it is written in a URL."""
        plain = host.rstrip(".").lower()
        return next((name for name in self.names if _is_named(name, plain)), None)

    def networks_of(self, address: Address) -> Iterator[str]:
        """Yield the networks that an address is in."""
        return (_written(network) for network in self.networks if address in network)


NO_RULES = Rules()


def _is_named(name: str, host: str) -> bool:
    return name in (EVERYTHING, host) or (name.startswith("*.") and host.endswith(name[1:]))


def _written(network: Network) -> str:
    return str(network.network_address if network.prefixlen == network.max_prefixlen else network)


def _entry(text: str) -> Network | str:
    if not text:
        raise ValueError("there is nothing beside a comma: expected networks, addresses or host names")
    if "://" in text:
        raise ValueError(f"{text!r} is a URL: expected its host only")
    if "/" in text:
        return _network(text)
    bare = text.removeprefix("[").removesuffix("]")
    return _name(text) if (single := address(bare)) is None else _address(text, bare, single)


def _network(text: str) -> Network:
    try:
        network = ip_network(text, strict=False)
    except ValueError:
        raise ValueError(f"{text!r} is no network: expected an address and a length, as 10.0.0.0/8") from None
    if network.network_address != ip_address(text.partition("/")[0]):
        raise ValueError(f"{text!r} has bits beyond its length: {network} is the network that it is in")
    return _plain(network)


def _plain(network: Network) -> Network:
    """Write an IPv4 network in IPv6's clothes as what it is: what is connected to is compared as IPv4."""
    start = as_ipv4(network.network_address)
    if isinstance(network, IPv6Network) and start.version == 4:  # noqa: PLR2004
        length = network.prefixlen - 96
        return ip_network((start, length)) if length >= 0 else network
    return network


def _address(text: str, bare: str, meant: Address) -> Network:
    if "%" in text:
        raise ValueError(f"{text!r} has a zone, which no rule looks at: expected {meant}")
    try:
        return _plain(ip_network(ip_address(bare)))
    except ValueError:
        raise ValueError(f"{text!r} is an address in another notation: expected {meant}") from None


def _name(text: str) -> str:
    if text == EVERYTHING:
        return text
    if re.search(r":[0-9]*$", text):
        raise ValueError(f"{text!r} has a port: expected the host only, a rule is for all its ports")
    start = "*." if text.startswith("*.") else ""
    name = _ascii(text.removeprefix(start).rstrip(".")).lower()
    labels = name.split(".")
    is_name = len(name) <= _LONGEST_NAME and all(_LABEL.fullmatch(label) for label in labels)
    # What ends with a number is taken for an address by some, and for nothing by the others.
    if not is_name or _NUMBER.fullmatch(labels[-1]):
        raise ValueError(
            f"{text!r} is no network, address or host name: expected such as 10.0.0.0/8, 192.0.2.7, "
            "receiver.example.com, *.example.com for all below it, or * for everything"
        )
    return start + name


def _ascii(name: str) -> str:
    """The name as it is looked up: ``bücher.example`` is ``xn--bcher-kva.example``."""
    if name.isascii():
        return name
    from yarl import URL

    try:
        return URL(f"http://{name}/").raw_host or name
    except ValueError:
        return name
