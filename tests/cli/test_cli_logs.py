"""The log on standard error, and how a server comes to its end, or to none."""

import io
import json
import logging
import os
import pty
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from ice_mock import server
from ice_mock.cli.logs import ForPeople, ForPrograms, OneLine, log_to_stderr
from ice_mock.cli.serve import serve_as
from ice_mock.client import Client
from ice_mock.settings import SETTINGS, settings, wants_colour
from ice_mock.worlds import scenarios

PATIENCE = 20
EXAMPLE = Path(__file__).parents[2] / "docs" / "operations.md"
FACTS = {
    "plane": "api",
    "action": "GetLiveSnapshotJob",
    "status": 200,
    "code": "OK",
    "duration_ms": 1.5,
    "world": "AK 1",
    "fault": None,
}


def record(message, exc_info=None, *, level=logging.WARNING, **facts):
    made = logging.LogRecord("ice_mock.server", level, "server.py", 1, message, (), exc_info)
    made.created = 1_767_225_605.25
    if facts:
        made.facts = facts
    return made


@pytest.fixture
def failed():
    try:
        int("two\nlines")
    except ValueError:
        return record("failed", sys.exc_info())


@pytest.fixture
def own_root(monkeypatch) -> Iterator[logging.Logger]:
    """A root of loggers to set up, as the real one belongs to pytest; what else is set up is put back."""
    for name in ("logThreads", "logProcesses", "logMultiprocessing"):
        monkeypatch.setattr(logging, name, True)
    root = logging.Logger("root")  # noqa: LOG001
    monkeypatch.setattr(logging, "root", root)
    return root


@pytest.fixture
def stderr(monkeypatch) -> Callable[..., io.StringIO]:
    """Make standard error a terminal, or none."""

    def become(*, terminal: bool = False) -> io.StringIO:
        stream = io.StringIO()
        stream.isatty = lambda: terminal
        monkeypatch.setattr(sys, "stderr", stream)
        return stream

    return become


def test_an_event_is_a_line():
    assert (
        OneLine().format(record("stopping")) == "2026-01-01T00:00:05.250Z WARNING ice_mock.server: stopping"
    )


def test_the_facts_of_an_event_follow_it():
    assert OneLine().format(record("GetLiveSnapshotJob", **FACTS)) == (
        "2026-01-01T00:00:05.250Z WARNING ice_mock.server: GetLiveSnapshotJob "
        'status=200 code=OK duration_ms=1.500 world="AK 1"'
    )


def test_an_event_is_one_line_whatever_it_says(failed):
    assert OneLine().format(record("a\nb\x1b")).endswith(r"a\nb\x1b")
    assert "\n" not in OneLine().format(failed)


def test_people_read_tracebacks_in_lines_and_no_control_characters(failed):
    lines = ForPeople().format(failed).splitlines()

    assert lines[1] == "Traceback (most recent call last):"
    assert ForPeople().format(record("a\x1b")).endswith(r"a\x1b")


def test_programs_read_an_object():
    assert json.loads(ForPrograms().format(record("GetLiveSnapshotJob", **FACTS))) == {
        "time": "2026-01-01T00:00:05.250Z",
        "level": "warning",
        "logger": "ice_mock.server",
        "message": "GetLiveSnapshotJob",
        **{name: fact for name, fact in FACTS.items() if fact is not None},
    }


def test_programs_read_a_traceback_in_a_field(failed):
    document = json.loads(ForPrograms().format(failed))

    assert document["message"] == "failed"
    assert document["traceback"].splitlines()[0] == "Traceback (most recent call last):"
    assert document["traceback"].endswith("'two\\nlines'")


NASTY = {
    "a line break": "a\nb\r\n2026-01-01T00:00:05.250Z INFO    forged: line",
    "an escape": "\x1b[31mred\x1b]0;title\x07",
    "quotes": '","level":"error","x":"',
    "a field": 'world=other code="OK',
    "other line breaks": "a\x0b\x0c\x1c\x85\u2028\u2029b",
    "right to left": "\u202egpj.a\u2066",
    "what is no character": "\udc80\x00",
    "a format": "%s %(name)s {0} %",
    "a backslash": "\\n\\",
    "nothing": "",
    "a surprise": "截\U0001f600",
}
every_name = pytest.mark.parametrize("name", NASTY.values(), ids=NASTY)


