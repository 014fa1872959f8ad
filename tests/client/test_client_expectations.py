"""What a test expects of calls, callbacks and faults, and how a miss is explained."""

from collections.abc import Callable
from typing import Any

import pytest

from ice_mock.actions import ACTIONS
from ice_mock.actions.base import COMMON_PARAMETERS
from ice_mock.actions.fields import JsonObject
from ice_mock.client import (
    CallbacksDiffer,
    CallsDiffer,
    Client,
    FaultsDiffer,
    Unexpected,
    Unverifiable,
    names,
)
from ice_mock.client.calls import Expected, verified, verify_all_read
from ice_mock.client.documents import Kept
from ice_mock.client.parameters import KEPT
from ice_mock.client.tallies import verified_callbacks
from ice_mock.domain.model import Job
from ice_mock.gateway import journaling

LIST, GET, SUBMIT = "ListLiveSnapshotTemplates", "GetLiveSnapshotJob", "SubmitLiveSnapshotJob"


@pytest.fixture
def called(call_api: Callable[..., Any]) -> None:
    """A list of templates, and two jobs that were asked for and are not there."""
    call_api(LIST, PageSize="5")
    call_api(GET, JobId="a", Extra="1")
    call_api(GET, JobId="b")


def test_calls_that_were_made_are_returned(client: Client, called: None):
    assert [each["action"] for each in client.assert_called(LIST, times=1)] == [LIST]
    assert [each["parameters"]["JobId"] for each in client.assert_called(GET, 2)] == ["a", "b"]
    assert [each["parameters"]["JobId"] for each in client.assert_called(GET, JobId="b")] == ["b"]
    assert len(client.assert_called("*")) == 3
    assert len(client.assert_called("*Job", code="JobNotFound")) == 2
    assert len(client.assert_called(LIST, code="OK")) == 1


def test_a_miss_is_explained_by_the_nearest_calls(client: Client, called: None):
    with pytest.raises(CallsDiffer) as missed:
        client.assert_called(f"{GET}*", times=1, JobId="a", Extra=2)

    lines = str(missed.value).splitlines()
    assert lines[0] == f"expected once, and called never: {GET}* with JobId='a', Extra=2"
    assert lines[1] == "the nearest of 2 other calls of it:"
    assert GET in lines[2]
    assert "404 JobNotFound" in lines[2]
    assert lines[3] == "    Extra: expected 2, and it was '1'"
    assert lines[5:] == [
        "    JobId: expected 'a', and it was 'b'",
        "    Extra: expected 2, and it was not sent",
    ]
    assert isinstance(missed.value, AssertionError)
    assert isinstance(missed.value, Unexpected)


def test_a_call_with_another_outcome_is_a_miss(client: Client, called: None):
    with pytest.raises(CallsDiffer, match="expected the code JobNotFound, and it was OK"):
        client.assert_called(LIST, code="JobNotFound")


def test_an_action_that_was_never_called_may_be_misspelt(client: Client, called: None):
    with pytest.raises(CallsDiffer) as missed:
        client.assert_called("*GetLiveSnapshotJobs")

    assert str(missed.value).splitlines() == [
        "expected at least once, and called never: *GetLiveSnapshotJobs",
        f"called were: {LIST} (1), {GET} (2); did you mean {GET}?",
    ]


@pytest.mark.parametrize(
    ("action", "parameters", "message"),
    [
        ("SubmitLiveSnapshotJobz", {}, "no action .*; did you mean SubmitLiveSnapshotJob?"),
        ("x", {}, "no action 'x'; there are CreateLiveSnapshotTemplate, "),
        ("SubmitLiveSnapshotJob", {"JobNmae": "x"}, "no parameter JobNmae; did you mean JobName?"),
        ("SubmitLiveSnapshotJob", {"JobNmae": None}, "no parameter JobNmae"),
        (
            "SubmitLiveSnapshotJob",
            {"StreamInput": {"Uri": "x"}},
            "StreamInput.Uri; did you mean StreamInput.Url?",
        ),
        ("SubmitLiveSnapshotJob", {"Format": "JSON"}, "no parameter Format"),
        ("SubmitLiveSnapshotJob", {"JobName.x": "x"}, "no parameter JobName.x; did you mean JobName?"),
        ("GetLiveSnapshotJob", {"x": "y"}, "no parameter x; there are JobId."),
    ],
)
def test_a_name_that_there_is_not_is_refused_before_it_lets_everything_pass(
    client: Client, action: str, parameters: dict[str, object], message: str
):
    for expectation in (client.assert_called, client.assert_not_called):
        with pytest.raises(ValueError, match=message.replace("?", r"\?")):
            expectation(action, **parameters)


