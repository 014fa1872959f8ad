"""How a command can end."""

from enum import IntEnum

INTERRUPTED = 130
"""The exit status that shells give to what Ctrl-C ended."""


class Exit(IntEnum):
    """The exit status of a command."""

    DONE = 0
    FAILED = 1
    WRONG = 2
    UNREACHABLE = 3


class Failure(Exception):
    """Ends a command with a status, and one line that says what is wrong, where, and what would be right."""

    def __init__(self, status: Exit, message: str) -> None:
        super().__init__(message)
        self.status = status
