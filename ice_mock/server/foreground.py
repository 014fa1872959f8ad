"""A server in the foreground: announced on standard output, and served until a signal."""

import json
import logging
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from types import FrameType
from typing import Any

from ice_mock import limits, threads
from ice_mock.server.server import GRACE, Server, running
from ice_mock.version import __version__
from ice_mock.web.guard import Access
from ice_mock.worlds import DEFAULT, IceMock

log = logging.getLogger("ice_mock.server")


def serve(
    mock: IceMock,
    *,
    host: str,
    port: int,
    access: Access | None = None,
    grace: timedelta = GRACE,
    request_time: timedelta = limits.REQUEST_TIME,
) -> None:
    """Serve until SIGTERM or SIGINT, after announcing on standard output that it answers.

    Raises OSError if the address cannot be had.
    """
    with (
        ending_signals() as signals,
        running(mock, host=host, port=port, access=access, grace=grace, request_time=request_time) as server,
    ):
        if server.access.is_made_up:
            tell_token(server.access)
        announce(server)
        log.info("%s: stopping", signal.Signals(signals.recv(1)[0]).name)
    log.info("stopped")


@contextmanager
def ending_signals() -> Iterator[socket.socket]:
    """A socket on which SIGTERM and SIGINT can be read as a byte each, while the body runs.

    Handlers run between two instructions of the main thread, and so never if the signal comes
    while it is about to wait. What is written to a socket is there whenever it is read.
    """
    signals, written = socket.socketpair()
    written.setblocking(False)
    with signals, written:
        before = signal.set_wakeup_fd(written.fileno())
        handlers = {number: signal.signal(number, _noted) for number in (signal.SIGTERM, signal.SIGINT)}
        try:
            yield signals
        finally:
            for number, handler in handlers.items():
                signal.signal(number, handler)
            signal.set_wakeup_fd(before)


def _noted(_number: int, _frame: FrameType | None) -> None:
    """Keep a signal from what it does by itself."""


def tell_token(access: Access) -> None:
    """Tell a token that nobody could know otherwise in the log, however little goes there."""
    token_log = logging.getLogger("ice_mock.token")
    token_log.setLevel(logging.WARNING)
    token_log.warning(
        "the control API wants the token %s, made up for this run; clients take it from ICE_MOCK_TOKEN. "
        "--token (or ICE_MOCK_TOKEN) sets one of your own, and --control open does without",
        access.token,
    )


def announce(server: Server) -> None:
    ready: dict[str, Any] = {
        "event": "ready",
        "url": server.url,
        "pid": threads.process_id(),
        "version": __version__,
        "scenario": server.mock.worlds.find(DEFAULT).scenario.name,
    }
    sys.stdout.write(json.dumps(ready) + "\n")
    sys.stdout.flush()
