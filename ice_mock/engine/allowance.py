"""How much of something a world may have: counted, and refused beyond that.

The refusals are the emulator's own, and say so whichever plane meets them: the service documents none.
"""

from dataclasses import dataclass

from ice_mock.engine.context import Context
from ice_mock.errors import ApiError, ControlError

STARTS = "starts of jobs"
INGEST = "beginnings and ends of ingest"
DELETED = "deleted files"
BY_HAND = "attempts by hand"
_WAY_OUT = "reset or delete the world, or go on in another one"


class OwnRefusal(ApiError, ControlError):
    """A refusal of the emulator's own, in the form of whichever plane it is met by.

    *details* say more to programs.
    """

    message = "ice_mock: {problem}"

    def __init__(self, problem: str, **details: object) -> None:
        super().__init__(problem=problem)
        self.details = details
        self.because(f"{problem[:1].upper()}{problem[1:]}.", **details)


class LimitReached(OwnRefusal):
    """There is as much of something as there may be; nothing of what there was is lost."""

    status = 409
    code = "LimitReached"


class TimeIsOver(OwnRefusal):
    """A request has taken longer than it may, or the server is stopping; what it has done stays done."""

    status = 503
    code = "ServiceUnavailable"


@dataclass(frozen=True, slots=True)
class Used:
    """How much a world has used up of what it never gets back."""

    id: str
    count: int


def refuse_more(kind: str, there_are: int, most: int, *, amount: int = 1, way_out: str = _WAY_OUT) -> None:
    """Raise LimitReached if some more of a kind would be more than *most*."""
    if there_are + amount > most:
        more = f"; {amount:,} more were asked for" if amount > 1 else ""
        raise LimitReached(
            f"there are {there_are:,} {kind} in this world, and there may be {most:,}{more}: {way_out}",
            bound=kind,
            most=most,
        )


def used(context: Context, kind: str) -> int:
    """How much the world has used up of a kind."""
    found = context.store.get(Used, kind)
    return found.count if found else 0


def use(context: Context, kind: str, most: int, *, amount: int = 1) -> None:
    """Use up some of a kind; raises LimitReached if that is more than is left, and then uses up nothing."""
    so_far = used(context, kind)
    if so_far + amount > most:
        more = f"; {amount:,} more were asked for" if amount > 1 else ""
        raise LimitReached(
            f"this world has had {so_far:,} {kind}, and may have {most:,}{more}: {_WAY_OUT}",
            bound=kind,
            most=most,
        )
    context.store.put(Used(kind, so_far + amount))
