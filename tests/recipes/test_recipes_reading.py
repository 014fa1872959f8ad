"""How the pages are read: nothing that is meant to run is passed over, and a mistake is told by its line."""

import traceback
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from recipes.pages import ROOT, Block, Misplaced, blocks_in
from recipes.reader import Reader

PAGE = "docs/recipes.md"


def on_a_page(*lines: str) -> list[Block]:
    return blocks_in("\n".join(lines) + "\n", PAGE)


@pytest.fixture
def read(tmp_path: Path) -> Iterator[Callable[..., Reader]]:
    with ExitStack() as at_end:
        yield lambda page: Reader(page, tmp_path, at_end)


def test_a_block_begins_on_the_line_below_its_fence() -> None:
    [block] = on_a_page("# Title", "", "```python", "x = 1", "```")

    assert (block.place, block.language, block.text) == ("docs/recipes.md:4", "python", "x = 1\n")


def test_a_comment_belongs_to_the_block_below_it() -> None:
    first, second = on_a_page(
        "<!-- example: file=a.py needs=node", "y = 2", "-->", "```python", "```", "```sh", "```"
    )

    assert first.options == {"file": "a.py", "needs": "node"}
    assert (first.hidden, first.hidden_line) == ("y = 2\n", 2)
    assert (second.options, second.hidden) == ({}, "")


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (["<!-- example: file=a.py -->", "", "text"], "docs/recipes.md:1: no block of code follows"),
        (["<!-- example: file=a.py -->"], "docs/recipes.md:1: no block of code follows"),
        (
            ["<!-- example: skip -->", "```python", "```"],
            "docs/recipes.md:1: found skip, expected some of file",
        ),
        (["<!-- example: needs=luck -->", "```python", "```"], "found needs=luck, expected one of docker"),
    ],
    ids=["text below", "nothing below", "unknown word", "unknown need"],
)
def test_a_comment_that_means_nothing_is_a_mistake(lines: list[str], told: str) -> None:
    with pytest.raises(Misplaced, match=told):
        on_a_page(*lines)


def test_blocks_share_names_with_those_above_them_and_what_is_hidden(read) -> None:
    page = on_a_page(
        "```python",
        "x = [1]",
        "```",
        "<!-- example:",
        "x.append(2)",
        "-->",
        "```python",
        "assert x == [1, 2]",
        "```",
    )

    read(page).do(page[1])


def test_a_block_is_done_once_however_often_it_is_asked_for(read) -> None:
    page = on_a_page("```python", "x = []", "```", "```python", "x.append(1)", "assert x == [1]", "```")
    reader = read(page)

    reader.do(page[1])
    reader.do(page[1])


def test_a_failure_is_on_the_line_of_the_page(read) -> None:
    page = on_a_page("", "", "```python", "def f():", "    raise LookupError", "f()", "```")

    with pytest.raises(LookupError) as failed:
        read(page).do(page[0])

    places = [(frame.filename, frame.lineno) for frame in traceback.extract_tb(failed.value.__traceback__)]
    assert places[-2:] == [(str(ROOT / PAGE), 6), (str(ROOT / PAGE), 5)]


def test_a_command_that_fails_is_on_the_line_of_the_page(read) -> None:
    page = on_a_page("", "```sh", "echo before", "nosuchcommand", "echo after", "```")

    with pytest.raises(
        AssertionError, match=r"docs/recipes.md: line 4: nosuchcommand: (?s:.)*not found"
    ) as failed:
        read(page).do(page[0])

    assert "before" in str(failed.value)
    assert "after" not in str(failed.value)


def test_a_refused_call_of_curl_is_a_failure(read) -> None:
    page = on_a_page("```sh", "curl http://127.0.0.1:4610/_ice_mock/worlds/nobody", "```")

    with pytest.raises(AssertionError, match="404"):
        read(page).do(page[0])


def test_each_page_has_a_server_of_its_own_at_the_port_that_it_names(read) -> None:
    page = on_a_page(
        "```python",
        "x = 'http://127.0.0.1:4610'",
        "```",
        "```sh",
        "ice-mock ready --url http://127.0.0.1:4610",
        "ice-mock ready",
        "```",
    )

    read(page).do(page[1])


def test_what_runs_in_the_background_ends_with_its_block(read) -> None:
    page = on_a_page("```sh", "sleep 1000 &", "```")

    read(page).do(page[0])


def test_a_block_that_is_a_file_is_there_for_those_below(read) -> None:
    page = on_a_page(
        "<!-- example: file=a.txt -->", "```text", "hello", "```", "```sh", "grep hello a.txt", "```"
    )

    read(page).do(page[1])
