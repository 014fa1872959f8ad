import pytest
from hypothesis import given
from hypothesis import strategies as st

from ice_mock.render.typography import fitted, font


def shown(text: str) -> str:
    return fitted(text, size=20, width=100_000)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("rtmp://a.example/live/b c?d=e%20", "rtmp://a.example/live/b c?d=e%20"),
        ("中", "%E4%B8%AD"),
        ("😀", "%F0%9F%98%80"),
        ("é", "%C3%A9"),
        ("a\nb\tc\x00", "a%0Ab%09c%00"),
        ("\u200b\u202e\ufe0f", "%E2%80%8B%E2%80%AE%EF%B8%8F"),
        ("\ud800", "%ED%A0%80"),
        ("", ""),
    ],
    ids=ascii,
)
def test_what_has_no_glyph_is_percent_encoded(text, expected) -> None:
    assert shown(text) == expected


def test_long_text_loses_its_middle() -> None:
    text = fitted("rtmp://push.example.com/live/" + "x" * 200 + "/end", size=20, width=300)

    assert text.startswith("rtmp://")
    assert text.endswith("/end")
    assert text.count("…") == 1


@given(text=st.text(st.characters(), max_size=255), width=st.integers(30, 900))
def test_text_fits(text, width) -> None:
    assert font(20).getlength(fitted(text, size=20, width=width)) <= width


@given(text=st.text("abc/中", max_size=60), width=st.integers(30, 300))
def test_no_more_is_left_out_than_must_be(text, width) -> None:
    kept = fitted(text, size=20, width=width)

    if "…" in kept:
        assert font(20).getlength(shown(text)) > width


def test_no_room_leaves_only_the_sign_that_something_is_left_out() -> None:
    assert fitted("abc", size=20, width=0) == "…"


def test_a_size_too_small_to_read_is_no_error() -> None:
    assert fitted("abc", size=0, width=100) == "abc"


def test_all_digits_are_alike_in_width() -> None:
    assert len({font(100).getlength(digit) for digit in "0123456789"}) == 1
