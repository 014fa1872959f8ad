"""Faults of callbacks. An occasion is an attempt to deliver one, a repeated one too, but none by hand."""

from ice_mock.faults.callback.delay import Delay
from ice_mock.faults.callback.drop import Drop
from ice_mock.faults.callback.duplicate import Duplicate
from ice_mock.faults.callback.reorder import Reorder
from ice_mock.faults.callback.slow_body import SlowBody
from ice_mock.faults.callback.wrong_signature import WrongSignature
from ice_mock.faults.kind import Kind

KINDS: tuple[type[Kind], ...] = (Drop, Delay, Duplicate, Reorder, WrongSignature, SlowBody)

__all__ = ["KINDS"]
