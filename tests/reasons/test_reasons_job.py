"""Why a job has not started, is paused or stopped, or runs."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from ice_mock.domain.behaviour import Behaviour
from ice_mock.domain.journal import JournalEntry
from ice_mock.domain.scenario import Event, StreamSpec
from ice_mock.engine import Engine
from ice_mock.engine.timeline import Turn
from ice_mock.errors import Conflict, NotFound
from ice_mock.reasons.job import of_job

STREAM = "rtmp://live.example.com/app/room1"
START = "2026-01-01T00:00:00.000Z"


@pytest.fixture
def behave(engine: Engine) -> Callable[..., None]:
    """Turn knobs of the world's behaviour."""
    return lambda **knobs: engine.store.put(replace(engine.account, behaviour=Behaviour(**knobs)))


@pytest.fixture
def allow(engine: Engine) -> Callable[[int], None]:
    """Let so many jobs run at once."""
    return lambda count: engine.store.put(replace(engine.account, concurrent_jobs=count))


@pytest.fixture
def called(engine: Engine) -> Callable[..., None]:
    """Note a call of an action in the journal, as the gateway does."""

    def note(id: str, action: str, **parameters: str) -> None:
        entry = JournalEntry(
            id=id,
            at=engine.now(),
            action=action,
            dialect="rpc",
            access_key_id=None,
            method="POST",
            parameters=parameters,
            status=200,
            code=None,
            message=None,
            answer="{}",
            answer_length=2,
            duration=timedelta(),
        )
        engine.journal.add(entry)

    return note


# -- Jobs that have not started --


def test_a_job_whose_stream_was_never_published_waits_for_it_and_then_for_a_command(engine, make_job):
    make_job()

    reason = of_job(engine, "room 1")

    assert reason.sentence == (
        f"Job 'room 1' has not started: its stream {STREAM} was never published; publish it, then send "
        "SendLiveSnapshotJobCommand with Command=start (behaviour.on_ingest_begin is wait)."
    )


def test_where_jobs_start_with_ingest_nothing_but_the_stream_is_missing(engine, make_job, behave):
    behave(on_ingest_begin="start")
    job = make_job()

    sentence = of_job(engine, job.id).sentence

    assert sentence.endswith("publish it, and the job starts by itself (behaviour.on_ingest_begin is start).")


@pytest.mark.parametrize(
    ("live", "difference"),
    [
        ("rtmp://live.example.com/app/room01", "with 'room01' where the job has 'room1'"),
        ("rtmp://live.example.org/app/room1", "with 'live.example.org' where the job has 'live.example.com'"),
        (f"{STREAM}/", "which differs by a slash at its end"),
        (f"{STREAM}?auth_key=1-2-3", "which differs in its query string"),
        ("rtmp://live.example.com/app/Room1", "which differs in upper and lower case"),
        (f"{STREAM}/hd", "which has another number of parts"),
    ],
)
def test_the_live_stream_that_is_nearest_is_named(engine, make_job, live, difference):
    engine.publish("rtmp://elsewhere.example.net/another/stream-of-somebody-else")
    engine.publish(live)
    job = make_job()

    reason = of_job(engine, job.id)

    told = live.replace("1-2-3", "…")
    assert f"was never published, while {told} is live, {difference};" in reason.sentence
    assert (reason.facts["nearest_live_stream"], reason.facts["difference"]) == (told, difference)


@pytest.mark.parametrize(
    "other", ["rtmp://elsewhere.example.net/x/y", "rtmp://live.example.com/app/room01"], ids=["far", "off"]
)
def test_no_stream_is_named_that_is_quite_different_or_off_air(engine, make_job, other):
    engine.publish(other)
    if other.endswith("01"):
        engine.unpublish(other)
    job = make_job()

    assert "nearest_live_stream" not in of_job(engine, job.id).facts


def test_a_job_that_was_submitted_too_early_waits_for_a_command(engine, make_job, pass_time):
    job = make_job()
    pass_time(seconds=30)
    engine.publish(STREAM)

    reason = of_job(engine, job.id)

    assert reason.sentence == (
        "Job 'room 1' has not started: its stream was offline when it was submitted, and such a job waits "
        "for a command (behaviour.on_ingest_begin is wait), although the stream is live since "
        "2026-01-01T00:00:30.000Z; send SendLiveSnapshotJobCommand with Command=start."
    )
    assert reason.facts["stream_state"] == "live since 2026-01-01T00:00:30.000Z"


