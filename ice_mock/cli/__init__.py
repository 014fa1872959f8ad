"""The command line ``ice-mock``: a table of commands, of which only the one that is called is imported."""

import sys
from argparse import SUPPRESS, RawDescriptionHelpFormatter
from collections.abc import Sequence
from importlib import import_module

from ice_mock.cli.arguments import Parser
from ice_mock.cli.failures import INTERRUPTED, Exit, Failure
from ice_mock.version import __version__

COMMANDS = {
    "serve": "serve the emulator until Ctrl-C or SIGTERM",
    "demo": "do the main job from end to end on a server of its own",
    "env": "print what a client has to be given to use a server",
    "ready": "tell whether a server answers, or wait until it does",
    "scenario": "list, check, plan and run scenarios",
    "clock": "show a world's clock, freeze it, move it on, or let it run",
    "stream": "publish or unpublish a live stream, or list them",
    "jobs": "list the jobs of a world",
    "files": "list the files of a job",
    "callbacks": "list the callbacks of a world, or deliver one again",
    "requests": "list the API calls that a world received, and what was answered",
    "faults": "list what goes wrong, add to it, or clear it",
    "reset": "take a world back to its start",
    "worlds": "list the worlds of a server",
}


def main(words: Sequence[str] | None = None) -> int:
    """Do what *words* say, by default those of the command line, and return the exit status.

    0 is done, 1 a check that failed, 2 wrong usage or input, 3 a server that could not be reached.
    """
    given = sys.argv[1:] if words is None else list(words)
    parser, commands = _parsers()
    if not given:
        parser.print_help(sys.stderr)
        return Exit.WRONG
    name = given[0]
    if name in COMMANDS:
        import_module(f"ice_mock.cli.{name}").add_arguments(commands[name])
    elif not name.startswith("-"):
        parser.error(f"there is no command {name!r}{_suggestion(name)}")
    arguments = parser.parse_args(given)
    try:
        status: int = arguments.run(arguments)
        sys.stdout.flush()
    except Failure as failure:
        sys.stderr.write(f"ice-mock: {failure}\n")
        return failure.status
    except BrokenPipeError:
        return _after_the_reader_left()
    except KeyboardInterrupt:
        return INTERRUPTED
    return status


def _parsers() -> tuple[Parser, dict[str, Parser]]:
    parser = Parser(
        prog="ice-mock",
        usage="ice-mock [-h] [--version] COMMAND ...",
        description="An emulator of Alibaba Cloud ICE live snapshots.",
        epilog=f"commands:\n{_contents()}\n\nice-mock COMMAND --help tells more about a command.",
        formatter_class=RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"ice-mock {__version__}")
    commands = parser.add_subparsers(prog="ice-mock", metavar="COMMAND", required=True, help=SUPPRESS)
    return parser, {
        name: commands.add_parser(name, description=f"{text[0].upper()}{text[1:]}.")
        for name, text in COMMANDS.items()
    }


def _contents() -> str:
    """The commands and what they do, in columns; argparse would not keep these in line."""
    return "\n".join(f"  {name:<11}{text}" for name, text in COMMANDS.items())


def _suggestion(name: str) -> str:
    from difflib import get_close_matches

    return "".join(f"; did you mean {match!r}?" for match in get_close_matches(name, COMMANDS, n=1))


def _after_the_reader_left() -> int:
    """Whoever reads standard output, such as ``head``, may have enough before the end."""
    from io import StringIO

    # Else the interpreter, on its way out, would fail to flush it once more.
    sys.stdout = StringIO()
    return Exit.DONE
