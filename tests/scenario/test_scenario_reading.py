"""YAML without its dark corners: what is read, and what is refused with its place."""

import json

import pytest

from ice_mock.scenario import ScenarioInvalid, load, load_file
from ice_mock.scenario.reading import LONGEST, decoded, read

CASES = "refused.txt"


def test_what_is_refused_is_named_with_its_place(report, text, reported) -> None:
    assert report(text) == reported


STRANGE = {
    "nothing": ("", "1:1: found an empty file, expected a mapping with keys such as scenario and streams"),
    "a control character": (
        "a: 1\nb: \x07",
        "2:4: found the character U+0007, expected text that can be printed",
    ),
    "half a character": (
        "seed: \ud800",
        "1:7: found the character U+D800, expected text that can be printed",
    ),
    "an open quote": (
        "seed: 'five\n",
        (
            "2:1: found the text in quotes that is opened in line 1, column 7, without an end, "
            "expected a closing quote"
        ),
    ),
    "depth": ("seed: " + "[" * 60, "1:57: found more than 50 levels, expected fewer"),
    "length": ("# " + "x" * LONGEST, " found 1048578 bytes, expected 1048576 at most"),
}


@pytest.mark.parametrize(("strange", "line"), STRANGE.values(), ids=STRANGE)
def test_what_is_strange_is_refused(report, strange, line) -> None:
    assert report(strange) == [line]


def test_all_that_is_refused_is_named_at_once(report) -> None:
    text = "seed: &a 1\nclock: *a\nseed: !!int 2\n"

    assert [line.partition(":")[0] for line in report(text)] == ["1", "2", "3", "3"]


def test_an_explosion_of_aliases_is_refused_before_it_goes_off(report) -> None:
    lines = ["a0: &a0 [x, x]", *(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 30))]

    assert len(report("\n".join(lines))) == 100


VALUES = {
    "5": 5,
    "-5": -5,
    "0.5": 0.5,
    "1e3": 1000.0,
    "true": True,
    "False": False,
    "null": None,
    "~": None,
    "": None,
    "off": "off",
    "yes": "yes",
    "0123": "0123",
    "12:30:00": "12:30:00",
    "1_000": "1_000",
    "0x1F": "0x1F",
    "2026-01-01": "2026-01-01",
    ".inf": ".inf",
    "1e999": "1e999",
    "9" * 30: float("9" * 30),
    "'5'": "5",
    "=": "=",
}


@pytest.mark.parametrize(("written", "value"), VALUES.items(), ids=VALUES)
def test_plain_words_are_words_and_numbers_are_numbers(written, value) -> None:
    found = read(f"key: {written}", "x").plain()

    assert found == {"key": value}
    assert type(found["key"]) is type(value)


@pytest.mark.parametrize("indent", [None, 2, "\t"])
@pytest.mark.parametrize("ascii", [True, False])
def test_json_is_read_as_well(indent, ascii) -> None:
    document = {"scenario": 'in "json" \\ud83d 😀 ключ', "streams": [{"url": "rtmp://a/b/c"}], "seed": 7}

    assert read(json.dumps(document, indent=indent, ensure_ascii=ascii), "x").plain() == document


def test_a_byte_order_mark_is_no_character_of_the_text() -> None:
    assert load(decoded(b"\xef\xbb\xbfscenario: marked", "x"), source="x").name == "marked"


def test_line_ends_of_other_systems_are_line_ends(report) -> None:
    assert report("seed: 1\r\nclok: 1\r\n")[0].startswith("2:1: clok: ")


def test_a_file_in_another_encoding_is_refused_with_the_place(tmp_path) -> None:
    file = tmp_path / "latin.yaml"
    file.write_bytes("seed: 1\ndescription: déjà vu\n".encode("latin-1"))

    with pytest.raises(ScenarioInvalid) as caught:
        load_file(file)

    assert str(caught.value) == "latin.yaml:2:15: found the byte 0xe9, expected text in UTF-8"


@pytest.mark.parametrize(
    ("name", "words"),
    [("nowhere.yaml", "No such file or directory"), (".", "Is a directory"), ("\0", "no such file")],
    ids=["missing", "folder", "impossible"],
)
def test_a_file_that_cannot_be_read_is_refused(tmp_path, name, words) -> None:
    with pytest.raises(ScenarioInvalid, match=f"cannot be read: {words}"):
        load_file(f"{tmp_path}/{name}")


def test_an_endless_file_is_read_to_its_limit(tmp_path) -> None:
    file = tmp_path / "long.yaml"
    file.write_bytes(b"#" * (LONGEST + 5))

    with pytest.raises(ScenarioInvalid, match=r"long.yaml: found 1048577 bytes, expected 1048576 at most"):
        load_file(file)
