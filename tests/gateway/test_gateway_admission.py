"""Whether an account may call at all, and in which order it is told that it may not."""

from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest

from ice_mock.domain.behaviour import Behaviour
from ice_mock.domain.policy import Policy, Statement


@pytest.fixture
def account(engine):
    """Change the account: ``account(status="disabled")``."""
    return lambda **changes: engine.store.put(replace(engine.account, **changes))


def allowing(*actions):
    return Policy((Statement(allows=True, actions=actions),))


DENYING = Policy((Statement(allows=True), Statement(allows=False, actions=("ice:List*",))))

THROTTLED = {"requests_per_second": 0}
DISABLED = {"status": "disabled"}
NOT_ENABLED = {"ice": "not-enabled"}
FORBIDDEN = {"policy": Policy(())}
OBSTACLES = {
    "Throttling.User": THROTTLED,
    "UserDisable": DISABLED,
    "OperationDenied": NOT_ENABLED,
    "Forbidden": FORBIDDEN,
}


@pytest.mark.parametrize(
    ("code_expected", "status", "message"),
    [
        ("Throttling.User", 400, "Request was denied due to user flow control."),
        ("UserDisable", 403, "User is disable."),
        ("OperationDenied", 403, "Your account has not enabled the ICE service."),
        ("Forbidden", 403, "User not authorized to operate on the specified resource."),
    ],
    ids=OBSTACLES,
)
def test_each_obstacle_is_told_as_documented(gateway, rpc, account, answer, code_expected, status, message):
    account(**OBSTACLES[code_expected])

    reply = gateway(rpc())

    told = answer(reply)
    assert (reply.status, told["Code"], told["Message"]) == (status, code_expected, message)


@pytest.mark.parametrize("first", range(4), ids=OBSTACLES)
def test_of_several_obstacles_the_first_is_told(gateway, rpc, account, code, first):
    codes = list(OBSTACLES)[first:]
    for each in codes:
        account(**OBSTACLES[each])

    assert code(gateway(rpc())) == codes[0]


@pytest.mark.parametrize("obstacle", OBSTACLES.values(), ids=OBSTACLES)
def test_an_obstacle_is_told_before_a_missing_parameter_and_a_missing_job(
    gateway, rpc, account, code, obstacle
):
    before = [code(gateway(rpc("GetLiveSnapshotJob"))), code(gateway(rpc("GetLiveSnapshotJob", JobId="x")))]
    account(**obstacle)

    after = [code(gateway(rpc("GetLiveSnapshotJob"))), code(gateway(rpc("GetLiveSnapshotJob", JobId="x")))]

    assert before == ["MissingParameter", "JobNotFound"]
    assert [OBSTACLES[each] for each in after] == [obstacle, obstacle]


@pytest.mark.parametrize("obstacle", OBSTACLES.values(), ids=OBSTACLES)
def test_an_unknown_action_and_a_wrong_signature_are_told_before_any_obstacle(
    gateway, rpc, account, code, obstacle
):
    account(**obstacle)

    codes = [code(gateway(rpc("NoSuchAction"))), code(gateway(rpc(secret="wrong")))]

    assert codes == ["InvalidAction.NotFound", "SignatureDoesNotMatch"]


# -- Policy --


@pytest.mark.parametrize(
    ("policy", "kind"),
    [(Policy(()), "ImplicitDeny"), (allowing("ice:Get*"), "ImplicitDeny"), (DENYING, "ExplicitDeny")],
    ids=["nothing said", "something else allowed", "denied"],
)
def test_a_refusal_by_policy_tells_who_wanted_what_and_how_it_was_denied(
    gateway, rpc, account, answer, policy, kind
):
    account(policy=policy)

    told = answer(gateway(rpc("ListLiveSnapshotTemplates")))

    assert told["AccessDeniedDetail"] == {
        "AuthAction": "ice:ListLiveSnapshotTemplates",
        "AuthPrincipalType": "SubUser",
        "AuthPrincipalDisplayName": "1234567890123456",
        "AuthPrincipalOwnerId": "1234567890123456",
        "PolicyType": "AccountLevelIdentityBasedPolicy",
        "NoPermissionType": kind,
    }


