"""What the pages say to docker and podman: images, ports, variables and commands that there are."""

import re
import shlex
from collections.abc import Iterator
from typing import NamedTuple

import pytest
import yaml
from recipes.pages import CONTAINER, PAGES, ROOT, blocks

from ice_mock.cli import COMMANDS
from ice_mock.settings import DEFAULT_PORT, SETTINGS, settings

RUN = re.compile(r"^(?:docker|podman) run (.*)$", re.MULTILINE)
COMPOSE = re.compile(r"docker compose (?:--profile (\S+) )?\w+ ([^`\n]*)")
LONG = {"-p": "--publish", "-e": "--env"}
SWITCHES = {"--detach", "--rm", "--read-only"}


class Run(NamedTuple):
    """A container that a page starts: with which options, from which image, to do what."""

    options: list[tuple[str, str]]
    image: str
    command: list[str]

    def all(self, option: str) -> list[str]:
        return [value for name, value in self.options if name == option]


def run_of(line: str) -> Run:
    words = (LONG.get(word, word) for word in shlex.split(line, comments=True))
    options = []
    for word in words:
        if not word.startswith("--"):
            return Run(options, word, list(words))
        name, _, value = word.partition("=")
        options.append((name, value or ("" if name in SWITCHES else next(words))))
    raise ValueError(f"no image: {line}")


def runs() -> Iterator[tuple[str, Run]]:
    for page in PAGES:
        for block in blocks(page):
            for number, found in enumerate(RUN.finditer(block.text)):
                yield f"{block.place} {number}", run_of(found[1])


RUNS = dict(runs())
every_run = pytest.mark.parametrize("run", RUNS.values(), ids=RUNS)


@every_run
def test_a_container_is_one_of_the_image(run: Run) -> None:
    assert run.image == "ice-mock"


@every_run
def test_a_container_is_told_what_a_server_understands(run: Run) -> None:
    told = dict(each.split("=", 1) for each in run.all("--env"))

    assert told.keys() <= {setting.variable for setting in SETTINGS}
    settings({}, told)


@every_run
def test_a_port_that_comes_out_is_the_one_that_is_listened_at(run: Run) -> None:
    assert {port.rpartition(":")[2] for port in run.all("--publish")} <= {str(DEFAULT_PORT)}


@every_run
def test_a_command_in_a_container_is_one_that_there_is(run: Run) -> None:
    assert not run.command or run.command[0] in COMMANDS


def test_folders_are_mounted_where_the_image_looks() -> None:
    mounted = [volume.split(":")[1] for run in RUNS.values() for volume in run.all("--volume")]

    assert mounted
    assert {f"WORKDIR {each}" for each in mounted} <= set((ROOT / "Dockerfile").read_text().splitlines())


def test_what_is_said_to_compose_is_about_services_and_profiles_that_there_are() -> None:
    services = yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]
    profiles = {each for service in services.values() for each in service.get("profiles", [])}
    pages = [(ROOT / page).read_text() for page in (CONTAINER, "compose.yaml", "examples/consumer/README.md")]

    for profile, words in COMPOSE.findall("\n".join(pages)):
        named = {word for word in re.sub(r" {2,}.*", "", words).split() if not word.startswith("-")}
        assert named <= services.keys()
        assert not profile or profile in profiles


def test_containers_have_been_found() -> None:
    assert {place.partition(":")[0] for place in RUNS} >= {"README.md", CONTAINER}
