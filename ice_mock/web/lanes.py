"""Which of the requests that have come is performed next: who takes long keeps nobody else waiting."""

import re
from collections import Counter, deque
from contextvars import ContextVar
from enum import StrEnum
from typing import Any

from ice_mock import limits
from ice_mock.threads import Lock, Semaphore

PEEKED = 4 * 1024
"""How many bytes of a request it takes to tell its lane."""
_HEAD_ENDS = b"\r\n\r\n"
_PROBE = re.compile(rb"(GET|HEAD) /_ice_mock/(livez|readyz|health|metrics)[ ?]")
_ADVANCE = re.compile(
    rb"(POST /_ice_mock/worlds/[^/ ]+/clock/advance|PUT /_ice_mock/worlds/[^/ ]+/clock)[ ?]"
)


class Lane(StrEnum):
    """What kind of request somebody waits with."""

    PROBE = "probe"
    """It asks how the server is, and has arrived as a whole."""
    CALL = "call"
    ADVANCE = "advance"
    """It moves a clock: which takes as long as receivers of callbacks take, who may call back meanwhile."""
    END = "end"
    """None at all: the thread that gets it ends."""


def lane_of(beginning: bytes) -> Lane:
    """Tell the lane of a request by its first bytes."""
    if _PROBE.match(beginning) and _HEAD_ENDS in beginning:
        return Lane.PROBE
    return Lane.ADVANCE if _ADVANCE.match(beginning) else Lane.CALL


class Lanes:
    """What a server's threads get their work from, and come back to when it is done.

    Of so many *threads* at most *advances* move clocks, and the *spare* ones are left for probes.
    """

    def __init__(
        self,
        threads: int = limits.THREADS,
        advances: int = limits.ADVANCES,
        spare: int = limits.SPARE,
    ) -> None:
        self._most = {Lane.CALL: threads - spare, Lane.ADVANCE: advances}
        self._waiting: dict[Lane, deque[tuple[int, Any]]] = {lane: deque() for lane in Lane}
        self._came = 0
        self._busy: Counter[Lane] = Counter()
        self._lock = Lock()
        self._chances = Semaphore(0)
        self._passed_by = 0
        """Chances that nobody could take, as every lane was full that somebody waits in."""
        self._mine: ContextVar[Lane | None] = ContextVar("mine", default=None)

    def put(self, work: Any, lane: Lane) -> None:
        with self._lock:
            self._came += 1
            self._waiting[lane].append((self._came, work))
        self._chances.release()

    def get(self) -> Any:
        """Wait for work. Whoever asks has done with what it got before."""
        self._leave()
        while True:
            self._chances.acquire()
            with self._lock:
                lane = min(filter(self._is_open, Lane), key=self._turn, default=None)
                if lane is not None:
                    self._mine.set(lane)
                    self._busy[lane] += 1
                    return self._waiting[lane].popleft()[1]
                self._passed_by += 1

    def __len__(self) -> int:
        """How many wait for a thread."""
        return sum(map(len, self._waiting.values()))

    def _leave(self) -> None:
        mine = self._mine.get()
        if mine is None:
            return
        self._mine.set(None)
        with self._lock:
            self._busy[mine] -= 1
            if not self._passed_by:
                return
            self._passed_by -= 1
        self._chances.release()

    def _turn(self, lane: Lane) -> tuple[bool, bool, int]:
        """By what it is decided whose turn it is: probes first, ends last, all others as they came."""
        return lane is not Lane.PROBE, lane is Lane.END, self._waiting[lane][0][0]

    def _is_open(self, lane: Lane) -> bool:
        if not self._waiting[lane]:
            return False
        if lane not in self._most:
            return True
        busy = self._busy[Lane.CALL] + self._busy[Lane.ADVANCE]
        return busy < self._most[Lane.CALL] and (lane is Lane.CALL or self._busy[lane] < self._most[lane])
