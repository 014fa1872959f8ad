"""What tests of scenarios share: mistakes and their reports, which stand in text files beside the tests.

In such a file a case begins with ``===`` and its name; the lines after ``-->`` are the report.
"""

import re
from pathlib import Path

import pytest

from ice_mock.scenario import ScenarioInvalid, load

CASE = re.compile(r"^=== (.+)\n((?:(?!--> |=== ).*\n)*)((?:--> .*\n)+)", re.MULTILINE)


def pytest_generate_tests(metafunc) -> None:
    if "reported" in metafunc.fixturenames:
        content = (Path(__file__).parent / metafunc.module.CASES).read_text()
        cases = [
            pytest.param(text, re.findall("^--> (.*)$", lines, re.MULTILINE), id=name)
            for name, text, lines in CASE.findall(content)
        ]
        assert len(cases) == content.count("=== ")
        metafunc.parametrize(("text", "reported"), cases)


@pytest.fixture
def report():
    """The lines of the report about a text, none if there is nothing wrong with it."""

    def lines(text: str) -> list[str]:
        try:
            load(text, source="x.yaml")
        except ScenarioInvalid as invalid:
            return [line.removeprefix("x.yaml:") for line in str(invalid).splitlines()]
        return []

    return lines
