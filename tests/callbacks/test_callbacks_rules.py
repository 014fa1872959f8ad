from ipaddress import ip_address, ip_network

import pytest

from ice_mock.callbacks import Rules

EXPECTED = (
    "expected such as 10.0.0.0/8, 192.0.2.7, receiver.example.com, *.example.com for all below it, "
    "or * for everything"
)


@pytest.mark.parametrize("text", ["", "  "])
def test_no_text_is_no_rules(text):
    rules = Rules.of(text)

    assert not rules
    assert rules == Rules()


def test_networks_addresses_and_names_are_told_apart():
    rules = Rules.of("10.0.0.0/8, receiver.example.com,192.0.2.7 ,fd00::/8,[::1],*.example.com,*,fe80::1")

    assert [str(network) for network in rules.networks] == [
        "10.0.0.0/8",
        "192.0.2.7/32",
        "fd00::/8",
        "::1/128",
        "fe80::1/128",
    ]
    assert rules.names == ("receiver.example.com", "*.example.com", "*")


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("Receiver.Example.COM.", "receiver.example.com"),
        ("localhost", "localhost"),
        ("my_service", "my_service"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("*.Bücher.example", "*.xn--bcher-kva.example"),
    ],
)
def test_a_name_is_kept_as_it_is_looked_up(text, meant):
    assert Rules.of(text).names == (meant,)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("::ffff:10.0.0.0/104", "10.0.0.0/8"),
        ("::ffff:10.0.0.1", "10.0.0.1/32"),
        ("::ffff:0:0/96", "0.0.0.0/0"),
        ("::/0", "::/0"),
    ],
)
def test_an_ipv4_network_in_the_clothes_of_ipv6_is_an_ipv4_network(text, meant):
    assert Rules.of(text).networks == (ip_network(meant),)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (
            "10.0.0.1,,10.0.0.2",
            "there is nothing beside a comma: expected networks, addresses or host names",
        ),
        ("10.0.0.1,", "there is nothing beside a comma: expected networks, addresses or host names"),
        (
            "10.0.0.1/8",
            "'10.0.0.1/8' has bits beyond its length: 10.0.0.0/8 is the network that it is in",
        ),
        (
            "10.0.0.0/33",
            "'10.0.0.0/33' is no network: expected an address and a length, as 10.0.0.0/8",
        ),
        (
            "example.com/8",
            "'example.com/8' is no network: expected an address and a length, as 10.0.0.0/8",
        ),
        ("http://example.com/", "'http://example.com/' is a URL: expected its host only"),
        (
            "example.com:80",
            "'example.com:80' has a port: expected the host only, a rule is for all its ports",
        ),
        ("127.1", "'127.1' is an address in another notation: expected 127.0.0.1"),
        ("0x7f000001", "'0x7f000001' is an address in another notation: expected 127.0.0.1"),
        ("fe80::1%eth0", "'fe80::1%eth0' has a zone, which no rule looks at: expected fe80::1"),
        ("10.0.0.256", f"'10.0.0.256' is no network, address or host name: {EXPECTED}"),
        ("*.0.0.1", f"'*.0.0.1' is no network, address or host name: {EXPECTED}"),
        ("a b", f"'a b' is no network, address or host name: {EXPECTED}"),
        ("a.*.example.com", f"'a.*.example.com' is no network, address or host name: {EXPECTED}"),
        ("*example.com", f"'*example.com' is no network, address or host name: {EXPECTED}"),
        ("*.", f"'*.' is no network, address or host name: {EXPECTED}"),
        ("-a.example", f"'-a.example' is no network, address or host name: {EXPECTED}"),
        ("ü" * 300, f"{'ü' * 300!r} is no network, address or host name: {EXPECTED}"),
    ],
)
def test_an_entry_that_is_none_is_named_with_what_would_be_right(text, complaint):
    with pytest.raises(ValueError) as caught:
        Rules.of(text)

    assert str(caught.value) == complaint


@pytest.mark.parametrize(
    ("rule", "host", "is_named"),
    [
        ("a.example", "a.example", True),
        ("a.example", "A.Example.", True),
        ("a.example", "b.a.example", False),
        ("a.example", "aa.example", False),
        ("*.example", "a.example", True),
        ("*.example", "c.b.a.example", True),
        ("*.example", "example", False),
        ("*.example", "aexample", False),
        ("*.example", "a.example.com", False),
        ("*", "anything.at.all", True),
        ("*", "127.0.0.1", True),
        ("127.0.0.1", "127.0.0.1", False),
    ],
)
def test_a_name_is_that_host_and_with_a_star_all_below_it(rule, host, is_named):
    assert (Rules.of(rule).name_for(host) is not None) is is_named


def test_networks_are_named_as_they_are_written():
    rules = Rules.of("10.0.0.0/8,10.1.0.0/16,10.1.2.3,::1,a.example")

    assert list(rules.networks_of(ip_address("10.1.2.3"))) == ["10.0.0.0/8", "10.1.0.0/16", "10.1.2.3"]
    assert str(rules) == "a.example,10.0.0.0/8,10.1.0.0/16,10.1.2.3,::1"
