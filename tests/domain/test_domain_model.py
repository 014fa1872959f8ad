from datetime import UTC, datetime, timedelta

import pytest

from ice_mock.domain.model import ActiveJobs, Job, Plan, Stream, Template
from ice_mock.domain.spans import Span

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
PLAN = Plan(timedelta(seconds=5), sequence_format="{Sequence}.jpg")
OFFLINE = Stream("rtmp://live.example.com/app/room1")
LIVE = OFFLINE.published(NOON)


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


@pytest.fixture
def job() -> Job:
    return Job(
        id="3f9a7c1e-58d2-4b06-9e8f-7f1a2b3c4d5e",
        name="room 1",
        template_id="five-seconds",
        template_name="Every five seconds",
        plan=PLAN,
        stream_url=OFFLINE.id,
        endpoint="oss-cn-shanghai.aliyuncs.com",
        bucket="pictures",
        callback_url=None,
        created_at=NOON,
        modified_at=NOON,
        announced_until=NOON,
    )


def test_a_stream_that_nobody_published_is_offline_and_was_never_live():
    assert not OFFLINE.is_live
    assert list(OFFLINE.live(at(100))) == []


def test_publishing_brings_a_stream_on_air_and_unpublishing_takes_it_off():
    stream = OFFLINE.published(at(1)).unpublished(at(2)).published(at(3))

    assert stream.is_live
    assert stream.changes == (at(1), at(2), at(3))


def test_publishing_what_is_live_changes_nothing():
    assert LIVE.published(at(9)) is LIVE


def test_unpublishing_what_is_offline_changes_nothing():
    assert OFFLINE.unpublished(at(9)) is OFFLINE


@pytest.mark.parametrize(
    ("until", "spans"),
    [
        pytest.param(0, [], id="before it began"),
        pytest.param(1, [], id="as it begins"),
        pytest.param(2, [Span(at(1), at(2))], id="within the first"),
        pytest.param(3, [Span(at(1), at(3))], id="as the first ends"),
        pytest.param(4, [Span(at(1), at(3))], id="between"),
        pytest.param(5, [Span(at(1), at(3))], id="as the second begins"),
        pytest.param(9, [Span(at(1), at(3)), Span(at(5), at(9))], id="within the second"),
    ],
)
def test_the_spans_of_ingest_are_cut_at_the_instant_asked_for(until, spans):
    stream = OFFLINE.published(at(1)).unpublished(at(3)).published(at(5))

    assert list(stream.live(at(until))) == spans


@pytest.mark.parametrize(
    ("commands", "is_running"),
    [
        ([], False),
        (["started"], True),
        (["stopped"], False),
        (["started", "stopped"], False),
        (["started", "stopped", "started"], True),
        (["started", "started", "stopped"], False),
    ],
)
def test_a_job_runs_from_its_start_to_its_stop(job, commands, is_running):
    for second, command in enumerate(commands):
        job = getattr(job, command)(at(second))

    assert job.is_running is is_running


def test_starting_a_running_job_changes_nothing(job):
    running = job.started(at(1))

    assert running.started(at(2)) is running


def test_stopping_a_job_that_does_not_run_changes_nothing(job):
    assert job.stopped(at(1)) is job


def test_every_run_is_kept_with_its_plan(job):
    job = job.started(at(1)).stopped(at(2)).started(at(3))

    assert [(run.started_at, run.stopped_at, run.plan) for run in job.runs] == [
        (at(1), at(2), PLAN),
        (at(3), None, PLAN),
    ]
    assert job.modified_at == at(3)


def test_a_run_ends_where_it_was_stopped_or_now(job):
    open_run = job.started(at(1)).runs[0]
    closed_run = job.started(at(1)).stopped(at(5)).runs[0]

    assert open_run.until(at(9)) == Span(at(1), at(9))
    assert closed_run.until(at(9)) == Span(at(1), at(5))
    assert closed_run.until(at(3)) == Span(at(1), at(3))


def test_deleted_records_add_up(job):
    job = job.without(frozenset({1, 2})).without(frozenset({2, 3}))

    assert job.deleted == {1, 2, 3}


def test_an_update_replaces_name_and_plan_and_keeps_the_birthday():
    template = Template("t", "old", PLAN, NOON, NOON)

    updated = template.updated("new", Plan(timedelta(seconds=9), "a.jpg"), at(1))

    assert updated == Template("t", "new", Plan(timedelta(seconds=9), "a.jpg"), NOON, at(1))


def test_active_jobs_are_named_once_each():
    active = ActiveJobs().including("a").including("b").including("a").excluding("c")

    assert active.job_ids == ("a", "b")
    assert active.excluding("a").job_ids == ("b",)
