from dataclasses import replace

import pytest
from report_world import BEGAN, OTHER, STREAM, at

from ice_mock.client import Client
from ice_mock.domain import model
from ice_mock.domain.reason import Reason
from ice_mock.report import collect
from ice_mock.report.advice import advice
from ice_mock.report.evidence import Kept, Tally

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


@pytest.mark.parametrize(("count", "which"), [(1, "the only"), (2, "every")])
def test_nothing_but_refusals_is_said_first(with_calls, answered, job, count, which) -> None:
    refused = replace(answered, status=403, code="UserDisable")

    told = advice(replace(with_calls(*[refused] * count), streams=(LIVE,), jobs=(replace(job, frames=1),)))

    assert told == [f"{which} call was refused: UserDisable"]


def test_callbacks_that_were_all_lost_give_the_last_error(evidence, job, lost) -> None:
    told = advice(replace(evidence, callbacks=Kept((lost, lost), 2), jobs=(replace(job, frames=1),)))

    assert told == ["every callback was lost, 2 of them: status 500"]


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
