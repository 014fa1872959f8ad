"""The blocks of code on the pages of the documentation, and what an HTML comment above one says of it.

A comment such as ``<!-- example: file=upload.mjs needs=node -->`` is for these tests alone: readers of
the page do not see it. What follows its first line is Python that runs before the block.
"""

import ast
import re
import shlex
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from shutil import which

from markdown_it import MarkdownIt
from markdown_it.token import Token

ROOT = Path(__file__).parents[2]
PAGES = ["README.md", *sorted(f"docs/{page.name}" for page in (ROOT / "docs").glob("*.md"))]
RECIPES = "docs/recipes.md"
CONTAINER = "docs/container.md"
MARK = "<!-- example:"
OPTIONS = {
    "file": "the name of the file that the block is",
    "needs": "what the machine has to have, else the block is skipped: docker, jq or node",
}
ENGINE = re.compile(r"^(docker|podman|make) ", re.MULTILINE)
"""Commands that no test runs, because few machines have what they want; others hold them against the code."""
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


@dataclass(frozen=True, slots=True)
class Block:
    """A block of code; *line* is that of the page on which its *text* begins."""

    page: str
    line: int
    language: str
    text: str
    options: Mapping[str, str]
    hidden: str
    hidden_line: int

    @property
    def place(self) -> str:
        return f"{self.page}:{self.line}"

    @property
    def has_tests(self) -> bool:
        """Whether pytest finds something to run in this block of Python."""
        tree = ast.parse("\n" * (self.line - 1) + self.text, self.page)
        functions = (each for each in ast.walk(tree) if isinstance(each, _FUNCTIONS))
        return any(each.name.startswith("test_") for each in functions)

    @property
    def is_for_shell(self) -> bool:
        """Whether a reader types this block, and a test does: on some pages, unless it wants an engine."""
        typed = self.language == "sh" and self.page in (RECIPES, CONTAINER)
        return typed and not ENGINE.search(self.text)

    @property
    def lacks(self) -> str | None:
        """Why this block cannot be run on this machine, if it cannot."""
        need = self.options.get("needs")
        return None if need is None or NEEDS[need]() else f"there is no {need} on this machine"


def has_docker() -> bool:
    """Whether there is an engine, and the image that ``make image`` builds."""
    command = ["docker", "image", "inspect", "ice-mock:latest"]
    return bool(which("docker")) and not subprocess.run(command, capture_output=True, check=False).returncode


NEEDS = {"docker": cache(has_docker), "node": lambda: bool(which("node")), "jq": lambda: bool(which("jq"))}


class Misplaced(Exception):
    """A comment that says something which is not understood, or of no block."""


def blocks(page: str) -> list[Block]:
    """Every fenced block of *page* from top to bottom; raises Misplaced."""
    return blocks_in((ROOT / page).read_text("utf-8"), page)


def blocks_in(text: str, page: str) -> list[Block]:
    """Every fenced block of *text*, which is what stands on *page*; raises Misplaced."""
    return list(_blocks(page, MarkdownIt().parse(text)))


def _blocks(page: str, tokens: list[Token]) -> Iterator[Block]:
    for above, token in zip([None, *tokens], [*tokens, None], strict=True):
        is_comment = above is not None and above.type == "html_block" and above.content.startswith(MARK)
        if is_comment and (token is None or token.type != "fence"):
            raise Misplaced(f"{page}:{above.map[0] + 1}: no block of code follows this comment")
        if token is not None and token.type == "fence":
            yield _block(page, token, above if is_comment else None)


def _block(page: str, fence: Token, comment: Token | None) -> Block:
    said, hidden, line = "", "", 0
    if comment is not None:
        line = comment.map[0] + 1
        inside = comment.content.strip().removeprefix(MARK).removesuffix("-->")
        said, _, hidden = inside.partition("\n")
    options = _options(said, f"{page}:{line}")
    language = fence.info.strip()
    return Block(page, fence.map[0] + 2, language, fence.content, options, hidden, line + 1)


def _options(said: str, place: str) -> dict[str, str]:
    options = dict(word.partition("=")[::2] for word in shlex.split(said))
    if unknown := options.keys() - OPTIONS:
        raise Misplaced(f"{place}: found {', '.join(sorted(unknown))}, expected some of {', '.join(OPTIONS)}")
    if options.get("needs", "node") not in NEEDS:
        raise Misplaced(f"{place}: found needs={options['needs']}, expected one of {', '.join(NEEDS)}")
    return options
