"""IP addresses: every notation of one, those that it carries within itself, and those that are special."""

import re
from collections.abc import Iterator
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_network

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

SPECIAL: tuple[tuple[Network, str], ...] = tuple(
    (ip_network(network), what)
    for network, what in (
        ("169.254.0.0/16", "link-local"),
        ("fe80::/10", "link-local"),
        ("100.100.100.200/32", "the metadata service of Alibaba Cloud"),
        ("fd00:100::100:200/128", "the metadata service of Alibaba Cloud"),
        ("fd00:ec2::/32", "among the services of Amazon EC2 for its instances"),
        ("fd20:ce::254/128", "the metadata service of Google Cloud"),
        ("168.63.129.16/32", "the service of Azure for its virtual machines"),
        ("192.0.0.192/32", "the metadata service of Oracle Cloud"),
        ("fd00:c1::a9fe:a9fe/128", "the metadata service of Oracle Cloud"),
        ("fd00:42::42/128", "the metadata service of Scaleway"),
        ("fd00:a9fe:a9fe::1/128", "the metadata service of Akamai"),
        # Linux takes a connection to it for one to loopback: a way around rules about loopback.
        ("0.0.0.0/8", "unspecified"),
        ("::/128", "unspecified"),
        ("224.0.0.0/4", "multicast"),
        ("ff00::/8", "multicast"),
        ("255.255.255.255/32", "broadcast"),
    )
)
"""Networks where no receiver is, but things that give secrets away to whoever calls, and what they are."""

_MAPPED = IPv6Network("::ffff:0:0/96")
_NO_HOST = IPv4Network("0.0.0.0/8")
_CARRIERS = (
    (IPv6Network("::/96"), 12),  # IPv4-compatible, RFC 4291
    (IPv6Network("::ffff:0:0:0/96"), 12),  # IPv4-translated, RFC 2765
    (IPv6Network("64:ff9b::/96"), 12),  # NAT64, RFC 6052
    (IPv6Network("2002::/16"), 2),  # 6to4, RFC 3056
    (IPv6Network("2001::/32"), 4),  # Teredo, RFC 4380: the server
)
"""Networks whose addresses carry an IPv4 address, and the byte where it begins."""
_TEREDO = IPv6Network("2001::/32")
_NAT64_LOCAL = IPv6Network("64:ff9b:1::/48")
_NAT64_LOCAL_BYTES = (6, 7, 8, 11)
"""Where it may begin, for prefixes of 48 to 96 bits, without the byte that RFC 6052 reserves."""
_ISATAP = (b"\x00\x00\x5e\xfe", b"\x02\x00\x5e\xfe")

_HEXADECIMAL = re.compile(r"0[xX][0-9a-fA-F]+")
_OCTAL = re.compile(r"0[0-7]*")
_DECIMAL = re.compile(r"[1-9][0-9]*")


def address(text: str) -> Address | None:
    """The address that *text* stands for, in any notation that systems take; None if it is none.

    That includes ``2852039166``, ``0xA9FEA9FE``, ``0251.0376.0251.0376``, ``169.254.43518``, zones of
    IPv6 (``fe80::1%eth0``, which are left out) and a dot at the end.
    """
    if ":" not in text:
        return _ipv4(text.rstrip("."))
    try:
        return IPv6Address(text.partition("%")[0])
    except ValueError:
        return None


def as_ipv4(address: Address) -> Address:
    """The IPv4 address that an IPv4-mapped one is just another notation of; any other as it is."""
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


def reached_by(address: Address) -> Iterator[Address]:
    """Yield the address, and every IPv4 address where a network may bring what is sent to it."""
    yield address
    if isinstance(address, IPv6Address):
        if address in _MAPPED:
            yield IPv4Address(address.packed[12:])
        # Whatever begins with a zero byte is no host, but a place where nothing is carried.
        yield from (each for each in _carried(address) if each not in _NO_HOST)


def _carried(address: IPv6Address) -> Iterator[IPv4Address]:
    packed = address.packed
    for network, begin in _CARRIERS:
        if address in network:
            yield IPv4Address(packed[begin : begin + 4])
    if address in _TEREDO:
        # The client, with all bits turned over.
        yield IPv4Address(bytes(byte ^ 0xFF for byte in packed[12:]))
    if address in _NAT64_LOCAL:
        squeezed = packed[:8] + packed[9:]
        yield from (IPv4Address(squeezed[begin : begin + 4]) for begin in _NAT64_LOCAL_BYTES)
    if packed[8:12] in _ISATAP:
        yield IPv4Address(packed[12:])


def _ipv4(text: str) -> IPv4Address | None:
    """What ``inet_aton`` makes of it: one to four numbers, of which the last one fills what is left."""
    parts = text.split(".")
    numbers = [number for part in parts if (number := _number(part)) is not None]
    if len(numbers) < len(parts) or parts[4:]:
        return None
    *leading, last = numbers
    try:
        return IPv4Address(bytes(leading) + last.to_bytes(4 - len(leading), "big"))
    except (ValueError, OverflowError):
        return None


def _number(text: str) -> int | None:
    if _HEXADECIMAL.fullmatch(text):
        return int(text, 16)
    if _OCTAL.fullmatch(text):
        return int(text, 8)
    return int(text) if _DECIMAL.fullmatch(text) else None
