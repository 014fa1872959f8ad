from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops

from ice_mock.render import Picture, jpeg
from ice_mock.render import frames as frames_module
from ice_mock.render.frames import coded_whole, drawing
from ice_mock.render.layout import layout

SPLICED = [
    (640, 360),
    (641, 361),  # 41 columns: each row of segments begins with another restart marker
    (640, 480),
    (854, 480),
    (720, 720),
    (1000, 600),
    (1280, 720),
    (720, 1280),
    (1366, 768),
    (1920, 1080),
    (3840, 2160),
]
WHOLE = [(64, 64), (65, 131), (160, 90), (320, 180), (64, 2160), (3840, 64), (479, 359)]


def opened(data: bytes) -> Image.Image:
    image = Image.open(BytesIO(data))
    image.load()
    return image


def same_pixels(one: Image.Image, other: Image.Image) -> bool:
    return one.tobytes() == other.tobytes()


def largest_difference(one: Image.Image, other: Image.Image) -> int:
    return ImageChops.difference(one.convert("L"), other.convert("L")).getextrema()[1]


@pytest.fixture
def cold_caches(monkeypatch) -> None:
    frames_module._press.cache_clear()
    monkeypatch.setattr(
        frames_module, "_job_rows", type(frames_module._job_rows)(100_000, frames_module._weight)
    )


@pytest.mark.parametrize(("width", "height"), SPLICED)
def test_a_splice_is_byte_for_byte_the_whole_drawing_coded_by_pillow(picture, width, height) -> None:
    sized = replace(picture, width=width, height=height)

    assert layout(width, height).interval
    assert jpeg(sized) == coded_whole(sized)


@pytest.mark.parametrize("quality", [1, 50, 75, 95])
def test_a_splice_is_the_whole_drawing_at_every_quality(picture, quality) -> None:
    coded = replace(picture, quality=quality, width=640, height=360)

    assert jpeg(coded) == coded_whole(coded)


@given(
    number=st.integers(1, 10**9),
    instant=st.datetimes(datetime(1970, 1, 1), datetime(9999, 1, 1)),  # noqa: DTZ001 - zone comes next
    stream=st.text(st.characters(), max_size=255),
    seed=st.integers(),
)
@settings(max_examples=25, deadline=None)
def test_a_splice_is_the_whole_drawing_whatever_it_shows(picture, number, instant, stream, seed) -> None:
    shown = replace(
        picture,
        number=number,
        instant=instant.replace(tzinfo=UTC),
        stream=stream,
        seed=seed,
        width=640,
        height=360,
    )

    assert jpeg(shown) == coded_whole(shown)


@pytest.mark.parametrize(("width", "height"), SPLICED + WHOLE)
def test_a_picture_is_a_baseline_jpeg_of_exactly_its_size(picture, width, height) -> None:
    image = opened(jpeg(replace(picture, width=width, height=height)))

    assert (image.format, image.size, image.mode) == ("JPEG", (width, height), "RGB")
    assert "progressive" not in image.info


@given(width=st.integers(64, 720), height=st.integers(64, 720), quality=st.integers(1, 95))
@settings(max_examples=25, deadline=None)
def test_any_size_and_quality_will_do(picture, width, height, quality) -> None:
    image = opened(jpeg(replace(picture, width=width, height=height, quality=quality)))

    assert image.size == (width, height)


def test_a_decoded_picture_shows_what_was_drawn(picture) -> None:
    fine = replace(picture, quality=95)

    # Colour is coded at half the resolution, so only brightness is near everywhere.
    assert largest_difference(opened(jpeg(fine)), drawing(fine)) < 90


@pytest.mark.usefixtures("cold_caches")
def test_the_same_picture_gives_the_same_bytes_with_caches_cold_or_warm(picture) -> None:
    cold = jpeg(picture)

    assert jpeg(replace(picture)) == cold


