"""The knobs of the gateway: what the default does, and what every other value does."""

from dataclasses import replace

import pytest

from ice_mock.domain.behaviour import Behaviour
from ice_mock.gateway import Call


@pytest.fixture
def behave(engine):
    """Turn knobs of the world: ``behave(bearer="accept")``."""
    return lambda **knobs: engine.store.put(replace(engine.account, behaviour=Behaviour(**knobs)))


@pytest.mark.parametrize(
    ("methods", "action", "method", "expected"),
    [
        ("any", "ListLiveSnapshotTemplates", "POST", None),
        ("any", "DeleteLiveSnapshotTemplate", "GET", "MissingParameter"),
        ("as-sdks", "ListLiveSnapshotTemplates", "GET", None),
        ("as-sdks", "ListLiveSnapshotTemplates", "POST", "UnsupportedHTTPMethod"),
        ("as-sdks", "DeleteLiveSnapshotTemplate", "POST", "MissingParameter"),
        ("as-sdks", "DeleteLiveSnapshotTemplate", "GET", "UnsupportedHTTPMethod"),
    ],
)
def test_methods_are_any_or_those_of_the_sdks(gateway, rpc, code, behave, methods, action, method, expected):
    behave(methods=methods)

    assert code(gateway(rpc(action, method=method))) == expected


@pytest.mark.parametrize(("bearer", "expected"), [("refuse", "MissingAccessKeyId"), ("accept", None)])
def test_bearer_tokens_may_do_where_signatures_are_required(gateway, code, demand, engine, bearer, expected):
    demand("required")
    engine.store.put(replace(engine.account, behaviour=Behaviour(bearer=bearer)))
    headers = {
        "x-acs-action": "ListLiveSnapshotTemplates",
        "x-acs-version": "2020-11-09",
        "x-acs-bearer-token": "token",
    }

    assert code(gateway(Call("GET", headers=headers))) == expected


@pytest.mark.parametrize(
    ("stray_token", "expected"),
    [("refuse", "InvalidSecurityToken.MismatchWithAccessKey"), ("ignore", None)],
)
def test_a_stray_token_is_refused_or_ignored(gateway, rpc, code, behave, stray_token, expected):
    behave(stray_token=stray_token)

    assert code(gateway(rpc(SecurityToken="another's"))) == expected


@pytest.mark.parametrize(("canonical_request", "told"), [("shown", True), ("hidden", False)])
def test_the_canonical_request_is_shown_or_hidden(gateway, acs3, answer, behave, canonical_request, told):
    behave(canonical_request=canonical_request)

    message = answer(gateway(acs3(secret="wrong")))["Message"]

    assert "server string to sign is:ACS3-HMAC-SHA256\n" in message
    assert ("server canonical request is:" in message) is told
