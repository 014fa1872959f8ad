"""The policy as a truth table, and as properties of every form that an address can take."""

from collections.abc import Callable
from ipaddress import IPv4Address, IPv4Network, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ice_mock.callbacks import Policy, Rules
from ice_mock.callbacks.addresses import SPECIAL

IPV4_SPECIALS = [
    network for network, what in SPECIAL if isinstance(network, IPv4Network) and what != "unspecified"
]
ISATAP = [0x0000_5EFE, 0x0200_5EFE]

REFUSED = "refused by the callback policy: "


def policy(allow: str = "", deny: str = "") -> Policy:
    return Policy(Rules.of(allow), Rules.of(deny))


@st.composite
def carriers(draw: Callable, ipv4s: st.SearchStrategy[int]) -> IPv6Address:
    """An IPv6 address that carries one of the IPv4 addresses, in any of the known ways."""
    ipv4 = draw(ipv4s)
    rest = draw(st.integers(0, 2**128 - 1))
    return IPv6Address(
        draw(
            st.sampled_from(
                [
                    0xFFFF << 32 | ipv4,
                    0xFFFF << 48 | ipv4,
                    ipv4,
                    0x64_FF9B << 96 | ipv4,
                    0x2002 << 112 | ipv4 << 80 | rest % 2**80,
                    0x2001_0000 << 96 | ipv4 << 64 | rest % 2**64,
                    0x2001_0000 << 96 | rest % 2**64 << 32 | ipv4 ^ 0xFFFF_FFFF,
                    0x64_FF9B_0001 << 80 | rest % 2**48 << 32 | ipv4,
                    0x64_FF9B_0001 << 80 | ipv4 >> 16 << 64 | ipv4 % 2**16 << 40 | rest % 2**40,
                    0x64_FF9B_0001 << 80
                    | rest % 2**8 << 72
                    | ipv4 >> 24 << 64
                    | ipv4 % 2**24 << 32
                    | rest % 2**32,
                    0x64_FF9B_0001 << 80 | rest % 2**16 << 64 | ipv4 << 24 | rest % 2**24,
                    rest >> 64 << 64 | ISATAP[0] << 32 | ipv4,
                    rest >> 64 << 64 | ISATAP[1] << 32 | ipv4,
                ]
            )
        )
    )


special_ipv4s = st.sampled_from(IPV4_SPECIALS).flatmap(
    lambda network: st.integers(int(network[0]), int(network[-1]))
)
private_ipv4s = st.integers(int(IPv4Address("10.0.0.0")), int(IPv4Address("10.255.255.255")))


# -- The truth table --


