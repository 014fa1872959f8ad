"""Tells a person what is going on: a line for each step, with the time that it took."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

from ice_mock.cli.text import say
from ice_mock.clock import stopwatch
from ice_mock.words import shown

_MARGIN = " " * 9


class Steps:
    """Call it with what begins now, and call what it yields with what was achieved."""

    def __init__(self, *, silent: bool = False) -> None:
        self._silent = silent
        self._live = not silent and sys.stdout.isatty()

    @contextmanager
    def __call__(self, doing: str) -> Iterator[Callable[[str], None]]:
        elapsed, achieved = stopwatch(), list[str]()
        busy = f"{_MARGIN}{doing} ..."
        self._write(busy)
        try:
            yield achieved.append
        finally:
            self._write(f"\r{' ' * len(busy)}\r")
        if not self._silent:
            for text in achieved:
                say(f"{_milliseconds(elapsed())} ms  {shown(text)}")
            sys.stdout.flush()

    def _write(self, text: str) -> None:
        if self._live:
            sys.stdout.write(text)
            sys.stdout.flush()


def _milliseconds(length: timedelta) -> str:
    return f"{length / timedelta(milliseconds=1):4.0f}"
