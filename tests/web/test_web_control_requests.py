"""What the control API tells of a call beside its answer."""

import pytest

CALL = "/?Action={action}&Version=2020-11-09&Format=JSON"


@pytest.fixture
def requests(client):
    """The calls that the journal of the default world has."""
    return lambda: client.get("/_ice_mock/worlds/default/requests").json["requests"]


def test_a_call_that_was_accepted_has_a_verdict_and_no_reason(client, requests):
    client.get(CALL.format(action="ListLiveSnapshotTemplates"))

    [request] = requests()
    assert request["signature"] == "not checked: the call has no signature"
    assert (request["reason"], request["unread"]) == (None, [])


def test_a_call_that_was_refused_has_a_reason_with_its_facts(client, requests):
    client.get(CALL.format(action="GetLiveSnapshotJob") + "&JobI=x")

    [request] = requests()
    assert request["reason"] == {
        "sentence": "JobId is missing; JobI was sent, which nothing reads.",
        "facts": {"parameter": "JobId", "expected": "text", "sent_instead": "JobI", "unread": "JobI"},
    }
    assert request["unread"] == ["JobI"]
