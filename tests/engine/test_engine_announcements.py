from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from ice_mock.domain.callback import Callback, Delivery, Outcome
from ice_mock.domain.journal import CALLBACKS_LIMIT
from ice_mock.engine import Engine
from ice_mock.engine.announcements import in_chains

START = datetime(2026, 1, 1, tzinfo=UTC)
RECEIVER = "http://receiver.example.com/callbacks"
SUCCESS = Outcome(200, None, timedelta(milliseconds=3))
FAILURE = Outcome(None, "timeout", timedelta(seconds=3))
BOTH = {"overwrite": "{JobId}.jpg", "sequence": "{JobId}/{Sequence}.jpg"}


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def claim(engine: Engine, limit: int = 1000) -> list[Callback]:
    return engine.announcements.claim(engine.now(), limit)


def numbers(callbacks: list[Callback]) -> list[int]:
    return [callback.number for callback in callbacks]


@pytest.fixture
def claimed(engine, stream, make_job, pass_time) -> Callback:
    """The callback of a first frame, which was claimed when it was due."""
    make_job(callback_url=RECEIVER)
    pass_time(seconds=5)
    return claim(engine)[0]


def test_a_callback_says_what_the_file_list_says(engine, stream, make_job, pass_time):
    job = make_job(callback_url=RECEIVER)
    pass_time(seconds=5)

    [callback] = claim(engine)

    assert (callback.url, callback.user_id, callback.job_id) == (RECEIVER, 1234567890123456, job.id)
    assert (callback.endpoint, callback.bucket) == ("oss-cn-shanghai.aliyuncs.com", "pictures")
    assert (callback.key, callback.number, callback.instant) == (f"snapshot/{job.id}/1.jpg", 1, at(5))
    assert (callback.is_overlay, callback.state, callback.attempts) == (False, Delivery.WAITING, ())


def test_each_frame_is_claimed_once(engine, stream, make_job, pass_time):
    make_job(callback_url=RECEIVER)

    pass_time(seconds=12)
    first, again = claim(engine), claim(engine)
    pass_time(seconds=5)
    second = claim(engine)

    assert (numbers(first), numbers(again), numbers(second)) == ([1, 2], [], [3])


def test_a_frame_is_claimed_at_its_own_instant_and_not_before(engine, stream, make_job, pass_time):
    make_job(callback_url=RECEIVER)

    pass_time(milliseconds=4999)
    early = claim(engine)
    pass_time(milliseconds=1)
    due = claim(engine)

    assert (numbers(early), numbers(due)) == ([], [1])


def test_what_was_claimed_is_known_and_waits(engine, claimed):
    assert engine.announcements.all() == [claimed]
    assert engine.announcements.find(claimed.id) == claimed
    assert engine.announcements.find("x") is None


def test_a_frame_with_two_files_has_two_callbacks_the_sequence_file_first(
    engine, stream, make_job, pass_time
):
    job = make_job(callback_url=RECEIVER, **BOTH)
    pass_time(seconds=10)

    callbacks = claim(engine)

    assert [(callback.key, callback.is_overlay) for callback in callbacks] == [
        (f"{job.id}/1.jpg", False),
        (f"{job.id}.jpg", True),
        (f"{job.id}/2.jpg", False),
        (f"{job.id}.jpg", True),
    ]
    assert len({callback.id for callback in callbacks}) == 4


def test_callbacks_of_several_jobs_come_in_order_of_time(engine, stream, make_job, pass_time):
    slow = make_job(callback_url=RECEIVER, interval=7)
    fast = make_job(callback_url=RECEIVER, interval=5)
    pass_time(seconds=15)

    callbacks = claim(engine)

    assert [(callback.instant, callback.job_id) for callback in callbacks] == [
        (at(5), fast.id),
        (at(7), slow.id),
        (at(10), fast.id),
        (at(14), slow.id),
        (at(15), fast.id),
    ]


def test_a_job_without_a_receiver_announces_nothing(engine, stream, make_job, pass_time):
    make_job()
    pass_time(seconds=60)

    assert engine.announcements.next_due(at(60)) is None
    assert claim(engine) == []