def test_at_one_instant_the_order_of_submission_and_ingest_counts(engine, make_job, allow):
    allow(1)
    early = make_job("early")
    engine.publish(STREAM)
    first, second = make_job("first"), make_job("second")

    sentences = [of_job(engine, job.id).sentence for job in (early, first, second)]

    assert "its stream was offline when it was submitted" in sentences[0]
    assert sentences[1].startswith("Job 'first' runs since")
    assert sentences[2].startswith("Job 'second' was not started when it was submitted: the limit of 1")


def test_a_job_that_was_too_early_is_told_who_has_to_be_stopped_first(engine, make_job, allow):
    allow(1)
    early = make_job("early")
    engine.publish(STREAM)
    make_job("holder")

    sentence = of_job(engine, early.id).sentence

    assert sentence.endswith(
        "with Command=start after stopping 'holder', since the limit of 1 concurrent job "
        "(account.limits.concurrent_jobs) is reached."
    )


def test_a_job_beyond_the_limit_is_told_who_holds_it(engine, stream, make_job, allow):
    allow(2)
    first, second, third = make_job("first"), make_job("second"), make_job("third")

    reason = of_job(engine, third.id)

    assert reason.sentence == (
        "Job 'third' was not started when it was submitted: the limit of 2 concurrent jobs "
        f"(account.limits.concurrent_jobs) was reached at {START}, by 'first', 'second'; it does not start "
        "by itself later: send SendLiveSnapshotJobCommand with Command=start after stopping one of 'first', "
        "'second'."
    )
    assert reason.facts["limit"] == "2"
    assert reason.facts["held_then_by"] == reason.facts["held_now_by"] == f"{first.id}, {second.id}"


def test_a_job_beyond_the_limit_is_told_that_there_is_room_by_now(engine, stream, make_job, allow, pass_time):
    allow(1)
    holder, job = make_job("holder"), make_job("late")
    pass_time(seconds=5)
    engine.jobs.stop(holder.id)

    reason = of_job(engine, job.id)

    assert reason.sentence.endswith(
        "by 'holder'; there is room now: send SendLiveSnapshotJobCommand with Command=start."
    )
    assert reason.facts["held_then_by"] == holder.id
    assert "held_now_by" not in reason.facts


def test_a_holder_that_was_stopped_at_the_same_instant_held_the_limit(engine, stream, make_job, allow):
    allow(1)
    holder, job = make_job("holder"), make_job("late")
    engine.jobs.stop(holder.id)

    assert of_job(engine, job.id).facts["held_then_by"] == holder.id


def test_a_holder_that_is_still_about_to_start_holds_the_limit(engine, stream, make_job, allow, behave):
    behave(start_delay=timedelta(seconds=10))
    allow(1)
    holder, job = make_job("holder"), make_job("late")

    assert of_job(engine, job.id).facts["held_then_by"] == holder.id


def test_where_only_capturing_jobs_count_one_without_its_stream_holds_nothing(
    engine, stream, make_job, allow, behave, pass_time
):
    behave(limit_counts="capturing")
    allow(1)
    engine.publish("rtmp://live.example.com/app/other")
    make_job("dark", url="rtmp://live.example.com/app/other")
    pass_time(seconds=1)
    engine.unpublish("rtmp://live.example.com/app/other")
    pass_time(seconds=1)
    holder, job = make_job("holder"), make_job("late")

    assert of_job(engine, job.id).facts["held_then_by"] == holder.id


def test_a_job_that_found_no_room_when_ingest_began_says_so(engine, make_job, allow, behave, pass_time):
    behave(on_ingest_begin="start")
    allow(1)
    first, second = make_job("first"), make_job("second")
    pass_time(seconds=4)
    engine.publish(STREAM)

    reason = of_job(engine, second.id)

    assert reason.sentence.startswith(
        "Job 'second' was not started when ingest of its stream began: the limit of 1 concurrent job "
        "(account.limits.concurrent_jobs) was reached at 2026-01-01T00:00:04.000Z, by 'first';"
    )
    assert reason.facts["held_then_by"] == first.id


def test_a_job_whose_start_takes_time_says_when_it_starts(engine, stream, make_job, behave, pass_time):
    behave(start_delay=timedelta(seconds=10))
    job = make_job()
    pass_time(seconds=4)

    reason = of_job(engine, job.id)

    assert reason.sentence == (
        "Job 'room 1' has not started yet: a job starts 10s after its submission (behaviour.start_delay), so "
        "this one at 2026-01-01T00:00:10.000Z, in 6s (the clock is frozen: advance it by 6s)."
    )
    assert reason.facts["starts_at"] == "2026-01-01T00:00:10.000Z"


def test_a_job_that_starts_soon_is_warned_if_its_stream_is_gone(engine, stream, make_job, behave):
    behave(start_delay=timedelta(seconds=10))
    job = make_job()
    engine.unpublish(STREAM)

    assert of_job(engine, job.id).sentence.endswith(
        f", and then it will be paused, since its stream {STREAM} is offline since {START}."
    )