@pytest.mark.parametrize(
    ("policy", "codes"),
    [
        (allowing("ice:*"), [None, "JobNotFound"]),
        (allowing("ICE:list*"), [None, "Forbidden"]),
        (allowing("ice:GetLiveSnapshotJob"), ["Forbidden", "JobNotFound"]),
        (DENYING, ["Forbidden", "JobNotFound"]),
        (Policy((Statement(allows=True, actions=None, not_actions=("ice:Get*",)),)), [None, "Forbidden"]),
        (Policy((Statement(allows=True, resources=("acs:ice:*:*:job/*",)),)), ["Forbidden", "Forbidden"]),
    ],
    ids=["all", "lists, in any case", "one action", "a denial first", "all but", "another resource"],
)
def test_a_policy_decides_action_by_action(gateway, rpc, account, code, policy, codes):
    account(policy=policy)

    replies = [gateway(rpc("ListLiveSnapshotTemplates")), gateway(rpc("GetLiveSnapshotJob", JobId="x"))]

    assert [code(reply) for reply in replies] == codes


def test_what_is_denied_is_told_in_xml_as_well(gateway, rpc, account):
    account(policy=Policy(()))

    reply = gateway(rpc(Format="XML"))

    error = ET.fromstring(reply.body)
    assert (reply.status, error.tag, error.findtext("Code")) == (403, "Error", "Forbidden")
    assert error.findtext("AccessDeniedDetail/AuthAction") == "ice:ListLiveSnapshotTemplates"
    assert error.findtext("AccessDeniedDetail/NoPermissionType") == "ImplicitDeny"


def test_other_refusals_say_nothing_of_a_policy(gateway, rpc, account, answer):
    account(status="disabled")

    assert "AccessDeniedDetail" not in answer(gateway(rpc()))


# -- Rate --


@pytest.mark.parametrize("format", ["JSON", "XML"])
def test_a_caller_who_is_too_fast_is_told_how_long_to_wait(gateway, rpc, account, pass_time, format):
    account(requests_per_second=2)
    pass_time(milliseconds=250)

    replies = [gateway(rpc(Format=format)) for _ in range(3)]

    assert [reply.status for reply in replies] == [200, 200, 400]
    assert [reply.headers.get("x-acs-retry-after") for reply in replies] == [None, None, "750"]
    assert b"Throttling.User" in replies[2].body


def test_a_caller_who_waits_as_long_as_told_passes(gateway, rpc, account, pass_time, code):
    account(requests_per_second=1)
    pass_time(milliseconds=250)
    wait = [gateway(rpc()) for _ in range(2)][1].headers["x-acs-retry-after"]

    pass_time(milliseconds=int(wait))

    assert code(gateway(rpc())) is None


def test_every_action_counts_and_so_does_a_call_that_fails(gateway, rpc, account, code):
    account(requests_per_second=2)

    calls = [rpc("GetLiveSnapshotJob"), rpc("ListLiveSnapshotJobs"), rpc("ListLiveSnapshotTemplates")]

    assert [code(gateway(call)) for call in calls] == ["MissingParameter", None, "Throttling.User"]


def test_a_call_with_a_wrong_signature_does_not_count(gateway, rpc, account, code):
    account(requests_per_second=1)

    calls = [rpc(secret="wrong"), rpc(), rpc()]

    assert [code(gateway(call)) for call in calls] == ["SignatureDoesNotMatch", None, "Throttling.User"]


def test_a_refusal_stands_in_the_journal(gateway, rpc, engine, account):
    account(status="disabled")

    gateway(rpc())

    assert [(entry.status, entry.code) for entry in engine.journal.all()] == [(403, "UserDisable")]


# -- Answers as a world has them --


@pytest.mark.parametrize(
    ("host_id", "expected"),
    [(None, "ice.cn-shanghai.aliyuncs.com"), ("ice.example.com", "ice.example.com")],
    ids=["by default", "a host of one's own"],
)
def test_host_id_is_the_host_that_errors_name(gateway, rpc, account, answer, host_id, expected):
    account(behaviour=Behaviour(host_id=host_id))

    assert answer(gateway(rpc("NoSuchAction")))["HostId"] == expected


@pytest.mark.parametrize(
    ("xml_lists", "child"),
    [("singular", "Template"), ("same", "TemplateList")],
    ids=["singular", "same"],
)
def test_xml_lists_says_what_the_children_of_a_list_are_called(
    gateway, rpc, account, make_template, xml_lists, child
):
    account(behaviour=Behaviour(xml_lists=xml_lists))
    make_template("One")

    document = ET.fromstring(gateway(rpc("ListLiveSnapshotTemplates", Format="XML")).body)

    assert [each.tag for each in document.find("TemplateList")] == [child]
