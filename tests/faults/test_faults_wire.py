"""What becomes of broken answers where there is no connection to break."""

from collections.abc import Callable

import pytest
from werkzeug.test import Client

from ice_mock.domain.course import Ending
from ice_mock.domain.fault import Fault
from ice_mock.domain.scenario import Scenario
from ice_mock.web import create_app
from ice_mock.web.wire import CONNECTION, GARBAGE, answering
from ice_mock.worlds import IceMock

CALL = "/?Action=ListLiveSnapshotJobs&Version=2020-11-09&Format=JSON"


@pytest.fixture
def ask(make_fault: Callable[..., Fault]) -> Callable[[str], object]:
    """Call an application without a server, whose answer comes to an ending."""

    def call(ending: str) -> object:
        mock = IceMock(Scenario(clock="frozen"))
        mock.worlds.find("default").engine.faults.add(make_fault("api", "drop", options={"value": ending}))
        return Client(create_app(mock)).get(CALL)

    return call


@pytest.mark.parametrize("ending", ["reset", "half", "garbage"])
def test_a_client_without_a_connection_finds_it_reset(ask: Callable, ending: str) -> None:
    with pytest.raises(ConnectionResetError):
        ask(ending).get_data()


def test_an_empty_answer_needs_no_connection(ask: Callable) -> None:
    response = ask("empty")

    assert (response.status_code, response.data) == (200, b"")


@pytest.mark.parametrize("ending", Ending)
def test_a_connection_is_told_what_is_to_be_done_to_it(ending: Ending) -> None:
    class Connection:
        def __init__(self) -> None:
            self.told: list[object] = []

        def reset(self) -> None:
            self.told.append("reset")

        def send(self, raw: bytes) -> None:
            self.told.append(raw)

    connection = Connection()
    received: list[bytes] = []
    environ = {"REQUEST_METHOD": "GET", CONNECTION: connection}

    try:
        received.extend(answering(b"0123456789", 200, ending)(environ, lambda *_: None))
        broke = False
    except ConnectionResetError:
        broke = True

    assert connection.told == {Ending.RESET: ["reset"], Ending.GARBAGE: [GARBAGE]}.get(ending, [])
    assert broke is (ending in (Ending.RESET, Ending.GARBAGE, Ending.HALF))
    arrived = {Ending.WHOLE: b"0123456789", Ending.HALF: b"01234"}
    assert b"".join(received) == arrived.get(ending, b"")


def test_half_of_nothing_is_all_of_it() -> None:
    received = answering(b"", 304, Ending.HALF)({"REQUEST_METHOD": "GET"}, lambda *_: None)

    assert b"".join(received) == b""
