"""Faults of calls. An occasion is a call that has passed authentication, throttling, account and policy."""

from ice_mock.faults.api.delay import Delay
from ice_mock.faults.api.drop import Drop
from ice_mock.faults.api.error import Error
from ice_mock.faults.api.throttle import Throttle
from ice_mock.faults.kind import Kind

KINDS: tuple[type[Kind], ...] = (Error, Delay, Throttle, Drop)

__all__ = ["KINDS"]
