import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from ice_mock.actions import ACTIONS
from ice_mock.callbacks import Post
from ice_mock.clock import iso_seconds
from ice_mock.domain.callback import Delivery
from ice_mock.engine import Engine
from ice_mock.errors import Conflict
from ice_mock.ticker import Courier, advance

STREAM = "rtmp://live.example.com/app/room1"


def attempt_seconds(engine: Engine) -> list[list[int]]:
    """When each callback was tried, in seconds after it became due."""
    return [
        [round((attempt.at - callback.instant).total_seconds()) for attempt in callback.attempts]
        for callback in engine.announcements.all()
    ]


# -- A jump is a walk --


def test_a_receiver_finds_the_world_at_its_own_moment(
    world: Engine, sender, submit: Callable, walk: Callable, elapsed: Callable
) -> None:
    submit(world)
    moments = []
    sender.receiver = lambda _: moments.append(elapsed()) or 200

    walk(60)

    assert moments == [5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 55, 60]
    assert elapsed() == 60


def test_a_receiver_that_asks_the_api_sees_as_many_files_as_there_are_then(
    world: Engine, sender, submit: Callable, walk: Callable
) -> None:
    job_id = submit(world)
    span = {
        "StartTime": iso_seconds(world.now()),
        "EndTime": iso_seconds(world.now() + timedelta(hours=1)),
        "Limit": "100",
    }
    seen = []

    def receive(post: Post) -> int:
        announced = json.loads(post.body)["MessageBody"]["CreateTimestamp"]
        files = ACTIONS["ListLiveSnapshotFiles"].call(world, {"JobId": job_id, **span})["FileList"]
        status = ACTIONS["GetLiveSnapshotJob"].call(world, {"JobId": job_id})["Status"]
        seen.append((len(files), files[-1]["CreateTimestamp"] == announced, status))
        return 200

    sender.receiver = receive

    walk(20)

    assert seen == [(1, True, "started"), (2, True, "started"), (3, True, "started"), (4, True, "started")]


def test_a_receiver_that_stops_the_job_gets_no_more_frames(
    world: Engine, sender, submit: Callable, walk: Callable
) -> None:
    job_id = submit(world)

    def receive(_: Post) -> int:
        if len(sender.posts) == 3:
            ACTIONS["SendLiveSnapshotJobCommand"].call(world, {"JobId": job_id, "Command": "stop"})
        return 200

    sender.receiver = receive

    report = walk(60)

    assert len(sender.posts) == 3
    assert report.frames == {job_id: 3}
    assert [(change.what, change.at) for change in report.changes] == [
        ("stopped", report.start + timedelta(seconds=15))
    ]


def test_a_receiver_that_takes_the_stream_off_air_gets_no_more_frames_until_it_returns(
    world: Engine, sender, submit: Callable, walk: Callable, elapsed: Callable
) -> None:
    submit(world)
    moments = []

    def receive(_: Post) -> int:
        moments.append(elapsed())
        world.streams.unpublish(STREAM)
        return 200

    sender.receiver = receive
    walk(22)
    world.streams.publish(STREAM)

    walk(20)

    assert moments == [5, 25]


def test_both_files_of_a_frame_are_announced_at_its_moment_the_sequence_file_first(
    world: Engine, sender, submit: Callable, walk: Callable, elapsed: Callable
) -> None:
    submit(world, overwrite="snapshot/{JobId}.jpg")
    seen = []
    sender.receiver = lambda post: (
        seen.append((elapsed(), json.loads(post.body)["MessageBody"]["IsOverlay"])) or 200
    )

    walk(10)

    assert seen == [(5, False), (5, True), (10, False), (10, True)]


def test_frames_of_several_jobs_come_in_the_order_of_time(
    world: Engine, sender, submit: Callable, walk: Callable, elapsed: Callable
) -> None:
    names = {submit(world, interval=5): "five", submit(world, interval=7): "seven"}
    seen = []
    sender.receiver = lambda post: (
        seen.append((elapsed(), names[json.loads(post.body)["MessageBody"]["JobId"]])) or 200
    )

    walk(21)

    assert seen == [
        (5, "five"), (7, "seven"), (10, "five"), (14, "seven"), (15, "five"), (20, "five"), (21, "seven"),
    ]  # fmt: skip


