import io
import logging
import sys

import pytest

from ice_mock.cli.logs import ForPeople, OneLine, log_to_stderr


def record(message, exc_info=None):
    made = logging.LogRecord("ice_mock.server", logging.WARNING, "server.py", 1, message, (), exc_info)
    made.created = 1_767_225_605.25
    return made


@pytest.fixture
def failed():
    try:
        int("two\nlines")
    except ValueError:
        return record("failed", sys.exc_info())


def test_an_event_is_a_line():
    assert (
        OneLine().format(record("stopping")) == "2026-01-01T00:00:05.250Z WARNING ice_mock.server: stopping"
    )


def test_an_event_is_one_line_whatever_it_says(failed):
    assert OneLine().format(record("a\nb\x1b")).endswith(r"a\nb\x1b")
    assert "\n" not in OneLine().format(failed)


def test_people_read_tracebacks_in_lines_and_no_control_characters(failed):
    lines = ForPeople().format(failed).splitlines()

    assert lines[1] == "Traceback (most recent call last):"
    assert ForPeople().format(record("a\x1b")).endswith(r"a\x1b")


def test_what_is_below_the_level_is_not_logged(monkeypatch):
    root = logging.Logger("root")  # noqa: LOG001  # the real one belongs to pytest
    monkeypatch.setattr(logging, "root", root)
    monkeypatch.setattr(sys, "stderr", io.StringIO())

    log_to_stderr("warning")
    root.info("quiet")
    root.warning("loud")

    assert sys.stderr.getvalue().endswith(" WARNING root: loud\n")
    assert sys.stderr.getvalue().count("\n") == 1
