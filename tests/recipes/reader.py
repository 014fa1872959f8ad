"""A reader of a page, who does what it says, block after block."""

import os
import re
import socket
import subprocess
import sys
from contextlib import ExitStack, chdir
from pathlib import Path
from types import CodeType
from typing import Any

from recipes.pages import ROOT, Block

from ice_mock.domain.scenario import Scenario
from ice_mock.server import running
from ice_mock.worlds import IceMock

PORT = re.compile(r"\b4610\b")
END_WHAT_RUNS = "trap 'kill $(jobs -p) 2>/dev/null || true; wait' EXIT;"
PATIENCE = 60
"""Seconds: longer than a block of shell takes that comes to an end at all."""


class Reader:
    """Reads one page in a folder of their own, with one server that listens instead of port 4610.

    Whoever asks for a block gets it as the page has it: after all those above it, which are done
    once. Blocks of Python share their names; other blocks find the files that those above them are.
    """

    def __init__(self, blocks: list[Block], folder: Path, at_end: ExitStack) -> None:
        self._blocks = blocks
        self._folder = folder
        self._at_end = at_end
        self._done: dict[int, Exception | None] = {}
        self._names: dict[str, Any] = {"__name__": "example"}
        self._ports: dict[int, int] = {}

    def do(self, block: Block) -> None:
        """Do *block* and whatever comes before it; raises what the block raises."""
        for each in self._blocks[: self._blocks.index(block) + 1]:
            if each.line not in self._done:
                self._done[each.line] = self._failure_of(each)
        if failure := self._done[block.line]:
            raise failure

    def write(self, block: Block, folder: Path) -> Path:
        """Make *block* a file, whose lines have the numbers that they have on the page."""
        file = folder / block.options.get("file", f"test_line_{block.line}.py")
        file.write_text(self.text(block))
        return file

    def files_above(self, block: Block) -> list[Block]:
        above = self._blocks[: self._blocks.index(block)]
        return [each for each in above if "file" in each.options]

    def text(self, block: Block) -> str:
        return "\n" * (block.line - 1) + self._with_port(block, block.text)

    def _failure_of(self, block: Block) -> Exception | None:
        if block.lacks:
            return None
        try:
            if "file" in block.options:
                self.write(block, self._folder)
            if block.language == "python" and not block.has_tests:
                self._run_python(block)
            elif block.language == "sh" and block.is_for_shell:
                self._run_shell(block)
        except Exception as failure:  # noqa: BLE001 - told to whoever asks for this block
            return failure
        return None

    def _run_python(self, block: Block) -> None:
        page = ROOT / block.page
        with chdir(self._folder):
            for line, text in ((block.hidden_line, block.hidden), (block.line, block.text)):
                code = compile(self._with_port(block, text), page, "exec")
                exec(moved(code, line - 1), self._names)

    def _run_shell(self, block: Block) -> None:
        port = self._port_for(block)
        ended = subprocess.run(
            # What stands after the text is what bash calls it: its complaints name page and line.
            ["bash", "-euo", "pipefail", "-c", END_WHAT_RUNS + self.text(block), block.page],
            cwd=self._folder,
            env=self._surroundings(port),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        if ended.returncode:
            raise AssertionError(f"{block.place}: status {ended.returncode}\n{ended.stdout}{ended.stderr}")

    def _surroundings(self, port: int) -> dict[str, str]:
        """The variables of a shell in which this checkout is installed, and a failed call an error."""
        (self._folder / ".curlrc").write_text("fail-with-body\nsilent\nshow-error\n")
        inherited = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
        return {
            **inherited,
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "CURL_HOME": str(self._folder),
            "ICE_MOCK_URL": f"http://127.0.0.1:{port}",
            "ICE_MOCK_PORT": str(port),
            "COLUMNS": "100",
        }

    def _with_port(self, block: Block, text: str) -> str:
        return PORT.sub(str(self._port_for(block)), text) if PORT.search(text) else text

    def _port_for(self, block: Block) -> int:
        """The port of this page's server; or a free one, if the block starts a server of its own."""
        line = block.line if "ice-mock serve" in block.text else 0
        if line not in self._ports:
            self._ports[line] = free_port() if line else self._served()
        return self._ports[line]

    def _served(self) -> int:
        server = self._at_end.enter_context(running(IceMock(Scenario())))
        return int(server.url.rpartition(":")[2])


def moved(code: CodeType, lines: int) -> CodeType:
    """The code as if it stood so many lines further down in its file."""
    inner = tuple(moved(each, lines) if isinstance(each, CodeType) else each for each in code.co_consts)
    return code.replace(co_firstlineno=code.co_firstlineno + lines, co_consts=inner)


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]