@every_name
def test_a_name_of_a_caller_stays_a_value_for_programs(name):
    written = ForPrograms().format(record(name, key=name, keys=[name]))

    document = json.loads(written)
    assert written.isascii()
    assert len(written.splitlines()) == 1
    assert (document["message"], document["key"], document["keys"]) == (name, name, [name])
    assert document["level"] == "warning"


@every_name
@pytest.mark.parametrize("formatter", [OneLine(), ForPeople()], ids=["in a file", "on a terminal"])
def test_a_name_of_a_caller_breaks_no_line_and_steers_no_terminal(formatter, name):
    written = formatter.format(record(name, key=name, code="Sure"))

    assert len(written.splitlines()) == 1
    assert written.isprintable()
    assert written.startswith("2026-01-01T00:00:05.250Z WARNING ice_mock.server: ")
    assert written.endswith(" code=Sure")


@every_name
def test_a_name_that_is_more_than_a_word_is_quoted(name):
    written = OneLine().format(record("said", key=name, code="Sure"))

    value = written.partition(" key=")[2].removesuffix(" code=Sure")
    assert value == name or json.loads(value) == name


def test_what_is_below_the_level_is_not_logged(own_root, stderr):
    said = stderr()

    log_to_stderr("warning", "text")
    own_root.info("quiet")
    own_root.warning("loud")

    assert said.getvalue().endswith(" WARNING root: loud\n")
    assert said.getvalue().count("\n") == 1


@pytest.mark.parametrize(
    ("form", "terminal", "variables", "expected"),
    [
        ("auto", False, {}, "json"),
        ("auto", True, {}, "colours"),
        ("auto", True, {"NO_COLOR": "1"}, "text"),
        ("auto", True, {"NO_COLOR": ""}, "colours"),
        ("auto", True, {"TERM": "dumb"}, "text"),
        ("text", False, {}, "text"),
        ("text", True, {}, "colours"),
        ("json", False, {}, "json"),
        ("json", True, {}, "json"),
    ],
)
def test_the_form_is_the_one_that_is_asked_for_or_fits(
    own_root, stderr, monkeypatch, form, terminal, variables, expected
):
    for name, value in ({"TERM": "xterm"} | variables).items():
        monkeypatch.setenv(name, value)
    said = stderr(terminal=terminal)

    log_to_stderr("info", form)
    own_root.warning("loud")

    line = said.getvalue()
    assert (line.startswith("{"), "\x1b[33m" in line, "\x1b" in line) == {
        "json": (True, False, False),
        "colours": (False, True, True),
        "text": (False, False, False),
    }[expected]
    assert "loud" in line


def test_colours_add_nothing_but_themselves():
    plain, coloured = ForPeople(), ForPeople(coloured=True)

    for level in (logging.DEBUG, logging.INFO, logging.WARNING, logging.ERROR):
        event = record("said", level=level, **FACTS)
        assert re.sub(r"\x1b\[\d+m", "", coloured.format(event)) == plain.format(event)
        assert coloured.format(event).endswith("\x1b[0m")


@pytest.mark.parametrize(
    ("variables", "wanted"),
    [({}, True), ({"NO_COLOR": "0"}, False), ({"TERM": "dumb"}, False), ({"TERM": "xterm"}, True)],
)
def test_who_wants_no_colours_gets_none(variables, wanted):
    assert wants_colour(variables) is wanted


def test_the_samples_in_the_documentation_are_of_this_form():
    samples = re.search(r"```json\n(\{\"time\".*?)\n```", EXAMPLE.read_text(), re.DOTALL)[1].splitlines()

    for sample in map(json.loads, samples):
        facts = {
            name: fact for name, fact in sample.items() if name not in ("time", "level", "logger", "message")
        }
        made = logging.LogRecord(
            sample["logger"], getattr(logging, sample["level"].upper()), "", 1, sample["message"], (), None
        )
        made.facts = facts
        assert {**json.loads(ForPrograms().format(made)), "time": sample["time"]} == sample
        assert [name for name in facts if f"`{name}`" not in EXAMPLE.read_text()] == []


