"""What the least is that has to change in a policy for a call to be allowed."""

import pytest

from ice_mock.domain.policy import Policy, Remedy, Statement

GET, SUBMIT = "ice:GetLiveSnapshotJob", "ice:SubmitLiveSnapshotJob"


def allow(*actions, **more):
    return Statement(allows=True, actions=actions or ("*",), **more)


def deny(*actions, **more):
    return Statement(allows=False, actions=actions or ("*",), **more)


SMALLEST = Statement(allows=True, actions=(GET,), resources=("*",))


@pytest.mark.parametrize(
    ("statements", "remedy"),
    [
        pytest.param((), Remedy((), SMALLEST), id="nothing said"),
        pytest.param((allow(SUBMIT),), Remedy((), SMALLEST), id="something else allowed"),
        pytest.param((allow(GET, resources=("acs:ice:*",)),), Remedy((), SMALLEST), id="another resource"),
        pytest.param((deny("ice:Get*"),), Remedy((0,), SMALLEST), id="denied, and not allowed"),
        pytest.param((allow(), deny("ice:Get*")), Remedy((1,), None), id="denied, and allowed"),
        pytest.param((deny(), allow(), deny(GET)), Remedy((0, 2), None), id="denied twice"),
        pytest.param((allow(), deny(SUBMIT)), Remedy((), None), id="nothing is wrong"),
    ],
)
def test_the_remedy_names_every_denial_and_the_smallest_addition(statements, remedy):
    assert Policy(statements).remedy(GET, "*") == remedy


@pytest.mark.parametrize(
    "statements",
    [(), (deny("ice:Get*"),), (allow(SUBMIT), deny(), deny(GET)), (allow(GET, resources=("acs:ice:*",)),)],
    ids=["nothing said", "denied", "denied twice", "another resource"],
)
def test_a_policy_with_its_remedy_allows_the_call_and_no_other(statements):
    policy = Policy(statements)
    remedy = policy.remedy(GET, "*")

    left = tuple(each for index, each in enumerate(statements) if index not in remedy.denials)
    mended = Policy((*left, remedy.addition))

    assert mended.decide(GET, "*").allowed
    assert not mended.decide("ice:DeleteLiveSnapshotFiles", "*").allowed


@pytest.mark.parametrize(
    ("statement", "document", "words"),
    [
        (
            deny("ice:List*"),
            {"Effect": "Deny", "Action": "ice:List*", "Resource": "*"},
            "Deny ice:List* on *",
        ),
        (
            allow(GET, SUBMIT),
            {"Effect": "Allow", "Action": [GET, SUBMIT], "Resource": "*"},
            f"Allow {GET}, {SUBMIT} on *",
        ),
        (
            Statement(
                allows=True, actions=None, not_actions=(GET,), resources=None, not_resources=("a", "b")
            ),
            {"Effect": "Allow", "NotAction": GET, "NotResource": ["a", "b"]},
            f"Allow all but {GET} on all but a, b",
        ),
    ],
    ids=["one", "several", "all but"],
)
def test_a_statement_is_written_as_in_a_document_and_in_words(statement, document, words):
    assert (statement.document, str(statement)) == (document, words)


def test_a_statement_that_allows_the_action_elsewhere_is_found():
    policy = Policy((allow(SUBMIT), deny(GET), allow("ice:Get*", resources=("acs:ice:*",))))

    assert (policy.nearly_allowing(GET), policy.nearly_allowing("ice:X")) == (2, None)
