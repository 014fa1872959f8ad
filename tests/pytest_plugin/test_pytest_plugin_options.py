"""The options of a run, and what a run is told about them."""

from collections.abc import Callable

import pytest

from ice_mock.server import Server

pytest_plugins = ["pytester"]
Run = Callable[..., pytest.RunResult]
URL = "def test_it(ice_mock_server): print('URL', ice_mock_server.url)"


def test_help_shows_the_options_in_a_group_of_their_own(run: Run) -> None:
    result = run("", "--help")

    result.stdout.fnmatch_lines(
        [
            "ice_mock: an emulator of live snapshots:",
            "  --ice-mock-url=URL *",
            "  --ice-mock-report=DIR*",
            "* ice_mock_url (string):*",
            "* ice_mock_report (string):*",
        ]
    )


def test_the_header_says_nothing_unless_something_was_asked_for(run: Run) -> None:
    result = run("def test_it(): pass")

    result.stdout.no_fnmatch_line("ice_mock: *")


@pytest.mark.parametrize("source", ["--ice-mock-url", "ICE_MOCK_URL", "ice_mock_url"])
def test_a_server_elsewhere_is_named_with_where_it_was_found(
    run: Run,
    pytester: pytest.Pytester,
    monkeypatch: pytest.MonkeyPatch,
    elsewhere: Server,
    source: str,
) -> None:
    flags = []
    match source:
        case "--ice-mock-url":
            flags = ["--ice-mock-url", elsewhere.url]
        case "ICE_MOCK_URL":
            monkeypatch.setenv("ICE_MOCK_URL", elsewhere.url)
        case "ice_mock_url":
            pytester.makeini(f"[pytest]\nice_mock_url = {elsewhere.url}\n")

    result = run(URL, "-s", *flags)

    result.stdout.fnmatch_lines(
        [f"ice_mock: the server at {elsewhere.url}, from {source}", f"*URL {elsewhere.url}*"]
    )


def test_a_flag_beats_a_variable_beats_the_configuration_file(
    run: Run, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytester.makeini("[pytest]\nice_mock_url = http://file:1\nice_mock_report = from-file\n")
    monkeypatch.setenv("ICE_MOCK_URL", "http://variable:1")

    result = run("", "--ice-mock-url=http://flag:1", "--collect-only")
    without_flag = run("", "--collect-only")

    result.stdout.fnmatch_lines(["ice_mock: the server at http://flag:1, from --ice-mock-url"])
    without_flag.stdout.fnmatch_lines(["ice_mock: the server at http://variable:1, from ICE_MOCK_URL"])


def test_a_folder_counts_from_where_it_was_said(
    run: Run, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytester.makeini("[pytest]\nice_mock_report = from-file\n")
    monkeypatch.chdir(pytester.mkdir("below"))

    of_the_file = run("", "--collect-only", "--rootdir", str(pytester.path))
    of_the_flag = run("", "--collect-only", "--ice-mock-report=from-flag")

    of_the_file.stdout.fnmatch_lines([f"ice_mock: pages *{pytester.path}/from-file"])
    of_the_flag.stdout.fnmatch_lines([f"ice_mock: pages *{pytester.path}/below/from-flag"])


def test_what_is_no_address_ends_the_run_before_it_begins(run: Run) -> None:
    result = run("def test_it(): pass", "--ice-mock-url=nonsense")

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["ERROR: --ice-mock-url: 'nonsense' is no address: expected one such as *"])


def test_a_server_that_does_not_answer_is_named_once_for_each_test_and_without_traceback(run: Run) -> None:
    result = run("def test_it(ice_mock): pass", "--ice-mock-url=http://127.0.0.1:9")

    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["--ice-mock-url: no ice_mock server answers at http://127.0.0.1:9: *"])
    result.stdout.no_fnmatch_line("*Traceback*")


def test_a_server_that_is_not_ready_is_told_from_one_that_is(run: Run, elsewhere: Server) -> None:
    elsewhere.mock.patience.end()

    result = run("def test_it(ice_mock): pass", f"--ice-mock-url={elsewhere.url}")

    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(
        [f"--ice-mock-url: the ice_mock server at {elsewhere.url} answers that it is not ready"]
    )


def test_a_run_without_the_plugin_knows_nothing_of_it(run: Run) -> None:
    result = run("def test_it(ice_mock): pass", "-p", "no:ice_mock")

    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*fixture 'ice_mock' not found*"])
