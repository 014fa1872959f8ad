"""What can become of an attempt to deliver a callback, in a word."""

from enum import StrEnum

from ice_mock.callbacks.policy import REFUSED
from ice_mock.domain.callback import Attempt
from ice_mock.ticker.courier import NOT_SENT


class Ended(StrEnum):
    """How an attempt ended."""

    DELIVERED = "delivered"
    REJECTED = "rejected"
    """The receiver answered with another status than 200."""
    FAILED = "failed"
    """There was no answer: nobody listens, or not in time, or what came was no HTTP."""
    REFUSED = "refused_by_policy"
    DROPPED = "dropped_by_fault"
    WITHDRAWN = "withdrawn"
    """It was not sent, since its world had ended or begun anew."""


def ended(attempt: Attempt) -> Ended:
    outcome = attempt.outcome
    if outcome.is_success:
        return Ended.DELIVERED
    if attempt.final:
        return Ended.DROPPED
    if outcome.status is not None:
        return Ended.REJECTED
    error = outcome.error or ""
    if error.startswith(REFUSED):
        return Ended.REFUSED
    return Ended.WITHDRAWN if error.startswith(NOT_SENT) else Ended.FAILED
