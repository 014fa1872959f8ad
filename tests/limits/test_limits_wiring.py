"""Bounds where planes, settings and tests meet them."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from ice_mock import credentials, limits
from ice_mock.cli.serve import mock_of
from ice_mock.domain.model import DeletedObject, Plan
from ice_mock.domain.scenario import Scenario
from ice_mock.engine import Engine
from ice_mock.engine.allowance import BY_HAND, LimitReached, used
from ice_mock.engine.jobs import Order
from ice_mock.gateway import secrecy
from ice_mock.gateway.authentication import NONCES_BYTES, NONCES_LIMIT
from ice_mock.oss.request import OssRequest
from ice_mock.settings import settings
from ice_mock.web import create_app
from ice_mock.worlds import DEFAULT, IceMock


def test_the_setting_decides_how_many_worlds_there_may_be() -> None:
    mock = mock_of(settings({"max_worlds": "3"}, {}), set())

    bounds = {bound.name: bound.most for bound in mock.metrics.bounds.all()}

    assert (mock.worlds.most, bounds["worlds"]) == (3, 3)


@pytest.fixture
def mock() -> IceMock:
    return IceMock(Scenario(clock="frozen", signatures="off"))


def begin_a_job(mock: IceMock) -> Engine:
    engine = mock.worlds.find(DEFAULT).engine
    engine.publish("rtmp://a/b/c")
    template = engine.templates.create("t", Plan(timedelta(seconds=5), None, "{JobId}/{Sequence}.jpg"))
    engine.jobs.submit(Order("room 1", template.id, "rtmp://a/b/c", "oss", "pictures", "inbox"))
    return engine


@pytest.fixture
def job_id(engine, stream: str, make_job: Callable, pass_time: Callable) -> str:
    job = make_job(sequence="{JobId}/{Sequence}.jpg")
    pass_time(seconds=15)
    return job.id


def test_objects_beyond_the_bound_are_not_deleted(
    engine, job_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "DELETED_OBJECTS", 1)
    engine.objects.delete("pictures", f"{job_id}/1.jpg")

    with pytest.raises(LimitReached, match="there are 1 deleted objects in this world, and there may be 1"):
        engine.objects.delete("pictures", f"{job_id}/2.jpg")

    assert engine.objects.find("pictures", f"{job_id}/2.jpg")
    assert engine.store.count(DeletedObject) == 1


def test_object_storage_tells_of_a_bound_in_its_own_form(mock: IceMock) -> None:
    begin_a_job(mock)

    with limits.within(timedelta(), unless=lambda: True):
        answer = mock.oss(OssRequest("GET", "pictures", None, (), {"host": "localhost"}, "/pictures/"))

    assert answer.status == 503
    assert b"<Code>ServiceUnavailable</Code><Message>ice_mock: the request has taken longer" in answer.body


def test_attempts_by_hand_are_counted_and_refused_before_they_are_made(
    mock: IceMock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "REDELIVERIES", 1)
    engine = begin_a_job(mock)
    engine.time.move_to(engine.now() + timedelta(seconds=5))
    [callback] = engine.announcements.claim(engine.now(), 1)
    client = create_app(mock).test_client()
    path = f"/_ice_mock/worlds/default/callbacks/{callback.id}/redeliver"

    first, second = client.post(path), client.post(path)

    assert (first.status_code, second.status_code) == (200, 409)
    assert used(engine.context, BY_HAND) == 1
    assert len(engine.announcements.find(callback.id).attempts) == 1


def test_usual_nonces_all_fit() -> None:
    assert (200 + len("LTAI-icemock-0123456789/") + 36) * NONCES_LIMIT < NONCES_BYTES


def test_a_long_text_is_not_kept_in_a_cache() -> None:
    before = (credentials._told.cache_info().currsize, secrecy._known_forms.cache_info().currsize)

    assert credentials.tells("Secret" + "x" * 10_000)
    assert len(secrecy._forms("&" * 10_000)) > 1

    assert (credentials._told.cache_info().currsize, secrecy._known_forms.cache_info().currsize) == before