@pytest.mark.parametrize(
    ("allow", "deny", "host", "address", "goes_out"),
    [
        # Nothing said.
        ("", "", "a.test", "10.0.0.1", True),
        ("", "", "a.test", "127.0.0.1", True),
        ("", "", "a.test", "203.0.113.5", True),
        ("", "", "a.test", "fd00::1", True),
        ("", "", "a.test", "169.254.169.254", False),
        ("", "", "169.254.169.254", "169.254.169.254", False),
        ("", "", "a.test", "100.100.100.200", False),
        ("", "", "a.test", "fe80::1", False),
        ("", "", "a.test", "::ffff:169.254.169.254", False),
        ("", "", "a.test", "0.0.0.0", False),
        ("", "", "a.test", "no address", False),
        # Denied, and nothing allowed in particular.
        ("", "10.0.0.0/8", "a.test", "10.0.0.1", False),
        ("", "10.0.0.0/8", "a.test", "::ffff:10.0.0.1", False),
        ("", "10.0.0.0/8", "a.test", "64:ff9b::a00:1", False),
        ("", "10.0.0.0/8", "a.test", "11.0.0.1", True),
        ("", "10.0.0.0/8", "a.test", "169.254.169.254", False),
        ("", "a.test", "a.test", "10.0.0.1", False),
        ("", "a.test", "A.TEST.", "10.0.0.1", False),
        ("", "a.test", "b.test", "10.0.0.1", True),
        ("", "*.test", "a.test", "10.0.0.1", False),
        ("", "*", "a.test", "10.0.0.1", False),
        ("", "*", "10.0.0.1", "10.0.0.1", False),
        ("", "127.0.0.0/8", "a.test", "0.0.0.0", False),
        ("", "::/0", "a.test", "10.0.0.1", True),
        # Something allowed: then nothing else is.
        ("10.0.0.0/8", "", "a.test", "10.0.0.1", True),
        ("10.0.0.0/8", "", "a.test", "::ffff:10.0.0.1", True),
        ("10.0.0.0/8", "", "a.test", "64:ff9b::a00:1", False),
        ("10.0.0.0/8", "", "a.test", "11.0.0.1", False),
        ("10.0.0.0/8", "", "a.test", "fd00::1", False),
        ("10.0.0.1", "", "a.test", "10.0.0.1", True),
        ("10.0.0.1", "", "a.test", "10.0.0.2", False),
        ("a.test", "", "a.test", "10.0.0.1", True),
        ("a.test", "", "b.test", "10.0.0.1", False),
        ("a.test", "", "10.0.0.1", "10.0.0.1", False),
        ("a.test,10.0.0.0/8", "", "b.test", "10.0.0.1", True),
        ("a.test,10.0.0.0/8", "", "a.test", "11.0.0.1", True),
        ("*.test", "", "a.test", "10.0.0.1", True),
        ("*", "", "a.test", "10.0.0.1", True),
        ("::ffff:0:0/96", "", "a.test", "10.0.0.1", True),
        # Deny beats allow, whichever is narrower.
        ("10.0.0.1", "10.0.0.0/8", "a.test", "10.0.0.1", False),
        ("10.0.0.0/8", "10.0.0.1", "a.test", "10.0.0.1", False),
        ("10.0.0.0/8", "10.0.0.1", "a.test", "10.0.0.2", True),
        ("a.test", "a.test", "a.test", "10.0.0.1", False),
        ("a.test", "10.0.0.0/8", "a.test", "10.0.0.1", False),
        ("10.0.0.0/8", "a.test", "a.test", "10.0.0.1", False),
        ("*", "*.internal", "a.internal", "10.0.0.1", False),
        # What is special has to be allowed by its own name.
        ("*", "", "a.test", "169.254.169.254", False),
        ("0.0.0.0/0", "", "a.test", "169.254.169.254", False),
        ("168.0.0.0/6", "", "a.test", "169.254.169.254", False),
        ("a.test", "", "a.test", "169.254.169.254", False),
        ("169.254.169.254", "", "a.test", "169.254.169.254", True),
        ("169.254.169.254", "", "a.test", "::ffff:169.254.169.254", True),
        ("169.254.169.254", "", "a.test", "169.254.169.253", False),
        ("169.254.169.254", "", "a.test", "10.0.0.1", False),
        ("169.254.0.0/16", "", "a.test", "169.254.169.254", True),
        ("169.254.169.0/24", "", "a.test", "169.254.169.254", True),
        ("169.254.0.0/16", "", "a.test", "100.100.100.200", False),
        ("fe80::/10", "", "a.test", "fe80::1", True),
        ("0.0.0.0", "", "a.test", "0.0.0.0", True),
        ("*,169.254.169.254", "", "a.test", "169.254.169.254", True),
        ("*,169.254.169.254", "", "a.test", "10.0.0.1", True),
        ("*,169.254.169.254", "", "a.test", "169.254.169.253", False),
        ("*,169.254.169.254", "", "a.test", "64:ff9b::a9fe:a9fe", True),
        ("169.254.169.254", "169.254.0.0/16", "a.test", "169.254.169.254", False),
    ],
)
def test_the_policy_decides_on_host_and_address(allow, deny, host, address, goes_out):
    assert (policy(allow, deny).refusal(host, address) is None) is goes_out


@pytest.mark.parametrize(
    ("allow", "deny", "host", "by_name", "by_proxy"),
    [
        ("", "", "a.test", True, True),
        ("", "", "169.254.169.254", False, False),
        ("", "", "2852039166", False, False),
        ("", "", "0xa9.254.0251.0376", False, False),
        ("", "", "fe80::1%25eth0", False, False),
        ("", "a.test", "a.test", False, False),
        ("", "a.test", "a.test.", False, False),
        ("", "10.0.0.0/8", "a.test", True, True),
        ("", "10.0.0.0/8", "10.1", False, False),
        ("a.test", "", "a.test", True, True),
        ("a.test", "", "b.test", False, False),
        # Its address may be within, which a proxy keeps to itself.
        ("a.test,10.0.0.0/8", "", "b.test", True, False),
        ("10.0.0.0/8", "", "10.0.0.1", True, True),
        ("10.0.0.0/8", "", "11.0.0.1", False, False),
        ("*", "", "b.test", True, True),
    ],
)
def test_what_the_name_alone_decides_is_not_looked_up(allow, deny, host, by_name, by_proxy):
    decided = policy(allow, deny)

    assert (decided.refusal_of_name(host) is None) is by_name
    assert (decided.refusal_of_unresolved(host) is None) is by_proxy


