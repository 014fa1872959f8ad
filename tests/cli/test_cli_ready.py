import json
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from ice_mock.client import Client, ServerUnreachable


@pytest.mark.parametrize("wait", [[], ["--wait"]], ids=["at once", "waiting"])
def test_a_server_that_answers_is_ready(command, server, wait):
    ended = command("ready", *wait, "--url", server.url)

    assert ended == (0, f"The server at {server.url} is ready.\n", "")


def test_it_prints_a_document(command, server):
    ended = command("ready", "--json", "--url", server.url)

    assert json.loads(ended.out) == {"url": server.url, "ready": True}


def test_waiting_ends_when_the_server_has_come_up(command, server, monkeypatch):
    answers = iter([ServerUnreachable(server.url, "Connection refused"), False, True])

    def is_ready(_client):
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr(Client, "is_ready", is_ready)

    assert command("ready", "--wait", "--url", server.url).status == 0


def test_waiting_has_an_end(command):
    with HTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as closed:
        url = f"http://127.0.0.1:{closed.server_port}"

    ended = command("ready", "--wait", "--timeout", "100ms", "--url", url)

    assert ended.status == 3
    assert ended.err.startswith(f"ice-mock: no ice_mock server answers at {url}: Connection refused")


def test_a_server_that_is_not_ready_ends_with_3(command, server, monkeypatch):
    monkeypatch.setattr(Client, "is_ready", lambda _client: False)

    ended = command("ready", "--url", server.url)

    assert ended == (3, "", f"ice-mock: the server at {server.url} answers that it is not ready\n")


@pytest.mark.parametrize("timeout", ["0s", "1ms"])
def test_a_server_that_says_nothing_is_waited_for_no_longer_than_allowed(command, timeout):
    with HTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as silent:
        url = f"http://127.0.0.1:{silent.server_port}"

        ended = command("ready", "--timeout", timeout, "--url", url)

    assert ended.status == 3
    assert "no answer within" in ended.err
