"""Events happen by themselves, each at its own instant, whoever looks and whenever."""

from dataclasses import replace
from datetime import timedelta

import pytest

from ice_mock.domain.fault import Fault, Plane
from ice_mock.domain.model import AccessKey, Account, Bucket, Plan
from ice_mock.domain.policy import Policy, Statement
from ice_mock.domain.scenario import Event, StreamSpec, TemplateSpec
from ice_mock.domain.timepiece import FROZEN_START, Timepiece
from ice_mock.engine import Engine
from ice_mock.store.memory import MemoryStore
from ice_mock.ticker import Courier, Ticker, advance

STREAM = "rtmp://live.example.com/app/room1"
OTHER = "rtmp://live.example.com/app/room2"
KEY = AccessKey("LTAI-known", "secret")
PLAN = Plan(timedelta(seconds=5), None, "{JobId}/{Sequence}.jpg")


class Nobody:
    """Delivers nothing, for there is nothing to deliver."""

    def send_all(self, chains):
        assert list(chains) == []


@pytest.fixture
def plan_ahead(engine):
    """Let changes happen so many seconds after the start: ``plan_ahead((35, "publish", url))``."""

    def add(*events):
        for seconds, change, what in events:
            engine.timeline.add(Event(timedelta(seconds=seconds), change, what), FROZEN_START)

    return add


@pytest.fixture
def pass_by(engine):
    """Look at the frozen world after so many seconds."""

    def look(seconds):
        engine.time.move_to(engine.now() + timedelta(seconds=seconds))
        engine.timeline.settle()

    return look


@pytest.fixture
def courier(real_time):
    return Courier(Nobody(), real_time)


def ingest(engine, url=STREAM, start=FROZEN_START):
    """The seconds after the start at which a stream came and went."""
    return [(instant - start).total_seconds() for instant in engine.streams.find(url).changes]


def frames(engine, job):
    schedule = engine.jobs.schedule(engine.jobs.find(job.id), engine.now())
    return [(frame.instant - FROZEN_START).total_seconds() for frame in schedule]


def told(engine):
    """What changed when, in seconds after the start."""
    return [
        ((change.at - FROZEN_START).total_seconds(), change.subject, change.what)
        for change in engine.journal.changes()
    ]


# -- Instants --


def test_an_event_happens_at_its_own_instant_however_late_somebody_looks(engine, plan_ahead, pass_by):
    plan_ahead((10, "publish", STREAM), (20, "unpublish", STREAM))

    pass_by(3600)

    assert ingest(engine) == [10, 20]
    assert told(engine) == [(10, "stream", "published"), (20, "stream", "unpublished")]


def test_an_event_has_not_happened_a_millisecond_before_its_instant(engine, plan_ahead, pass_by):
    plan_ahead((10, "publish", STREAM))

    pass_by(9.999)
    before = ingest(engine)
    pass_by(0.001)

    assert (before, ingest(engine)) == ([], [10])


def test_an_event_happens_once(engine, plan_ahead, pass_by):
    plan_ahead((10, "account", {"status": "disabled"}))
    pass_by(10)
    engine.store.put(replace(engine.account, status="active"))

    pass_by(10)

    assert engine.account.status == "active"
    assert engine.timeline.pending() == []


def test_events_are_pending_in_the_order_of_their_instants_and_then_as_they_were_written(engine, plan_ahead):
    plan_ahead((20, "publish", "c"), (10, "publish", "a"), (20, "publish", "d"), (10, "publish", "b"))

    assert [pending.event.what for pending in engine.timeline.pending()] == ["a", "b", "c", "d"]


@pytest.mark.parametrize(
    ("changes", "live"), [(["publish", "unpublish"], False), (["unpublish", "publish"], True)]
)
def test_events_of_one_instant_happen_in_the_order_in_which_they_are_written(
    engine, stream, plan_ahead, pass_by, changes, live
):
    plan_ahead(*((10, change, STREAM) for change in changes))

    pass_by(10)

    assert engine.streams.find(STREAM).is_live is live


