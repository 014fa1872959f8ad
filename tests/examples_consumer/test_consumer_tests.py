"""The tests of the sample consumer, run as its users run them: alone, and as compose.yaml composes it."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from examples_consumer.composition import CONSUMER, ROOT, dockerfile, environment, instructions, services
from recipes.reader import free_port

PYTEST = [sys.executable, "-m", "pytest"]
ICE_MOCK = [sys.executable, "-m", "ice_mock"]


def surroundings(variables: Mapping[str, str]) -> dict[str, str]:
    inherited = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("ICE_MOCK_") and not name.lower().endswith("_proxy")
    }
    return {**inherited, **variables}


def outcome(command: list[str], **variables: str) -> str:
    """Run a command in the consumer's folder; return the last line that it prints, if it succeeds."""
    ended = subprocess.run(
        command,
        cwd=CONSUMER,
        env=surroundings(variables),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout.splitlines()[-1]


@contextmanager
def started(command: list[str], **variables: str) -> Iterator[str]:
    """Run a program of the composition for as long as the body does; yields the line that says it serves."""
    process = subprocess.Popen(
        command, cwd=CONSUMER, env=surroundings(variables), stdout=subprocess.PIPE, text=True
    )
    with process:
        try:
            yield process.stdout.readline()
        finally:
            process.terminate()
    assert process.returncode == 0


def command_of(service: str) -> list[str]:
    """What the image of a service runs, with the Python of this one."""
    said = dict(instructions(dockerfile(service)))
    words = [*json.loads(said.get("ENTRYPOINT", "[]")), *json.loads(said["CMD"])]
    programs = {"ice-mock": ICE_MOCK, "pytest": PYTEST, "python": [sys.executable]}
    return [*programs[words[0]], *words[1:]]


def at(service: str, places: Mapping[str, str]) -> dict[str, str]:
    """The variables of a service, whose neighbours are at other *places* than in a network of containers."""
    [mounted] = services()["ice-mock"]["volumes"]
    here, there, _ = mounted.split(":")
    replaced = {**places, there: str(ROOT / here)}
    given = environment(service)
    for old, new in replaced.items():
        given = {name: value.replace(old, new) for name, value in given.items()}
    return given


def test_they_pass_with_a_server_of_their_own():
    assert " passed" in outcome(PYTEST)


def test_they_pass_in_the_composition():
    port = free_port()
    places = {"consumer:8000": f"127.0.0.1:{port}"}
    with started(command_of("ice-mock"), **at("ice-mock", {}), ICE_MOCK_PORT="0") as announced:
        places["ice-mock:4610"] = json.loads(announced)["url"].removeprefix("http://")
        with started(command_of("consumer"), **at("consumer", places), PORT=str(port)) as said:
            assert said == f"rooms: at http://127.0.0.1:{port}\n"

            passed = outcome(command_of("tests"), **at("tests", places))

    assert " passed" in passed
    assert "skipped" not in passed
