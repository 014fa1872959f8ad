"""What the pages say of the command line exists: commands, actions below them, flags."""

import argparse
import re
import shlex
from collections.abc import Iterator
from importlib import import_module

import pytest
from recipes.pages import PAGES, blocks

from ice_mock.cli import COMMANDS

LINE = re.compile(r"(?<![\w./-])ice-mock +([a-z][^\n#|&;)`\"]*)")
WORKS = ("sh", "yaml")


def said() -> Iterator[tuple[str, str]]:
    """Every call of ``ice-mock`` in a block of code, and where it stands."""
    for page in PAGES:
        for block in blocks(page):
            if block.language in WORKS:
                for number, line in enumerate(block.text.splitlines(), block.line):
                    for match in [] if "pip install" in line else LINE.finditer(line):
                        yield f"{page}:{number}", match[1]


CALLS = list(said())


def parser_of(command: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=command)
    import_module(f"ice_mock.cli.{command}").add_arguments(parser)
    return parser


def flags(parser: argparse.ArgumentParser, words: list[str]) -> set[str]:
    """The flags of a command, and of the actions below it that *words* name."""
    found = set(parser._option_string_actions)
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for word in words:
                if word in action.choices:
                    found |= flags(action.choices[word], words)
    return found


@pytest.mark.parametrize(("place", "call"), CALLS, ids=[place for place, _ in CALLS])
def test_a_call_of_the_command_line_names_what_there_is(place: str, call: str) -> None:
    command, *words = shlex.split(call)

    assert command in COMMANDS
    assert {word.partition("=")[0] for word in words if word.startswith("--")} <= flags(
        parser_of(command), words
    )


def test_calls_have_been_found() -> None:
    assert {call.split()[0] for _, call in CALLS} >= {"serve", "ready", "clock", "scenario"}
