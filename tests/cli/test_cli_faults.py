"""``ice-mock faults`` against a running server."""

import json

import pytest

from ice_mock.cli.faults import short_form


@pytest.mark.parametrize(
    ("entries", "fault"),
    [
        (
            ["action=*", "error=InternalError", "times=2"],
            {"action": "*", "error": "InternalError", "times": 2},
        ),
        (["callback=delay", "by=5s"], {"callback": "delay", "by": "5s"}),
        (
            ["action=*", 'delay={"uniform": ["1ms", "2ms"]}'],
            {"action": "*", "delay": {"uniform": ["1ms", "2ms"]}},
        ),
        (['{"oss": "slow",', '"by": "1s"}'], {"oss": "slow", "by": "1s"}),
    ],
    ids=["a number", "words", "an object as a value", "an object as a whole"],
)
def test_a_fault_is_read_from_words(entries, fault):
    assert short_form(entries) == fault


def test_faults_are_armed_listed_and_cleared(ice_mock):
    armed = ice_mock("faults", "add", "action=SubmitLiveSnapshotJob", "error=InternalError", "id=mine")
    listed = ice_mock("faults")
    cleared = ice_mock("faults", "clear", "mine")
    after = ice_mock("faults", "list")

    assert armed == (0, "Armed mine: action: SubmitLiveSnapshotJob, error: InternalError, id: mine\n", "")
    assert "mine" in listed.out
    assert (cleared.status, cleared.out) == (0, "Cleared mine.\n")
    assert after.out == "Nothing goes wrong in this world.\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["error"], "'error' is no KEY=VALUE"),
        (["{broken"], "this is no JSON object"),
        (["action=*", "error=InternalEror"], "InternalError"),
        (["actoin=*"], "actoin: found an unknown key"),
    ],
    ids=["no value", "broken JSON", "a misspelt code", "a misspelt key"],
)
def test_a_wrong_fault_is_refused_and_what_would_be_right_is_said(ice_mock, words, said):
    ended = ice_mock("faults", "add", *words)

    assert (ended.status, ended.out) == (2, "")
    assert said in ended.err
    assert json.loads(ice_mock("faults", "--json").out) == {"faults": []}
