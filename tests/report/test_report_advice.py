from dataclasses import replace

import pytest
from report_world import BEGAN, OTHER, STREAM, at

from ice_mock.client import Client
from ice_mock.domain import model
from ice_mock.domain.reason import Reason
from ice_mock.report import collect, text
from ice_mock.report.advice import advice
from ice_mock.report.evidence import Excerpt, Tally
from ice_mock.report.page import page

LIVE = model.Stream(STREAM, (BEGAN,))


def test_a_world_in_which_nothing_happened_is_called_that(evidence) -> None:
    assert advice(replace(evidence, now=BEGAN)) == [
        "nothing happened: no call, no stream, no job, and the clock did not move"
    ]


def test_a_job_with_frames_needs_no_advice(evidence, job) -> None:
    assert advice(replace(evidence, streams=(LIVE,), jobs=(replace(job, frames=12),))) == []


def test_streams_that_never_came_are_named(evidence, job) -> None:
    jobs = (job, replace(job, id="job-2", stream=OTHER), replace(job, id="job-3"))

    assert advice(replace(evidence, jobs=jobs)) == [f"no stream was ever live: publish {STREAM}, {OTHER}"]


def test_jobs_that_wait_for_a_stream_hear_which_one_is_live_instead(evidence, job) -> None:
    jobs = tuple(replace(job, id=f"job-{nth}", stream=OTHER) for nth in range(3))

    told = advice(replace(evidence, streams=(LIVE,), jobs=jobs))

    assert told == [f"3 jobs wait for {OTHER} to be published; live is {STREAM}"]


def test_the_most_similar_stream_is_the_one_to_name(evidence, job) -> None:
    streams = (model.Stream("rtmp://elsewhere.example/x", (BEGAN,)), LIVE)

    told = advice(replace(evidence, streams=streams, jobs=(replace(job, stream=OTHER),)))

    assert told == [f"job 'room 1' waits for {OTHER} to be published; live is {STREAM} and 1 more"]


def test_a_clock_that_never_moved_is_named_once_for_all_jobs(evidence, job) -> None:
    still = replace(evidence, now=BEGAN, streams=(LIVE,), jobs=(job, replace(job, id="job-2")))

    told = [sentence for sentence in advice(still) if "clock" in sentence]

    assert told == ["the clock never moved: 0 frames could be taken; advance it, by 5s or more"]


def test_a_clock_that_moved_too_little_is_compared_with_the_first_frame(evidence, job) -> None:
    told = advice(replace(evidence, now=at(3), streams=(LIVE,), jobs=(job,)))

    assert told == ["job 'room 1' takes its first frame at +5s, and the clock stands at +3s"]


def test_what_the_server_says_of_a_job_goes_before_what_can_be_guessed(evidence, job) -> None:
    explained = replace(job, why=Reason("The moon is in the way."))

    assert advice(replace(evidence, streams=(LIVE,), jobs=(explained,))) == ["The moon is in the way."]


def test_a_job_that_was_never_started_says_what_starts_it(evidence, job) -> None:
    told = advice(replace(evidence, streams=(LIVE,), jobs=(replace(job, runs=(), status="init"),)))

    assert told == ["job 'room 1' was never started: SendLiveSnapshotJobCommand does"]


def test_calls_that_went_to_the_default_world_are_counted(evidence) -> None:
    strays = (Tally("GetLiveSnapshotJob", None, 1), Tally("SubmitLiveSnapshotJob", "TemplateNotFound", 1))

    told = advice(replace(evidence, strays=strays))

    assert told[-1] == (
        "2 calls went to the default world (GetLiveSnapshotJob \N{MULTIPLICATION SIGN}1 OK, "
        "SubmitLiveSnapshotJob \N{MULTIPLICATION SIGN}1 TemplateNotFound): "
        "give the client this world's access key, LTAI-x"
    )


def test_calls_that_were_stopped_on_their_way_out_are_said_first(evidence) -> None:
    told = advice(replace(evidence, refused=(("sts.aliyuncs.com", 2), ("vod.aliyuncs.com", 1))))

    assert told[:2] == [
        '2 calls to sts.aliyuncs.com were stopped: allow=["sts.aliyuncs.com"] lets them through',
        '1 call to vod.aliyuncs.com was stopped: allow=["vod.aliyuncs.com"] lets them through',
    ]


REASON = Reason("No statement of the policy allows ice:GetLiveSnapshotJob on *.")


