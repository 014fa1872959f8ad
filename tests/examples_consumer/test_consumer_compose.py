"""What compose.yaml names is there: files, variables, ports, services, and what makes these healthy."""

import ast
import json
import re
from fnmatch import fnmatch
from importlib.resources import files
from urllib.parse import urlsplit

import jsonschema
import pytest
import yaml
from examples_consumer.composition import (
    CONSUMER,
    ROOT,
    composition,
    context,
    dockerfile,
    environment,
    instructions,
    services,
)

from ice_mock import settings
from ice_mock.pytest_plugin.options import OPTIONS

SERVICES = ("ice-mock", "consumer", "tests")
SCENARIO = yaml.safe_load((CONSUMER / "scenario.yaml").read_text())
PORTS = {"ice-mock": settings.DEFAULT_PORT, "consumer": 8000}

every_service = pytest.mark.parametrize("service", SERVICES)


def words_of(*paths: str) -> set[str]:
    """Every string in these modules of the example."""
    trees = [ast.parse((CONSUMER / path).read_text()) for path in paths]
    return {each.value for tree in trees for each in ast.walk(tree) if isinstance(each, ast.Constant)}


def test_it_has_the_services_that_are_looked_at_here():
    assert services().keys() == set(SERVICES)


def test_it_is_a_compose_file():
    schema = files("check_jsonschema") / "builtin_schemas" / "vendor" / "compose-spec.json"

    jsonschema.validate(composition(), json.loads(schema.read_text("utf-8")))


@every_service
def test_what_an_image_is_built_from_is_there_and_reaches_the_engine(service):
    ignored = (context(service) / ".dockerignore").read_text().split()
    allowed = [pattern[1:] for pattern in ignored if pattern.startswith("!")]

    copied = [
        source
        for name, rest in instructions(dockerfile(service))
        if name == "COPY" and not rest.startswith("--from")
        for source in rest.split()[:-1]
    ]

    assert copied
    assert [each for each in copied if not (context(service) / each).exists()] == []
    assert [each for each in copied if not any(fnmatch(f"{each}/", f"{way}/*") for way in allowed)] == []


@every_service
def test_a_service_can_do_no_more_than_it_has_to(service):
    hardened = services()[service]

    assert hardened["read_only"]
    assert hardened["cap_drop"] == ["ALL"]
    assert hardened["security_opt"] == ["no-new-privileges:true"]
    assert dict(instructions(dockerfile(service)))["USER"].split(":")[0].isdecimal()


@every_service
def test_a_service_waits_only_for_those_that_tell_when_they_are_healthy(service):
    for awaited, how in services()[service].get("depends_on", {}).items():
        assert how == {"condition": "service_healthy"}
        assert "HEALTHCHECK" in dict(instructions(dockerfile(awaited)))


@pytest.mark.parametrize("service", PORTS)
def test_ports_are_those_that_are_listened_at_and_open_to_this_machine_only(service):
    port = PORTS[service]

    assert services()[service]["ports"] == [f"127.0.0.1:{port}:{port}"]
    assert dict(instructions(dockerfile(service)))["EXPOSE"] == str(port)


@every_service
def test_addresses_lead_to_a_service_at_its_port(service):
    there = [urlsplit(value if "://" in value else f"//{value}") for value in environment(service).values()]
    named = {(each.hostname, each.port) for each in there if each.port}

    assert named <= set(PORTS.items())


def test_the_emulator_understands_its_variables():
    given = environment("ice-mock")

    assert given.keys() <= {setting.variable for setting in settings.SETTINGS}
    assert settings.settings({}, given)["token"]


def test_the_scenario_that_the_emulator_is_told_is_mounted():
    [volume] = services()["ice-mock"]["volumes"]
    here, there, mode = volume.split(":")

    assert (there, mode) == (environment("ice-mock")["ICE_MOCK_SCENARIO"], "ro")
    assert (ROOT / here).is_file()


def test_the_consumer_reads_its_variables_and_gets_those_it_needs():
    text = (CONSUMER / "rooms" / "settings.py").read_text()
    required = ast.literal_eval(re.search(r"^REQUIRED = (\(.*?^\))", text, re.MULTILINE | re.DOTALL)[1])

    assert set(required) <= environment("consumer").keys() <= words_of("rooms/settings.py")


def test_the_consumer_has_the_keys_of_the_scenario():
    given, account = environment("consumer"), SCENARIO["account"]
    [key] = account["access_keys"]

    assert given["ALIBABA_CLOUD_ACCESS_KEY_ID"] == key["id"]
    assert given["ALIBABA_CLOUD_ACCESS_KEY_SECRET"] == key["secret"]
    assert given["CALLBACK_AUTH_KEY"] == account["callback"]["auth_key"]
    assert account["callback"]["auth_key"] in words_of("tests/conftest.py")


def test_the_tests_have_the_token_and_variables_that_are_read():
    plugin = {option.variable for option in OPTIONS} | {"ICE_MOCK_TOKEN"}

    assert environment("tests").keys() <= plugin | words_of("tests/conftest.py", "tests/test_composed.py")
    assert environment("tests")["ICE_MOCK_TOKEN"] == environment("ice-mock")["ICE_MOCK_TOKEN"]


@pytest.mark.parametrize("requirements", ["requirements.txt", "tests/requirements.txt"])
def test_the_consumer_is_tested_with_the_versions_that_it_names(requirements):
    lock = (ROOT / "requirements" / "dev.txt").read_text()
    named = re.findall(r"^[a-z].*==.*$", (CONSUMER / requirements).read_text(), re.MULTILINE)

    assert named
    assert [each for each in named if f"{each} " not in lock] == []
