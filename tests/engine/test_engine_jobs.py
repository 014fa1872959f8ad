from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from ice_mock.domain.model import Job, Status
from ice_mock.engine import Engine
from ice_mock.engine.jobs import Order
from ice_mock.errors import JobAlreadyStarted, JobLimitExceeded, JobNotFound, StreamNotFound, TemplateNotFound

STREAM = "rtmp://live.example.com/app/room1"


def status(engine: Engine, job: Job) -> Status:
    return engine.jobs.status(engine.jobs.find(job.id))


def frames(engine: Engine, job: Job) -> int:
    return len(engine.jobs.schedule(engine.jobs.find(job.id), engine.now()))


def allow(engine: Engine, count: int) -> None:
    engine.store.put(replace(engine.account, concurrent_jobs=count))


def test_a_job_whose_stream_is_live_starts_by_itself(engine, stream, make_job):
    job = make_job()

    assert status(engine, job) is Status.STARTED


def test_a_job_whose_stream_is_offline_waits_to_be_started(engine, make_job, pass_time):
    job = make_job()

    engine.streams.publish(STREAM)
    pass_time(seconds=60)

    assert status(engine, job) is Status.INIT
    assert frames(engine, job) == 0


def test_a_job_remembers_what_was_ordered_and_the_template_of_that_moment(engine, make_template):
    template = make_template("five")
    order = Order("room 1", template.id, STREAM, "oss-cn-shanghai.aliyuncs.com", "pictures", "http://r/")

    job = engine.jobs.find(engine.jobs.submit(order).id)

    assert (job.name, job.stream_url, job.endpoint) == ("room 1", STREAM, "oss-cn-shanghai.aliyuncs.com")
    assert (job.bucket, job.callback_url) == ("pictures", "http://r/")
    assert (job.template_id, job.template_name, job.plan) == (template.id, "five", template.plan)
    assert job.created_at == job.modified_at == engine.now()


def test_a_job_without_a_template_is_not_made(engine):
    with pytest.raises(TemplateNotFound):
        engine.jobs.submit(Order("room 1", "x", STREAM, "e", "b", None))

    assert engine.jobs.all() == []
    assert engine.journal.changes() == []


def test_one_job_more_than_may_run_waits_to_be_started(engine, stream, make_template, make_job):
    template = make_template()
    running = [make_job(template=template) for _ in range(100)]

    one_more = make_job(template=template)

    assert {status(engine, job) for job in running} == {Status.STARTED}
    assert status(engine, one_more) is Status.INIT


def test_one_job_more_than_may_run_cannot_be_started_until_another_stops(engine, stream, make_job):
    allow(engine, 1)
    running, waiting = make_job(), make_job()

    with pytest.raises(JobLimitExceeded):
        engine.jobs.start(waiting.id)
    with pytest.raises(JobLimitExceeded):
        engine.jobs.restart(waiting.id)
    engine.jobs.stop(running.id)
    engine.jobs.start(waiting.id)

    assert (status(engine, running), status(engine, waiting)) == (Status.PAUSED, Status.STARTED)


def test_a_job_whose_stream_is_out_still_takes_its_place(engine, stream, make_job):
    allow(engine, 1)
    other = engine.streams.publish("rtmp://live.example.com/app/room2").id
    make_job()

    engine.streams.unpublish(stream)
    waiting = make_job(url=other)

    assert status(engine, waiting) is Status.INIT


def test_a_restart_needs_no_second_place(engine, stream, make_job):
    allow(engine, 1)
    job = make_job()

    engine.jobs.restart(job.id)

    assert status(engine, job) is Status.STARTED


# What a job went through before the command comes.
PASTS: dict[str, Callable[[Engine, Job], None]] = {
    "init, offline": lambda engine, job: None,
    "init, live": lambda engine, job: engine.streams.publish(STREAM),
    "running": lambda engine, job: (engine.streams.publish(STREAM), engine.jobs.start(job.id)),
    "running, stream out": lambda engine, job: (
        engine.streams.publish(STREAM),
        engine.jobs.start(job.id),
        engine.streams.unpublish(STREAM),
    ),
    "stopped, live": lambda engine, job: (
        engine.streams.publish(STREAM),
        engine.jobs.start(job.id),
        engine.jobs.stop(job.id),
    ),
    "stopped, offline": lambda engine, job: (
        engine.streams.publish(STREAM),
        engine.jobs.start(job.id),
        engine.jobs.stop(job.id),
        engine.streams.unpublish(STREAM),
    ),
}


@pytest.mark.parametrize(
    ("past", "expected"),
    [
        ("init, offline", Status.INIT),
        ("init, live", Status.INIT),
        ("running", Status.STARTED),
        ("running, stream out", Status.PAUSED),
        ("stopped, live", Status.PAUSED),
        ("stopped, offline", Status.PAUSED),
    ],
)
def test_the_status_follows_from_the_commands_and_the_stream(engine, make_job, past, expected):
    job = make_job()
    PASTS[past](engine, job)

    assert status(engine, job) is expected


