"""Many pictures on one: thumbnails in a grid, to see a stream at a glance."""

from collections.abc import Sequence
from io import BytesIO

from PIL import Image

from ice_mock.render.palette import PANEL
from ice_mock.render.splice import coded

_THUMBNAIL = (320, 320)
_GAP = 12
_QUALITY = 88


def contact_sheet(pictures: Sequence[bytes], *, columns: int = 4) -> bytes:
    """Return one JPEG of all *pictures*, in rows of *columns*, none larger than 320 pixels a side.

    Raise ValueError if there is no picture or no column, OSError if one is no picture at all.
    """
    if not pictures or columns < 1:
        raise ValueError("a contact sheet needs at least one picture and one column")
    thumbnails = [_thumbnail(picture) for picture in pictures]
    return coded(_grid(thumbnails, min(columns, len(thumbnails))), quality=_QUALITY, interval=0)


def _thumbnail(picture: bytes) -> Image.Image:
    with Image.open(BytesIO(picture)) as image:
        # Sharp enough, and lets libjpeg decode no more of the picture than the thumbnail needs.
        image.thumbnail(_THUMBNAIL, Image.Resampling.LANCZOS, reducing_gap=2.0)
        return image.convert("RGB")


def _grid(thumbnails: Sequence[Image.Image], columns: int) -> Image.Image:
    width = max(thumbnail.width for thumbnail in thumbnails)
    height = max(thumbnail.height for thumbnail in thumbnails)
    lines = -(-len(thumbnails) // columns)
    grid = Image.new("RGB", (_GAP + columns * (width + _GAP), _GAP + lines * (height + _GAP)), PANEL)
    for nth, thumbnail in enumerate(thumbnails):
        line, column = divmod(nth, columns)
        left = _GAP + column * (width + _GAP) + (width - thumbnail.width) // 2
        top = _GAP + line * (height + _GAP) + (height - thumbnail.height) // 2
        grid.paste(thumbnail, (left, top))
    return grid
