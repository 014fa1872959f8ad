"""The log of a server: one line on standard error for each event."""

import logging
import sys

from ice_mock.cli.text import shown
from ice_mock.clock import from_timestamp_ms, iso_milliseconds


class OneLine(logging.Formatter):
    """Time, level, who says it and what; whatever would break the line is escaped."""

    def __init__(self) -> None:
        super().__init__("%(instant)s %(levelname)-7s %(name)s: %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        return shown(self._written(record))

    def _written(self, record: logging.LogRecord) -> str:
        record.instant = iso_milliseconds(from_timestamp_ms(int(record.created * 1000)))
        return super().format(record)


class ForPeople(OneLine):
    """The same, but tracebacks keep their lines."""

    def format(self, record: logging.LogRecord) -> str:
        return "\n".join(map(shown, self._written(record).splitlines()))


def log_to_stderr(level: str) -> None:
    """Let everything be logged that is at least of a *level*, such as ``info``."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(ForPeople() if sys.stderr.isatty() else OneLine())
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
