"""Which key a secret belongs to, for whoever sends it in place of the key's id."""

from collections.abc import Callable
from datetime import datetime

import pytest

from ice_mock.domain.model import AccessKey
from ice_mock.domain.scenario import AccountSpec, Scenario
from ice_mock.worlds import DEFAULT, IceMock
from ice_mock.worlds.worlds import Worlds


@pytest.fixture
def worlds(real_time: Callable[[], datetime]) -> Worlds:
    return IceMock(with_key("LTAI-default", "default-secret"), real_time=real_time).worlds


def with_key(id: str, secret: str) -> Scenario:
    return Scenario(account=AccountSpec(access_keys=(AccessKey(id, secret),)))


def id_of(worlds: Worlds, secret: str) -> str | None:
    key = worlds.key_with_secret(secret)
    return key.id if key else None


def test_a_secret_tells_its_key_in_whatever_world(worlds: Worlds) -> None:
    worlds.create(access_key_id="LTAI-a", access_key_secret="secret-a")

    assert id_of(worlds, "secret-a") == "LTAI-a"
    assert id_of(worlds, "default-secret") == "LTAI-default"
    assert id_of(worlds, "nobody's") is None


def test_a_secret_is_forgotten_with_its_world(worlds: Worlds) -> None:
    worlds.create(access_key_id="LTAI-a", access_key_secret="secret-a")

    worlds.delete("LTAI-a")

    assert id_of(worlds, "secret-a") is None


def test_a_secret_of_several_keys_is_one_as_long_as_one_of_them_is_there(worlds: Worlds) -> None:
    for id in ("LTAI-a", "LTAI-b"):
        worlds.create(access_key_id=id, access_key_secret="shared")

    worlds.delete("LTAI-a")

    assert id_of(worlds, "shared") == "LTAI-b"


def test_a_world_that_begins_anew_keeps_its_secret(worlds: Worlds) -> None:
    worlds.create(access_key_id="LTAI-a", access_key_secret="secret-a")

    worlds.reset("LTAI-a")

    assert id_of(worlds, "secret-a") == "LTAI-a"


def test_a_secret_that_a_new_scenario_changes_is_one_no_more(worlds: Worlds) -> None:
    worlds.replace(DEFAULT, with_key("LTAI-default", "another-secret"))

    assert id_of(worlds, "default-secret") is None
    assert id_of(worlds, "another-secret") == "LTAI-default"