@pytest.mark.parametrize(
    "change",
    [
        {"number": 43},
        {"number": 42 + 24},
        {"number": 1_000_000_042},
        {"instant": datetime(2026, 7, 1, 12, 3, 31, 555_000, tzinfo=UTC)},
        {"instant": datetime(2027, 7, 1, 12, 3, 31, 554_000, tzinfo=UTC)},
        {"seed": 8},
        {"seed": -7},
        {"seed": 2**64 + 7},
        {"stream": "rtmp://push.example.com/live/studio-2"},
        {"job_id": "3f9a7c1e-58d2-4b06-9e8f-7f1a2b3c4d5f"},
    ],
    ids=str,
)
@pytest.mark.parametrize(("width", "height"), [(1280, 720), (720, 1280)])
def test_another_picture_has_other_pixels(picture, change, width, height) -> None:
    one = replace(picture, width=width, height=height)
    other = replace(one, **change)

    assert not same_pixels(opened(jpeg(one)), opened(jpeg(other)))


@pytest.mark.parametrize("change", [{"number": 43}, {"seed": 8}], ids=str)
@pytest.mark.parametrize("side", [64, 100, 320])
def test_small_pictures_differ_in_pixels_too(picture, change, side) -> None:
    small = replace(picture, width=side, height=side)

    assert not same_pixels(opened(jpeg(small)), opened(jpeg(replace(small, **change))))


def test_pictures_that_look_alike_differ_in_bytes(picture) -> None:
    long = ["rtmp://example.com/" + "a" * 100 + middle + "a" * 100 for middle in "bc"]

    one, other = (jpeg(replace(picture, stream=stream)) for stream in long)

    assert one != other
    assert same_pixels(opened(one), opened(other))


def test_a_thousand_frames_are_a_thousand_files(picture) -> None:
    frames = {
        jpeg(replace(picture, number=number, instant=picture.instant + timedelta(seconds=number)))
        for number in range(1, 1001)
    }

    assert len(frames) == 1000


def test_the_digits_of_the_number_can_be_told_apart_at_160_by_90(picture) -> None:
    thumbnails = [
        opened(jpeg(replace(picture, number=111_110 + digit))).resize((160, 90), Image.Resampling.LANCZOS)
        for digit in range(10)
    ]
    digits = [thumbnail.crop((56, 32, 66, 45)) for thumbnail in thumbnails]

    assert all(largest_difference(*pair) > 80 for pair in combinations(digits, 2))


def test_the_digits_of_the_time_can_be_told_apart_at_320_by_180(picture) -> None:
    thumbnails = [
        opened(jpeg(replace(picture, instant=picture.instant.replace(second=30 + digit))))
        for digit in range(10)
    ]
    box = layout(1280, 720).frame_slots[27].box  # the last digit of the seconds
    area = tuple(side // 4 for side in (box.left, box.top, box.right, box.bottom))
    digits = [thumbnail.resize((320, 180), Image.Resampling.LANCZOS).crop(area) for thumbnail in thumbnails]

    assert all(largest_difference(*pair) > 50 for pair in combinations(digits, 2))


@pytest.mark.usefixtures("cold_caches")
def test_threads_get_what_one_thread_gets(picture) -> None:
    pictures = [
        replace(picture, number=number, stream=f"rtmp://example.com/live/{number % 5}", width=640, height=360)
        for number in range(80)
    ]

    with ThreadPoolExecutor(8) as threads:
        together = list(threads.map(jpeg, pictures))

    assert together == [jpeg(one) for one in pictures]


@pytest.mark.parametrize("year", [1, 9999])
@pytest.mark.parametrize("number", [0, -1, 10**10, 10**30])
def test_what_nobody_should_ask_for_is_drawn_all_the_same(number, year) -> None:
    odd = Picture("", "", number, datetime(year, 1, 1, tzinfo=UTC), 10**40)

    assert opened(jpeg(odd)).size == (1280, 720)
