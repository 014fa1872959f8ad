"""The plugin for pytest: a server for the run, a world for each test, and a report of what failed.

It is imported by every run where the package is installed, so nothing here imports more than it has to: what
serves, draws or speaks HTTP is imported by the first fixture that needs it.
"""

from collections.abc import Generator
from typing import Any

import pytest

from ice_mock.pytest_plugin import endings, failures, interceptions, marker, options, scene, sdks
from ice_mock.pytest_plugin.fixtures import ice_mock, ice_mock_async, ice_mock_server
from ice_mock.pytest_plugin.sdks import ice_client, ice_oss_bucket

__all__ = [
    "ice_client",
    "ice_mock",
    "ice_mock_async",
    "ice_mock_server",
    "ice_oss_bucket",
]


def pytest_addoption(parser: pytest.Parser) -> None:
    options.add(parser)


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", marker.DESCRIPTION)
    config.pluginmanager.register(interceptions.Refusals())
    options.read(config)


def pytest_report_header(config: pytest.Config) -> list[str]:
    return options.header(config)


# The last: others may have set the marker by then.
@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        sdks.excuse(item)


# The outermost: whatever is set up for a test may make calls.
@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> Generator[None]:
    scene.of(item.config).item = item
    interceptions.begin_if_marked(item)
    return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(
    fixturedef: "pytest.FixtureDef[Any]", request: pytest.FixtureRequest
) -> Generator[None, Any, Any]:
    with scene.of(request.config).setting_up(fixturedef.argname, request.node):
        return (yield)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None]:
    try:
        return (yield)
    finally:
        interceptions.end(item)


# The outermost: a test that was expected to fail has not failed, and others decide about that.
@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    failures.shorten(call)
    report = yield
    if report.failed:
        failures.explain(report, item)
    if call.when == "teardown":
        endings.drop_worlds(item)
    return report


# The last: fixtures of the whole session may use the server until they are gone.
@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    interceptions.end_all(session.config)
    endings.stop_server(session.config)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    endings.take_over(node)


def pytest_terminal_summary(terminalreporter: "pytest.TerminalReporter", config: pytest.Config) -> None:
    endings.summarize(terminalreporter, config)