# -- What it says --


@pytest.mark.parametrize(
    ("allow", "deny", "host", "address", "reason"),
    [
        (
            "",
            "",
            "metadata.test",
            "169.254.169.254",
            "169.254.169.254 (metadata.test) is link-local; --callback-allow '*,169.254.169.254' allows it",
        ),
        (
            "10.0.0.0/8",
            "",
            "169.254.169.254",
            "169.254.169.254",
            "169.254.169.254 is link-local; --callback-allow '10.0.0.0/8,169.254.169.254' allows it",
        ),
        (
            "",
            "",
            "a.test",
            "64:ff9b::6464:64c8",
            (
                "64:ff9b::6464:64c8 (a.test) leads to 100.100.100.200, which is the metadata service of "
                "Alibaba Cloud; --callback-allow '*,100.100.100.200' allows it"
            ),
        ),
        (
            "",
            "10.0.0.0/8",
            "a.test",
            "10.0.0.1",
            "10.0.0.1 (a.test) is denied by --callback-deny 10.0.0.0/8",
        ),
        (
            "",
            "10.0.0.0/8",
            "a.test",
            "2002:a00:1::",
            "2002:a00:1:: (a.test) leads to 10.0.0.1, which is denied by --callback-deny 10.0.0.0/8",
        ),
        ("", "*.test", "a.test", "10.0.0.1", "10.0.0.1 (a.test) is denied by --callback-deny *.test"),
        (
            "a.test,10.0.0.0/8",
            "",
            "b.test",
            "11.0.0.1",
            "11.0.0.1 (b.test) is not allowed by --callback-allow a.test,10.0.0.0/8; add 11.0.0.1 to it",
        ),
        ("", "", "a.test", "nonsense", "nonsense is no IP address"),
    ],
)
def test_a_refusal_says_what_was_refused_why_and_what_would_allow_it(allow, deny, host, address, reason):
    assert policy(allow, deny).refusal(host, address) == REFUSED + reason


def test_a_refusal_of_a_name_says_so_too():
    assert policy(deny="*.test").refusal_of_name("a.test") == (
        f"{REFUSED}a.test is denied by --callback-deny *.test"
    )
    assert policy("b.test").refusal_of_name("a.test") == (
        f"{REFUSED}a.test is not allowed by --callback-allow b.test; add a.test to it"
    )
    assert policy("10.0.0.0/8").refusal_of_unresolved("a.test") == (
        f"{REFUSED}a.test is looked up by the proxy, and is not allowed by --callback-allow 10.0.0.0/8; "
        "add a.test to it"
    )


@given(st.one_of(special_ipv4s.map(IPv4Address), carriers(special_ipv4s)).map(str))
def test_the_remedy_that_a_refusal_names_is_one(address):
    reason = policy().refusal("a.test", address)

    remedy = reason.partition("--callback-allow '")[2].partition("'")[0]

    while (again := policy(remedy).refusal("a.test", address)) is not None:
        # An address may lead to several special ones, of which each has to be allowed.
        longer = again.partition("--callback-allow '")[2].partition("'")[0]
        assert len(longer) > len(remedy)
        remedy = longer


# -- Properties --


@given(carriers(special_ipv4s))
def test_whatever_leads_to_a_special_ipv4_address_is_refused(address):
    assert policy().refusal("a.test", str(address)) is not None
    assert policy("*").refusal("a.test", str(address)) is not None
    assert policy().refusal_of_name(f"{address}%eth0") is not None


@given(carriers(private_ipv4s))
def test_whatever_leads_to_a_denied_ipv4_address_is_refused(address):
    assert policy(deny="10.0.0.0/8").refusal("a.test", str(address)) is not None
    assert policy("*,::/0", deny="10.0.0.0/8").refusal("a.test", str(address)) is not None


@given(st.integers(0, 2**32 - 1).map(IPv4Address))
def test_an_ipv4_address_fares_the_same_in_the_clothes_of_ipv6(ipv4):
    mapped = f"::ffff:{ipv4}"
    for decided in (policy(), policy("0.0.0.0/1"), policy(deny="128.0.0.0/3"), policy("*", "10.0.0.0/8")):
        assert (decided.refusal("a.test", mapped) is None) == (decided.refusal("a.test", str(ipv4)) is None)


@given(st.integers(0, 2**32 - 1).map(IPv4Address))
def test_by_default_only_special_ipv4_addresses_are_refused(ipv4):
    is_special = any(ipv4 in network for network, _ in SPECIAL)

    assert (policy().refusal("a.test", str(ipv4)) is not None) == is_special
