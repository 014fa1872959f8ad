"""ice_mock: an emulator of the live snapshots of Alibaba Cloud ICE, for integration tests."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ice_mock.render import read_frame

__all__ = ["__version__", "read_frame"]
__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    # Not imported before it is used: a test run that merely has ice_mock installed does not pay for it.
    if name == "read_frame":
        from ice_mock.render import read_frame

        return read_frame
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
