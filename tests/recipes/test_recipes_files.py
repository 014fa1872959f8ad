"""The files for compose, GitHub Actions and GitLab CI: what can be checked without starting anything."""

import json
import re
from importlib.resources import files
from typing import Any

import jsonschema
import pytest
import yaml
from recipes.pages import RECIPES, ROOT, Block, blocks

from ice_mock.settings import DEFAULT_PORT, settings
from ice_mock.testing import IMAGE

NAME = re.compile(r"# (\S+)\n")
FILES: dict[str, Block] = {
    match[1]: block
    for block in blocks(RECIPES)
    if block.language == "yaml" and (match := NAME.match(block.text))
}
SCHEMAS = {
    "compose.yaml": "compose-spec",
    ".github/workflows/test.yml": "github-workflows",
    ".gitlab-ci.yml": "gitlab-ci",
}
every_file = pytest.mark.parametrize("name", FILES)


def document(name: str) -> dict[Any, Any]:
    return yaml.safe_load(FILES[name].text)


def emulator(name: str) -> dict[str, Any]:
    """What a file says of the service in which the emulator is."""
    content = document(name)
    if name == ".gitlab-ci.yml":
        [service] = content["test"]["services"]
        return {"image": service["name"], "name": service["alias"]}
    services = content["services"] if name == "compose.yaml" else content["jobs"]["test"]["services"]
    return {"name": "ice-mock", **services["ice-mock"]}


def variables(name: str) -> dict[str, str]:
    """What a file tells the tests, not the emulator."""
    content = document(name)
    return {
        "compose.yaml": lambda: content["services"]["tests"]["environment"],
        ".gitlab-ci.yml": lambda: content["test"]["variables"],
        ".github/workflows/test.yml": lambda: content["jobs"]["test"]["env"],
    }[name]()


def test_every_block_of_yaml_says_which_file_it_is() -> None:
    assert list(FILES) == ["compose.yaml", ".github/workflows/test.yml", ".gitlab-ci.yml"]
    assert len(FILES) == len([block for block in blocks(RECIPES) if block.language == "yaml"])


@every_file
def test_it_is_a_file_of_its_kind(name: str) -> None:
    schema = files("check_jsonschema") / "builtin_schemas" / "vendor" / f"{SCHEMAS[name]}.json"

    # YAML reads the key "on" of a workflow as true.
    content = {"on" if key is True else key: value for key, value in document(name).items()}
    jsonschema.validate(content, json.loads(schema.read_text("utf-8")))


@every_file
def test_the_image_is_the_one_that_make_builds(name: str) -> None:
    assert emulator(name)["image"] == IMAGE


@pytest.mark.parametrize("name", ["compose.yaml", ".github/workflows/test.yml"])
def test_the_port_comes_out_under_its_own_number(name: str) -> None:
    assert emulator(name)["ports"] == [f"{DEFAULT_PORT}:{DEFAULT_PORT}"]


@every_file
def test_the_tests_are_told_where_the_emulator_is(name: str) -> None:
    host = "127.0.0.1" if name.startswith(".github") else emulator(name)["name"]

    assert variables(name)["ICE_MOCK_URL"] == f"http://{host}:{DEFAULT_PORT}"


@every_file
def test_the_tests_have_the_token_of_the_emulator(name: str) -> None:
    given = {**emulator(name), **variables(name)} if name == ".gitlab-ci.yml" else emulator(name)
    its_own = given.get("environment") or given.get("env") or given

    assert its_own["ICE_MOCK_TOKEN"] == variables(name)["ICE_MOCK_TOKEN"]
    assert settings({}, {"ICE_MOCK_TOKEN": its_own["ICE_MOCK_TOKEN"]})["token"]


def test_compose_and_github_wait_for_the_health_check_of_the_image() -> None:
    assert 'CMD ["ice-mock", "ready"]' in (ROOT / "Dockerfile").read_text()
    assert document("compose.yaml")["services"]["tests"]["depends_on"] == {
        "ice-mock": {"condition": "service_healthy"}
    }


def test_gitlab_waits_for_the_emulator_before_the_tests() -> None:
    script = document(".gitlab-ci.yml")["test"]["script"]

    assert script.index("ice-mock ready --wait") < script.index("pytest")


@pytest.mark.parametrize("name", ["compose.yaml", ".github/workflows/test.yml"])
def test_callbacks_find_the_host(name: str) -> None:
    assert "host.docker.internal:host-gateway" in str(emulator(name))
