"""What the layers promise: every third-party package, and every source of impurity, has one home."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "ice_mock"
MODULES = sorted(PACKAGE.rglob("*.py"))

HOMES = {
    "aiohttp": ("callbacks/", "interception/"),
    "asyncio": ("callbacks/", "client/asynchronous.py", "interception/"),
    "cheroot": "server/",
    "flask": "web/",
    "marshmallow": ("actions/", "faults/", "scenario/", "web/control/"),
    "faker": "scenario/populate.py",
    "yaml": "scenario/",
    "PIL": "render/",
    "prometheus_client": "metrics/exposition.py",
    "rich": "cli/",
    "apispec": "web/control/openapi.py",
    "jinja2": "report/",
    "markupsafe": "report/",
    "pytest": "pytest_plugin/",
    "testcontainers": "testing.py",
    "werkzeug": "web/",
    # Impurity: time, randomness, threads, signals, the environment.
    "time": "clock.py",
    "random": (),
    "secrets": "identifiers.py",
    "uuid": "identifiers.py",
    "threading": "threads.py",
    "multiprocessing": (),
    "signal": "server/",
    "os": ("settings.py", "threads.py"),
    "socket": ("server/", "callbacks/sockets.py", "interception/"),
    "subprocess": (),
    "pickle": (),
}
THE_SYSTEMS_TIME = {"now", "utcnow", "today", "fromtimestamp"}


@cache
def imports(module: Path) -> frozenset[str]:
    return frozenset(_imports(module))


def _imports(module: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(module.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module.partition(".")[0]


def name(module: Path) -> str:
    return module.relative_to(PACKAGE).as_posix()


@pytest.mark.parametrize("package", HOMES)
def test_a_package_is_imported_only_where_it_lives(package: str) -> None:
    importers = [name(module) for module in MODULES if package in imports(module)]

    assert [each for each in importers if not each.startswith(HOMES[package])] == []


def test_only_the_clock_reads_the_systems_time() -> None:
    readers = {
        name(module)
        for module in MODULES
        for node in ast.walk(ast.parse(module.read_text()))
        if isinstance(node, ast.Attribute)
        and node.attr in THE_SYSTEMS_TIME
        and isinstance(node.value, ast.Name)
        and node.value.id in ("datetime", "date")
    }

    assert readers == {"clock.py"}


def test_every_module_says_what_it_is_for() -> None:
    silent = [name(module) for module in MODULES if not ast.get_docstring(ast.parse(module.read_text()))]

    assert silent == []


def test_every_assumption_in_the_code_is_explained() -> None:
    listed = (ROOT / "docs" / "assumptions.md").read_text()
    marked = {name(module): module.read_text().count("Assumed:") for module in MODULES}

    explained = {each: listed.count(f"`{each}`") for each in marked}

    assert explained == marked
