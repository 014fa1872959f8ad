"""Where the parts of a world are put together, and worlds are kept."""

from ice_mock.worlds import scenarios
from ice_mock.worlds.ended import EndedWorld
from ice_mock.worlds.mock import IceMock
from ice_mock.worlds.worlds import DEFAULT, World, Worlds

__all__ = ["DEFAULT", "EndedWorld", "IceMock", "World", "Worlds", "scenarios"]
