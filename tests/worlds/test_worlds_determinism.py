import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace

from ice_mock.domain.scenario import Scenario
from ice_mock.worlds import DEFAULT, IceMock

IDS = """
from ice_mock.gateway import Call
from ice_mock.worlds import IceMock
from ice_mock.domain.scenario import Scenario
query = dict(Action="CreateLiveSnapshotTemplate", Version="2020-11-09", Format="JSON", TemplateName="t",
             TimeInterval="5", SequenceFormat="{JobId}/{Sequence}.jpg")
mock = IceMock(Scenario(clock="frozen", seed=7))
print([mock.gateway(Call("GET", query=tuple(query.items()))) for _ in range(3)])
"""


def test_the_same_calls_to_two_servers_of_one_seed_have_the_same_answers_and_callbacks(
    spec: Scenario, a_minute: Callable, call: Callable
) -> None:
    one, other = IceMock(spec), IceMock(spec)

    assert a_minute(one, None, call) == a_minute(other, None, call)


def test_the_same_calls_to_two_worlds_of_one_server_have_the_same_answers_and_callbacks(
    mock: IceMock, a_minute: Callable, call: Callable
) -> None:
    for key in ("AK-a", "AK-b"):
        mock.worlds.create(access_key_id=key, signatures="off")

    assert a_minute(mock, "AK-a", call) == a_minute(mock, "AK-b", call)


def test_the_same_calls_after_a_reset_have_the_same_answers_and_callbacks(
    mock: IceMock, a_minute: Callable, call: Callable
) -> None:
    before = a_minute(mock, None, call)
    mock.worlds.reset(DEFAULT)

    assert a_minute(mock, None, call) == before


def test_what_is_asked_in_between_changes_request_ids_and_nothing_else(
    spec: Scenario, a_minute: Callable, call: Callable
) -> None:
    one, other = IceMock(spec), IceMock(spec)
    call(other, "ListLiveSnapshotJobs")

    calm, disturbed = a_minute(one, None, call), a_minute(other, None, call)

    # Twelve frames of two files each, of which a callback says all but the request's id.
    assert calm[-48:] == disturbed[-48:]
    assert calm != disturbed


def test_another_seed_gives_other_identifiers(spec: Scenario, a_minute: Callable, call: Callable) -> None:
    one, other = IceMock(spec), IceMock(replace(spec, seed=8))

    assert not set(a_minute(one, None, call)) & set(a_minute(other, None, call))


def test_it_is_the_same_in_another_process() -> None:
    outputs = [
        subprocess.run(
            [sys.executable, "-c", IDS],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    ]

    assert outputs[0] == outputs[1]
    assert "TemplateId" in outputs[0]
