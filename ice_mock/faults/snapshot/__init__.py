"""Faults of pictures. An occasion is a frame; each job's are counted for themselves, by their numbers."""

from ice_mock.faults.kind import Kind
from ice_mock.faults.snapshot.black import Black
from ice_mock.faults.snapshot.missing import Missing
from ice_mock.faults.snapshot.stale import Stale
from ice_mock.faults.snapshot.truncated import Truncated
from ice_mock.faults.snapshot.wrong_size import WrongSize

KINDS: tuple[type[Kind], ...] = (Black, Truncated, WrongSize, Stale, Missing)

__all__ = ["KINDS"]
