import socket
from collections.abc import Callable
from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ice_mock.callbacks.addresses import SPECIAL, address, as_ipv4, reached_by

METADATA = IPv4Address("169.254.169.254")

number = st.sampled_from(["{}", "0x{:x}", "0X{:X}", "0x000{:x}", "0{:o}", "000{:o}"])


@st.composite
def notations(draw: Callable) -> tuple[str, bytes]:
    """An IPv4 address in one to four numbers, each of them decimal, octal or hexadecimal."""
    packed = draw(st.binary(min_size=4, max_size=4))
    leading = draw(st.integers(0, 3))
    numbers = [*packed[:leading], int.from_bytes(packed[leading:], "big")]
    return ".".join(draw(number).format(each) for each in numbers), packed


def system_reads(text: str) -> bytes | None:
    try:
        return socket.inet_aton(text)
    except OSError:
        return None


# -- Notations --


@pytest.mark.parametrize(
    "text",
    [
        "169.254.169.254",
        "169.254.169.254.",
        "2852039166",
        "0xA9FEA9FE",
        "0xa9.0xfe.0xa9.0xfe",
        "0251.0376.0251.0376",
        "0251.254.0xa9fe",
        "169.254.43518",
        "169.16689662",
    ],
)
def test_an_ipv4_address_is_known_in_every_notation(text):
    assert address(text) == METADATA


@given(notations())
def test_what_the_system_takes_for_an_ipv4_address_is_that_address(notation):
    text, packed = notation

    assert system_reads(text) == packed
    assert address(text) == IPv4Address(packed)


@given(st.text("0123456789afxX.", min_size=1, max_size=16).filter(lambda text: not text.endswith(".")))
@example("1.2.3.4.0")
@example("256.1.1.1")
@example("1.2.3.256")
@example("4294967296")
@example("08.1.1.1")
@example("0x")
@example("1..2")
def test_what_the_system_takes_for_none_is_none(text):
    read = address(text)

    assert (read.packed if read else None) == system_reads(text)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("::1", "::1"),
        ("FE80:0:0::1", "fe80::1"),
        ("fe80::1%eth0", "fe80::1"),
        ("fe80::1%25eth0", "fe80::1"),
        ("::ffff:169.254.169.254", "::ffff:a9fe:a9fe"),
        ("::ffff:169.254.169.254%1", "::ffff:a9fe:a9fe"),
    ],
)
def test_an_ipv6_address_is_known_in_every_notation_and_without_its_zone(text, meant):
    assert address(text) == IPv6Address(meant)


@pytest.mark.parametrize(
    "text", ["", ".", "localhost", "a.0x1", "fe80::g", "1:2", "[::1]", "١٢٣", "1.2.3.4x"]
)
def test_a_name_is_no_address(text):
    assert address(text) is None


# -- What an address leads to --


@pytest.mark.parametrize(
    "carrier",
    [
        pytest.param("::ffff:169.254.169.254", id="IPv4-mapped"),
        pytest.param("::169.254.169.254", id="IPv4-compatible"),
        pytest.param("::ffff:0:169.254.169.254", id="IPv4-translated"),
        pytest.param("64:ff9b::a9fe:a9fe", id="NAT64"),
        pytest.param("64:ff9b:1:a9fe:a9:fe00::", id="local NAT64 of 48 bits"),
        pytest.param("64:ff9b:1:a9:fe:a9fe::", id="local NAT64 of 56 bits"),
        pytest.param("64:ff9b:1:0:a9:fea9:fe00:0", id="local NAT64 of 64 bits"),
        pytest.param("64:ff9b:1::a9fe:a9fe", id="local NAT64 of 96 bits"),
        pytest.param("2002:a9fe:a9fe::1", id="6to4"),
        pytest.param("2001:0:a9fe:a9fe::1", id="the server of Teredo"),
        pytest.param("2001::5601:5601", id="the client of Teredo"),
        pytest.param("2001:db8::5efe:169.254.169.254", id="ISATAP"),
        pytest.param("2001:db8::200:5efe:169.254.169.254", id="ISATAP of a global address"),
    ],
)
def test_an_address_leads_to_the_ipv4_address_within_it(carrier):
    assert METADATA in set(reached_by(IPv6Address(carrier)))


@pytest.mark.parametrize(
    "ordinary", ["127.0.0.1", "::1", "::", "2001:db8::a9fe:a9fe", "fd00::1", "64:ff9b:2::a9fe:a9fe"]
)
def test_an_ordinary_address_leads_to_nothing_but_itself(ordinary):
    assert list(reached_by(ip_address(ordinary))) == [ip_address(ordinary)]


def test_only_a_mapped_address_is_an_ipv4_address_by_another_name():
    assert as_ipv4(IPv6Address("::ffff:10.0.0.1")) == IPv4Address("10.0.0.1")
    assert as_ipv4(IPv6Address("64:ff9b::a00:1")) == IPv6Address("64:ff9b::a00:1")
    assert as_ipv4(METADATA) == METADATA


# -- Special addresses --


@pytest.mark.parametrize(
    ("special", "what"),
    [
        ("169.254.169.254", "link-local"),  # most clouds
        ("169.254.170.2", "link-local"),  # Amazon ECS
        ("fe80::a9fe:a9fe", "link-local"),  # OpenStack
        ("100.100.100.200", "the metadata service of Alibaba Cloud"),
        ("fd00:100::100:200", "the metadata service of Alibaba Cloud"),
        ("fd00:ec2::254", "among the services of Amazon EC2 for its instances"),
        ("fd00:ec2::23", "among the services of Amazon EC2 for its instances"),
        ("fd20:ce::254", "the metadata service of Google Cloud"),
        ("168.63.129.16", "the service of Azure for its virtual machines"),
        ("192.0.0.192", "the metadata service of Oracle Cloud"),
        ("fd00:c1::a9fe:a9fe", "the metadata service of Oracle Cloud"),
        ("fd00:42::42", "the metadata service of Scaleway"),
        ("fd00:a9fe:a9fe::1", "the metadata service of Akamai"),
        ("0.0.0.0", "unspecified"),
        ("::", "unspecified"),
        ("239.255.255.250", "multicast"),
        ("ff02::1", "multicast"),
        ("255.255.255.255", "broadcast"),
    ],
)
def test_an_address_that_gives_secrets_away_or_is_no_receivers_is_special(special, what):
    assert [why for network, why in SPECIAL if ip_address(special) in network] == [what]


@pytest.mark.parametrize(
    "ordinary",
    [
        "127.0.0.1",
        "::1",
        "10.0.0.1",
        "172.17.0.1",
        "192.168.1.1",
        "100.64.0.1",
        "100.100.100.201",
        "fd00::1",
        "8.8.8.8",
        "2606:4700::1111",
    ],
)
def test_loopback_private_and_public_addresses_are_not_special(ordinary):
    assert [why for network, why in SPECIAL if ip_address(ordinary) in network] == []
