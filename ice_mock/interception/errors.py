"""What stops a call that would have left this machine."""

from ice_mock.interception.hosts import EMULATED, Kind, kind_of


class HostRefused(Exception):
    """A call to a *host* of Alibaba Cloud that is not emulated, or not in this way, and that nobody allowed.

    It is no OSError on purpose: what is tried again after a failure of the network would be tried in vain.
    """

    def __init__(self, host: str) -> None:
        super().__init__(host)
        self.host = host

    def __str__(self) -> str:
        return (
            f"a call to {self.host} was stopped before it left this machine: {self._reason()}. "
            f'To let it through to the real host: allow=["{self.host}"]'
        )

    def _reason(self) -> str:
        if kind_of(self.host) is Kind.EMULATED:
            return (
                "the host is emulated, but for calls of the official SDKs, requests, urllib3, urllib, "
                "http.client and aiohttp, and this one came another way"
            )
        if kind_of(self.host) is Kind.LOCATION:
            return "of the location service, only the endpoints of ICE are emulated"
        return f"it is a host of Alibaba Cloud, and none of those that are emulated ({', '.join(EMULATED)})"
