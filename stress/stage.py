"""What a client under stress is given: a server, receivers, an end, and dice."""

import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from multiprocessing import Queue
from multiprocessing.synchronize import Barrier
from random import Random
from typing import Any

from stress.tally import Tally

LATEST = 120
"""How many seconds it may take until everybody is there."""


@dataclass(frozen=True)
class Stage:
    """*ends_at* is on the machine's clock; where the server *may_die*, that is no violation."""

    url: str
    receivers: Mapping[str, str]
    ends_at: float
    seed: int
    may_die: bool = False

    @property
    def is_over(self) -> bool:
        return time.monotonic() > self.ends_at

    def dice(self) -> Random:
        return Random(self.seed)  # noqa: S311  # what is rolled is no secret


Play = Callable[[Stage, Random, Tally], None]


def perform(play: Play, stage: Stage, start: Barrier, seconds: float, told: "Queue[Any]") -> None:
    """Play again and again for so many seconds; tell what was done about once in a second, and at the end.

    Time begins when everybody is there, who waits at the *start*.
    """
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY"):
        os.environ.pop(name, None)
    start.wait(LATEST)
    stage = replace(stage, ends_at=time.monotonic() + seconds)
    dice, tally, told_at = stage.dice(), Tally(), time.monotonic()
    try:
        while not stage.is_over:
            with _noting(stage, play, tally):
                play(stage, dice, tally)
            if time.monotonic() > told_at + 1:
                told.put(tally)
                tally, told_at = Tally(), time.monotonic()
    except ServerDied:
        tally.did("clients that saw the server die")
    told.put(tally)


class ServerDied(Exception):
    """The server was killed, as was to be expected."""


@contextmanager
def _noting(stage: Stage, play: Play, tally: Tally) -> Iterator[None]:
    """Make a violation of whatever a client did not expect."""
    try:
        yield
    except Exception as error:
        if stage.may_die:
            raise ServerDied from error
        tally.expect(False, f"{play.__name__}: {type(error).__name__}: {error}"[:1000])
