import json

import pytest


def test_the_clock_is_shown(ice_mock):
    assert ice_mock("clock", "show").out == "2026-01-01 00:00:00 UTC, frozen\n"


def test_an_advance_tells_what_happened(ice_mock, make_job, world):
    make_job(callback_url=world.inbox.url)

    ended = ice_mock("clock", "advance", "60s")

    assert ended == (0, "2026-01-01 00:00:00 → 00:01:00  12 frames, 12 callbacks delivered\n", "")


def test_an_advance_in_which_nothing_is_due_says_so(ice_mock):
    assert ice_mock("clock", "advance", "500ms").out.endswith("→ 00:00:00.500  no frames, no callbacks\n")


def test_an_advance_tells_of_callbacks_that_failed(ice_mock, make_job):
    make_job(callback_url="http://127.0.0.1:1/")

    out = ice_mock("clock", "advance", "10s").out

    assert out.endswith("2 frames, 1 callback lost, 1 callback waiting for another attempt\n")


def test_an_advance_tells_the_frames_of_each_of_several_jobs(ice_mock, make_job):
    jobs = [make_job(), make_job()]

    lines = ice_mock("clock", "advance", "5s").out.splitlines()

    assert sorted(lines[1:]) == sorted(f"  job {job.id}: 1 frame" for job in jobs)


def test_an_advance_tells_what_changed_meanwhile(ice_mock, world, monkeypatch):
    report = world.clock.advance(seconds=1)
    report["changes"] = [
        {"at": report["to"], "subject": "stream", "id": "rtmp://a/\x1b", "what": "published"}
    ]
    monkeypatch.setattr("ice_mock.client.parts.Clock.advance", lambda *_, **__: report)

    out = ice_mock("clock", "advance", "1s").out

    assert out.splitlines()[1] == r"  2026-01-01 00:00:01  stream rtmp://a/\x1b published"


def test_an_advance_prints_its_report_as_one_document(ice_mock):
    report = json.loads(ice_mock("clock", "advance", "1m", "--json").out)

    assert (report["seconds"], report["to"]) == (60.0, "2026-01-01T00:01:00.000Z")


def test_the_clock_is_set_to_an_instant(ice_mock):
    assert ice_mock("clock", "set", "2026-01-02T00:00:00Z").out.startswith(
        "2026-01-01 00:00:00 → 2026-01-02 00:00:00  "
    )


def test_time_does_not_go_back(ice_mock):
    ended = ice_mock("clock", "set", "2020-01-01")

    assert ended.status == 2
    assert ended.err.startswith("ice-mock: time does not go back")


def test_the_clock_runs_and_is_frozen_again(ice_mock):
    running = ice_mock("clock", "run", "x60")
    frozen = ice_mock("clock", "freeze")

    assert running.out.endswith(" UTC, 60 times as fast as real time\n")
    assert frozen.out.endswith(" UTC, frozen\n")


@pytest.fixture
def real_world(world):
    world.worlds.create(access_key_id=f"{world.world}-real", clock="real")
    return ["--url", world.url, "--world", f"{world.world}-real"]


def test_a_clock_that_runs_by_itself_runs_at_real_time(command, real_world):
    assert command("clock", "run", *real_world).out.endswith(" UTC, real time\n")


def test_a_real_clock_is_not_moved(command, real_world):
    ended = command("clock", "advance", "1s", *real_world)

    assert (ended.status, ended.out) == (2, "")
    assert "freeze it first" in ended.err


def test_a_clock_is_printed_as_a_document(ice_mock):
    assert json.loads(ice_mock("clock", "--json").out) == {
        "mode": "frozen",
        "now": "2026-01-01T00:00:00.000Z",
    }
