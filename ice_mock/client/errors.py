"""How a call of the control API can fail."""

from ice_mock.client.documents import Json


class ServerUnreachable(Exception):
    """No server of ice_mock answers at *url*."""

    def __init__(self, url: str, reason: str) -> None:
        super().__init__(f"no ice_mock server answers at {url}: {reason}")
        self.url = url
        self.reason = reason


class ControlRefused(Exception):
    """The control API refused a call; *details* say where in what was sent, if that was wrong."""

    def __init__(self, status: int, code: str, message: str, details: Json) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.details = details
