"""Policies decide as RAM does; each row of the tables is a document, a call and who is right."""

import pytest

from ice_mock.domain.policy import EVERYTHING, Decision, Policy, Statement

GET, SUBMIT, LIST = "ice:GetLiveSnapshotJob", "ice:SubmitLiveSnapshotJob", "ice:ListLiveSnapshotJobs"


def allow(*actions, **more):
    return Statement(allows=True, actions=actions or ("*",), **more)


def deny(*actions, **more):
    return Statement(allows=False, actions=actions or ("*",), **more)


@pytest.mark.parametrize(
    ("statements", "decision"),
    [
        pytest.param((), Decision(allowed=False, statement=None), id="nothing said"),
        pytest.param((allow(SUBMIT),), Decision(allowed=False, statement=None), id="something else allowed"),
        pytest.param((allow(),), Decision(allowed=True, statement=0), id="everything allowed"),
        pytest.param((allow(SUBMIT), allow(GET)), Decision(allowed=True, statement=1), id="allowed second"),
        pytest.param((allow(), allow(GET)), Decision(allowed=True, statement=0), id="allowed twice"),
        pytest.param((deny(),), Decision(allowed=False, statement=0), id="everything denied"),
        pytest.param((allow(), deny(GET)), Decision(allowed=False, statement=1), id="denied last"),
        pytest.param((deny(GET), allow()), Decision(allowed=False, statement=0), id="denied first"),
        pytest.param(
            (allow(), deny(SUBMIT)), Decision(allowed=True, statement=0), id="something else denied"
        ),
        pytest.param((allow(), deny(), deny(GET)), Decision(allowed=False, statement=1), id="denied twice"),
    ],
)
def test_a_denial_beats_whatever_allows_and_silence_denies(statements, decision):
    assert Policy(statements).decide(GET, "*") == decision


@pytest.mark.parametrize(
    ("patterns", "action", "applies"),
    [
        pytest.param([GET], GET, True, id="to the letter"),
        pytest.param(["ice:getlivesnapshotjob"], GET, True, id="in lower case"),
        pytest.param(["ICE:GETLIVESNAPSHOTJOB"], GET, True, id="in upper case"),
        pytest.param(["*"], GET, True, id="a star alone"),
        pytest.param(["ice:*"], GET, True, id="a star for the action"),
        pytest.param(["oss:*"], GET, False, id="another service"),
        pytest.param(["ice:Get*"], GET, True, id="a star at the end"),
        pytest.param(["ice:Get*"], LIST, False, id="a star at the end of another"),
        pytest.param(["ice:*Job"], GET, True, id="a star in the middle"),
        pytest.param(["ice:*Job"], LIST, False, id="a star in the middle of another"),
        pytest.param(["ice:GetLiveSnapshotJob*"], GET, True, id="a star for nothing"),
        pytest.param(["ice:GetLiveSnapshotJo?"], GET, True, id="a question mark"),
        pytest.param(["ice:GetLiveSnapshotJob?"], GET, False, id="a question mark for nothing"),
        pytest.param(["ice:GetLiveSnapshotJ?"], GET, False, id="a question mark for two"),
        pytest.param(["ice:GetLiveSnapshotJo[b]"], GET, False, id="a bracket is no wildcard"),
        pytest.param(["ice:Get.*"], GET, False, id="nor is a dot"),
        pytest.param(["GetLiveSnapshotJob"], GET, False, id="without the service"),
        pytest.param([SUBMIT, GET], GET, True, id="one of a list"),
        pytest.param([SUBMIT, LIST], GET, False, id="none of a list"),
        pytest.param([], GET, False, id="an empty list"),
    ],
)
def test_a_statement_applies_to_the_actions_that_fit_and_its_opposite_to_all_others(
    patterns, action, applies
):
    statement = Statement(allows=True, actions=tuple(patterns))
    opposite = Statement(allows=True, actions=None, not_actions=tuple(patterns))

    assert statement.applies_to(action, "*") is applies
    assert opposite.applies_to(action, "*") is not applies


@pytest.mark.parametrize(
    ("patterns", "resource", "applies"),
    [
        pytest.param(["*"], "acs:ice:*:1:job/x", True, id="a star alone"),
        pytest.param(["acs:ice:*:1:*"], "acs:ice:cn-shanghai:1:job/x", True, id="stars"),
        pytest.param(["acs:ice:*:2:*"], "acs:ice:cn-shanghai:1:job/x", False, id="another account"),
        pytest.param(["ACS:ICE:*"], "acs:ice:cn-shanghai:1:job/x", False, id="in another case"),
        pytest.param(["acs:oss:*", "acs:ice:*"], "acs:ice:cn-shanghai:1:job/x", True, id="one of a list"),
    ],
)
def test_resources_fit_in_their_own_case_and_their_opposite_does_where_they_do_not(
    patterns, resource, applies
):
    statement = Statement(allows=True, resources=tuple(patterns))
    opposite = Statement(allows=True, resources=None, not_resources=tuple(patterns))

    assert statement.applies_to(GET, resource) is applies
    assert opposite.applies_to(GET, resource) is not applies


def test_a_statement_applies_only_if_both_action_and_resource_fit():
    statement = allow(GET, resources=("acs:ice:*",))

    applies = [
        statement.applies_to(action, resource) for action in (GET, SUBMIT) for resource in ("acs:ice:x", "*")
    ]

    assert applies == [True, False, False, False]


def test_all_but_one_action_can_be_denied():
    policy = Policy((allow(), Statement(allows=False, actions=None, not_actions=("ice:Get*", "ice:List*"))))

    assert [policy.decide(action, "*").allowed for action in (GET, LIST, SUBMIT)] == [True, True, False]


def test_an_account_of_which_nothing_is_said_may_do_everything():
    assert EVERYTHING.decide("ice:Anything", "acs:any:thing") == Decision(allowed=True, statement=0)
