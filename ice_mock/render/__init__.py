"""Pictures of a live stream: a test card for each frame, drawn on demand and coded as JPEG.

Nothing outside this package knows Pillow, and the package knows nothing of jobs and templates.
"""

from ice_mock.render.black import black_jpeg
from ice_mock.render.facts import FrameFacts, read_frame
from ice_mock.render.frames import jpeg
from ice_mock.render.picture import Picture
from ice_mock.render.sheet import contact_sheet

__all__ = ["FrameFacts", "Picture", "black_jpeg", "contact_sheet", "jpeg", "read_frame"]
