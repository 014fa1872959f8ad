import io
import json
import sys

import pytest

from ice_mock.cli.text import count, moment, print_document, say, time_of_day


def test_a_document_is_ascii_and_comes_back_whole(capsys):
    document = {"name": "直播间\x1b\x9b\ud800"}

    print_document(document)

    out = capsys.readouterr().out
    assert out.isascii()
    assert json.loads(out) == document


def test_a_terminal_that_knows_no_arrows_gets_their_escape(monkeypatch):
    terminal = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr(sys, "stdout", terminal)

    say("a → b")

    terminal.flush()
    assert terminal.buffer.getvalue() == b"a \\u2192 b\n"


@pytest.mark.parametrize(
    ("number", "text"), [(0, "no frames"), (1, "1 frame"), (6_307_200, "6,307,200 frames")]
)
def test_things_are_counted_in_words(number, text):
    assert count(number, "frame") == text


@pytest.mark.parametrize(
    ("instant", "text"),
    [
        ("2026-01-01T00:00:05.000Z", "2026-01-01 00:00:05"),
        ("2026-01-01T00:00:05.050Z", "2026-01-01 00:00:05.050"),
    ],
)
def test_an_instant_is_as_exact_as_it_has_to_be(instant, text):
    assert moment(instant) == text
    assert time_of_day(instant) == text.partition(" ")[2]
