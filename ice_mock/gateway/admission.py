"""Whether an account may make a call at all: rate, status and policy (design: order of refusals)."""

from ice_mock.engine import Engine
from ice_mock.errors import Forbidden, OperationDenied, ThrottledUser, UserDisabled

RESOURCE = "*"


def admit(engine: Engine, action: str) -> None:
    """Raise the documented error for an account that may not call *action*."""
    if (wait := engine.throttle.wait()) is not None:
        raise ThrottledUser(retry_after=wait)
    account = engine.account
    if account.status == "disabled":
        raise UserDisabled
    if account.ice == "not-enabled":
        raise OperationDenied
    decision = account.policy.decide(f"ice:{action}", RESOURCE)
    if not decision.allowed:
        raise Forbidden(
            action=f"ice:{action}", user_id=account.user_id, explicit=decision.statement is not None
        )
