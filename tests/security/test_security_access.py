"""A server that others can reach, as it is started and used: by commands, by clients and by tests."""

import json
import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.request import ProxyHandler, Request, build_opener

import pytest

from ice_mock.cli import main
from ice_mock.client import AsyncClient, Client, ControlRefused, HttpTransport
from ice_mock.testing import IceMockContainer
from ice_mock.web.guard import Access

pytest_plugins = ["pytester"]

TOKEN = "open-sesame-7"
PATIENCE = 20
SERVE = [sys.executable, "-m", "ice_mock", "serve"]
SURROUNDINGS = {name: value for name, value in os.environ.items() if not name.startswith("ICE_MOCK_")}
MADE_UP = re.compile(r"wants the token ([A-Za-z0-9_-]{43}), made up for this run")


class Started:
    """A server in a process of its own; what it *said* on standard error is known when it has ended."""

    def __init__(self, process: subprocess.Popen[str], ready: dict[str, str]) -> None:
        self.ready = ready
        self.url = f"http://127.0.0.1:{ready['url'].rpartition(':')[2]}"
        self.said = ""
        self._process = process

    def end(self) -> None:
        self._process.terminate()
        _, self.said = self._process.communicate(timeout=PATIENCE)


@contextmanager
def started(*flags: str, **variables: str) -> Iterator[Started]:
    process = subprocess.Popen(
        [*SERVE, "--port", "0", *flags],
        env=SURROUNDINGS | variables,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        try:
            yield Started(process, json.loads(process.stdout.readline()))
        finally:
            process.kill()


def status_without_a_token(url: str) -> int:
    try:
        Client(url).worlds.all()
    except ControlRefused as refused:
        return refused.status
    return 200


def has_ipv6() -> bool:
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        return False
    return True


@pytest.fixture(autouse=True)
def plain_surroundings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ICE_MOCK_URL", "ICE_MOCK_TOKEN", "ICE_MOCK_HOST", "ICE_MOCK_PORT", "PYTEST_ADDOPTS"):
        monkeypatch.delenv(name, raising=False)


# -- ice-mock serve --


@pytest.mark.parametrize("level", ["info", "error"])
def test_a_token_is_made_up_and_told_once_on_standard_error(level):
    with started("--host", "0.0.0.0", "--log-level", level) as server:
        status = status_without_a_token(server.url)
        server.end()

    told = MADE_UP.findall(server.said)
    assert status == 401
    assert len(told) == 1
    assert server.said.count(told[0]) == 1
    assert "ICE_MOCK_TOKEN" in server.said
    assert told[0] not in json.dumps(server.ready)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_at_loopback_nothing_is_wanted_and_nothing_told(host):
    with started("--host", host) as server:
        status = status_without_a_token(server.url)
        server.end()

    assert status == 200
    assert "token" not in server.said


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0"])
@pytest.mark.parametrize(
    ("flags", "variables"),
    [(["--token", TOKEN], {}), ([], {"ICE_MOCK_TOKEN": TOKEN})],
    ids=["flag", "variable"],
)
def test_a_token_that_is_given_is_wanted_everywhere_and_never_told(host, flags, variables):
    with started("--host", host, *flags, **variables) as server:
        status = status_without_a_token(server.url)
        worlds = Client(server.url, token=TOKEN).worlds.all()
        server.end()

    assert (status, [world["id"] for world in worlds]) == (401, ["default"])
    assert TOKEN not in server.said
    assert TOKEN not in json.dumps(server.ready)


def test_it_can_be_left_open():
    with started("--host", "0.0.0.0", "--control", "open", ICE_MOCK_ALLOWED_HOSTS="ice-mock") as server:
        status = status_without_a_token(server.url)
        named = Request(f"{server.url}/_ice_mock/worlds", headers={"Host": "ice-mock:4610"})
        build_opener(ProxyHandler({})).open(named, timeout=PATIENCE).close()
        server.end()

    assert status == 200
    assert "token" not in server.said


@pytest.mark.parametrize(
    ("flags", "complaint"),
    [
        (
            ["--control", "open", "--token", TOKEN],
            "--control open and a token (--token or ICE_MOCK_TOKEN) exclude each other",
        ),
        (["--control", "closed"], "--control: 'closed' is not known: expected token or open"),
        (
            ["--token", "two words"],
            "--token: this is no token: expected up to 1,000 letters, digits and -._~+/",
        ),
        (
            ["--token", "x" * 1001],
            "--token: this is no token: expected up to 1,000 letters, digits and -._~+/",
        ),
        (
            ["--allowed-hosts", "http://x/"],
            "--allowed-hosts (or ICE_MOCK_ALLOWED_HOSTS): 'http://x/' is a URL: expected its host only",
        ),
    ],
)
def test_what_cannot_be_is_one_line(capsys, flags, complaint):
    assert main(["serve", *flags]) == 2
    assert capsys.readouterr().err == f"ice-mock: {complaint}\n"


# -- The other commands --


@pytest.fixture
def secured(serving):
    """A server that wants the token."""
    with serving(access=Access(TOKEN)) as server:
        yield server


def test_commands_take_the_token_from_the_environment(monkeypatch, capsys, secured):
    monkeypatch.setenv("ICE_MOCK_TOKEN", TOKEN)

    assert main(["worlds", "--url", secured.url]) == 0
    assert "default" in capsys.readouterr().out


@pytest.mark.parametrize("token", [None, "wrong"])
def test_a_command_without_it_says_what_is_missing(monkeypatch, capsys, secured, token):
    if token:
        monkeypatch.setenv("ICE_MOCK_TOKEN", token)

    assert main(["worlds", "--url", secured.url]) == 2
    assert "ICE_MOCK_TOKEN" in capsys.readouterr().err


def test_a_token_that_is_none_is_not_repeated(monkeypatch, capsys, secured):
    monkeypatch.setenv("ICE_MOCK_TOKEN", "tom's secret")

    assert main(["worlds", "--url", secured.url]) == 2
    assert capsys.readouterr().err == (
        "ice-mock: ICE_MOCK_TOKEN: this is no token: expected up to 1,000 letters, digits and -._~+/\n"
    )


def test_readiness_is_no_secret(capsys, secured):
    assert main(["ready", "--url", secured.url]) == 0


@pytest.mark.parametrize(
    "host", [None, "127.0.0.1", "0.0.0.0", "localhost", "::"], ids=lambda host: host or "no host"
)
def test_a_container_finds_the_server_in_it_on_any_port(monkeypatch, capsys, serving, host):
    if host == "::" and not has_ipv6():
        pytest.skip("this machine has no IPv6")
    with serving(host=host or "127.0.0.1") as server:
        monkeypatch.setenv("ICE_MOCK_PORT", server.url.rpartition(":")[2])
        if host:
            monkeypatch.setenv("ICE_MOCK_HOST", host)

        assert main(["ready"]) == 0


def test_an_address_that_is_told_beats_where_a_server_would_be(monkeypatch, capsys, secured):
    monkeypatch.setenv("ICE_MOCK_PORT", "9")
    monkeypatch.setenv("ICE_MOCK_URL", secured.url)

    assert main(["ready"]) == 0


@pytest.mark.parametrize(
    ("variables", "url"),
    [
        ({}, "http://127.0.0.1:4610"),
        ({"ICE_MOCK_PORT": "4711"}, "http://127.0.0.1:4711"),
        ({"ICE_MOCK_PORT": "0"}, "http://127.0.0.1:4610"),
        ({"ICE_MOCK_HOST": "0.0.0.0", "ICE_MOCK_PORT": "4711"}, "http://127.0.0.1:4711"),
        ({"ICE_MOCK_HOST": "::"}, "http://[::1]:4610"),
        ({"ICE_MOCK_HOST": "10.0.0.7"}, "http://10.0.0.7:4610"),
    ],
)
def test_a_server_is_sought_where_the_environment_would_have_it(monkeypatch, capsys, variables, url):
    for name, value in variables.items():
        monkeypatch.setenv(name, value)

    main(["env", "--json"])

    assert json.loads(capsys.readouterr().out)["ICE_MOCK_URL"] == url


def test_a_port_that_is_none_is_blamed_on_its_variable(monkeypatch, capsys):
    monkeypatch.setenv("ICE_MOCK_PORT", "nonsense")

    assert main(["ready"]) == 2
    assert capsys.readouterr().err.startswith("ice-mock: ICE_MOCK_HOST and ICE_MOCK_PORT: ")


def test_the_environment_of_a_client_has_the_token_if_there_is_one(monkeypatch, capsys):
    main(["env"])
    without = capsys.readouterr().out
    monkeypatch.setenv("ICE_MOCK_TOKEN", TOKEN)
    main(["env"])

    assert "ICE_MOCK_TOKEN" not in without
    assert f"export ICE_MOCK_TOKEN={TOKEN}\n" in capsys.readouterr().out


# -- Clients --


def test_a_handle_takes_the_token(secured):
    client = Client(secured.url, token=TOKEN)

    assert client.health()["status"] == "ok"
    assert TOKEN not in repr(client)


def test_a_handle_on_a_fresh_world_takes_it_too(secured):
    with Client.open(secured.url, token=TOKEN) as client:
        assert client.clock.read()["mode"] == "frozen"


def test_a_handle_whose_way_has_the_token_needs_none(secured):
    with HttpTransport(secured.url, token=TOKEN) as way:
        assert Client(transport=way).health()["status"] == "ok"


def test_a_handle_without_it_is_refused_and_told_why(secured):
    with pytest.raises(ControlRefused, match="wants its token") as refused:
        Client(secured.url).health()

    assert (refused.value.status, refused.value.code) == (401, "Unauthorized")


@pytest.mark.parametrize("token", ["two words", "a\r\nHost: evil.example", "schl\xfcssel", "=", "a=b"])
@pytest.mark.parametrize("make", [Client, AsyncClient, HttpTransport])
def test_what_is_no_token_is_never_sent(make, token):
    with pytest.raises(ValueError, match="this is no token") as error:
        make("http://127.0.0.1:9", token=token)

    assert token not in str(error.value)


@pytest.mark.parametrize("token", [None, ""])
def test_no_token_is_no_header(serving, token):
    with serving() as server:
        assert Client(server.url, token=token).health()["status"] == "ok"


def test_a_container_gives_its_handles_the_token(monkeypatch, secured):
    container = IceMockContainer.__new__(IceMockContainer)
    container.token = TOKEN
    monkeypatch.setattr(IceMockContainer, "url", secured.url)

    assert container.client().health()["status"] == "ok"


# -- Tests of others --

TEST = """
    def test_it(ice_mock):
        assert ice_mock.clock.read()["mode"] == "frozen"
"""


def test_the_plugin_takes_the_token_of_a_server_elsewhere_from_the_environment(
    monkeypatch, pytester, secured
):
    monkeypatch.setenv("ICE_MOCK_TOKEN", TOKEN)
    pytester.makepyfile(TEST)

    result = pytester.runpytest_inprocess("--ice-mock-url", secured.url, "-p", "no:cacheprovider")

    result.assert_outcomes(passed=1)
    assert TOKEN not in result.stdout.str()


def test_a_run_without_the_token_says_what_is_missing(pytester, secured):
    pytester.makepyfile(TEST)

    result = pytester.runpytest_inprocess("--ice-mock-url", secured.url, "-p", "no:cacheprovider")

    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*ICE_MOCK_TOKEN*"])


def test_a_run_with_what_is_no_token_does_not_begin(monkeypatch, pytester, secured):
    monkeypatch.setenv("ICE_MOCK_TOKEN", "tom's secret")
    pytester.makepyfile(TEST)

    result = pytester.runpytest_inprocess("--ice-mock-url", secured.url, "-p", "no:cacheprovider")

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*ICE_MOCK_TOKEN: this is no token*"])
    assert "tom's secret" not in result.stderr.str()