def test_a_job_without_a_receiver_of_its_own_uses_that_of_the_account(engine, stream, make_job, pass_time):
    engine.store.put(replace(engine.account, callback_url="http://account.example.com/"))
    make_job()
    make_job(callback_url=RECEIVER)
    pass_time(seconds=5)

    assert [callback.url for callback in claim(engine)] == ["http://account.example.com/", RECEIVER]


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 1000])
def test_nothing_is_lost_or_doubled_however_few_are_claimed_at_a_time(
    engine, stream, make_job, pass_time, limit
):
    jobs = [make_job(callback_url=RECEIVER, **BOTH), make_job(callback_url=RECEIVER), make_job()]
    pass_time(seconds=62)

    callbacks: list[Callback] = []
    while some := claim(engine, limit):
        assert len(some) <= 2 * limit
        callbacks += some

    assert len({(callback.key, callback.number) for callback in callbacks}) == len(callbacks) == 36
    assert [numbers(chain) for chain in in_chains(callbacks)] == [
        [number for number in range(1, 13) for _ in "ab"],
        list(range(1, 13)),
    ]
    assert {callback.job_id for callback in callbacks} == {job.id for job in jobs[:2]}


def test_a_job_that_stopped_announces_what_it_had_captured(engine, stream, make_job, pass_time):
    job = make_job(callback_url=RECEIVER)
    pass_time(seconds=12)

    engine.jobs.stop(job.id)
    pass_time(seconds=60)

    assert numbers(claim(engine, 1) + claim(engine, 1) + claim(engine, 1)) == [1, 2]


def test_only_jobs_that_run_or_have_something_to_announce_are_active(engine, stream, make_job, pass_time):
    job, other = make_job(callback_url=RECEIVER), make_job(callback_url=RECEIVER)
    pass_time(seconds=12)
    engine.jobs.stop(job.id)
    before = [each.id for each in engine.jobs.active()]

    claim(engine)

    assert before == [job.id, other.id]
    assert [each.id for each in engine.jobs.active()] == [other.id]


def test_a_job_that_starts_again_announces_again_and_nothing_twice(engine, stream, make_job, pass_time):
    job = make_job(callback_url=RECEIVER)
    pass_time(seconds=12)
    engine.jobs.stop(job.id)
    claim(engine)
    pass_time(seconds=60)

    engine.jobs.start(job.id)
    pass_time(seconds=5)

    assert numbers(claim(engine)) == [3]


def test_a_deleted_record_does_not_take_back_its_callback(engine, stream, make_job, pass_time):
    job = make_job(callback_url=RECEIVER)
    pass_time(seconds=5)

    engine.files.delete(job.id, [round(at(5).timestamp() * 1000)], originals=True)

    assert numbers(claim(engine)) == [1]


# -- What is due next --


@pytest.mark.parametrize(
    ("until", "due"), [(4.999, None), (5, 5), (1000, 5)], ids=["before", "exactly then", "later"]
)
def test_the_next_one_is_due_with_the_next_frame(engine, stream, make_job, until, due):
    make_job(callback_url=RECEIVER)

    assert engine.announcements.next_due(at(until)) == (due and at(due))


def test_the_next_one_is_that_of_the_job_that_comes_first(engine, stream, make_job, pass_time):
    make_job(callback_url=RECEIVER, interval=7)
    make_job(callback_url=RECEIVER, interval=60)
    pass_time(seconds=7)
    claim(engine)

    assert engine.announcements.next_due(at(1000)) == at(14)


def test_what_is_overdue_is_due_when_it_was(engine, stream, make_job, pass_time):
    make_job(callback_url=RECEIVER)
    pass_time(seconds=60)

    assert engine.announcements.next_due(engine.now()) == at(5)


def test_a_retry_may_be_due_before_the_next_frame(engine, claimed):
    engine.announcements.record(claimed, FAILURE)

    assert engine.announcements.next_due(at(1000)) == at(6)
    assert engine.announcements.next_due(at(5.999)) is None


def test_a_stream_that_is_out_makes_nothing_due(engine, stream, make_job):
    make_job(callback_url=RECEIVER)

    engine.streams.unpublish(stream)

    assert engine.announcements.next_due(at(1000)) is None


# -- What became of an attempt --


def test_a_delivery_is_kept_with_its_time_and_outcome(engine, claimed):
    delivered = engine.announcements.record(claimed, SUCCESS)

    assert delivered.state is Delivery.DELIVERED
    assert [(attempt.at, attempt.outcome, attempt.asked_for) for attempt in delivered.attempts] == [
        (at(5), SUCCESS, False)
    ]
    assert engine.announcements.find(claimed.id) == delivered
    assert engine.announcements.waiting() == []


def test_a_failure_is_tried_again_after_a_second_of_the_worlds_time(engine, claimed, pass_time):
    engine.announcements.record(claimed, FAILURE)
    pass_time(milliseconds=999)
    early = claim(engine)
    pass_time(milliseconds=1)
    due = claim(engine)

    assert early == []
    assert [callback.id for callback in due] == [claimed.id]
    assert claim(engine) == []


