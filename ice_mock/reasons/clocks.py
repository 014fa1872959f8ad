"""Time in reasons: how far something is ahead, and what has to be done for it to come."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from ice_mock.durations import written
from ice_mock.engine import Engine
from ice_mock.reasons.clause import moment


@contextmanager
def standing_still(engine: Engine) -> Iterator[None]:
    """Let nothing happen in the world, and no time pass, while it is being explained."""
    with engine.context.exclusive(), engine.context.at(engine.now()):
        yield


def ahead(engine: Engine, instant: datetime) -> str:
    """How far *instant* is ahead, with what to do if time does not pass by itself."""
    distance = written(instant - engine.now())
    if engine.time.timepiece.is_frozen:
        return f"in {distance} (the clock is frozen: advance it by {distance})"
    return f"in {distance}"


def reading(engine: Engine) -> str:
    """What the world's clock shows, and how it goes."""
    return f"{engine.time.timepiece.mode}, at {moment(engine.now())}"
