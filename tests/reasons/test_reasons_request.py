"""Why a call was refused, or how it came to be accepted."""

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from urllib.parse import quote

import pytest

from ice_mock.domain.fault import Fault, Plane
from ice_mock.domain.journal import JOURNAL_LIMIT
from ice_mock.domain.model import AccessKey
from ice_mock.domain.scenario import Scenario
from ice_mock.engine import Engine
from ice_mock.errors import NotFound
from ice_mock.gateway import Call
from ice_mock.reasons import of_request
from ice_mock.worlds import IceMock

KEY = AccessKey("LTAI-icemock", "icemock")
START = datetime.fromisoformat("2026-03-04T05:06:07Z")


@pytest.fixture
def mock() -> IceMock:
    """A server's insides, with the default world and its usual key."""
    return IceMock(Scenario(), real_time=lambda: START)


@pytest.fixture
def world(mock: IceMock) -> Engine:
    return mock.worlds.find("default").engine


@pytest.fixture
def call(mock: IceMock) -> Callable[..., str]:
    """Make a call, signed unless *key* is None; return the id of the request."""

    def make(
        action: str = "ListLiveSnapshotTemplates",
        *,
        key: AccessKey | None = KEY,
        headers: dict[str, str] | None = None,
        **query: str,
    ) -> str:
        own = {
            "host": "127.0.0.1:4610",
            "x-acs-action": action,
            "x-acs-date": "2026-03-04T05:06:07Z",
            "x-acs-signature-nonce": action + str(query),
            "x-acs-version": "2020-11-09",
        }
        text = "&".join(f"{name}={quote(value, safe='')}" for name, value in sorted(query.items()))
        sent = {**own, **(headers or {})}
        if key:
            canonical = canonical_request(own, text)
            to_sign = f"ACS3-HMAC-SHA256\n{hashlib.sha256(canonical.encode()).hexdigest()}"
            signature = hmac.digest(key.secret.encode(), to_sign.encode(), hashlib.sha256).hex()
            sent["authorization"] = (
                f"ACS3-HMAC-SHA256 Credential={key.id},SignedHeaders={';'.join(own)},Signature={signature}"
            )
        return mock.gateway(Call("GET", query=tuple(query.items()), headers=sent)).headers["x-acs-request-id"]

    return make


def canonical_request(headers: dict[str, str], query: str = "") -> str:
    lines = "".join(f"{name}:{headers[name]}\n" for name in sorted(headers))
    names = ";".join(sorted(headers))
    return f"GET\n/\n{query}\n{lines}\n{names}\n{hashlib.sha256(b'').hexdigest()}"


# -- Calls that were refused --


def test_a_refusal_is_explained_by_the_rule_and_by_what_the_call_was(world, call):
    id = call("GetLiveSnapshotTemplate", TemplatId="x")

    reason = of_request(world, id)

    assert reason.sentence == "TemplateId is missing; TemplatId was sent, which nothing reads."
    assert reason.facts == {
        "request_id": id,
        "action": "GetLiveSnapshotTemplate",
        "status": "400",
        "dialect": "ACS3",
        "access_key_id": "LTAI-icemock",
        "signature": "verified",
        "unread": "TemplatId",
        "code": "MissingParameter",
        "parameter": "TemplateId",
        "expected": "text",
        "sent_instead": "TemplatId",
    }


def test_an_id_is_found_in_any_case(world, call):
    id = call("NoSuchAction")

    assert of_request(world, id.lower()) == of_request(world, id)


# -- Canonical requests that a caller hands in --


@pytest.fixture
def refused(call) -> str:
    """A call whose Host was changed on its way, and whose secret is wrong too."""
    return call(key=replace(KEY, secret="nobody's"), headers={"host": "proxy"})


def signed(host: str, url: str | None = None) -> str:
    return canonical_request(
        query=f"CallbackUrl={quote(url, safe='')}" if url else "",
        headers={
            "host": host,
            "x-acs-action": "ListLiveSnapshotTemplates",
            "x-acs-date": "2026-03-04T05:06:07Z",
            "x-acs-signature-nonce": "ListLiveSnapshotTemplates{}",
            "x-acs-version": "2020-11-09",
        },
    )


def test_the_first_line_that_differs_from_the_callers_is_named(world, refused):
    reason = of_request(world, refused, canonical=signed("127.0.0.1:4610"))

    assert reason.sentence == (
        "The canonical requests differ first: line 4, the header host, is 'host:proxy' here and "
        "'host:127.0.0.1:4610' there."
    )
    assert reason.facts["server_has"] == "host:proxy"
    assert reason.facts["client_has"] == "host:127.0.0.1:4610"


