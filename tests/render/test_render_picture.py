from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"instant": datetime(2026, 7, 1)}, "aware UTC"),  # noqa: DTZ001 - naive is what is refused
        ({"instant": datetime(2026, 7, 1, tzinfo=timezone(timedelta(hours=8)))}, "aware UTC"),
        ({"width": 63}, "63x720"),
        ({"height": 4097}, "1280x4097"),
        ({"quality": 0}, "not 0"),
        ({"quality": 96}, "not 96"),
    ],
)
def test_a_picture_that_cannot_be_is_refused(picture, change, message) -> None:
    with pytest.raises(ValueError, match=message):
        replace(picture, **change)


def test_utc_by_another_name_is_utc(picture) -> None:
    elsewhere = replace(picture, instant=picture.instant.astimezone(timezone(timedelta(0), "Z")))

    assert elsewhere.instant.astimezone(UTC) == picture.instant
