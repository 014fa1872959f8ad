"""Every change of a world's state, and every question about it; no HTTP."""

from ice_mock.engine.engine import Engine

__all__ = ["Engine"]
