"""What a world may have of everything: at the bound it is there, beyond it is refused, nothing is lost."""

import json
from collections.abc import Callable
from datetime import timedelta

import pytest

from ice_mock import limits
from ice_mock.domain.callback import Callback, Due, Outcome
from ice_mock.domain.fault import Armed, Disarmed
from ice_mock.domain.model import AccessKey, DeletedObject, Job, Template
from ice_mock.domain.scenario import AccountSpec, Event, Scenario
from ice_mock.engine import Engine
from ice_mock.engine.allowance import LimitReached, TimeIsOver
from ice_mock.gateway import Call
from ice_mock.scenario import load
from ice_mock.worlds import IceMock

STREAM = "rtmp://live.example.com/app/room1"
FAILED = Outcome(500, None, timedelta())
WAY_OUT = "reset or delete the world, or go on in another one"


@pytest.fixture
def at_most(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Set bounds by name: ``at_most(JOBS=2)``."""

    def bound(**bounds: object) -> None:
        for name, value in bounds.items():
            assert hasattr(limits, name)
            monkeypatch.setattr(limits, name, value)

    return bound


def fault(**document: object):
    [found] = load(json.dumps({"faults": [document]}), source="fault").faults
    return found


# -- What is made --


def test_templates(engine: Engine, make_template: Callable[..., Template], at_most: Callable) -> None:
    at_most(TEMPLATES=2)
    kept = [make_template("one"), make_template("two")]

    with pytest.raises(LimitReached) as refusal:
        make_template("three")

    assert str(refusal.value) == (
        "ice_mock: there are 2 templates in this world, and there may be 2: "
        "delete some, or go on in another world"
    )
    assert engine.templates.all() == kept


def test_a_deleted_template_leaves_room(
    engine: Engine, make_template: Callable[..., Template], at_most: Callable
) -> None:
    at_most(TEMPLATES=1)
    engine.delete_template(make_template("one").id)

    assert make_template("two")


def test_jobs(engine: Engine, stream: str, make_job: Callable[..., Job], at_most: Callable) -> None:
    at_most(JOBS=2)
    kept = [make_job("one"), make_job("two")]
    changes = engine.journal.changes()[-1]

    with pytest.raises(LimitReached) as refusal:
        make_job("three")

    assert str(refusal.value) == f"ice_mock: there are 2 jobs in this world, and there may be 2: {WAY_OUT}"
    assert engine.jobs.all() == kept
    assert engine.journal.changes()[-1].subject == "template" != changes.subject


def test_a_call_beyond_a_bound_is_answered_in_the_form_of_the_service(at_most: Callable) -> None:
    at_most(TEMPLATES=1)
    mock = IceMock(Scenario(account=AccountSpec(access_keys=(AccessKey("a", "b"),)), clock="frozen"))
    query = {"Action": "CreateLiveSnapshotTemplate", "Version": "2020-11-09", "Format": "JSON"}
    query |= {"TemplateName": "t", "TimeInterval": "5", "OverwriteFormat": "a.jpg"}

    first, second = (mock.gateway(Call("GET", query=tuple(query.items()))) for _ in range(2))

    assert first.status == 200
    error = json.loads(second.body)
    assert (second.status, error["Code"]) == (409, "LimitReached")
    assert error["Message"].startswith("ice_mock: there are 1 templates in this world, and there may be 1")
    *_, entry = mock.worlds.find("default").engine.journal.all()
    assert entry.reason is not None
    assert entry.reason.facts == {"bound": "templates", "most": "1"}


def test_streams(engine: Engine, at_most: Callable) -> None:
    at_most(STREAMS=2)
    engine.publish("rtmp://a/b/1")
    engine.unpublish("rtmp://a/b/2")

    with pytest.raises(LimitReached, match="there are 2 streams in this world, and there may be 2"):
        engine.publish("rtmp://a/b/3")

    engine.publish("rtmp://a/b/2")
    assert [(each.id, each.is_live) for each in engine.streams.all()] == [
        ("rtmp://a/b/1", True),
        ("rtmp://a/b/2", True),
    ]


# -- What goes on and on --


def test_ingest_that_comes_and_goes(engine: Engine, at_most: Callable) -> None:
    at_most(STREAM_CHANGES=3)
    for change in (engine.publish, engine.unpublish, engine.publish, engine.publish):
        change(STREAM)

    with pytest.raises(LimitReached) as refusal:
        engine.unpublish(STREAM)

    assert str(refusal.value) == (
        f"ice_mock: this world has had 3 beginnings and ends of ingest, and may have 3: {WAY_OUT}"
    )
    assert (engine.streams.find(STREAM).is_live, len(engine.streams.find(STREAM).changes)) == (True, 3)


@pytest.mark.parametrize("command", ["start", "restart"])
def test_starts_of_a_job(
    engine: Engine, stream: str, make_job: Callable[..., Job], at_most: Callable, command: str
) -> None:
    at_most(RUNS=2)
    job = make_job()
    engine.jobs.restart(job.id)
    if command == "start":
        engine.jobs.stop(job.id)
    before = engine.jobs.find(job.id)

    with pytest.raises(LimitReached, match="there are 2 starts of jobs in this world, and there may be 2"):
        getattr(engine.jobs, command)(job.id)

    assert engine.jobs.find(job.id) == before


def test_a_job_that_cannot_start_by_itself_is_not_made(
    engine: Engine, stream: str, make_job: Callable[..., Job], at_most: Callable
) -> None:
    at_most(RUNS=1)
    kept = make_job("one")

    with pytest.raises(LimitReached, match="starts of jobs"):
        make_job("two")

    assert engine.jobs.all() == [kept]
    assert [change.subject_id for change in engine.journal.changes() if change.what == "submitted"] == [
        kept.id
    ]


# -- Faults --


def test_faults(engine: Engine, at_most: Callable) -> None:
    at_most(FAULTS=2)
    for number in range(2):
        engine.faults.add(fault(id=f"f{number}", action="*", error="InternalError"))

    with pytest.raises(
        LimitReached, match=r"there are 2 faults \(armed ones, and those of pictures that were\)"
    ):
        engine.faults.add(fault(id="f2", action="*", error="InternalError"))

    engine.faults.add(fault(id="f1", action="*", error="Forbidden"))
    assert [each.fault.options["value"] for each in engine.faults.all()] == ["InternalError", "Forbidden"]


def test_faults_of_pictures_count_for_ever_as_what_they_struck_stays_struck(
    engine: Engine, at_most: Callable
) -> None:
    at_most(FAULTS=2)
    for _ in range(2):
        engine.faults.add(fault(id="black", snapshot="black"))
        engine.faults.clear()

    with pytest.raises(LimitReached, match="reset the world"):
        engine.faults.add(fault(id="black", snapshot="black"))

    assert (engine.store.count(Armed), engine.store.count(Disarmed)) == (0, 2)


def test_a_fault_of_pictures_that_is_replaced_leaves_another_one_behind(
    engine: Engine, at_most: Callable
) -> None:
    at_most(FAULTS=2)
    for kind in ("black", "stale"):
        engine.faults.add(fault(id="mine", snapshot=kind))

    with pytest.raises(LimitReached):
        engine.faults.add(fault(id="mine", snapshot="black"))

    assert [each.fault.kind for each in engine.faults.all()] == ["stale"]


# -- What is deleted --


@pytest.fixture
def timestamps(
    engine: Engine, stream: str, make_job: Callable[..., Job], pass_time: Callable[..., None]
) -> tuple[str, list[int]]:
    """A job, and the timestamps of its four files."""
    job = make_job(interval=5)
    pass_time(seconds=20)
    return job.id, [frame.timestamp_ms for frame in engine.jobs.schedule(job, engine.now())]


def test_deleted_files(engine: Engine, timestamps: tuple[str, list[int]], at_most: Callable) -> None:
    at_most(DELETED_FILES=3)
    job_id, (first, *others) = timestamps
    engine.files.delete(job_id, [first], originals=False)

    with pytest.raises(LimitReached) as refusal:
        engine.files.delete(job_id, others, originals=False)

    assert "this world has had 1 deleted files, and may have 3; 3 more were asked for" in str(refusal.value)
    assert engine.jobs.find(job_id).deleted == {first}
    assert engine.files.delete(job_id, others[:2], originals=False) == dict.fromkeys(others[:2], True)


def test_deleted_objects(engine: Engine, timestamps: tuple[str, list[int]], at_most: Callable) -> None:
    at_most(DELETED_OBJECTS=3)
    job_id, (first, *others) = timestamps
    engine.files.delete(job_id, [first], originals=True)

    with pytest.raises(LimitReached, match="there are 1 deleted objects in this world, and there may be 3"):
        engine.files.delete(job_id, others, originals=True)

    assert (engine.store.count(DeletedObject), engine.jobs.find(job_id).deleted) == (1, {first})
    engine.files.delete(job_id, others[:2], originals=True)
    assert engine.store.count(DeletedObject) == 3


# -- Callbacks --


@pytest.fixture
def job(stream: str, make_job: Callable[..., Job]) -> Job:
    return make_job(callback_url="http://receiver.example.com/", interval=5)


def fail(engine: Engine, callbacks: list[Callback]) -> None:
    for callback in callbacks:
        engine.announcements.record(callback, FAILED)


def test_while_too_many_callbacks_wait_no_new_ones_are_made_and_none_is_lost(
    engine: Engine, job: Job, pass_time: Callable[..., None], at_most: Callable
) -> None:
    at_most(WAITING_CALLBACKS=2)
    pass_time(seconds=10)
    fail(engine, engine.announcements.claim(engine.now(), 100))
    assert engine.store.count(Due) == 2
    retry_at = engine.store.all(Due)[0].at

    pass_time(seconds=0.5)
    before_room = engine.announcements.claim(engine.now(), 100)
    next_due = engine.next_due(engine.now() + timedelta(minutes=1))
    pass_time(seconds=9.5)
    retried = engine.announcements.claim(engine.now(), 2)
    for callback in retried:
        engine.announcements.record(callback, Outcome(200, None, timedelta()))
    new = engine.announcements.claim(engine.now(), 100)

    assert (before_room, next_due) == ([], retry_at)
    assert ([each.number for each in retried], [each.number for each in new]) == ([1, 2], [3, 4])


def test_attempts_by_hand(engine: Engine, at_most: Callable) -> None:
    at_most(REDELIVERIES=2)
    for _ in range(2):
        engine.announcements.use_redelivery()

    with pytest.raises(LimitReached, match="this world has had 2 attempts by hand, and may have 2"):
        engine.announcements.use_redelivery()


# -- The inbox --


def test_the_inbox_is_bounded_by_memory_and_counts_what_it_dropped(engine: Engine, at_most: Callable) -> None:
    at_most(INBOX_BYTES=10_000)

    for number in range(5):
        engine.inbox.receive("POST", "", {}, f"{number}" * 3_000, is_base64=False)

    assert [received.body[0] for received in engine.inbox.all()] == ["3", "4"]
    assert engine.inbox.dropped == 3


@pytest.mark.parametrize("part", ["query", "name", "value", "body"])
def test_every_part_of_a_received_request_counts(engine: Engine, at_most: Callable, part: str) -> None:
    at_most(INBOX_BYTES=10_000)
    long = "x" * 5_000
    headers = {long if part == "name" else "a": long if part == "value" else ""}
    query, body = (long if part == name else "" for name in ("query", "body"))

    for _ in range(2):
        engine.inbox.receive("POST", query, headers, body, is_base64=False)

    assert (len(engine.inbox.all()), engine.inbox.dropped) == (1, 1)


def test_the_usual_thousand_callbacks_fit(engine: Engine) -> None:
    for _ in range(1_000):
        engine.inbox.receive("POST", "", {"Content-Type": "application/json"}, "x" * 600, is_base64=False)

    assert (len(engine.inbox.all()), engine.inbox.dropped) == (1_000, 0)


# -- The timeline --


def test_a_timeline_with_too_much_at_once_goes_on_next_time(
    engine: Engine, at_most: Callable, caplog: pytest.LogCaptureFixture
) -> None:
    at_most(EVENTS_AT_ONCE=2)
    for number in range(3):
        engine.timeline.add(Event(timedelta(), "publish", f"rtmp://a/b/{number}"), engine.now())

    engine.timeline.settle()
    so_far = [each.id for each in engine.streams.all()]
    engine.timeline.settle()

    assert so_far == ["rtmp://a/b/0", "rtmp://a/b/1"]
    assert [each.id for each in engine.streams.all()] == [*so_far, "rtmp://a/b/2"]
    assert caplog.messages == ["a world has more than 2 events at once, and is behind"]


def test_an_event_beyond_a_bound_is_refused_in_the_changes_and_the_others_happen(
    engine: Engine, at_most: Callable
) -> None:
    at_most(STREAMS=1)
    for number in range(2):
        engine.timeline.add(Event(timedelta(), "publish", f"rtmp://a/b/{number}"), engine.now())
    engine.timeline.add(Event(timedelta(), "account", {"status": "disabled"}), engine.now())

    engine.timeline.settle()

    assert [(change.subject, change.subject_id) for change in engine.journal.changes()] == [
        ("stream", "rtmp://a/b/0"),
        ("timeline", "publish"),
        ("account", "status"),
    ]
    assert engine.journal.changes()[1].what.startswith("refused: ice_mock: there are 1 streams")


# -- Time --


def test_without_a_request_time_is_never_over() -> None:
    assert not limits.is_time_over()


def test_time_is_over_when_it_has_passed_or_somebody_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    passed, stopped = timedelta(), False
    monkeypatch.setattr(limits, "stopwatch", lambda: lambda: passed)

    with limits.within(timedelta(minutes=1), unless=lambda: stopped):
        passed = timedelta(minutes=1)
        at_the_bound = limits.is_time_over()
        passed += timedelta(microseconds=1)
        beyond = limits.is_time_over()
        passed, stopped = timedelta(), True
        when_stopped = limits.is_time_over()

    assert (at_the_bound, beyond, when_stopped) == (False, True, True)
    assert not limits.is_time_over()


def test_whoever_computes_frames_when_time_is_over_gives_up(engine: Engine, job: Job) -> None:
    with limits.within(timedelta(), unless=lambda: True), pytest.raises(TimeIsOver) as refusal:
        engine.jobs.schedule(job, engine.now())

    assert (refusal.value.status, refusal.value.code) == (503, "ServiceUnavailable")
    assert str(refusal.value) == (
        "ice_mock: the request has taken longer than it may (--request-timeout), and was given up"
    )