def test_events_at_the_very_start_happen_without_time_passing(engine, plan_ahead):
    plan_ahead((0, "publish", STREAM))

    engine.timeline.settle()

    assert ingest(engine) == [0]


@pytest.mark.parametrize(
    ("until", "due"), [(9, None), (10, 10), (60, 10)], ids=["before it", "with it", "after it"]
)
def test_the_next_event_is_due_up_to_and_including_an_instant(engine, plan_ahead, until, due):
    plan_ahead((30, "publish", STREAM), (10, "publish", OTHER))

    found = engine.timeline.next_due(FROZEN_START + timedelta(seconds=until))

    assert found == (None if due is None else FROZEN_START + timedelta(seconds=due))


@pytest.mark.parametrize(("mode", "real_seconds"), [("x60", 0.5), ("x1", 30), ("real", 30)])
def test_events_come_by_themselves_where_the_clock_moves(real_time, mode, real_seconds):
    account = Account(user_id=1, seed=7, signatures="known")
    engine = Engine.create(MemoryStore(), real_time, account, Timepiece.starting(mode, real_time()))
    start = engine.now()
    engine.timeline.add(Event(timedelta(seconds=10), "publish", STREAM), start)
    engine.timeline.add(Event(timedelta(seconds=31), "unpublish", STREAM), start)

    real_time.pass_by(seconds=real_seconds)
    engine.timeline.settle()

    assert ingest(engine, start=start) == [10]


def test_the_ticker_lets_events_happen(real_time, courier):
    account = Account(user_id=1, seed=7, signatures="known")
    engine = Engine.create(MemoryStore(), real_time, account, Timepiece.starting("x10", real_time()))
    start = engine.now()
    engine.timeline.add(Event(timedelta(seconds=10), "publish", STREAM), start)
    ticker = Ticker(lambda: [engine], courier)
    first = ticker.tick()
    real_time.pass_by(seconds=0.99)

    second = ticker.tick()
    before = ingest(engine, start=start)
    real_time.pass_by(seconds=0.01)
    ticker.tick()

    assert first == timedelta(milliseconds=100)
    assert second == timedelta(milliseconds=10)
    assert (before, ingest(engine, start=start)) == ([], [10])


def test_an_advance_walks_through_the_events_and_reports_them(engine, stream, make_job, courier, plan_ahead):
    job = make_job()
    plan_ahead((12, "unpublish", STREAM), (31, "publish", STREAM), (90, "unpublish", STREAM))

    report = advance(engine, courier, FROZEN_START + timedelta(seconds=40))

    assert ingest(engine) == [0, 12, 31]
    assert report.frames == {job.id: 4}
    assert [(change.what, (change.at - FROZEN_START).total_seconds()) for change in report.changes] == [
        ("unpublished", 12),
        ("published", 31),
    ]


# -- Streams and frames --


def test_the_frame_at_the_instant_of_an_unpublish_is_captured(engine, stream, make_job, plan_ahead, pass_by):
    job = make_job()
    plan_ahead((10, "unpublish", STREAM))

    pass_by(30)

    assert frames(engine, job) == [5, 10]


def test_the_frame_at_the_instant_of_a_publish_is_not(engine, stream, make_job, plan_ahead, pass_by):
    job = make_job()
    plan_ahead((7, "unpublish", STREAM), (15, "publish", STREAM))

    pass_by(25)

    assert frames(engine, job) == [5, 20, 25]


@pytest.mark.parametrize(
    ("repeat", "expected"),
    [
        (1, [0, 30]),
        (2, [0, 30, 35, 65]),
        (3, [0, 30, 35, 65, 70, 100]),
        (None, [0, 30, 35, 65, 70, 100, 105, 135, 140, 170, 175]),
    ],
    ids=["once", "twice", "three times", "for ever"],
)
def test_a_pattern_begins_live_and_ends_offline(engine, pass_by, repeat, expected):
    pattern = (timedelta(seconds=30), timedelta(seconds=5))
    engine.timeline.add_pattern(StreamSpec(STREAM, pattern=pattern, repeat=repeat), FROZEN_START)

    pass_by(180)

    assert ingest(engine) == expected


