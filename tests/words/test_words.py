"""Numbers and names, as they are told."""

import pytest

from ice_mock.words import counted, shown, times


@pytest.mark.parametrize(
    ("text", "as_shown"),
    [
        ("room 1", "room 1"),
        ("直播间 é", "直播间 é"),
        ("[red]x", "[red]x"),
        ("\x1b[31mred", r"\x1b[31mred"),
        ("two\nlines\t\r", r"two\nlines\t\r"),
        ("\x9b2J\x7f", r"\x9b2J\x7f"),
        ("\u202egnp.exe", r"\u202egnp.exe"),
        ("\ud800", r"\ud800"),
        ("", ""),
    ],
)
def test_what_callers_named_is_shown_and_not_obeyed(text, as_shown):
    assert shown(text) == as_shown


@pytest.mark.parametrize(
    ("number", "text"), [(0, "0 frames"), (1, "1 frame"), (2, "2 frames"), (6_307_200, "6,307,200 frames")]
)
def test_one_thing_is_told_from_many(number, text):
    assert counted(number, "frame") == text


def test_how_often_is_a_sign_and_a_number():
    assert times(1_200) == "\N{MULTIPLICATION SIGN}1,200"
