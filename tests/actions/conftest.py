from collections.abc import Callable, Mapping
from typing import Any

import pytest

from ice_mock.actions import ACTIONS
from ice_mock.engine import Engine


@pytest.fixture
def call(engine: Engine) -> Callable[..., dict[str, Any]]:
    """Call an action by its name, with parameters under theirs: ``call("GetLiveSnapshotJob", JobId=id)``."""

    def call(action: str, parameters: Mapping[str, str] | None = None, /, **more: str) -> dict[str, Any]:
        return ACTIONS[action].call(engine, {**(parameters or {}), **more})

    return call
