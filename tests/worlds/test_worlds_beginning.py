"""How worlds begin: with everything that a scenario says, at once or not at all."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from ice_mock.domain.behaviour import Behaviour
from ice_mock.domain.fault import Fault, Plane
from ice_mock.domain.model import AccessKey, Bucket, CallbackRules, Plan, SnapshotStyle
from ice_mock.domain.policy import Policy, Statement
from ice_mock.domain.scenario import (
    AccountSpec,
    BucketSpec,
    Event,
    JobSpec,
    Populate,
    Scenario,
    StreamSpec,
    TemplateSpec,
)
from ice_mock.domain.timepiece import FROZEN_START
from ice_mock.errors import Conflict
from ice_mock.store.memory import MemoryStore
from ice_mock.worlds import DEFAULT, IceMock
from ice_mock.worlds.beginning import begin

LIVE, OFFLINE, SHAKY = (f"rtmp://live.example.com/app/{name}" for name in ("live", "offline", "shaky"))
PLAN = Plan(timedelta(seconds=5), None, "{JobId}/{Sequence}.jpg")
START = datetime(2031, 1, 1, tzinfo=UTC)
JOB_ID = "3f9a7c1e-58d2-4b06-9e8f-7f1a2b3c4d5e"
RICH = Scenario(
    name="rich",
    seed=9,
    clock="frozen",
    start=START,
    signatures="required",
    account=AccountSpec(
        user_id=42,
        status="disabled",
        ice="not-enabled",
        policy=Policy((Statement(allows=False),)),
        access_keys=(AccessKey("AK-1", "one"), AccessKey("AK-2", "two", active=False)),
        callback_url="http://receiver.example.com/",
        auth_key="Wonderland4610",
        concurrent_jobs=1,
        requests_per_second=5,
    ),
    templates=(TemplateSpec("t1", "One", PLAN), TemplateSpec("t2", "Two", PLAN, "system")),
    streams=(
        StreamSpec(LIVE, live=True),
        StreamSpec(OFFLINE),
        StreamSpec(SHAKY, pattern=(timedelta(seconds=30), timedelta(seconds=5)), repeat=1),
    ),
    buckets=(BucketSpec("pictures", "oss.example.com", authorized=False),),
    jobs=(
        JobSpec("first", "t1", LIVE, "pictures", id=JOB_ID),
        JobSpec("beyond the limit", "t1", LIVE, "pictures"),
        JobSpec("without a stream", "t2", OFFLINE, "pictures", "oss.example.com", "http://own.example.com/"),
    ),
    snapshots=SnapshotStyle(640, 360, 50),
    callbacks=CallbackRules(timedelta(seconds=1), 7, timedelta(seconds=9)),
    behaviour=Behaviour(sequence_width=4),
    timeline=(Event(timedelta(seconds=40), "publish", OFFLINE),),
    faults=(Fault("f1", Plane.API, "error", {"code": "InternalError"}),),
)


@pytest.fixture
def rich(real_time):
    return begin(RICH, MemoryStore(), real_time)


def test_the_account_is_as_the_scenario_says(rich):
    account = rich.account

    said = RICH.account
    names = ("user_id", "status", "ice", "policy", "callback_url", "auth_key", "concurrent_jobs")
    assert [getattr(account, name) for name in names] == [getattr(said, name) for name in names]
    assert (account.requests_per_second, account.seed, account.signatures) == (5, 9, "required")
    assert (account.behaviour, account.callbacks, account.snapshots) == (
        RICH.behaviour,
        RICH.callbacks,
        RICH.snapshots,
    )
    assert (account.any_bucket, account.started_at) == (False, START)


def test_keys_buckets_and_faults_are_as_the_scenario_says(rich):
    assert rich.store.all(AccessKey) == list(RICH.account.access_keys)
    assert rich.store.all(Bucket) == [Bucket("pictures", "oss.example.com", authorized=False)]
    assert [armed.fault for armed in rich.faults.all()] == list(RICH.faults)


def test_templates_are_made_at_the_start_with_the_ids_of_the_scenario(rich):
    made = [(each.id, each.name, each.kind, each.plan, each.created_at) for each in rich.templates.all()]

    assert made == [("t1", "One", "custom", PLAN, START), ("t2", "Two", "system", PLAN, START)]


def test_streams_are_live_offline_or_in_their_pattern(rich):
    assert {stream.id: stream.is_live for stream in rich.streams.all()} == {
        LIVE: True,
        OFFLINE: False,
        SHAKY: True,
    }


def test_jobs_run_if_their_streams_are_live_as_far_as_the_limit_goes(rich):
    jobs = rich.jobs.all()

    assert [(job.name, rich.jobs.status(job)) for job in jobs] == [
        ("first", "started"),
        ("beyond the limit", "init"),
        ("without a stream", "init"),
    ]
    assert (jobs[0].id, jobs[2].endpoint) == (JOB_ID, "oss.example.com")
    assert [rich.announcements.receiver(job) for job in jobs[1:]] == [
        "http://receiver.example.com/",
        "http://own.example.com/",
    ]


def test_a_job_on_a_stream_with_a_pattern_runs_from_the_start(real_time):
    scenario = replace(RICH, jobs=(JobSpec("shaky", "t1", SHAKY, "pictures"),))

    engine = begin(scenario, MemoryStore(), real_time)

    [job] = engine.jobs.all()
    assert (engine.jobs.status(job), job.runs[0].started_at) == ("started", START)


def test_what_the_timeline_says_is_still_to_come(rich):
    events = [(each.at, each.event.change) for each in rich.timeline.pending()]

    assert events == [(START + timedelta(seconds=30), "turn"), (START + timedelta(seconds=40), "publish")]


@pytest.mark.parametrize("mode", ["real", "x60"])
def test_everything_begins_at_the_very_start_even_if_the_clock_moves_meanwhile(real_time, mode):
    start = real_time()

    def hurrying():
        real_time.pass_by(milliseconds=1)
        return real_time.now

    engine = begin(replace(RICH, clock=mode, start=None), MemoryStore(), hurrying)

    instants = {change.at for change in engine.journal.changes()}
    assert instants == {start + timedelta(milliseconds=1)}
    assert engine.account.started_at == start + timedelta(milliseconds=1)
    assert engine.now() > engine.account.started_at


@pytest.mark.parametrize(
    ("clock", "start", "shown"),
    [
        ("frozen", None, FROZEN_START),
        ("frozen", START, START),
        ("x60", START, START),
        ("x60", None, None),
        ("real", None, None),
    ],
)
def test_the_clock_starts_where_the_scenario_says_or_where_its_mode_does(real_time, clock, start, shown):
    engine = begin(Scenario(clock=clock, start=start), MemoryStore(), real_time)

    assert (engine.time.timepiece.mode, engine.now()) == (clock, shown or real_time())


def test_what_is_only_counted_is_made_up_from_the_seed(real_time):
    scenario = Scenario(seed=3, clock="frozen", populate=Populate(templates=4, streams=5, jobs=6))

    worlds = [begin(scenario, MemoryStore(), real_time) for _ in range(2)]

    made = [[engine.templates.all(), engine.streams.all(), engine.jobs.all()] for engine in worlds]
    assert [len(each) for each in made[0]] == [4, 5, 6]
    assert made[0] == made[1]


def test_another_seed_makes_other_things_up(real_time):
    scenario = Scenario(clock="frozen", populate=Populate(templates=4, streams=5, jobs=6))

    names = [
        [job.name for job in begin(replace(scenario, seed=seed), MemoryStore(), real_time).jobs.all()]
        for seed in (1, 2)
    ]

    assert names[0] != names[1]


# -- Worlds of a server --


def test_a_reset_world_is_as_its_scenario_began_whatever_the_timeline_did(mock):
    before = mock.worlds.replace(DEFAULT, RICH)
    jobs = before.engine.jobs.all()
    before.engine.time.move_to(START + timedelta(hours=1))
    before.engine.timeline.settle()
    before.engine.faults.clear()

    after = mock.worlds.reset(DEFAULT)

    assert after.scenario == RICH
    assert (after.engine.now(), after.engine.jobs.all()) == (START, jobs)
    assert [armed.id for armed in after.engine.faults.all()] == ["f1"]
    assert len(after.engine.timeline.pending()) == 2


def test_a_world_is_replaced_as_a_whole(mock):
    old = mock.worlds.find(DEFAULT).engine
    old.templates.create("of the old world", PLAN)

    world = mock.worlds.replace(DEFAULT, RICH)

    assert mock.worlds.engine_of(None) is world.engine
    assert [template.id for template in world.engine.templates.all()] == ["t1", "t2"]
    assert [mock.worlds.access_key(id) is not None for id in ("AK-server", "AK-1", "AK-2")] == [
        False,
        True,
        True,
    ]


def test_a_world_that_was_made_for_a_test_keeps_its_own_key_when_it_is_replaced(mock):
    mock.worlds.create(access_key_id="AK-test", access_key_secret="s3cret")

    world = mock.worlds.replace("AK-test", RICH)

    assert (world.id, world.key) == ("AK-test", AccessKey("AK-test", "s3cret"))
    assert mock.worlds.engine_of("AK-test") is world.engine
    assert mock.worlds.access_key("AK-1") is None


def test_a_world_whose_key_belongs_to_another_one_is_not_replaced(mock):
    mock.worlds.create(access_key_id="AK-2")
    before = mock.worlds.find(DEFAULT)
    before.engine.templates.create("of the old world", PLAN)

    with pytest.raises(Conflict, match="the access key AK-2 belongs to a world already: AK-2"):
        mock.worlds.replace(DEFAULT, RICH)

    after = mock.worlds.find(DEFAULT)
    assert after is before
    assert [template.name for template in after.engine.templates.all()] == ["of the old world"]
    assert mock.worlds.access_key("AK-server").secret == "hush"
    assert mock.worlds.access_key("AK-1") is None


def test_to_replace_one_world_does_nothing_to_the_others(mock):
    other = mock.worlds.create(access_key_id="AK-other")
    other.engine.templates.create("mine", PLAN)

    mock.worlds.replace(DEFAULT, RICH)

    assert mock.worlds.find("AK-other") is other
    assert len(other.engine.templates.all()) == 1


@pytest.mark.parametrize(
    ("given", "asked", "clock", "start"),
    [
        (set(), None, "frozen", FROZEN_START),
        ({"clock"}, None, "x60", None),
        ({"clock", "start"}, None, "x60", START),
        (set(), "x2", "x2", None),
        ({"clock", "start"}, "x2", "x2", None),
    ],
    ids=["the server's", "the scenario's", "with its start", "as asked for", "asked for, against both"],
)
def test_a_new_world_takes_the_servers_clock_unless_somebody_states_one(
    mock, real_time, given, asked, clock, start
):
    stated = {"clock": "x60"} if "clock" in given else {}
    stated |= {"start": START} if "start" in given else {}
    scenario = replace(RICH, start=None, clock="real", given=frozenset(given))

    engine = mock.worlds.create(scenario=replace(scenario, **stated), clock=asked).engine

    assert (engine.time.timepiece.mode, engine.now()) == (clock, start or real_time())


@pytest.mark.parametrize(
    ("given", "asked", "expected"),
    [(set(), None, "known"), ({"signatures"}, None, "required"), (set(), "off", "off")],
    ids=["the server's", "the scenario's", "as asked for"],
)
def test_a_new_world_takes_the_servers_signatures_unless_somebody_states_them(mock, given, asked, expected):
    scenario = replace(RICH, given=frozenset(given))

    engine = mock.worlds.create(scenario=scenario, signatures=asked).engine

    assert engine.account.signatures == expected


def test_a_new_world_has_its_own_key_and_none_of_the_scenarios(mock):
    world = mock.worlds.create(access_key_id="AK-test", scenario=RICH)

    assert [key.id for key in world.engine.store.all(AccessKey)] == ["AK-test"]
    assert [template.id for template in world.engine.templates.all()] == ["t1", "t2"]


@pytest.mark.parametrize(
    ("given", "asked", "clock", "start"),
    [
        (set(), None, "frozen", FROZEN_START),
        ({"start"}, None, "frozen", START),
        ({"start"}, "frozen", "frozen", START),
        ({"clock"}, None, "x60", None),
        ({"clock", "start"}, None, "x60", START),
        ({"clock", "start"}, "frozen", "frozen", FROZEN_START),
    ],
)
@pytest.mark.parametrize("of_the_server", [False, True], ids=["asked for", "the server's"])
def test_a_default_clock_is_taken_where_no_scenario_states_one(
    real_time, of_the_server, given, asked, clock, start
):
    own = {"clock": "x60", "start": START}
    scenario = Scenario(**{name: own[name] for name in given}, given=frozenset(given))
    mock = IceMock(scenario if of_the_server else Scenario(clock="x2"), real_time=real_time)

    wanted = None if of_the_server else scenario
    engine = mock.worlds.create(scenario=wanted, clock=asked, default_clock="frozen").engine

    assert (engine.time.timepiece.mode, engine.now()) == (clock, start or real_time())


@pytest.mark.parametrize("wrong", [{"signatures": "sometimes"}, {"clock": "fast"}, {"default_clock": "fast"}])
def test_a_world_that_cannot_be_is_not_begun(mock, wrong):
    [value] = wrong.values()

    with pytest.raises(ValueError, match=value):
        mock.worlds.create(**wrong)

    assert [world.id for world in mock.worlds.all()] == ["default"]
