"""A picture in small, for film strips."""

from io import BytesIO

from PIL import Image

from ice_mock.render.picture import SIDES
from ice_mock.render.splice import coded

_QUALITY = 72


def thumbnail(jpeg: bytes, width: int) -> bytes:
    """Return a JPEG of the same shape, no wider and no higher than *width* pixels.

    Raise OSError if *jpeg* is no picture or not all of one, ValueError if it is larger than any of ours.
    """
    with Image.open(BytesIO(jpeg)) as image:
        if max(image.size) > SIDES.stop:
            raise ValueError(f"a picture of {image.width}x{image.height} pixels is none of ours")
        # Sharp enough, and lets libjpeg decode no more of the picture than the thumbnail needs.
        image.thumbnail((width, width), Image.Resampling.LANCZOS, reducing_gap=2.0)
        return coded(image.convert("RGB"), quality=_QUALITY, interval=0)
