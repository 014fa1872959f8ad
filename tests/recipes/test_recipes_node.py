"""What the recipe for Node.js sends is, to the letter, what the SDK for TypeScript was seen to send."""

import json
import subprocess
from pathlib import Path
from shutil import which
from typing import Any
from urllib.parse import parse_qsl

import pytest
from recipes.pages import RECIPES, blocks

pytestmark = pytest.mark.skipif(which("node") is None, reason="there is no node on this machine")

CAPTURED = json.loads((Path(__file__).parents[1] / "vectors" / "signed-requests.json").read_text())
VECTORS = [vector for vector in CAPTURED if vector["client"] == "Node.js" and "Files" not in vector["name"]]
[RECIPE] = [block.text for block in blocks(RECIPES) if block.options.get("file") == "ice.mjs"]
PRINT = """
import { request } from './ice.mjs';
const [action, parameters, surroundings] = JSON.parse(process.argv[2]);
console.log(JSON.stringify(request(action, parameters, surroundings)));
"""


@pytest.fixture
def request_of(tmp_path: Path):
    """What the recipe makes of an action, its parameters, and what is different each time."""
    (tmp_path / "ice.mjs").write_text(RECIPE)
    (tmp_path / "print.mjs").write_text(PRINT)

    def made(*arguments: Any) -> dict[str, Any]:
        command = ["node", tmp_path / "print.mjs", json.dumps(arguments)]
        return json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)

    return made


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_a_call_is_what_the_sdk_sends(vector: dict[str, Any], request_of) -> None:
    headers = {name.lower(): value for name, value in vector["headers"]}
    query = vector["target"].partition("?")[2]
    surroundings = {
        "host": headers["host"],
        "id": "AK-ok",
        "secret": vector["access_key_secret"],
        "date": headers["x-acs-date"],
        "nonce": headers["x-acs-signature-nonce"],
    }

    made = request_of(headers["x-acs-action"], dict(parse_qsl(query or vector["body"])), surroundings)

    assert (made["method"], made["target"], made["body"]) == (
        vector["method"],
        vector["target"],
        vector["body"],
    )
    assert made["headers"].items() <= headers.items()


def test_there_are_calls_with_a_query_and_calls_with_a_form() -> None:
    assert {vector["method"] for vector in VECTORS} == {"GET", "POST"}


def test_objects_go_as_json(request_of) -> None:
    surroundings = {"host": "h", "id": "i", "secret": "s", "date": "d", "nonce": "n"}

    made = request_of("SubmitLiveSnapshotJob", {"StreamInput": {"Type": "rtmp"}}, surroundings)

    assert dict(parse_qsl(made["body"])) == {"StreamInput": '{"Type":"rtmp"}'}