def test_nothing_is_unread_of_an_action_that_there_is_not(client: Client):
    with pytest.raises(ValueError, match=f"did you mean {GET}"):
        client.assert_no_unread_parameters(f"{GET}s")


def test_what_is_sent_though_nobody_knows_it_can_be_expected(client: Client, call_api: Callable[..., Any]):
    call_api("GetLiveSnapshotJobz", JobNmae="x")
    call_api(GET, JobNmae="x", JobId="y", RegionId="cn-shanghai")

    assert len(client.assert_called("GetLiveSnapshotJobz*", times=1, JobNmae="x")) == 1
    assert len(client.assert_called(f"{GET}*", times=2, JobNmae="x")) == 2
    assert len(client.assert_called(GET, times=1, RegionId="cn-shanghai")) == 1
    with pytest.raises(CallsDiffer, match="JobNmae"):
        client.assert_no_unread_parameters("GetLiveSnapshotJ*")


def test_the_client_knows_the_names_of_everything_that_calls_may_hold():
    known = {
        name: {
            str(field.data_key): tuple(str(each.data_key) for each in field.schema.fields.values())
            if isinstance(field, JsonObject)
            else ()
            for field in action.Params().fields.values()
        }
        for name, action in ACTIONS.items()
    }

    assert known == names.ACTIONS
    assert set(names.COMMON) == COMMON_PARAMETERS - journaling.COMMON


def test_a_world_that_was_not_called_is_said_so(client: Client):
    with pytest.raises(CallsDiffer, match="nothing was called at all"):
        client.assert_called(LIST)


@pytest.mark.parametrize(("times", "wanted"), [(0, "never"), (1, "once"), (3, "3 times")])
def test_calls_are_counted(client: Client, called: None, times: int, wanted: str):
    with pytest.raises(CallsDiffer, match=f"expected {wanted}, and called twice: {GET}"):
        client.assert_called(GET, times)


def test_what_should_not_have_been_called_is_shown(client: Client, called: None):
    client.assert_not_called(GET, JobId="c")

    with pytest.raises(CallsDiffer, match=f"(?s)expected never, and called once.*{GET} → 404"):
        client.assert_not_called(GET, JobId="a")


def test_parameters_that_nothing_read_are_shown(client: Client, called: None):
    client.assert_no_unread_parameters(LIST)

    with pytest.raises(CallsDiffer, match=r"in 1 of 3 calls:\n  .*GetLiveSnapshotJob.*: Extra"):
        client.assert_no_unread_parameters()


def request(action: str = LIST, **parameters: str) -> dict[str, Any]:
    return {
        "id": "1",
        "at": "2026-01-01T00:00:00.000Z",
        "action": action,
        "status": 200,
        "code": None,
        "fault": None,
        "parameters": parameters,
        "unread": [],
    }


@pytest.mark.parametrize(
    ("kept", "times", "verdict"),
    [
        (0, None, Unverifiable),
        (1, None, None),
        (1, 2, Unverifiable),
        (2, 2, Unverifiable),
        (3, 2, CallsDiffer),
        (0, 0, Unverifiable),
        (1, 0, CallsDiffer),
    ],
)
def test_a_journal_with_losses_decides_only_what_it_can(
    kept: int, times: int | None, verdict: type[Exception] | None
):
    requests = Kept([request()] * kept, dropped=1)

    if verdict is None:
        assert len(verified(requests, Expected(LIST, None, {}), times)) == kept
    else:
        with pytest.raises(verdict):
            verified(requests, Expected(LIST, None, {}), times)


def test_a_journal_with_losses_does_not_tell_that_everything_was_read():
    with pytest.raises(Unverifiable, match="what 3 calls had that the journal has dropped"):
        verify_all_read(Kept([request()], dropped=3), "*")


