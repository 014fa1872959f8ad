"""Frames as JPEG, off a press where the size allows it, else drawn and coded as a whole."""

from functools import lru_cache

from PIL import Image

from ice_mock.render.cache import ByteCache
from ice_mock.render.card import card
from ice_mock.render.facts import comment
from ice_mock.render.layout import layout
from ice_mock.render.picture import Picture
from ice_mock.render.press import Press, Rows
from ice_mock.render.splice import coded
from ice_mock.render.tiles import frame_contents, job_contents, tile

_PRESSES = 4  # a size and a quality each: half a megabyte at 1280x720, two at 3840x2160
_JOBS_BYTES = 2_000_000  # some 120 jobs at 1280x720


def jpeg(picture: Picture) -> bytes:
    """Return *picture* as baseline JPEG, its facts in a comment. Any number of threads may call it."""
    places = layout(picture.width, picture.height)
    if not places.interval:
        return coded_whole(picture)
    press = _press(picture.width, picture.height, picture.quality)
    job = job_contents(picture, places)
    key = (picture.width, picture.height, picture.quality, job)
    job_rows = _job_rows.get(key, lambda: press.job_rows(job))
    return press.printed(job_rows, frame_contents(picture), comment(picture))


def coded_whole(picture: Picture) -> bytes:
    """Return the same bytes as `jpeg`, from drawing everything and coding the drawing."""
    return coded(
        drawing(picture),
        quality=picture.quality,
        interval=layout(picture.width, picture.height).interval,
        comment=comment(picture),
    )


def drawing(picture: Picture) -> Image.Image:
    """Draw *picture*."""
    places = layout(picture.width, picture.height)
    image = card(places)
    contents = (*job_contents(picture, places), *frame_contents(picture))
    for (field, box), content in zip(places.slots, contents, strict=True):
        image.paste(tile(field, content, (box.width, box.height)), (box.left, box.top))
    return image


@lru_cache(maxsize=_PRESSES)
def _press(width: int, height: int, quality: int) -> Press:
    return Press(layout(width, height), quality)


def _weight(job_rows: tuple[Rows, ...]) -> int:
    return sum(len(row) for tile_rows in job_rows for row in tile_rows)


_job_rows: ByteCache[tuple[Rows, ...]] = ByteCache(_JOBS_BYTES, _weight)