# -- A server --


def lines(text: str) -> list[dict]:
    return [json.loads(line) for line in text.splitlines()]


def call(url: str, query: str) -> None:
    from urllib.request import ProxyHandler, build_opener

    build_opener(ProxyHandler({})).open(f"{url}/?{query}").close()


def test_a_server_logs_for_programs_where_nobody_looks(serving):
    with serving("--port", "0", "--clock", "frozen") as (process, ready):
        call(ready["url"], "Action=ListLiveSnapshotTemplates&Version=2020-11-09&SecurityToken=hush")
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=PATIENCE)

    assert (process.returncode, out) == (0, "")
    assert [line["message"] for line in lines(err)] == [
        "ListLiveSnapshotTemplates",
        "SIGTERM: stopping",
        "stopped",
    ]
    assert "hush" not in err


def test_a_server_logs_for_people_on_a_terminal():
    controller, terminal = pty.openpty()
    surroundings = {name: value for name, value in os.environ.items() if not name.startswith("ICE_MOCK_")}
    with subprocess.Popen(
        [sys.executable, "-m", "ice_mock", "serve", "--port", "0", "--clock", "frozen"],
        env=surroundings | {"TERM": "xterm", "NO_COLOR": ""},
        stdout=subprocess.PIPE,
        stderr=terminal,
        text=True,
    ) as process:
        os.close(terminal)
        json.loads(process.stdout.readline())
        process.send_signal(signal.SIGTERM)
        process.wait(PATIENCE)
    said = os.read(controller, 65536).decode()
    os.close(controller)

    assert said.startswith("ice_mock ")
    assert re.search(r"\x1b\[2m\S+Z INFO    \x1b\[0mice_mock.server: stopped\r\n$", said)


@contextmanager
def deaf() -> Iterator[str]:
    """The address of somebody who takes connections, and neither reads nor answers ever."""
    with closing(socket.create_server(("127.0.0.1", 0), backlog=512)) as listener:
        yield f"127.0.0.1:{listener.getsockname()[1]}"


def scenario_for(receiver: str, folder: Path) -> str:
    file = folder / "receiver.yaml"
    file.write_text(
        f'extends: one-room\naccount: {{callback: {{url: "http://user:word@{receiver}/?token=hush"}}}}\n'
    )
    return str(file)


def test_a_server_that_is_stopped_lists_what_it_has_not_delivered(serving, tmp_path):
    with deaf() as receiver:
        flags = ("--port", "0", "--scenario", scenario_for(receiver, tmp_path), "--clock", "x1000")
        with serving(*flags, "--grace", "0s") as (process, ready):
            while not Client(ready["url"]).health()["callbacks_under_way"]:
                pass
            process.send_signal(signal.SIGTERM)
            _, err = process.communicate(timeout=PATIENCE)

    undone = [line for line in lines(err) if "were not finished" in line["message"]]
    assert process.returncode == 0
    assert undone
    assert {line["url"] for line in undone} == {f"http://...@{receiver}/?..."}
    assert all(line["job"] and line["keys"] for line in undone)
    assert not re.search("hush|word", err)


def test_what_is_under_way_may_take_as_long_as_the_grace(serving, tmp_path):
    with socket.create_server(("127.0.0.1", 0), backlog=512) as listener:
        receiver = f"127.0.0.1:{listener.getsockname()[1]}"
        flags = ("--port", "0", "--scenario", scenario_for(receiver, tmp_path), "--clock", "x5")
        with serving(*flags, "--grace", "20s") as (process, ready):
            heard = [listener.accept()[0] for _ in range(2)]
            process.send_signal(signal.SIGTERM)
            while Client(ready["url"]).health()["status"] == "ok":
                pass
            for connection in heard:
                answer(connection)
            _, err = process.communicate(timeout=PATIENCE)

    assert process.returncode == 0
    assert [line["outcome"] for line in lines(err) if line["logger"] == "ice_mock.callback"] == [
        "delivered",
        "delivered",
    ]


