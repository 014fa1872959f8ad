"""Clients whose worlds live as long as the stress does, with clocks that move by themselves."""

import time
from contextlib import suppress
from random import Random
from typing import Any

from ice_mock import Client
from ice_mock.client.errors import ControlRefused, NotSeen
from stress.accounts import account
from stress.dialects import Refused
from stress.stage import Stage
from stress.tally import Tally
from stress.tenants import STREAM, Life

PATIENCE = 30
SCENARIO = """
scenario: resident
clock: {{mode: {mode}}}
callbacks: {{timeout: 500ms, attempts: 3, retry_after: 1s}}
snapshots: {{width: 160, height: 90}}
"""


def resident(stage: Stage, dice: Random, tally: Tally) -> None:
    """One world with a moving clock, until the end of the stage, and its account."""
    mode = ("real", "x10", "x60")[stage.seed % 3]
    with Client.open(stage.url, scenario=SCENARIO.format(mode=mode), clock=None, label="stress") as client:
        # Who hangs cannot keep up with a fast clock: most callbacks would just wait for their turn.
        life = Life(stage, client, dice, tally, without=("hang",) if mode != "real" else ())
        life.begin()
        while not stage.is_over:
            _live(life, dice)
            time.sleep(0.3)
        _freeze(client)
        account(client, life.jobs, life.good, tally)


def _live(life: Life, dice: Random) -> None:
    deeds: list[Any] = [
        life.list_files,
        life.command,
        life.switch_stream,
        life.delete_files,
        life.read_objects,
    ]
    with suppress(Refused, ControlRefused, NotSeen):
        dice.choice([*deeds, lambda: life.client.wait_for(callbacks=1, timeout=1)])()
    life.tally.did("deeds in moving worlds")


def _freeze(client: Client) -> None:
    """Stop the clock, and let what was sent before come to its end."""
    client.streams.unpublish(STREAM)
    client.clock.freeze()
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and any(
        not each["attempts"] for each in client.callbacks.all(state="waiting")
    ):
        time.sleep(0.1)
    client.clock.advance(seconds=10)
