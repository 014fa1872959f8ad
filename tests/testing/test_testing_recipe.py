"""The recipe for testcontainers, with an engine that starts nothing: see conftest.py."""

from collections.abc import Iterator

import pytest
from recipes.pages import RECIPES, blocks

from ice_mock.server import Server, running
from ice_mock.worlds import IceMock, scenarios

[RECIPE] = [
    block for block in blocks(RECIPES) if "IceMockContainer" in block.text and block.language == "python"
]


@pytest.fixture
def server() -> Iterator[Server]:
    """The server that the recipe asks for."""
    with running(IceMock(scenarios.named("one-room"))) as server:
        yield server


def test_it_does_what_the_page_says(engine, server, capsys):
    exec(compile(RECIPE.text, RECIPE.place, "exec"), {})

    assert engine.variables["ICE_MOCK_SCENARIO"] == "one-room"
    assert capsys.readouterr().out.split() == [
        "SDKs:",
        server.url.removeprefix("http://"),
        "callbacks:",
        "http://127.0.0.1:4610/_ice_mock/worlds/default/inbox",
    ]