def answer(connection: socket.socket) -> None:
    with connection:
        connection.recv(65536)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")


# -- A server that cannot start --


@contextmanager
def unprivileged() -> Iterator[None]:
    """Be somebody who may not read everything, as root may."""
    is_root = os.geteuid() == 0
    if is_root:
        os.seteuid(65534)
    try:
        yield
    finally:
        if is_root:
            os.seteuid(0)


CANNOT_READ = (
    "ice-mock: cannot read the scenario {}: {}; --scenario wants a file that this user may read, or the name "
    "of a ready one\n"
)


def test_a_scenario_that_may_not_be_read_is_one_line(command, tmp_path):
    file = tmp_path / "mine.yaml"
    file.write_text("scenario: mine\n")
    scenarios.found(str(file))
    file.chmod(0)

    with unprivileged():
        ended = command("serve", "--scenario", str(file))

    assert ended == (2, "", CANNOT_READ.format(file, "Permission denied"))


@pytest.mark.parametrize(
    ("name", "reason"), [("folder.yaml", "Is a directory"), ("none.yaml", "No such file or directory")]
)
def test_a_scenario_that_is_none_is_one_line(command, tmp_path, name, reason):
    (tmp_path / "folder.yaml").mkdir()

    ended = command("serve", "--scenario", str(tmp_path / name))

    assert ended == (2, "", CANNOT_READ.format(tmp_path / name, reason))


def refused(*flags: str) -> tuple[int, str, str]:
    """How a server ends that cannot start, in a process of its own: what it was bound to goes with it."""
    surroundings = {name: value for name, value in os.environ.items() if not name.startswith("ICE_MOCK_")}
    ended = subprocess.run(
        [sys.executable, "-m", "ice_mock", "serve", *flags],
        env=surroundings,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    return ended.returncode, ended.stdout, ended.stderr


@pytest.mark.parametrize(
    ("host", "reason"),
    [
        # What the system says of a name depends on whether there is a resolver to ask.
        ("nobody.invalid", "[A-Z][a-z ]+"),
        ("192.0.2.1", "Cannot assign requested address"),
    ],
)
def test_an_address_that_cannot_be_had_is_one_line(host, reason):
    status, out, err = refused("--host", host, "--port", "0", "--token", "t")

    expected = f"ice-mock: cannot listen at {host}:0: {reason}; give another --host or --port; --port 0 "
    assert (status, out) == (2, "")
    assert re.fullmatch(f"{expected}picks a free one\n", err)


@pytest.mark.parametrize("name", [setting.name for setting in SETTINGS if setting.read is not str])
def test_a_variable_that_cannot_be_read_is_one_line_that_names_it(command, monkeypatch, name):
    [setting] = [each for each in SETTINGS if each.name == name]
    monkeypatch.setenv(setting.variable, "no such thing \n")

    ended = command("serve")

    assert (ended.status, ended.out) == (2, "")
    assert ended.err.startswith(f"ice-mock: {setting.variable}: ")
    assert len(ended.err.splitlines()) == 1


@pytest.mark.parametrize(
    ("flags", "grace"), [({}, server.GRACE), ({"grace": "7s"}, timedelta(seconds=7))], ids=["default", "said"]
)
def test_a_server_stops_with_the_grace_that_the_settings_say(monkeypatch, flags, grace):
    given = []

    def serve(mock, *, grace, **_: object) -> None:
        stop = mock.stop
        monkeypatch.setattr(mock, "stop", lambda grace: given.append(grace) or stop(grace))
        made = server.Server(mock, grace=grace)
        made.start()
        made.stop()

    monkeypatch.setattr(server, "serve", serve)

    serve_as(settings(flags | {"clock": "frozen"}, {}), {"clock"})

    assert given == [grace]
