"""What the report of a failing test says about the worlds that the test used."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ice_mock.pytest_plugin import endings, options

if TYPE_CHECKING:
    from ice_mock.pytest_plugin.servers import Opened
    from ice_mock.report import Evidence

TITLE = "ice_mock"


def failure(why: str) -> BaseException:
    """What a fixture raises that cannot do what a test asks of it: *why*, without a traceback of ours."""
    return pytest.fail.Exception(why, pytrace=False)


def explain(report: pytest.TestReport, item: pytest.Item) -> None:
    """Add a section about each world to the *report*, and write a page if that was asked for."""
    worlds = endings.worlds_of(item)
    directory = options.of(item.config).report
    for number, world in enumerate(worlds, start=1):
        title = f"{TITLE}: world {world.client.world}" if len(worlds) > 1 else TITLE
        parts = [_text(world)]
        if directory:
            parts.append(_page(directory, _page_title(report, number), world))
        _add(report, title, "\n".join(parts))


def _page_title(report: pytest.TestReport, number: int) -> str:
    """The title of a page, which no other failure of the run has, nor another world of this one."""
    phase = "" if report.when == "call" else f", {report.when}"
    return f"{report.nodeid}{phase}" + (f", world {number}" if number > 1 else "")


def shorten(call: pytest.CallInfo[None]) -> None:
    """Leave the handle out of the traceback of an expectation: one looks for the line of the test."""
    handle = sys.modules.get("ice_mock.client")
    if handle and call.excinfo and call.excinfo.errisinstance(handle.Unexpected):
        for entry in call.excinfo.traceback:
            if entry.frame.f_globals["__name__"].startswith(handle.__name__):
                # Pytest's own sign; the handle, which knows nothing of pytest, does not set it.
                entry.frame.f_globals["__tracebackhide__"] = True


def _text(world: "Opened") -> str:
    try:
        from ice_mock import report

        return report.text(_evidence(world))
    except Exception as error:  # noqa: BLE001 - whatever it is, the failure of the test must be seen
        return f"the report could not be made: {_said(error)}"


def _page(directory: Path, name: str, world: "Opened") -> str:
    try:
        from ice_mock import report
        from ice_mock.report.collecting import PICTURES

        evidence = _evidence(world, pictures=PICTURES)
        return f"page: {report.write_page(directory, name, evidence)}"
    except Exception as error:  # noqa: BLE001 - as above
        return f"the page could not be written to {directory}: {_said(error)}"


def _evidence(world: "Opened", *, pictures: int = 0) -> "Evidence":
    from ice_mock import report

    return report.collect(world.client, pictures=pictures, strays=world.strays(), refused=world.refused)


def _said(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"


def _add(report: pytest.TestReport, title: str, content: str) -> None:
    """Add a section; a failure that is more than a text shows it in every form that it is written in."""
    add = getattr(report.longrepr, "addsection", None)
    if add:
        add(title, content)
    else:
        report.sections.append((title, content))