# -- Jobs that run --


def test_a_job_that_runs_says_when_its_next_frame_is_due(engine, stream, make_job, pass_time):
    job = make_job()
    pass_time(seconds=12)

    reason = of_job(engine, job.id)

    assert reason.sentence == (
        f"Job 'room 1' runs since {START} and captures its stream every 5s: 2 frames so far, and the next is "
        "due at 2026-01-01T00:00:15.000Z, in 3s (the clock is frozen: advance it by 3s)."
    )
    assert reason.facts == {
        "job": job.id,
        "name": "room 1",
        "status": "started",
        "stream": STREAM,
        "stream_state": f"live since {START}",
        "submitted_at": START,
        "runs": f"{START} to now",
        "interval": "5s",
        "frames": "2",
        "last_frame_at": "2026-01-01T00:00:10.000Z",
        "next_frame_at": "2026-01-01T00:00:15.000Z",
        "clock": "frozen, at 2026-01-01T00:00:12.000Z",
    }


def test_with_a_clock_that_moves_nobody_has_to_advance_it(engine, stream, make_job, real_time):
    job = make_job()
    engine.time.switch_to("x10")

    reason = of_job(engine, job.id)

    assert reason.sentence.endswith("the next is due at 2026-01-01T00:00:05.000Z, in 5s.")
    assert reason.facts["clock"] == f"x10, at {START}"


# -- Jobs that are paused --


def test_an_outage_pauses_a_job_which_goes_on_by_itself(engine, stream, make_job, pass_time):
    job = make_job()
    pass_time(seconds=7)
    engine.unpublish(STREAM)

    assert of_job(engine, job.id).sentence == (
        f"Job 'room 1' is paused: its stream {STREAM} is offline since 2026-01-01T00:00:07.000Z; it goes on "
        "by itself when ingest returns (behaviour.on_ingest_return is resume)."
    )


def test_an_outage_may_leave_the_status_alone(engine, stream, make_job, behave):
    behave(on_ingest_end="continue")
    job = make_job()
    engine.unpublish(STREAM)

    assert of_job(engine, job.id).sentence.startswith(
        f"Job 'room 1' is started but captures nothing: its stream {STREAM} is offline since {START}, "
        "which leaves the status alone (behaviour.on_ingest_end is continue);"
    )


@pytest.mark.parametrize("how", ["publish", "turn"])
def test_a_timeline_that_brings_the_stream_back_is_announced(engine, stream, make_job, how):
    job = make_job()
    engine.unpublish(STREAM)
    spec = StreamSpec(STREAM, pattern=(timedelta(seconds=1), timedelta(seconds=1)))
    what = STREAM if how == "publish" else Turn(spec, live=True, turns=None)
    engine.timeline.add(Event(timedelta(seconds=25), how, what), engine.now())

    reason = of_job(engine, job.id)

    assert (
        "; the timeline publishes it at 2026-01-01T00:00:25.000Z, in 25s (the clock is frozen: advance it by "
        "25s);"
    ) in reason.sentence
    assert reason.facts["next_publish_at"] == "2026-01-01T00:00:25.000Z"


def test_a_pattern_that_has_come_to_its_end_brings_nothing_back(engine, stream, make_job):
    job = make_job()
    engine.unpublish(STREAM)
    spec = StreamSpec(STREAM, pattern=(timedelta(seconds=1), timedelta(seconds=1)))
    engine.timeline.add(Event(timedelta(seconds=25), "turn", Turn(spec, live=True, turns=0)), engine.now())

    assert "next_publish_at" not in of_job(engine, job.id).facts


def test_a_stream_that_came_back_under_another_query_is_named_in_an_outage(engine, stream, make_job):
    job = make_job()
    engine.unpublish(STREAM)
    engine.publish(f"{STREAM}?token=2")
    engine.publish("rtmp://live.example.com/app/room2")

    facts = of_job(engine, job.id).facts

    assert facts["nearest_live_stream"] == f"{STREAM}?token=…"


# -- Jobs that were stopped --


def test_a_job_that_a_call_stopped_names_the_call(engine, stream, make_job, pass_time, called):
    job = make_job()
    pass_time(seconds=3)
    called("EARLIER", "SendLiveSnapshotJobCommand", JobId=job.id, Command="stop")
    pass_time(seconds=4)
    engine.jobs.stop(job.id)
    called("OTHER", "SendLiveSnapshotJobCommand", JobId="another", Command="stop")
    called("THIS", "SendLiveSnapshotJobCommand", JobId=job.id, Command="stop")

    reason = of_job(engine, job.id)

    assert reason.sentence == (
        "Job 'room 1' is stopped since 2026-01-01T00:00:07.000Z, by the call THIS; it captures again when it "
        "is told to: send SendLiveSnapshotJobCommand with Command=start."
    )
    assert reason.facts["stopped_by"] == "SendLiveSnapshotJobCommand, request THIS"
    assert reason.facts["status"] == "paused"


