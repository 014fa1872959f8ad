from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ice_mock.report.cells import cells, cut, cut_left, padded, shown, wrapped

anything = st.text(st.characters(exclude_categories=()))


@pytest.mark.parametrize(
    ("text", "expected"),
    [("room", 4), ("直播间", 6), ("e\u0301", 1), ("", 0), ("\uff46\uff55\uff4c\uff4c", 8), ("✓", 1)],
)
def test_a_chinese_character_fills_two_cells_and_an_accent_none(text, expected) -> None:
    assert cells(text) == expected


@given(anything, st.integers(0, 30))
def test_padded_text_fills_exactly_its_cells(text, width) -> None:
    assert cells(padded(shown(text), width)) == width


@given(anything, st.integers(1, 30))
def test_cut_text_never_fills_more_than_there_is(text, width) -> None:
    assert cells(cut(shown(text), width)) <= width
    assert cells(cut_left(shown(text), width)) <= width


@given(anything, st.integers(2, 30), st.integers(1, 4))
def test_wrapped_text_keeps_to_its_lines_and_cells(text, width, lines) -> None:
    broken = wrapped(shown(text), width, lines=lines)

    assert 1 <= len(broken) <= lines
    assert max(map(cells, broken)) <= width


@given(anything)
def test_whatever_is_shown_can_stand_in_xml(text) -> None:
    written = f"<x>{shown(text).replace('&', '&amp;').replace('<', '&lt;')}</x>"

    assert (ET.fromstring(written.encode()).text or "") == shown(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("\x1b[31m", r"\x1b[31m"), ("a\nb", r"a\nb"), ("\ud800", r"\ud800"), ("\u202eab", r"\u202eab")],
)
def test_what_steers_a_terminal_is_escaped(text, expected) -> None:
    assert shown(text) == expected


@pytest.mark.parametrize(
    ("text", "right", "left"),
    [("abcdef", "abc…", "…def"), ("直播间", "直…", "…间"), ("abcd", "abcd", "abcd")],
)
def test_what_is_cut_says_so(text, right, left) -> None:
    assert (cut(text, 4), cut_left(text, 4)) == (right, left)