def test_a_pattern_that_has_ended_leaves_nothing_pending(engine, pass_by):
    pattern = (timedelta(seconds=30), timedelta(seconds=5))
    engine.timeline.add_pattern(StreamSpec(STREAM, pattern=pattern, repeat=2), FROZEN_START)

    pass_by(3600)

    assert engine.timeline.pending() == []


def test_a_pattern_is_the_same_seen_often_or_once(engine, pass_by):
    pattern = (timedelta(seconds=3), timedelta(seconds=4))
    engine.timeline.add_pattern(StreamSpec(STREAM, pattern=pattern), FROZEN_START)

    for _ in range(24):
        pass_by(1)

    assert ingest(engine) == [0, 3, 7, 10, 14, 17, 21, 24]


# -- The account --


@pytest.mark.parametrize(
    "changes",
    [
        {"status": "disabled"},
        {"ice": "not-enabled"},
        {"status": "disabled", "ice": "not-enabled"},
    ],
    ids=["disabled", "service off", "both"],
)
def test_an_account_is_disabled_and_enabled_again(engine, plan_ahead, pass_by, changes):
    before = {name: getattr(engine.account, name) for name in changes}
    plan_ahead((10, "account", changes), (20, "account", before))
    pass_by(10)
    meanwhile = {name: getattr(engine.account, name) for name in changes}

    pass_by(10)

    assert (meanwhile, {name: getattr(engine.account, name) for name in changes}) == (changes, before)
    assert len(told(engine)) == 2 * len(changes)


def test_a_policy_is_replaced(engine, plan_ahead, pass_by):
    policy = Policy((Statement(allows=False),))
    plan_ahead((10, "policy", policy))

    pass_by(10)

    assert engine.account.policy == policy
    assert [(at, subject) for at, subject, _ in told(engine)] == [(10, "account")]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"active": False}, replace(KEY, active=False)),
        ({"active": True}, KEY),
        ({"secret": "fresh"}, replace(KEY, secret="fresh")),
        ({"expired": True}, replace(KEY, expires_at=FROZEN_START + timedelta(seconds=10))),
    ],
    ids=["disabled", "activated", "rotated", "expired"],
)
def test_a_key_is_switched_rotated_and_expires(engine, plan_ahead, pass_by, change, expected):
    engine.store.put(KEY)
    plan_ahead((10, "access_key", {"id": KEY.id, **change}))

    pass_by(60)

    assert engine.store.get(AccessKey, KEY.id) == expected
    assert told(engine)[0][:2] == (10, "access key")


def test_a_key_that_there_is_not_cannot_change(engine, plan_ahead, pass_by):
    plan_ahead((10, "access_key", {"id": "LTAI-nobody", "active": False}))

    pass_by(10)

    assert engine.store.all(AccessKey) == []
    assert told(engine) == []


# -- Buckets, templates and jobs --


@pytest.mark.parametrize(
    ("any_bucket", "change", "expected"),
    [
        (True, {"exists": False}, None),
        (True, {"exists": True}, Bucket("pictures")),
        (True, {"authorized": False}, Bucket("pictures", authorized=False)),
        (False, {"exists": True}, Bucket("pictures")),
        (False, {"authorized": False}, Bucket("pictures", authorized=False)),
    ],
    ids=["any, withdrawn", "any, made", "any, not authorized", "listed, made", "listed, not authorized"],
)
def test_a_bucket_comes_goes_and_is_authorized_or_not(
    engine, plan_ahead, pass_by, any_bucket, change, expected
):
    engine.store.put(replace(engine.account, any_bucket=any_bucket))
    plan_ahead((10, "bucket", {"name": "pictures", **change}))

    pass_by(10)

    assert engine.buckets.find("pictures") == expected


