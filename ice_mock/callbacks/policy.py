"""Where callbacks may go: decisions about names and addresses, and nothing that would do what they decide."""

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network

from ice_mock.callbacks.addresses import SPECIAL, Address, Network, address, as_ipv4, reached_by
from ice_mock.callbacks.rules import NO_RULES, Rules

REFUSED = "refused by the callback policy: "


@dataclass(frozen=True, slots=True)
class Policy:
    """What is denied, and what is allowed: everything that is not special, unless *allow* says otherwise.

    1. What *deny* names is refused, whatever *allow* says.
    2. Special addresses (`SPECIAL`) are refused, unless *allow* names them: by an address or a network
       that lies within the special one. A wider network, a host name or ``*`` does not name them.
    3. If *allow* says anything, only what it names goes out, by the name of the host or by its address.

    Steps 1 and 2 look at every address that an address may lead to, such as the one in
    ``64:ff9b::a9fe:a9fe``; in step 3 only IPv4-mapped addresses count as the IPv4 address that they are.
    """

    allow: Rules = NO_RULES
    deny: Rules = NO_RULES

    def refusal(self, host: str, reached: str) -> str | None:
        """Say why nothing may be sent to *host* at the address *reached*; None if it may."""
        found = address(reached)
        if found is None:
            return f"{REFUSED}{reached} is no IP address"
        reason = self._denial(host, found) or self._speciality(host, found) or self._omission(host, found)
        return reason and REFUSED + reason

    def refusal_of_name(self, host: str) -> str | None:
        """Say why nothing may be sent to *host* whatever its address is; None if the address decides."""
        if (literal := address(host)) is not None:
            return self.refusal(host, str(literal))
        if name := self.deny.name_for(host):
            return f"{REFUSED}{host} is denied by --callback-deny {name}"
        if self.allow and not self.allow.networks and not self.allow.name_for(host):
            return f"{REFUSED}{host} {self._not_allowed(host)}"
        return None

    def refusal_of_unresolved(self, host: str) -> str | None:
        """Say why nothing may be sent to *host* by a proxy, which looks its address up unchecked."""
        if reason := self.refusal_of_name(host):
            return reason
        if self.allow and address(host) is None and not self.allow.name_for(host):
            return f"{REFUSED}{host} is looked up by the proxy, and {self._not_allowed(host)}"
        return None

    def _denial(self, host: str, found: Address) -> str | None:
        if name := self.deny.name_for(host):
            return f"{_subject(host, found)} is denied by --callback-deny {name}"
        for each in reached_by(found):
            for network in self.deny.networks_of(each):
                return f"{_carrier(host, found, each)} is denied by --callback-deny {network}"
        return None

    def _speciality(self, host: str, found: Address) -> str | None:
        for each, network, what in _special(found):
            if not self._is_named(each, network):
                return f"{_carrier(host, found, each)} is {what}; {self._remedy(each)} allows it"
        return None

    def _omission(self, host: str, found: Address) -> str | None:
        plain = as_ipv4(found)
        if not self.allow or self.allow.name_for(host) or any(self.allow.networks_of(plain)):
            return None
        return f"{_subject(host, found)} {self._not_allowed(plain)}"

    def _is_named(self, special: Address, network: Network) -> bool:
        return any(special in allowed and _is_within(allowed, network) for allowed in self.allow.networks)

    def _remedy(self, special: Address) -> str:
        # Alone, it would forbid everything else.
        return f"--callback-allow '{self.allow or '*'},{special}'"

    def _not_allowed(self, missing: object) -> str:
        return f"is not allowed by --callback-allow {self.allow}; add {missing} to it"


def _special(found: Address) -> Iterator[tuple[Address, Network, str]]:
    for each in reached_by(found):
        for network, what in SPECIAL:
            if each in network:
                yield each, network, what


def _is_within(inner: Network, outer: Network) -> bool:
    if isinstance(inner, IPv4Network) and isinstance(outer, IPv4Network):
        return inner.subnet_of(outer)
    return isinstance(inner, IPv6Network) and isinstance(outer, IPv6Network) and inner.subnet_of(outer)


def _subject(host: str, found: Address) -> str:
    return str(found) if host == str(found) else f"{found} ({host})"


def _carrier(host: str, found: Address, carried: Address) -> str:
    subject = _subject(host, found)
    return subject if carried == found else f"{subject} leads to {carried}, which"
