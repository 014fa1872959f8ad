"""Whether an account may make a call at all: rate, status and policy (design: order of refusals)."""

import json

from ice_mock.clock import iso_seconds
from ice_mock.domain.policy import Policy, Remedy
from ice_mock.engine import Engine
from ice_mock.errors import Forbidden, OperationDenied, ThrottledUser, UserDisabled

RESOURCE = "*"


def admit(engine: Engine, action: str) -> None:
    """Raise the documented error for an account that may not call *action*."""
    if (wait := engine.throttle.wait()) is not None:
        limit, calls = engine.account.requests_per_second, engine.throttle.calls
        raise ThrottledUser(retry_after=wait).because(
            f"It was call {calls} of a second in which the account may make {limit}.",
            limit=limit,
            calls=calls,
            second=iso_seconds(engine.now()),
        )
    account = engine.account
    if account.status == "disabled":
        raise UserDisabled().because("The account is disabled (account.status).", status=account.status)
    if account.ice == "not-enabled":
        raise OperationDenied().because(
            "The account has not enabled the service (account.ice).", ice=account.ice
        )
    decision = account.policy.decide(f"ice:{action}", RESOURCE)
    if not decision.allowed:
        raise _forbidden(account.policy, f"ice:{action}", account.user_id)


def _forbidden(policy: Policy, action: str, user_id: int) -> Forbidden:
    remedy = policy.remedy(action, RESOURCE)
    denials = [f"Statement[{index}] ({policy.statements[index]})" for index in remedy.denials]
    return Forbidden(action=action, user_id=user_id, explicit=bool(denials)).because(
        _denied(action, denials, remedy) if denials else _not_allowed(policy, action, remedy),
        action=action,
        resource=RESOURCE,
        denied_by=", ".join(denials) or None,
        denying_statement=_document(policy, remedy.denials[0]) if denials else None,
        to_be_added=json.dumps(remedy.addition.document) if remedy.addition else None,
        statements=len(policy.statements),
    )


def _denied(action: str, denials: list[str], remedy: Remedy) -> str:
    several = len(denials) > 1
    named = " and ".join(denials)
    sentence = (
        f"The policy denies {action} by {named}, which {'have' if several else 'has'} to go "
        f"or to leave {action} out"
    )
    if remedy.addition:
        sentence += f", and nothing else allows it: {json.dumps(remedy.addition.document)} has to be added"
    return f"{sentence}."


def _not_allowed(policy: Policy, action: str, remedy: Remedy) -> str:
    smallest = json.dumps(remedy.addition.document if remedy.addition else {})
    nearly = policy.nearly_allowing(action)
    but = (
        "" if nearly is None else f": Statement[{nearly}] ({policy.statements[nearly]}) fits only the action"
    )
    return (
        f"No statement of the policy allows {action} on {RESOURCE}{but}; "
        f"the smallest that would is {smallest}."
    )


def _document(policy: Policy, index: int) -> str:
    return json.dumps(policy.statements[index].document)
