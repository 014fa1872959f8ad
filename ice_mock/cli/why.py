"""How the command line tells a reason: the sentence, then the facts in aligned lines."""

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from shutil import get_terminal_size
from textwrap import wrap

from ice_mock.cli.arguments import Namespace, wants_json
from ice_mock.cli.failures import Exit, Failure
from ice_mock.cli.text import print_document, say
from ice_mock.client.documents import Why
from ice_mock.words import shown

GAP = 2
INDENT = " " * 4


def print_reason(reason: Why, arguments: Namespace) -> int:
    """Print a reason in the form that is wanted."""
    if wants_json(arguments):
        print_document(reason)
        return Exit.DONE
    width = get_terminal_size().columns if sys.stdout.isatty() else None
    for line in lines(reason["sentence"], reason["facts"], width):
        say(line)
    return Exit.DONE


def read_text(name: str) -> str:
    """What a file holds, or standard input if its name is ``-``; ends the command if it cannot be read."""
    try:
        # Not by the locale's encoding: it is what the client has signed, which is UTF-8.
        return (sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()).decode()
    except OSError as error:
        raise Failure(Exit.WRONG, f"{shown(name)}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise Failure(Exit.WRONG, f"{shown(name)}: expected text in UTF-8") from error


def lines(sentence: str, facts: Mapping[str, str], width: int | None) -> Iterator[str]:
    """Yield the lines, folded between words to a *width*, None is never.

    What has no spaces, such as a URL, is never torn apart, so that it can be copied.
    """
    yield from _folded(shown(sentence), width, "")
    if facts:
        yield ""
    longest = max((len(_label(name)) for name, value in facts.items() if "\n" not in value), default=0)
    # Stable: those of several lines come last, and otherwise the order stays.
    for name, value in sorted(facts.items(), key=lambda fact: "\n" in fact[1]):
        label = _label(name)
        if "\n" in value:
            yield label
            yield from (f"{INDENT}{shown(line)}".rstrip() for line in value.splitlines())
        else:
            start = f"{label:<{longest + GAP}}"
            yield from _folded(f"{start}{shown(value)}", width, " " * len(start))


def _label(name: str) -> str:
    return shown(name.replace("_", " "))


def _folded(text: str, width: int | None, indent: str) -> list[str]:
    # A single word stays beside its name, however long it is.
    if width is None or " " not in text[len(indent) :]:
        return [text.rstrip()]
    return wrap(text, width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)