@pytest.mark.parametrize(
    ("calls", "told"),
    [
        pytest.param(
            [{"code": "Forbidden", "reason": REASON}],
            [f"GetLiveSnapshotJob was refused: {REASON.sentence}"],
            id="the only one",
        ),
        pytest.param(
            [{}, {"code": "Forbidden", "reason": REASON}],
            [f"GetLiveSnapshotJob was refused: {REASON.sentence}"],
            id="the last",
        ),
        pytest.param(
            [{"code": "Forbidden", "message": "The message."}],
            ["GetLiveSnapshotJob was refused: The message."],
            id="without a reason",
        ),
        pytest.param(
            [{"code": "Forbidden"}], ["GetLiveSnapshotJob was refused: Forbidden"], id="only a code"
        ),
        pytest.param(
            [{"code": "UserDisable"}, {"code": "Forbidden", "reason": REASON}],
            [
                "every call was refused: UserDisable, Forbidden; the last one was GetLiveSnapshotJob: "
                + REASON.sentence
            ],
            id="all",
        ),
        pytest.param([{"code": "Forbidden", "reason": REASON}, {}], [], id="an earlier one"),
        pytest.param([{}, {"code": "InternalError", "fault": "fault-1"}], [], id="by a fault"),
        pytest.param(
            [{"code": "InternalError", "fault": "fault-1"}],
            ["the only call was refused: InternalError"],
            id="the only one, by a fault",
        ),
    ],
)
def test_a_refusal_is_told_if_nothing_came_after_it_and_no_fault_did_it(
    with_calls, answered, job, calls, told
) -> None:
    made = [replace(answered, **call) for call in calls]

    assert advice(replace(with_calls(*made), streams=(LIVE,), jobs=(replace(job, frames=1),))) == told


def test_a_refusal_at_the_end_goes_before_a_clock_that_never_moved(with_calls, answered, job) -> None:
    refused = replace(answered, action="SubmitLiveSnapshotJob", status=403, code="Forbidden", reason=REASON)

    told = advice(replace(with_calls(answered, refused), now=BEGAN, streams=(LIVE,), jobs=(job,)))

    assert [sentence.partition(":")[0] for sentence in told] == [
        "SubmitLiveSnapshotJob was refused",
        "the clock never moved",
    ]


NOBODY = Reason(
    "The callback is lost.",
    {"cause": "nothing listens at 127.0.0.1:9", "advice": "start the receiver before its callbacks are due"},
)


@pytest.mark.parametrize(
    ("states", "why", "told"),
    [
        pytest.param(["lost"], None, ["the only callback was lost: status 500"], id="the only one"),
        pytest.param(
            ["lost", "lost"], None, ["every callback was lost, 2 of them: status 500"], id="all of them"
        ),
        pytest.param(
            ["lost", "lost", "lost", "waiting"],
            NOBODY,
            [
                "3 of 4 callbacks were lost, and none has arrived: "
                + "; ".join((NOBODY.facts["cause"], NOBODY.facts["advice"]))
            ],
            id="one is waiting",
        ),
        pytest.param(
            ["lost"],
            Reason("The fault f dropped it."),
            ["the only callback was lost: The fault f dropped it."],
            id="without a cause",
        ),
        pytest.param(["lost", "delivered"], NOBODY, [], id="one has arrived"),
        pytest.param(["waiting"], None, [], id="none is lost"),
    ],
)
def test_callbacks_that_were_lost_say_what_to_do_if_none_has_arrived(
    evidence, job, lost, states, why, told
) -> None:
    made = tuple(replace(lost, state=state, why=why if state == "lost" else None) for state in states)

    assert (
        advice(replace(evidence, callbacks=Excerpt(made, len(made)), jobs=(replace(job, frames=1),))) == told
    )


def test_where_not_all_callbacks_are_told_it_is_not_said_that_none_has_arrived(evidence, job, lost) -> None:
    told = advice(replace(evidence, callbacks=Excerpt((lost,), 5), jobs=(replace(job, frames=1),)))

    assert told == ["1 of 5 callbacks was lost: status 500"]


def test_the_server_is_asked_about_callbacks_that_were_lost(begin, submit) -> None:
    client: Client = begin("one-room")
    client.streams.publish(STREAM)
    submit(client, "room 1", CallbackUrl="http://u:PASSW0RD@127.0.0.1:9/?token=TTTT-TOKEN-1")
    client.clock.advance(seconds=16)

    found = collect(client)

    told = " ".join(advice(found))
    assert "nothing listens at 127.0.0.1:9; start the receiver" in told
    assert "ClientConnectorError" not in text(found)
    for report in (text(found, width=200), page(found, title="a test")):
        assert [secret for secret in ("PASSW0RD", "TTTT-TOKEN-1") if secret in report] == []
        assert "http://…@127.0.0.1:9/?token=…" in report


def test_names_in_advice_cannot_steer_a_terminal(evidence, job) -> None:
    named = replace(job, name="\x1b[31m", stream="rtmp://live.example.com/\x9b")

    told = advice(replace(evidence, streams=(LIVE,), jobs=(named,)))

    assert all(sentence.isprintable() for sentence in told)


def test_the_server_is_asked_about_a_job_without_frames(begin) -> None:
    client: Client = begin("stream-starts-late")
    client.clock.advance(seconds=35)

    told = advice(collect(client))

    assert len(told) == 1
    assert told[0].startswith("Job 'room 1' has not started")
