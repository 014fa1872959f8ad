"""The program as it is deployed, in a container of its own, beside the emulator in another."""

import os

import pytest
from conftest import Program
from ice_mock import Client, read_frame

STREAM = "rtmp://live.example.com/app/lobby"
URL = os.environ.get("CONSUMER_URL")

pytestmark = pytest.mark.skipif(not URL, reason="CONSUMER_URL names no program that is deployed")


@pytest.fixture
def default_world():
    """The world that the program's key leads to; its time is real, and can be moved on."""
    with Client(os.environ["ICE_MOCK_URL"], token=os.environ.get("ICE_MOCK_TOKEN")) as client:
        yield client


def test_the_deployed_program_shows_the_lobby(default_world):
    program = Program(URL)
    program.watch("lobby", STREAM)

    default_world.clock.advance(seconds=5)

    assert read_frame(program.latest("lobby").content).stream == STREAM
