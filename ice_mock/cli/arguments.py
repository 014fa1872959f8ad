"""What several commands take on the command line."""

import argparse
from collections.abc import Callable
from typing import Any, TypeVar

WIDEST_NAME = 28
T = TypeVar("T")
Namespace = argparse.Namespace


class Parser(argparse.ArgumentParser):
    """A parser that takes options by their whole names only, so that new ones break no script."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"formatter_class": _roomy, **kwargs, "allow_abbrev": False})


def _roomy(prog: str) -> argparse.HelpFormatter:
    return argparse.HelpFormatter(prog, max_help_position=WIDEST_NAME)


def names_server(parser: argparse.ArgumentParser) -> None:
    """Let the user say which server is meant, and in which form the answer is wanted."""
    # No defaults: a command and the actions below it both take these, and the last would win.
    url = "address of the server (variable ICE_MOCK_URL; else http://127.0.0.1:4610)"
    parser.add_argument("--url", default=argparse.SUPPRESS, help=url)
    prints_json(parser)


def names_world(parser: argparse.ArgumentParser) -> None:
    """Let the user say which server and which of its worlds are meant."""
    world = "which of its worlds (else default)"
    parser.add_argument("--world", metavar="ID", default=argparse.SUPPRESS, help=world)
    names_server(parser)


def prints_json(parser: argparse.ArgumentParser) -> None:
    text = "print one JSON document"
    parser.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help=text)


def wants_json(arguments: Namespace) -> bool:
    return bool(getattr(arguments, "json", False))


def read_by(read: Callable[[str], T]) -> Callable[[str], T]:
    """Make argparse show what *read* says is wrong, instead of its own words."""

    def typed(text: str) -> T:
        try:
            return read(text)
        except ValueError as error:
            raise argparse.ArgumentTypeError(str(error)) from error

    return typed