CUT = f"{'x' * KEPT}… (2000 characters)"


def test_a_value_that_was_cut_does_not_matter_where_another_one_differs():
    differing = request(SUBMIT, CallbackUrl=CUT, JobName="b")

    verdict = Expected(SUBMIT, None, {"CallbackUrl": "x" * 2000, "JobName": "a"}).differences(differing)

    assert verdict == ["JobName: expected 'a', and it was 'b'"]


@pytest.mark.parametrize(
    ("matching", "cut", "times", "verdict"),
    [
        (0, 1, None, Unverifiable),
        (1, 1, None, None),
        (1, 1, 1, Unverifiable),
        (1, 1, 2, Unverifiable),
        (2, 1, 1, CallsDiffer),
        (1, 1, 3, CallsDiffer),
        (0, 1, 0, Unverifiable),
        (0, 0, 0, None),
    ],
)
def test_calls_that_may_or_may_not_be_meant_decide_only_what_they_can(
    matching: int, cut: int, times: int | None, verdict: type[Exception] | None
):
    long = "x" * 2000
    calls = [request(SUBMIT, CallbackUrl=long)] * matching + [request(SUBMIT, CallbackUrl=CUT)] * cut
    expected = Expected(SUBMIT, None, {"CallbackUrl": long})

    if verdict is None:
        assert len(verified(Kept(calls, dropped=0), expected, times)) == matching
    else:
        with pytest.raises(verdict):
            verified(Kept(calls, dropped=0), expected, times)


def test_what_nobody_can_tell_is_told_call_by_call():
    with pytest.raises(Unverifiable) as open_question:
        verified(
            Kept([request(SUBMIT, JobName=CUT)], dropped=0), Expected(SUBMIT, None, {"JobName": "x*y"}), 0
        )

    first, second, third = str(open_question.value).splitlines()
    assert first.endswith(": never among the calls that are left, and nobody can tell of 1 more")
    assert SUBMIT in second
    assert third.strip().startswith("JobName: of so long a value")


def test_callbacks_are_counted_by_their_states(client: Client, job: Job):
    client.faults.add(callback="drop", times=1)
    client.clock.advance(seconds=5)

    assert len(client.assert_callbacks(job.id, delivered=2, lost=1, waiting=0)) == 3
    assert len(client.assert_callbacks(delivered=2)) == 3


def test_callbacks_that_fared_otherwise_are_shown(client: Client, job: Job):
    client.faults.add(callback="drop", times=1)
    client.clock.advance(seconds=5)

    with pytest.raises(CallbacksDiffer) as missed:
        client.assert_callbacks(job.id, delivered=3)

    first, second = str(missed.value).splitlines()
    assert first == f"job {job.id}: expected callbacks: 3 delivered; there are: 2 delivered, 1 lost"
    assert f"{job.id}/3.jpg  lost after 1 attempt to {client.inbox.url}" in second
    assert "lost on the way, by the fault fault-1" in second


@pytest.mark.parametrize(
    ("delivered", "verdict"), [(3, Unverifiable), (2, Unverifiable), (1, CallbacksDiffer)]
)
def test_callbacks_that_were_forgotten_are_not_counted(delivered: int, verdict: type[Exception]):
    callback = {"state": "delivered", "attempts": [], "at": "", "key": "", "url": "", "id": ""}

    with pytest.raises(verdict):
        verified_callbacks(Kept([callback] * 2, dropped=1), {"delivered": delivered}, None)


def test_faults_that_struck_are_as_expected(client: Client, call_api: Callable[..., Any]):
    fault = client.faults.add(action="*", error="InternalError")
    silent = client.faults.add(action=GET, error="InternalError", after=5)
    call_api(LIST)

    assert [each["id"] for each in client.assert_faults_fired(fault["id"])] == [fault["id"]]
    with pytest.raises(FaultsDiffer) as missed:
        client.assert_faults_fired()

    assert "and 1 of 2 did not:" in str(missed.value)
    assert f"{silent['id']}: action: {GET}, after: 5, error: InternalError" in str(missed.value)
    assert "which fitted 0 times" in str(missed.value)


def test_without_a_fault_none_has_struck(client: Client):
    with pytest.raises(FaultsDiffer, match="none is armed"):
        client.assert_faults_fired()