def test_a_bucket_that_was_withdrawn_can_be_restored(engine, plan_ahead, pass_by):
    plan_ahead(
        (10, "bucket", {"name": "pictures", "exists": False}),
        (20, "bucket", {"name": "pictures", "exists": True}),
    )
    pass_by(10)
    meanwhile = engine.buckets.find("pictures")

    pass_by(10)

    assert (meanwhile, engine.buckets.find("pictures")) == (None, Bucket("pictures"))
    assert [what for _, _, what in told(engine)] == ["withdrawn", "authorized"]


def test_a_bucket_that_changes_keeps_its_endpoint(engine, plan_ahead, pass_by):
    engine.store.put(Bucket("pictures", "oss.example.com"))
    plan_ahead((10, "bucket", {"name": "pictures", "authorized": False}))

    pass_by(10)

    assert engine.buckets.find("pictures") == Bucket("pictures", "oss.example.com", authorized=False)


def test_a_template_is_made_and_deleted_at_its_instants(engine, plan_ahead, pass_by):
    plan_ahead(
        (10, "create_template", TemplateSpec("t1", "One", PLAN, "system")), (20, "delete_template", "t1")
    )
    pass_by(15)
    made = engine.templates.get("t1")

    pass_by(15)

    assert (made.name, made.plan, made.kind) == ("One", PLAN, "system")
    assert made.created_at == FROZEN_START + timedelta(seconds=10)
    assert engine.templates.get("t1") is None


def test_a_template_that_is_gone_is_not_deleted_again(engine, plan_ahead, pass_by):
    plan_ahead((10, "delete_template", "nobody's"))

    pass_by(10)

    assert told(engine) == []


def test_jobs_are_told_to_stop_start_and_restart(engine, stream, make_job, plan_ahead, pass_by):
    job = make_job("room 1")
    plan_ahead(
        (12, "job", {"name": "room 1", "command": "stop"}),
        (20, "job", {"id": job.id, "command": "start"}),
        (33, "job", {"name": "room 1", "command": "restart"}),
    )

    pass_by(40)

    assert frames(engine, job) == [5, 10, 25, 30, 38]


def test_a_command_to_a_name_is_for_all_who_have_it_and_nobody_else(
    engine, stream, make_job, plan_ahead, pass_by
):
    twins, other = [make_job("twin"), make_job("twin")], make_job("other")
    plan_ahead((10, "job", {"name": "twin", "command": "stop"}))

    pass_by(10)

    assert [engine.jobs.find(job.id).is_running for job in (*twins, other)] == [False, False, True]


@pytest.mark.parametrize(
    ("live", "command"),
    [(True, "start"), (False, "start"), (False, "restart")],
    ids=["start while running", "start without a stream", "restart without a stream"],
)
def test_a_command_that_the_service_would_refuse_changes_nothing(
    engine, stream, make_job, plan_ahead, pass_by, live, command
):
    job = make_job()
    if not live:
        engine.unpublish(STREAM)
    before, changes = engine.jobs.find(job.id), told(engine)
    plan_ahead((10, "job", {"id": job.id, "command": command}), (20, "publish", OTHER))

    pass_by(20)

    assert engine.jobs.find(job.id) == before
    assert told(engine) == [*changes, (20, "stream", "published")]


# -- Faults --


def test_a_fault_is_armed_and_cleared_at_its_instants(engine, plan_ahead, pass_by):
    fault = Fault("outage", Plane.API, "error", {"code": "InternalError"})
    plan_ahead((10, "fault", fault), (20, "clear_fault", "outage"), (30, "clear_fault", "outage"))
    pass_by(9)
    before = engine.faults.all()
    pass_by(6)
    armed = engine.faults.all()

    pass_by(20)

    assert (before, [each.id for each in armed], engine.faults.all()) == ([], ["outage"], [])
    assert armed[0].since == FROZEN_START + timedelta(seconds=10)
    assert told(engine) == [(10, "fault", "armed"), (20, "fault", "cleared")]
