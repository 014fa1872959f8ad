from dataclasses import replace
from io import BytesIO

import pytest
from PIL import Image

from ice_mock.render import contact_sheet, jpeg


def size_of(data: bytes) -> tuple[int, int]:
    return Image.open(BytesIO(data)).size


@pytest.mark.parametrize(
    ("count", "columns", "across", "down"),
    [(1, 4, 1, 1), (4, 4, 4, 1), (5, 4, 4, 2), (12, 4, 4, 3), (3, 1, 1, 3)],
)
def test_pictures_stand_in_rows(picture, count, columns, across, down) -> None:
    sheet = contact_sheet([jpeg(picture)] * count, columns=columns)

    assert size_of(sheet) == (12 + across * (320 + 12), 12 + down * (180 + 12))


def test_pictures_of_any_shape_share_a_sheet(picture) -> None:
    upright = jpeg(replace(picture, width=720, height=1280))
    tiny = jpeg(replace(picture, width=64, height=64))

    assert size_of(contact_sheet([jpeg(picture), upright, tiny])) == (12 + 3 * 332, 12 + 332)


def test_the_same_pictures_give_the_same_sheet(picture) -> None:
    assert contact_sheet([jpeg(picture)]) == contact_sheet([jpeg(picture)])


@pytest.mark.parametrize(("pictures", "columns"), [([], 4), ([b""], 0)])
def test_a_sheet_of_nothing_is_refused(pictures, columns) -> None:
    with pytest.raises(ValueError, match="at least one picture and one column"):
        contact_sheet(pictures, columns=columns)


def test_what_is_no_picture_is_refused() -> None:
    with pytest.raises(OSError, match="cannot identify image file"):
        contact_sheet([b"no picture"])
