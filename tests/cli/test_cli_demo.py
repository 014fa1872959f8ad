"""The main job from end to end."""

import json
import subprocess
import sys

import pytest

import ice_mock
from ice_mock.cli.demo import service
from ice_mock.cli.demo.main_job import STREAM

FRAMES = 12


@pytest.fixture
def without_sdks(monkeypatch):
    """No official SDK can be imported, as on a machine that has none."""
    monkeypatch.setitem(sys.modules, "ice_mock.cli.demo.sdks", None)


def test_with_the_official_sdks_twelve_pictures_are_there_to_be_looked_at(tmp_path):
    words = [sys.executable, "-m", "ice_mock", "demo", "--out", str(tmp_path)]

    ended = subprocess.run(words, capture_output=True, text=True, timeout=60, check=False)

    assert (ended.returncode, ended.stderr) == (0, "")
    assert "through the official SDKs: alibabacloud_ice20201109 " in ended.stdout
    assert f"Look at {tmp_path}/contact-sheet.jpg" in ended.stdout
    pictures = sorted(path for path in tmp_path.iterdir() if path.name != "contact-sheet.jpg")
    assert [ice_mock.read_frame(path.read_bytes()).number for path in pictures] == [*range(1, FRAMES + 1)]


def test_without_the_sdks_the_same_is_done_over_plain_http(command, tmp_path, without_sdks):
    ended = command("demo", "--json", "--out", str(tmp_path / "new" / "folder"))

    summary = json.loads(ended.out)
    assert (ended.status, ended.err) == (0, "")
    assert "the official SDKs are not installed" in summary["way"]
    assert (summary["callbacks"], len(summary["files"]), summary["stream"]) == (FRAMES, FRAMES, STREAM)
    assert (tmp_path / "new" / "folder" / "contact-sheet.jpg").stat().st_size > 0


def test_a_proxy_in_the_way_of_the_sdks_is_avoided(command, tmp_path, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")

    ended = command("demo", "--out", str(tmp_path))

    assert ended.status == 0
    assert (
        "by plain HTTP, unsigned: the official SDKs would call this machine through HTTP_PROXY" in ended.out
    )


def test_a_terminal_sees_each_step_begin(command, tmp_path, without_sdks, terminal):
    terminal(80)

    out = command("demo", "--out", str(tmp_path)).out

    assert "reading the pictures ...\r" in out


@pytest.mark.parametrize(
    ("spoilt", "reason"),
    [
        ("keys", "12 files should be listed, not 11"),
        ("read", "is no picture of ice_mock"),
        ("create_template", "the demo ended early: out of order"),
    ],
)
def test_whatever_is_off_ends_it_with_1_and_the_reason(
    command, tmp_path, monkeypatch, without_sdks, spoilt, reason
):
    from ice_mock.cli.demo.plain import PlainHttp

    keys = PlainHttp.keys

    def out_of_order(*_, **__):
        raise service.ServiceFailed("out of order")

    spoils = {
        "keys": lambda *args, **span: keys(*args, **span)[:-1],
        "read": lambda *_: b"\xff\xd8\xff\xd9",
        "create_template": out_of_order,
    }
    monkeypatch.setattr(PlainHttp, spoilt, spoils[spoilt])

    ended = command("demo", "--out", str(tmp_path))

    assert ended.status == 1
    assert reason in ended.err
    assert ended.err.count("\n") == 1


def test_a_folder_that_cannot_be_made_is_wrong_input(command, tmp_path):
    (tmp_path / "file").touch()

    ended = command("demo", "--out", str(tmp_path / "file" / "demo"))

    assert (ended.status, ended.out) == (2, "")
    assert "is no directory to write to: Not a directory" in ended.err
