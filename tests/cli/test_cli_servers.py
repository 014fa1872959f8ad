"""Which server is meant, and what is said when it cannot be had."""

from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from ice_mock.client import ControlRefused


@pytest.fixture
def nobody():
    """The address of a port at which nobody listens."""
    with HTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as server:
        port = server.server_port
    return f"http://127.0.0.1:{port}"


@pytest.fixture
def stranger():
    """The address of a web server that is not ice_mock."""
    with HTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as server:
        server.RequestHandlerClass.log_message = lambda *_: None
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_a_server_that_is_not_there_ends_with_3_and_one_line(command, nobody):
    ended = command("jobs", "--url", nobody)

    assert (ended.status, ended.out) == (3, "")
    assert ended.err == (
        f"ice-mock: no ice_mock server answers at {nobody}: Connection refused; "
        "start one with ice-mock serve, or give its address with --url\n"
    )


def test_another_kind_of_server_is_told_apart(command, stranger):
    ended = command("jobs", "--url", stranger)

    assert ended.status == 3
    assert "something else does (status 501)" in ended.err


@pytest.mark.parametrize(
    "address", ["127.0.0.1:4610", "ftp://localhost", "http://localhost:x", "http://", ""]
)
def test_an_address_that_is_none_ends_with_2(command, monkeypatch, address):
    monkeypatch.setenv("ICE_MOCK_URL", address or "\x1b")

    ended = command("jobs", *(["--url", address] if address else []))

    assert ended.status == 2
    assert "is no address: expected one such as http://127.0.0.1:4610" in ended.err


def test_the_variable_names_the_server(command, monkeypatch, world):
    monkeypatch.setenv("ICE_MOCK_URL", world.url)

    assert command("clock", "--world", world.world) == (0, "2026-01-01 00:00:00 UTC, frozen\n", "")


def test_the_flag_beats_the_variable(command, monkeypatch, world, nobody):
    monkeypatch.setenv("ICE_MOCK_URL", nobody)

    assert command("worlds", "--url", world.url).status == 0


def test_options_may_stand_before_and_after_an_action(command, world):
    before = command("clock", "--url", world.url, "--world", world.world, "show")
    after = command("clock", "show", "--url", world.url, "--world", world.world)

    assert before == after == (0, "2026-01-01 00:00:00 UTC, frozen\n", "")


def test_no_proxy_is_asked_for_the_way(command, monkeypatch, world, nobody):
    monkeypatch.setenv("HTTP_PROXY", nobody)

    assert command("worlds", "--url", world.url).status == 0


def test_a_world_that_does_not_exist_is_wrong_input(command, world):
    ended = command("jobs", "--url", world.url, "--world", "a/b\x1b")

    assert ended.status == 2
    assert ended.err.startswith("ice-mock: there is no world")


def test_a_server_that_fails_is_no_mistake_of_the_user(command, world, monkeypatch):
    def fail(*_, **__):
        raise ControlRefused(500, "InternalServerError", "out of\norder", {})

    monkeypatch.setattr("ice_mock.client.parts.Part._get", fail)

    assert command("jobs", "--url", world.url) == (1, "", "ice-mock: out of\\norder\n")