@pytest.mark.parametrize(
    ("past", "command", "outcome"),
    [
        ("init, offline", "start", StreamNotFound),
        ("init, live", "start", Status.STARTED),
        ("running", "start", JobAlreadyStarted),
        ("running, stream out", "start", StreamNotFound),
        ("stopped, live", "start", Status.STARTED),
        ("stopped, offline", "start", StreamNotFound),
        ("init, offline", "stop", Status.INIT),
        ("init, live", "stop", Status.INIT),
        ("running", "stop", Status.PAUSED),
        ("running, stream out", "stop", Status.PAUSED),
        ("stopped, live", "stop", Status.PAUSED),
        ("stopped, offline", "stop", Status.PAUSED),
        ("init, offline", "restart", StreamNotFound),
        ("init, live", "restart", Status.STARTED),
        ("running", "restart", Status.STARTED),
        ("running, stream out", "restart", StreamNotFound),
        ("stopped, live", "restart", Status.STARTED),
        ("stopped, offline", "restart", StreamNotFound),
    ],
)
def test_a_command_leads_to_a_status_or_is_refused_and_changes_nothing(
    engine, make_job, past, command, outcome
):
    job = make_job()
    PASTS[past](engine, job)
    before = engine.jobs.find(job.id)

    if isinstance(outcome, Status):
        getattr(engine.jobs, command)(job.id)

        assert status(engine, job) is outcome
    else:
        with pytest.raises(outcome):
            getattr(engine.jobs, command)(job.id)

        assert engine.jobs.find(job.id) == before


@pytest.mark.parametrize("command", ["start", "stop", "restart", "find"])
def test_a_job_that_does_not_exist_is_not_found(engine, command):
    with pytest.raises(JobNotFound):
        getattr(engine.jobs, command)("x")


def test_a_job_goes_on_by_itself_when_its_stream_returns(engine, stream, make_job, pass_time):
    job = make_job()
    pass_time(seconds=12)
    engine.streams.unpublish(stream)
    out = status(engine, job)
    pass_time(seconds=10)
    engine.streams.publish(stream)
    pass_time(seconds=8)

    assert (out, status(engine, job)) == (Status.PAUSED, Status.STARTED)
    assert frames(engine, job) == 4


def test_a_restart_begins_the_beat_anew(engine, stream, make_job, pass_time):
    job = make_job()
    pass_time(seconds=8)

    engine.jobs.restart(job.id)
    pass_time(seconds=4)
    before_the_new_beat = frames(engine, job)
    pass_time(seconds=1)

    assert (before_the_new_beat, frames(engine, job)) == (1, 2)


def test_commands_date_the_job_and_are_noted(engine, stream, make_job, pass_time):
    job = make_job()
    pass_time(seconds=8)

    engine.jobs.stop(job.id)
    pass_time(seconds=1)
    engine.jobs.restart(job.id)

    assert engine.jobs.find(job.id).modified_at == engine.now()
    assert [change.what for change in engine.journal.changes() if change.subject == "job"] == [
        "submitted",
        "started",
        "stopped",
        "started",
    ]


def names(engine: Engine, **question: object) -> list[str]:
    asked = {
        "created_from": engine.now() - timedelta(days=7),
        "created_until": engine.now(),
        "keyword": None,
        "status": None,
        "number": 1,
        "size": 10,
        "descending": False,
        **question,
    }
    return [job.name for job in engine.jobs.page(**asked).entries]


@pytest.mark.parametrize(
    ("question", "found"),
    [
        pytest.param({}, ["Alpha", "beta", "ALPHABET"], id="all, oldest first"),
        pytest.param({"descending": True}, ["ALPHABET", "beta", "Alpha"], id="newest first"),
        pytest.param({"keyword": "alpha"}, ["Alpha", "ALPHABET"], id="word in the name, in either case"),
        pytest.param({"keyword": "gamma"}, [], id="word that no name has"),
        pytest.param({"status": "started"}, ["beta", "ALPHABET"], id="running"),
        pytest.param({"status": "init"}, ["Alpha"], id="waiting"),
        pytest.param({"status": "paused"}, [], id="stopped"),
        pytest.param({"keyword": "alpha", "status": "started"}, ["ALPHABET"], id="word and status"),
        pytest.param({"size": 2, "number": 2}, ["ALPHABET"], id="last page"),
    ],
)
def test_jobs_are_found_by_what_is_asked(engine, make_job, question, found):
    make_job("Alpha")
    engine.streams.publish(STREAM)
    for name in ("beta", "ALPHABET"):
        make_job(name)

    assert names(engine, **question) == found


def test_a_job_is_found_by_its_whole_id_and_not_by_a_part(engine, make_job):
    job = make_job("Alpha")
    make_job("beta")

    assert names(engine, keyword=job.id) == ["Alpha"]
    assert names(engine, keyword=job.id[:-1]) == []


@pytest.mark.parametrize(
    ("start", "end", "is_found"),
    [
        (-3600, 3600, True),
        (0, 0, True),
        (0, 3600, True),
        (-3600, 0, True),
        (1, 3600, False),
        (-3600, -1, False),
    ],
)
def test_a_job_is_found_in_a_span_that_holds_its_second(engine, make_job, pass_time, start, end, is_found):
    pass_time(milliseconds=700)
    job = make_job("Alpha")
    second: datetime = job.created_at.replace(microsecond=0)

    found = names(
        engine,
        created_from=second + timedelta(seconds=start),
        created_until=second + timedelta(seconds=end),
    )

    assert found == (["Alpha"] if is_found else [])


@pytest.mark.parametrize("size", [1, 2, 7, 100])
@pytest.mark.parametrize("descending", [False, True])
def test_pages_together_hold_every_job_once(engine, make_template, make_job, size, descending):
    template = make_template()
    made = [make_job(str(number), template=template).name for number in range(23)]

    pages = [names(engine, number=number, size=size, descending=descending) for number in range(1, 25)]

    assert [name for page in pages for name in page] == (made[::-1] if descending else made)
