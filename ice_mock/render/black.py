"""A picture that shows nothing, as of an encoder that has lost its source."""

from functools import lru_cache

from PIL import Image

from ice_mock.render.picture import Picture
from ice_mock.render.splice import coded


def black_jpeg(picture: Picture) -> bytes:
    """Return a black JPEG as large and good as *picture*: every frame's is the same, and has no facts."""
    return _black(picture.width, picture.height, picture.quality)


@lru_cache(maxsize=4)
def _black(width: int, height: int, quality: int) -> bytes:
    return coded(Image.new("RGB", (width, height)), quality=quality, interval=0)