def test_where_nothing_differs_the_secret_does(world, refused):
    reason = of_request(world, refused, canonical=signed("proxy"))

    assert reason.sentence.startswith("The client signed what the server expects, and so its secret differs")


def test_other_ends_of_lines_are_named_if_nothing_else_differs(world, refused):
    sentence = of_request(world, refused, canonical=signed("proxy").replace("\n", "\r\n")).sentence

    assert sentence.startswith(
        "The canonical requests differ only in how lines end: the client ends its lines with CR LF, where LF "
        "alone is expected. "
    )


def test_of_urls_in_what_the_caller_hands_in_no_password_is_told(world, call):
    url = "http://u:PASSW0RD@h/?token=TTTT-TOKEN-1"
    id = call(key=replace(KEY, secret="nobody's"), CallbackUrl=url)

    for text in (signed("proxy", url), signed("127.0.0.1:4610", url)):
        reason = of_request(world, id, canonical=text)

        told = " ".join((reason.sentence, *reason.facts.values()))
        assert [secret for secret in ("PASSW0RD", "TTTT-TOKEN-1") if secret in told] == []


def test_a_refusal_for_something_else_says_that_it_was_not_the_signature(world, call):
    id = call("NoSuchAction")

    sentence = of_request(world, id, canonical="GET\n/\n").sentence

    assert sentence.startswith("There is no action 'NoSuchAction'.")
    assert sentence.endswith(" It was not its signature that was refused.")


# -- Calls that were accepted --


def test_an_accepted_call_is_explained_by_its_key(world, call):
    reason = of_request(world, call())

    assert reason.sentence == (
        "ListLiveSnapshotTemplates was accepted: its signature is that of the access key LTAI-icemock; "
        "its access key LTAI-icemock belongs to this world."
    )
    assert (reason.facts["signature"], reason.facts["status"]) == ("verified", "200")


def test_a_call_of_an_unregistered_key_came_to_the_default_world(world, call):
    sentence = of_request(world, call(key=AccessKey("LTAI-other", "any"))).sentence

    assert sentence == (
        "ListLiveSnapshotTemplates was accepted: its signature was not checked: no world has the access key; "
        "no world had its access key LTAI-other, and so it came to the default one."
    )


@pytest.mark.parametrize("signatures", ["known", "required"])
def test_a_secret_that_changed_places_with_its_id_is_named_by_the_key_of_whatever_world(
    mock, world, call, signatures
):
    mock.worlds.create(access_key_id="LTAI-of-a-test", access_key_secret="S3cr3t-of-a-test")
    world.store.put(replace(world.account, signatures=signatures))

    reason = of_request(world, call(key=AccessKey("S3cr3t-of-a-test", "LTAI-of-a-test")))

    told = "the secret of the access key LTAI-of-a-test was sent as the id"
    assert told in f"{reason.sentence[0].lower()}{reason.sentence[1:]}"
    [entry] = world.journal.all()
    assert "S3cr3t-of-a-test" not in repr((entry, reason))
    assert entry.access_key_id == "…"


def test_a_call_without_a_key_came_to_the_default_world_too(world, call):
    sentence = of_request(world, call(key=None)).sentence

    assert sentence.endswith("; it has no access key, and so came to the default world.")


def test_a_call_that_named_its_world_is_told_so(mock, call):
    named = mock.worlds.create(access_key_id="LTAI-named", label="a test")

    id = call(headers={"x-ice-mock-world": "LTAI-named"})

    assert of_request(named.engine, id).sentence.endswith(
        "; it named this world in the header X-Ice-Mock-World."
    )


def test_faults_that_struck_and_parameters_that_nothing_read_are_told(world, call):
    world.faults.add(Fault("f1", Plane.API, "drop", {"value": "reset"}))

    reason = of_request(world, call(PageSise="5", Sort="asc"))

    assert reason.sentence.endswith("; the fault f1 struck it; nothing read PageSise, Sort.")
    assert (reason.facts["faults"], reason.facts["unread"]) == ("f1", "PageSise, Sort")


# -- Calls that there is nothing to say of --


def test_an_unknown_request_is_told_with_how_many_were_dropped(world, call):
    entry = world.journal.find(call())
    for number in range(JOURNAL_LIMIT + 2):
        world.journal.add(replace(entry, id=str(number)))

    with pytest.raises(NotFound) as refusal:
        of_request(world, entry.id)

    assert str(refusal.value) == (
        f"the journal of this world has no request '{entry.id}'; 3 requests were dropped from it"
    )
