"""Pictures that are read through a handle: their bytes, what is written in them, and what is wrong."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from ice_mock.client.documents import Callback, File, ObjectEntry

if TYPE_CHECKING:
    from ice_mock.render import FrameFacts

_END_OF_IMAGE = b"\xff\xd9"
_FRAME_HEADERS = range(0xC0, 0xC3)
"""The segments that tell the size of a picture: baseline, extended and progressive JPEG."""


class PictureBroken(ValueError):
    """A picture does not tell what is asked of it; the text says what it is instead."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of a frame.

    *jpeg* are its bytes as they are stored. *facts* are what is written in it, None if that cannot be read: a
    black picture has none. *width* and *height* are those that the JPEG really has, in pixels, None where it
    breaks off before they are told. *fault* names the faults that struck the picture before it was stored.
    """

    jpeg: bytes
    facts: "FrameFacts | None"
    width: int | None
    height: int | None
    fault: str | None = None

    @property
    def is_complete(self) -> bool:
        """Whether the JPEG goes on to its end."""
        return self.jpeg.endswith(_END_OF_IMAGE)

    @property
    def stream(self) -> str:
        """The address of the stream that it shows; raises PictureBroken, like all that follows."""
        return self._told().stream

    @property
    def job_id(self) -> str:
        """The job that took it."""
        return self._told().job_id

    @property
    def number(self) -> int:
        """The number of the frame that it shows; one that a fault had replaced shows an earlier one."""
        return self._told().number

    @property
    def instant(self) -> datetime:
        """The instant that it shows, on the world's clock."""
        return self._told().instant

    @property
    def seed(self) -> int:
        """The seed of the world that it comes from."""
        return self._told().seed

    def __str__(self) -> str:
        size = f"{self.width}x{self.height}" if self.width else "of no size"
        broken = "" if self.is_complete else ", breaking off before its end"
        shown = f"frame {self.facts.number} of job {self.facts.job_id}" if self.facts else "no frame"
        fault = f", struck by the fault {self.fault}" if self.fault else ""
        return f"a picture {size} of {len(self.jpeg)} bytes, showing {shown}{broken}{fault}"

    def _told(self) -> "FrameFacts":
        if self.facts is None:
            raise PictureBroken(f"nothing is written in it: {self}")
        return self.facts


def picture(jpeg: bytes, fault: str | None) -> Picture:
    """The picture that these bytes are."""
    # Not imported before a picture is read: it takes longer than all the rest.
    from ice_mock.render import read_frame

    try:
        facts = read_frame(jpeg)
    except ValueError:
        facts = None
    width, height = _size(jpeg) or (None, None)
    return Picture(jpeg, facts, width, height, fault)


def _size(jpeg: bytes) -> tuple[int, int] | None:
    from ice_mock.render.segments import segments

    try:
        for marker, start, end in segments(jpeg):
            if marker in _FRAME_HEADERS and end - start >= len("hhwwp"):
                height, width = jpeg[start + 1 : start + 3], jpeg[start + 3 : start + 5]
                return int.from_bytes(width), int.from_bytes(height)
    except ValueError:
        pass
    return None


Readable = File | Callback | ObjectEntry | str
"""What says where a picture is: a document with its key, or text such as ``bucket/key``."""


def place_of(readable: Readable) -> tuple[str, str]:
    """The bucket and the key; raises ValueError or TypeError for what names none."""
    if isinstance(readable, str):
        bucket, _, key = readable.partition("/")
        if not (bucket and key):
            raise ValueError(f"{readable!r} names no object: expected bucket/key")
        return bucket, key
    if isinstance(readable, Mapping):
        document: Mapping[str, Any] = readable
        message = document.get("body", {}).get("MessageBody", {})
        place = document.get("bucket") or message.get("OssBucket"), document.get("key")
        if all(place):
            return str(place[0]), str(place[1])
    raise TypeError(f"a file, a callback or bucket/key can be read, not {readable!r}")
