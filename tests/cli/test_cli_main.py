"""The command line as a whole: help, versions, mistakes, and what it costs to ask."""

import io
import subprocess
import sys

import pytest

import ice_mock
from ice_mock import cli
from ice_mock.cli import COMMANDS

HEAVY = {
    "aiohttp",
    "cheroot",
    "flask",
    "http.client",
    "ice_mock.settings",
    "marshmallow",
    "PIL",
    "rich",
    "werkzeug",
}


def test_help_names_every_command(command):
    ended = command("--help")

    assert ended.status == 0
    assert all(f"\n  {name} " in ended.out for name in COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(command, name):
    ended = command(name, "--help")

    assert ended.status == 0
    assert ended.out.startswith(f"usage: ice-mock {name}")


@pytest.mark.parametrize(
    "words",
    [
        *([name] for name in COMMANDS if name not in ("serve", "scenario")),
        *(["scenario", tool] for tool in ("list", "check", "plan", "run")),
    ],
    ids=" ".join,
)
def test_every_command_that_prints_can_print_json(command, words):
    assert "--json" in command(*words, "--help").out


def test_help_fits_on_a_screen_of_80_columns(command):
    screens = [command(name, "--help").out for name in COMMANDS]

    assert max(len(line) for screen in screens for line in screen.splitlines()) <= 80


def test_the_version_is_the_packages(command):
    assert command("--version") == (0, f"ice-mock {ice_mock.__version__}\n", "")


def test_without_a_command_help_is_shown_and_the_usage_is_wrong(command):
    ended = command()

    assert (ended.status, ended.out) == (2, "")
    assert "worlds" in ended.err


@pytest.mark.parametrize(
    ("typed", "meant"), [("clok", "clock"), ("callback", "callbacks"), ("word", "worlds")]
)
def test_a_command_that_is_mistyped_is_guessed(command, typed, meant):
    ended = command(typed)

    assert ended.status == 2
    assert f"there is no command '{typed}'; did you mean '{meant}'?" in ended.err


def test_a_command_that_is_like_no_other_is_not_guessed(command):
    assert command("\x1bzzz").err.endswith(r"there is no command '\x1bzzz'" + "\n")


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (
            ["clock", "advance", "30"],
            "'30' is no duration: expected a number and ms, s, m, h or d, such as 30s",
        ),
        (["clock", "set", "noon"], "'noon' is no instant: expected one such as 2026-01-31T23:59:59Z"),
        (["clock", "run", "fast"], "'fast' is no clock: expected real, frozen or xN"),
        (["files", "J", "--limit", "-1"], "'-1' is no whole number"),
        (["clock", "dance"], "invalid choice: 'dance'"),
        (["files"], "the following arguments are required: JOB"),
        (["jobs", "--ur", "http://localhost"], "unrecognized arguments: --ur http://localhost"),
    ],
)
def test_wrong_words_end_with_2_and_say_what_is_right(command, words, complaint):
    ended = command(*words)

    assert (ended.status, ended.out) == (2, "")
    assert complaint in ended.err


def test_help_imports_nothing_heavy():
    probe = (
        "import sys; from ice_mock.cli import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: print(*sys.modules)"
    )

    output = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True).stdout

    assert HEAVY & set(output.split()) == set()


def test_it_can_be_called_as_a_module():
    ended = subprocess.run([sys.executable, "-m", "ice_mock", "--version"], capture_output=True, check=False)

    assert (ended.returncode, ended.stdout.decode()) == (0, f"ice-mock {ice_mock.__version__}\n")


def test_a_reader_that_leaves_early_is_no_failure(monkeypatch):
    class Closed(io.StringIO):
        def write(self, _text):
            raise BrokenPipeError

    monkeypatch.setattr(sys, "stdout", Closed())

    assert cli.main(["env"]) == 0


def test_ctrl_c_ends_a_command_like_a_shell_expects(command, monkeypatch):
    def interrupted(_document):
        raise KeyboardInterrupt

    monkeypatch.setattr("ice_mock.cli.env.print_document", interrupted)

    assert command("env", "--json") == (130, "", "")