def test_after_three_failures_a_callback_is_lost(engine, claimed, pass_time):
    states = []
    for _ in range(3):
        states.append(engine.announcements.record(claimed, FAILURE).state)
        pass_time(seconds=1)
        claim(engine)

    assert states == [Delivery.WAITING, Delivery.WAITING, Delivery.LOST]
    assert engine.announcements.waiting() == []
    assert [attempt.at for attempt in engine.announcements.find(claimed.id).attempts] == [at(5), at(6), at(7)]


def test_a_retry_that_succeeds_ends_it(engine, claimed, pass_time):
    engine.announcements.record(claimed, FAILURE)
    pass_time(seconds=1)
    [again] = claim(engine)

    delivered = engine.announcements.record(again, SUCCESS)

    assert delivered.state is Delivery.DELIVERED
    assert len(delivered.attempts) == 2
    assert engine.announcements.waiting() == []


@pytest.mark.parametrize("attempts", [1, 2, 5])
def test_the_rules_of_the_account_say_how_often_and_when(engine, claimed, attempts):
    rules = replace(engine.account.callbacks, attempts=attempts, retry_after=timedelta(minutes=2))
    engine.store.put(replace(engine.account, callbacks=rules))

    states = [engine.announcements.record(claimed, FAILURE).state for _ in range(attempts)]

    assert states == [Delivery.WAITING] * (attempts - 1) + [Delivery.LOST]


def test_a_try_by_hand_plans_no_other_and_takes_none_away(engine, claimed, pass_time):
    engine.announcements.record(claimed, FAILURE)
    [planned] = engine.announcements.waiting()
    pass_time(milliseconds=500)

    engine.announcements.record(claimed, FAILURE, asked_for=True)

    assert [(due.id, due.at) for due in engine.announcements.waiting()] == [(planned.id, planned.at)]
    assert [attempt.asked_for for attempt in engine.announcements.find(claimed.id).attempts] == [False, True]


def test_a_delivery_by_hand_ends_the_waiting(engine, claimed, pass_time):
    engine.announcements.record(claimed, FAILURE)

    engine.announcements.record(claimed, SUCCESS, asked_for=True)
    pass_time(seconds=1)

    assert claim(engine) == []
    assert engine.announcements.find(claimed.id).state is Delivery.DELIVERED


def test_retries_come_before_what_is_new(engine, claimed, pass_time):
    engine.announcements.record(claimed, FAILURE)
    pass_time(seconds=5)

    assert numbers(claim(engine, 1)) == [1]
    assert numbers(claim(engine, 1)) == [2]


def test_retries_are_claimed_a_few_at_a_time_too(engine, stream, make_job, pass_time):
    make_job(callback_url=RECEIVER)
    pass_time(seconds=15)
    for callback in claim(engine):
        engine.announcements.record(callback, FAILURE)
    pass_time(seconds=1)

    assert [numbers(claim(engine, 1)) for _ in range(4)] == [[1], [2], [3], []]


def test_the_world_keeps_the_latest_callbacks(engine, stream, make_job, pass_time):
    make_job(callback_url=RECEIVER)
    pass_time(seconds=5 * (CALLBACKS_LIMIT + 2))

    claim(engine, CALLBACKS_LIMIT + 2)

    kept = engine.announcements.all()
    assert (len(kept), kept[0].number) == (CALLBACKS_LIMIT, 3)


def test_a_callback_that_is_kept_no_more_is_still_tried_again(engine, claimed, pass_time):
    engine.store.clear(Callback)

    engine.announcements.record(claimed, FAILURE)
    pass_time(seconds=1)
    [again] = claim(engine)
    engine.announcements.record(again, FAILURE)
    pass_time(seconds=1)
    [third] = claim(engine)

    assert engine.announcements.record(third, FAILURE).state is Delivery.LOST
    assert engine.announcements.all() == []


def test_a_chain_holds_the_callbacks_of_one_job_in_their_order(engine, stream, make_job, pass_time):
    slow = make_job(callback_url=RECEIVER, interval=7)
    fast = make_job(callback_url=RECEIVER, interval=5)
    pass_time(seconds=15)

    chains = in_chains(claim(engine))

    assert [(chain[0].job_id, numbers(chain)) for chain in chains] == [
        (fast.id, [1, 2, 3]),
        (slow.id, [1, 2]),
    ]