def test_a_job_that_the_timeline_stopped_names_a_command(engine, stream, make_job, called, pass_time):
    job = make_job()
    called("EARLIER", "SendLiveSnapshotJobCommand", JobId=job.id, Command="stop")
    pass_time(seconds=7)
    engine.jobs.stop(job.id)

    reason = of_job(engine, job.id)

    assert "is stopped since 2026-01-01T00:00:07.000Z, by a command; " in reason.sentence
    assert reason.facts["stopped_by"].startswith("a command of the timeline")


def test_a_job_that_the_end_of_ingest_stopped_names_the_knob(engine, stream, make_job, behave, pass_time):
    behave(on_ingest_return="wait")
    make_job("another")
    job = make_job()
    pass_time(seconds=7)
    engine.unpublish(STREAM)

    reason = of_job(engine, job.id)

    assert reason.sentence == (
        "Job 'room 1' is stopped since 2026-01-01T00:00:07.000Z, because ingest of its stream ended then, "
        "which ends its jobs (behaviour.on_ingest_return is wait); it captures again when it is told "
        "to: send "
        "SendLiveSnapshotJobCommand with Command=start, which needs ingest, while its stream "
        f"{STREAM} is offline since 2026-01-01T00:00:07.000Z."
    )


def test_a_command_is_not_taken_for_the_end_of_ingest_at_the_same_instant(engine, stream, make_job, behave):
    behave(on_ingest_return="wait")
    job = make_job()
    engine.jobs.stop(job.id)
    engine.unpublish(STREAM)

    assert "by a command" in of_job(engine, job.id).sentence


def test_a_job_that_lost_its_template_names_the_knob(engine, stream, make_job, behave, pass_time):
    behave(template_delete="stop-jobs")
    job = make_job()
    pass_time(seconds=7)
    engine.delete_template(job.template_id)

    sentence = of_job(engine, job.id).sentence

    assert (
        "because its template 'Every five seconds' was deleted then (behaviour.template_delete is stop-jobs);"
    ) in sentence


def test_a_stopped_job_is_told_who_holds_its_place(engine, stream, make_job, allow):
    allow(1)
    job = make_job()
    engine.jobs.stop(job.id)
    make_job("holder")

    assert "after stopping 'holder', since the limit" in of_job(engine, job.id).sentence


def test_of_many_runs_the_last_ones_are_told(engine, stream, make_job, pass_time):
    job = make_job()
    for _ in range(4):
        pass_time(seconds=1)
        engine.jobs.restart(job.id)

    runs = of_job(engine, job.id).facts["runs"]

    assert runs.startswith("2 earlier ones; 2026-01-01T00:00:02.000Z to 2026-01-01T00:00:03.000Z; ")
    assert runs.endswith("2026-01-01T00:00:04.000Z to now")


# -- Which job --


def test_a_job_that_does_not_exist_is_answered_with_the_nearest(engine, make_job):
    make_job("room 1")

    with pytest.raises(
        NotFound, match=re.escape("there is no job 'rom1' in this world; did you mean 'room 1'?")
    ):
        of_job(engine, "rom1")


def test_the_beginning_of_an_id_is_enough_for_a_suggestion(engine, make_job):
    job = make_job("room 1")

    with pytest.raises(NotFound, match=f"did you mean '{job.id}'"):
        of_job(engine, job.id[:6])


def test_a_world_without_jobs_says_so(engine):
    with pytest.raises(NotFound, match="there is no job 'x' in this world; there are no jobs at all"):
        of_job(engine, "x")


def test_a_name_that_several_jobs_have_is_refused_with_their_ids(engine, make_job):
    ids = [make_job("room").id, make_job("room").id]

    with pytest.raises(Conflict, match=f"2 jobs have the name 'room'.*'{ids[0]}', '{ids[1]}'"):
        of_job(engine, "room")
    assert of_job(engine, ids[1]).facts["job"] == ids[1]


def test_to_ask_changes_nothing(engine, stream, make_job):
    job = make_job()
    before = [engine.jobs.all(), engine.streams.all(), engine.journal.changes()]

    of_job(engine, job.id)

    assert [engine.jobs.all(), engine.streams.all(), engine.journal.changes()] == before
