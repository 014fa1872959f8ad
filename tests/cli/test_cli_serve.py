"""A server in a process of its own."""

import os
import signal
import socket
import subprocess
import sys
from datetime import timedelta

import pytest

from ice_mock import __version__
from ice_mock.callbacks import Policy, Proxies, Rules
from ice_mock.cli.arguments import Parser
from ice_mock.cli.serve import add_arguments, greeting, mock_of, sender_of
from ice_mock.client import Client
from ice_mock.settings import SETTINGS, settings

PATIENCE = 20
SERVE = [sys.executable, "-m", "ice_mock", "serve"]
SURROUNDINGS = {name: value for name, value in os.environ.items() if not name.startswith("ICE_MOCK_")}


def refused(*flags, **variables):
    return subprocess.run(
        [*SERVE, *flags],
        env=SURROUNDINGS | variables,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


def test_it_answers_when_it_says_so_as_flags_variables_and_defaults_want_it(serving):
    variables = {"ICE_MOCK_PORT": "nonsense", "ICE_MOCK_CLOCK": "frozen", "ICE_MOCK_SEED": "7"}

    with serving("--port", "0", "--seed", "8", **variables) as (process, ready):
        world = Client(ready["url"]).worlds.find("default")

    assert (world["clock"]["mode"], world["seed"], world["signatures"]) == ("frozen", 8, "known")
    assert ready == {
        "event": "ready",
        "url": ready["url"],
        "pid": process.pid,
        "version": __version__,
        "scenario": "default",
    }


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=lambda number: number.name)
def test_a_signal_stops_it_and_nothing_else_was_printed(serving, number):
    with serving("--port", "0", "--log-format", "text") as (process, _):
        process.send_signal(number)
        out, err = process.communicate(timeout=PATIENCE)

    assert (process.returncode, out) == (0, "")
    assert [line.partition(" INFO ")[2].strip() for line in err.splitlines()] == [
        f"ice_mock.server: {number.name}: stopping",
        "ice_mock.server: stopped",
    ]


def test_a_port_that_is_taken_is_one_line():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        ended = refused("--port", str(port))

    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr == (
        f"ice-mock: cannot listen at 127.0.0.1:{port}: Address already in use; "
        "give another --host or --port; --port 0 picks a free one\n"
    )


@pytest.mark.parametrize(
    ("flags", "variables", "complaint"),
    [
        (
            [],
            {"ICE_MOCK_PORT": "x"},
            "ICE_MOCK_PORT: 'x' is no port: expected a number from 0 to 65535, 0 for a free one",
        ),
        (
            ["--signatures", "some"],
            {},
            "--signatures: 'some' is not known: expected off or known or required",
        ),
    ],
)
def test_a_setting_that_cannot_be_used_is_one_line(command, monkeypatch, flags, variables, complaint):
    for name, value in variables.items():
        monkeypatch.setenv(name, value)

    assert command("serve", *flags) == (2, "", f"ice-mock: {complaint}\n")


@pytest.mark.parametrize(
    ("flags", "variables", "complaint"),
    [
        (
            ["--callback-allow", "10.0.0.1/8"],
            {},
            (
                "--callback-allow (or ICE_MOCK_CALLBACK_ALLOW): '10.0.0.1/8' has bits beyond its length: "
                "10.0.0.0/8 is the network that it is in"
            ),
        ),
        (
            [],
            {"ICE_MOCK_CALLBACK_DENY": "http://a.test/"},
            "--callback-deny (or ICE_MOCK_CALLBACK_DENY): 'http://a.test/' is a URL: expected its host only",
        ),
        (
            ["--callback-proxy", "http://proxy:3128"],
            {},
            "--callback-proxy: 'http://proxy:3128' is not known: expected none or environment",
        ),
        (
            ["--callback-proxy", "environment"],
            {"http_proxy": "socks5://user:word@proxy:1080"},
            (
                "--callback-proxy (or ICE_MOCK_CALLBACK_PROXY): http_proxy is no proxy that can be used: "
                "expected a URL such as http://proxy:3128"
            ),
        ),
    ],
)
def test_a_rule_for_callbacks_that_cannot_be_used_is_one_line(
    command, monkeypatch, flags, variables, complaint
):
    for name, value in variables.items():
        monkeypatch.setenv(name, value)

    assert command("serve", *flags) == (2, "", f"ice-mock: {complaint}\n")


@pytest.mark.parametrize(
    ("flags", "senders"),
    [
        ({}, [Policy()]),
        (
            {"callback_allow": "a.example,10.0.0.0/8", "callback_deny": "10.0.0.1"},
            [Policy(Rules.of("a.example,10.0.0.0/8"), Rules.of("10.0.0.1"))],
        ),
        (
            {"callback_proxy": "environment"},
            [Policy(), Proxies({"http": "http://proxy:3128", "no": "a.example"})],
        ),
    ],
    ids=["nothing said", "rules", "proxies"],
)
def test_callbacks_go_where_the_settings_let_them(monkeypatch, flags, senders):
    taken = []
    monkeypatch.setattr("ice_mock.callbacks.Sender", lambda *rules: taken.extend(rules))
    monkeypatch.setattr("ice_mock.cli.serve.proxies", lambda: {"http": "proxy:3128", "no": "a.example"})

    sender_of(settings(flags, {}))

    assert taken == senders


def test_a_refused_callback_is_an_attempt_like_any_that_failed(serving):
    flags = ("--port", "0", "--scenario", "refusing-receiver", "--clock", "frozen")
    with serving(*flags, ICE_MOCK_CALLBACK_DENY="127.0.0.0/8") as (_, ready):
        client = Client(ready["url"])
        client.clock.advance(seconds=7)
        first = client.callbacks.all()[0]

    assert (first["state"], [attempt["status"] for attempt in first["attempts"]]) == ("lost", [None, None])
    assert {attempt["error"] for attempt in first["attempts"]} == {
        "refused by the callback policy: 127.0.0.1 is denied by --callback-deny 127.0.0.0/8"
    }


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.name)
def test_every_setting_is_explained_with_its_variable(setting):
    parser = Parser(prog="ice-mock serve")
    add_arguments(parser)

    text = " ".join(parser.format_help().split())

    assert f"(variable {setting.variable}; else {setting.default or 'none'})" in text


@pytest.mark.parametrize(
    ("flags", "max_age", "nonces"),
    [
        ({}, timedelta(minutes=15), True),
        ({"signature_max_age": "off"}, None, False),
        ({"signature_max_age": "off", "signature_nonces": "once"}, None, True),
        ({"signature_nonces": "any"}, timedelta(minutes=15), False),
    ],
)
def test_a_signature_is_taken_once_unless_it_may_be_of_any_age(monkeypatch, flags, max_age, nonces):
    taken = []
    monkeypatch.setattr("ice_mock.gateway.Verification", lambda **rules: taken.append(rules))
    monkeypatch.setattr("ice_mock.worlds.IceMock", lambda _scenario, **_: None)

    mock_of(settings(flags, {}), set(flags))

    assert taken == [{"max_age": max_age, "nonces": nonces}]


@pytest.mark.parametrize(
    ("port", "signatures", "said"),
    [
        (4610, "known", "endpoint 127.0.0.1:4610, protocol http, any access key\n"),
        (4610, "required", "access key LTAI-icemock, secret icemock\n"),
        (0, "off", "endpoint host and port of the url below"),
    ],
)
def test_a_person_is_greeted_with_what_an_sdk_needs(port, signatures, said):
    text = greeting("127.0.0.1", port, signatures)

    assert said in text
    assert max(map(len, text.splitlines())) <= 90
