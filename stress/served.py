"""The server under stress: a process of its own, watched from outside."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import linear_regression
from typing import NamedTuple, Self

import psutil

STOP = 10
"""How many seconds a server is waited for to stop."""
EXPECTED = "ice_mock.worlds.scenarios"
"""What logs mistakes in the scenario's file: they are made on purpose."""
MEGABYTE = 1024 * 1024


class Reading(NamedTuple):
    """What a process has at a moment: *at* is in seconds, *memory* in MiB."""

    at: float
    memory: float
    threads: int
    descriptors: int


class Served:
    """An ``ice-mock serve``, whose log goes to a file."""

    def __init__(self, folder: Path, name: str, *flags: str, port: int = 0) -> None:
        self.log = folder / f"{name}.log"
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("ICE_MOCK_")}
        command = [sys.executable, "-m", "ice_mock", "serve", "--port", str(port), *flags]
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(  # noqa: S603  # our own
                command, stdout=subprocess.PIPE, stderr=log, text=True, env=inherited, cwd=folder
            )
        self.readings: list[Reading] = []
        self._watched = threading.Event()

    def __enter__(self) -> Self:
        started = time.monotonic()
        line = self.process.stdout.readline() if self.process.stdout else ""
        if not line:
            raise RuntimeError(f"the server did not start: {self.log.read_text()}")
        self.took = time.monotonic() - started
        self.url: str = json.loads(line)["url"]
        self.seen = psutil.Process(self.process.pid)
        return self

    def __exit__(self, *_: object) -> None:
        self._watched.set()
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        if self.process.stdout:
            self.process.stdout.close()

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2])

    def read(self) -> Reading:
        """What the process has now."""
        with self.seen.oneshot():
            memory = self.seen.memory_info().rss / MEGABYTE
            return Reading(time.monotonic(), memory, self.seen.num_threads(), self.seen.num_fds())

    def watch(self, every: float = 1.0) -> None:
        """Keep a reading now and then until it ends."""

        def look() -> None:
            while not self._watched.wait(every):
                try:
                    self.readings.append(self.read())
                except psutil.Error:
                    return

        threading.Thread(target=look, daemon=True).start()

    def settled(self, most_descriptors: int, patience: float = 40) -> Reading:
        """The last reading after everybody has gone: idle connections take a while to be noticed."""
        end = time.monotonic() + patience
        while (reading := self.read()).descriptors > most_descriptors and time.monotonic() < end:
            time.sleep(0.5)
        return reading

    def terminate(self) -> tuple[int | None, float]:
        """Send SIGTERM; return the exit status, None if it did not end, and how many seconds it took."""
        started = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        try:
            status: int | None = self.process.wait(STOP)
        except subprocess.TimeoutExpired:
            status = None
        return status, time.monotonic() - started

    def tracebacks(self) -> list[str]:
        """What the log says of failures of the emulator itself."""
        lines = self.log.read_text(errors="replace").splitlines()
        marks = ("Traceback", '"level": "error"', '"level": "critical"', " ERROR ", " CRITICAL ")
        return [line[:600] for line in lines if any(mark in line for mark in marks) and EXPECTED not in line]


def slope(readings: Sequence[Reading]) -> float:
    """By how many MiB per minute memory grew."""
    if len({reading.at for reading in readings}) < 2:  # noqa: PLR2004  # a line has two points
        return 0.0
    line = linear_regression([reading.at for reading in readings], [reading.memory for reading in readings])
    return line.slope * 60


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port
