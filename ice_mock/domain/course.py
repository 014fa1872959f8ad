"""How a call, a callback, a download and a picture go: smoothly, unless faults would have it otherwise."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from ice_mock.errors import ApiError


class Ending(StrEnum):
    """How an answer ends on its way to the client."""

    WHOLE = "whole"
    RESET = "reset"
    """Nothing of it arrives: the connection is reset."""
    EMPTY = "empty"
    """Its status and headers arrive, and a body of no bytes."""
    HALF = "half"
    """Its status, headers and full length arrive, and half of its body; then the connection is closed."""
    GARBAGE = "garbage"
    """What arrives is no HTTP; then the connection is closed."""


@dataclass(frozen=True, slots=True)
class Course:
    """What every course has: the ids of the *faults* that changed it, in the order in which they did.

    *chance*, from 0 to 1, decides what the next of them leaves to chance.
    """

    faults: tuple[str, ...] = ()
    chance: float = 0.0

    @property
    def fault(self) -> str | None:
        """The faults in one text, None if there were none."""
        return ", ".join(self.faults) or None


@dataclass(frozen=True, slots=True)
class CallCourse(Course):
    """How a call goes: with a *refusal* instead of the action, and an answer that comes after a *pause*.

    The pause is real time.
    """

    refusal: ApiError | None = None
    pause: timedelta = timedelta()
    ending: Ending = Ending.WHOLE


@dataclass(frozen=True, slots=True)
class CallbackCourse(Course):
    """How an attempt to deliver a callback goes.

    It is *lost*, or made after a *delay* of the world's time, *held_back* until the next callback of
    the job has gone, sent so many *copies*, *forged* by somebody without the account's key, or with
    a body that takes *upload*, in real time, to be sent.
    """

    lost: bool = False
    delay: timedelta = timedelta()
    held_back: bool = False
    copies: int = 1
    forged: bool = False
    upload: timedelta = timedelta()


@dataclass(frozen=True, slots=True)
class DownloadCourse(Course):
    """How a request to object storage goes: with the *refusal* of a code, or an answer after a *pause*.

    The pause is real time.
    """

    refusal: str | None = None
    pause: timedelta = timedelta()
    ending: Ending = Ending.WHOLE


@dataclass(frozen=True, slots=True)
class PictureCourse(Course):
    """How the picture of a frame gets into its file: *missing* is not at all, *stale* is the frame before it.

    *width* and *height* are pixels; of the bytes the share *kept* is kept.
    """

    width: int = 1280
    height: int = 720
    missing: bool = False
    stale: bool = False
    black: bool = False
    kept: float = 1.0