def test_more_callbacks_than_are_claimed_at_once_all_go_out_at_their_moment(
    world: Engine, sender, submit: Callable, walk: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ice_mock.ticker.walk.AT_ONCE", 2)
    for _ in range(5):
        submit(world)

    report = walk(10)

    assert (report.attempts, report.delivered) == (10, 10)
    assert attempt_seconds(world) == [[0]] * 10


def test_a_job_without_a_receiver_announces_nothing(
    world: Engine, sender, submit: Callable, walk: Callable
) -> None:
    job_id = submit(world, callback_url=None)

    report = walk(60)

    assert sender.posts == []
    assert report.frames == {job_id: 12}


def test_a_job_without_a_receiver_of_its_own_announces_to_that_of_the_account(
    world: Engine, sender, submit: Callable, walk: Callable
) -> None:
    world.store.put(replace(world.account, callback_url="http://account.example.com/"))
    submit(world, callback_url=None)
    submit(world)

    walk(5)

    assert [post.url for post in sender.posts] == [
        "http://account.example.com/",
        "http://receiver.example.com/snap",
    ]


# -- Retries --


def test_an_attempt_that_failed_is_repeated_after_one_second_of_the_world_and_the_third_is_the_last(
    world: Engine, sender, submit: Callable, walk: Callable
) -> None:
    submit(world)
    sender.receiver = lambda _: 500

    report = walk(9)

    assert attempt_seconds(world) == [[0, 1, 2]]
    assert (report.attempts, report.delivered, report.lost, report.waiting) == (3, 0, 1, 0)
    assert [callback.state for callback in world.announcements.all()] == [Delivery.LOST]


@pytest.mark.parametrize(
    ("statuses", "attempts"),
    [([200], [0]), ([404, 200], [0, 1]), ([302, 204, 200], [0, 1, 2])],
    ids=["at once", "at the second attempt", "at the third attempt"],
)
def test_a_success_ends_the_attempts(
    world: Engine, sender, submit: Callable, walk: Callable, statuses: list[int], attempts: list[int]
) -> None:
    submit(world)
    answers = iter(statuses)
    sender.receiver = lambda _: next(answers)

    report = walk(9)

    assert attempt_seconds(world) == [attempts]
    assert (report.attempts, report.delivered, report.lost) == (len(attempts), 1, 0)


def test_attempts_beyond_the_target_wait_for_the_next_advance(
    world: Engine, sender, submit: Callable, walk: Callable
) -> None:
    submit(world)
    sender.receiver = lambda _: 503

    reports = [walk(6), walk(0.999), walk(0.001)]

    assert [(report.attempts, report.lost, report.waiting) for report in reports] == [
        (2, 0, 1),
        (0, 0, 1),
        (1, 1, 0),
    ]


def test_retries_do_not_hold_later_frames_up(
    world: Engine, sender, submit: Callable, walk: Callable, elapsed: Callable
) -> None:
    submit(world, interval=1)
    moments = []
    sender.receiver = lambda _: moments.append(elapsed()) or 500

    walk(3)

    assert moments == [1, 2, 2, 3, 3, 3]


def test_a_retry_says_what_the_first_attempt_said(
    world: Engine, sender, submit: Callable, walk: Callable
) -> None:
    submit(world)
    sender.receiver = lambda _: 500

    walk(9)

    assert len({post.body for post in sender.posts}) == 1


def test_how_often_and_how_soon_is_the_accounts(
    world: Engine, sender, submit: Callable, walk: Callable
) -> None:
    rules = replace(world.account.callbacks, attempts=2, retry_after=timedelta(seconds=3))
    world.store.put(replace(world.account, callbacks=rules))
    submit(world)
    sender.receiver = lambda _: 500

    walk(9)

    assert attempt_seconds(world) == [[0, 3]]


# -- What is refused --


def test_a_receiver_that_advances_the_world_itself_is_refused(
    world: Engine, courier: Courier, sender, submit: Callable, walk: Callable, elapsed: Callable
) -> None:
    submit(world)
    refusals = []

    def receive(_: Post) -> int:
        with pytest.raises(Conflict) as refusal:
            advance(world, courier, world.now() + timedelta(hours=1))
        refusals.append(str(refusal.value))
        return 200

    sender.receiver = receive

    report = walk(10)

    assert refusals == ["another advance of this world is under way; wait for its answer"] * 2
    assert report.delivered == 2
    assert elapsed() == 10


def test_another_world_may_advance_meanwhile(
    world: Engine,
    courier: Courier,
    sender,
    submit: Callable,
    walk: Callable,
    make_engine: Callable[[str], Engine],
) -> None:
    other = make_engine("frozen")
    submit(world)
    target = other.now() + timedelta(hours=1)
    sender.receiver = lambda _: advance(other, courier, target) and 200

    walk(5)

    assert other.now() == target


def test_time_does_not_go_back(world: Engine, courier: Courier, sender, submit: Callable) -> None:
    submit(world)
    now = world.now()

    with pytest.raises(Conflict, match="time does not go back"):
        advance(world, courier, now - timedelta(milliseconds=1))

    assert world.now() == now
    assert sender.posts == []


def test_to_advance_to_the_present_is_to_wait_for_nothing(
    world: Engine, walk: Callable, submit: Callable, elapsed: Callable
) -> None:
    submit(world)

    report = walk(0)

    assert (report.start, report.frames, report.attempts) == (report.end, {}, 0)
    assert elapsed() == 0


def test_an_advance_that_broke_does_not_bar_the_next(
    world: Engine, sender, submit: Callable, walk: Callable, elapsed: Callable
) -> None:
    submit(world)
    sender.receiver = lambda _: 1 // 0
    with pytest.raises(ZeroDivisionError):
        walk(10)
    sender.receiver = lambda _: 200

    report = walk(5)

    assert report.delivered == 1
    assert elapsed() == 10


# -- The report --


def test_the_report_counts_the_frames_of_each_job_since_the_start(
    world: Engine, submit: Callable, walk: Callable
) -> None:
    five, seven = submit(world), submit(world, interval=7, callback_url=None)
    submit(world, interval=3600)
    submit(world, stream="rtmp://live.example.com/app/nobody")
    walk(12)

    report = walk(12)

    assert report.frames == {five: 2, seven: 2}
    assert (report.end - report.start).total_seconds() == 12
    assert (report.attempts, report.delivered, report.lost, report.waiting) == (2, 2, 0, 0)


def test_the_report_holds_the_changes_of_this_advance_only(
    world: Engine, sender, submit: Callable, walk: Callable
) -> None:
    submit(world)
    sender.receiver = lambda _: world.streams.unpublish(STREAM) and 200
    walk(4)

    report = walk(4)

    assert [(change.subject, change.subject_id, change.what) for change in report.changes] == [
        ("stream", STREAM, "unpublished")
    ]
    assert walk(4).changes == []


def test_a_year_without_callbacks_is_one_step(
    world: Engine, sender, submit: Callable, walk: Callable, elapsed: Callable
) -> None:
    jobs = [submit(world, callback_url=None) for _ in range(20)]

    report = walk(365 * 86_400)

    assert report.frames == dict.fromkeys(jobs, 365 * 86_400 // 5)
    assert (report.attempts, report.waiting, sender.posts) == (0, 0, [])
    assert elapsed() == 365 * 86_400


def test_a_job_that_stopped_long_ago_costs_and_reports_nothing(
    world: Engine, submit: Callable, walk: Callable
) -> None:
    job_id = submit(world)
    walk(12)
    world.jobs.stop(job_id)
    walk(0)

    report = walk(86_400)

    assert (report.frames, report.attempts) == ({}, 0)


@pytest.mark.parametrize("mode", ["x60", "x0.5"])
def test_a_clock_that_moves_by_itself_can_be_moved_on_too(
    make_engine: Callable[[str], Engine], courier: Courier, submit: Callable, mode: str
) -> None:
    moving = make_engine(mode)
    submit(moving)
    target = moving.now() + timedelta(seconds=60)

    report = advance(moving, courier, target)

    assert (report.delivered, moving.now()) == (12, target)


def test_a_target_between_two_milliseconds_is_cut_for_file_names_hold_no_more(
    world: Engine, courier: Courier, submit: Callable, walk: Callable
) -> None:
    advance(world, courier, world.now() + timedelta(microseconds=1500))
    job_id = submit(world)

    walk(5)

    [file] = world.files.window(job_id, 0, 9)[1]
    assert world.objects.find("pictures", file.key)
