"""How a world begins: a scenario, put into an empty store."""

from ice_mock.clock import RealTime
from ice_mock.domain.model import Account, Bucket
from ice_mock.domain.scenario import JobSpec, Populate, Scenario
from ice_mock.domain.timepiece import Timepiece
from ice_mock.engine import Engine
from ice_mock.engine.jobs import Order
from ice_mock.store import Store


def begin(scenario: Scenario, store: Store, real_time: RealTime, world_id: str | None = None) -> Engine:
    """Begin the world that *scenario* describes; its *world_id* if no other server has one of that name."""
    if scenario.populate != Populate():
        # Not imported before it is needed: most worlds have nothing made up for them.
        from ice_mock.scenario.populate import populated

        scenario = populated(scenario)
    real = real_time()
    # The real clock shows the real time, whatever another would start with.
    start = None if scenario.clock == "real" else scenario.start
    timepiece = Timepiece.starting(scenario.clock, real, start)
    store.put(_account(scenario, timepiece, world_id))
    store.put(timepiece)
    engine = Engine(store, real_time)
    # All of it at the very beginning, also where the clock moves meanwhile.
    with engine.context.at(timepiece.shown):
        _furnish(engine, scenario)
    return engine


def _account(scenario: Scenario, timepiece: Timepiece, world_id: str | None) -> Account:
    account = scenario.account
    return Account(
        user_id=account.user_id,
        seed=scenario.seed,
        signatures=scenario.signatures,
        callback_url=account.callback_url,
        auth_key=account.auth_key,
        status=account.status,
        ice=account.ice,
        policy=account.policy,
        concurrent_jobs=account.concurrent_jobs,
        requests_per_second=account.requests_per_second,
        any_bucket=scenario.buckets is None,
        started_at=timepiece.shown,
        behaviour=scenario.behaviour,
        callbacks=scenario.callbacks,
        snapshots=scenario.snapshots,
        world_id=world_id,
    )


def _furnish(engine: Engine, scenario: Scenario) -> None:
    start = engine.now()
    for key in scenario.account.access_keys:
        engine.store.put(key)
    for template in scenario.templates:
        engine.templates.create(template.name, template.plan, id=template.id, kind=template.kind)
    for bucket in scenario.buckets or ():
        engine.store.put(Bucket(bucket.name, bucket.endpoint, bucket.authorized))
    for stream in scenario.streams:
        if stream.pattern:
            engine.timeline.add_pattern(stream, start)
        elif stream.live:
            engine.publish(stream.url)
        else:
            engine.unpublish(stream.url)
    engine.timeline.settle()
    for job in scenario.jobs:
        engine.jobs.submit(_order(job))
    for fault in scenario.faults:
        engine.faults.add(fault)
    for event in scenario.timeline:
        engine.timeline.add(event, start)


def _order(job: JobSpec) -> Order:
    return Order(
        name=job.name,
        template_id=job.template,
        stream_url=job.stream,
        endpoint=job.endpoint,
        bucket=job.bucket,
        callback_url=job.callback_url,
        id=job.id,
    )
