from dataclasses import replace
from io import BytesIO

import pytest
from PIL import Image

from ice_mock.render import jpeg
from ice_mock.render.thumbnail import thumbnail


def size_of(data: bytes) -> tuple[int, int]:
    return Image.open(BytesIO(data)).size


@pytest.mark.parametrize(
    ("width", "height", "expected"),
    [(1280, 720, (240, 135)), (720, 1280, (135, 240)), (128, 64, (128, 64))],
)
def test_a_thumbnail_keeps_the_shape_of_its_picture(picture, width, height, expected) -> None:
    assert size_of(thumbnail(jpeg(replace(picture, width=width, height=height)), 240)) == expected


def test_a_thumbnail_is_a_fraction_of_its_picture_and_always_the_same(picture) -> None:
    whole = jpeg(picture)

    assert thumbnail(whole, 240) == thumbnail(whole, 240)
    assert len(thumbnail(whole, 240)) < len(whole) / 4


def test_half_a_picture_has_no_thumbnail(picture) -> None:
    with pytest.raises(OSError, match="truncated"):
        thumbnail(jpeg(picture)[:20_000], 240)


def test_what_is_no_picture_has_no_thumbnail() -> None:
    with pytest.raises(OSError, match="cannot identify"):
        thumbnail(b"no picture", 240)


def test_a_picture_larger_than_any_of_ours_is_not_decoded() -> None:
    file = BytesIO()
    Image.new("L", (5000, 100)).save(file, "JPEG")

    with pytest.raises(ValueError, match="5000x100"):
        thumbnail(file.getvalue(), 240)
