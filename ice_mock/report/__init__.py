"""What happened in a world, told to whoever wonders why a test failed: as text, and as a page.

Everything is asked for through a handle, so it is told of a server in a container as well.
"""

from typing import TYPE_CHECKING, Any

from ice_mock.report.collecting import collect
from ice_mock.report.evidence import Evidence
from ice_mock.report.screen import text

if TYPE_CHECKING:
    from ice_mock.report.page import write_page

__all__ = ["Evidence", "collect", "text", "write_page"]


def __getattr__(name: str) -> Any:
    # Not imported before it is used: most failing tests leave a text, and templates cost more than that.
    if name == "write_page":
        from ice_mock.report.page import write_page

        return write_page
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
