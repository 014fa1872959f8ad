"""What is counted of a server from its start on."""

from ice_mock.actions import ACTIONS
from ice_mock.domain.callback import Callback, Delivery
from ice_mock.metrics.bounds import Bounds
from ice_mock.metrics.outcomes import Ended, ended
from ice_mock.metrics.tally import OTHER, Durations, Level, Tally

OK = "OK"
"""In place of a code: the call or request was not refused."""


class Metrics:
    """Tallies, and nothing of the library that exposes them: who is never scraped does not pay for it."""

    def __init__(self) -> None:
        self.calls = Tally((action, OK) for action in ACTIONS)
        """By action and code."""
        self.call_durations = Durations()
        """By action."""
        self.requests = Tally()
        """To object storage, by operation and code."""
        self.attempts = Tally((str(how),) for how in Ended)
        """To deliver callbacks, by how they ended."""
        self.callbacks = Tally((str(state),) for state in (Delivery.DELIVERED, Delivery.LOST))
        """Those that have come to an end, by which one."""
        self.busy = Level()
        """Requests that are being answered."""
        self.patient = Level()
        """Requests that wait for something to happen; they are not among the busy ones."""
        self.bounds = Bounds()

    def called(self, action: str | None, code: str, seconds: float) -> None:
        """Count a call of the API; the *action* is whatever the caller says."""
        known = action if action in ACTIONS else OTHER
        self.calls.add(known, code)
        self.call_durations.add(known, seconds)

    def requested(self, operation: str, code: str) -> None:
        """Count a request to object storage."""
        self.requests.add(operation, code)

    def attempted(self, callback: Callback) -> None:
        """Count the newest attempt of a *callback*, and with the one that decides its end, the callback."""
        attempt = callback.attempts[-1]
        self.attempts.add(str(ended(attempt)))
        if _decides(callback):
            self.callbacks.add(str(callback.state))


def _decides(callback: Callback) -> bool:
    """Whether the newest attempt is the one that ended the callback, or turned its end to the good."""
    *earlier, newest = callback.attempts
    if callback.state is Delivery.DELIVERED:
        return newest.outcome.is_success and not any(each.outcome.is_success for each in earlier)
    return callback.state is Delivery.LOST and newest.is_granted
