"""What lists: streams, jobs, files, callbacks, requests and worlds."""

import json
import re

import pytest

STREAM = "rtmp://live.example.com/app/room1"


def rows(ended):
    """The cells of a piped table without its headings: they are two spaces apart at least."""
    assert (ended.status, ended.err) == (0, "")
    return [
        [cell.strip() for cell in line.split("  ") if cell.strip()] for line in ended.out.splitlines()[1:]
    ]


def test_a_stream_is_published_and_unpublished(ice_mock):
    published = ice_mock("stream", "publish", STREAM)
    ice_mock("clock", "advance", "30s")
    unpublished = ice_mock("stream", "unpublish", STREAM)

    assert published == (0, f"{STREAM} is live since 2026-01-01 00:00:00.\n", "")
    assert unpublished == (0, f"{STREAM} is offline since 2026-01-01 00:00:30.\n", "")


def test_publishing_twice_is_publishing_once(ice_mock):
    assert ice_mock("stream", "publish", STREAM) == ice_mock("stream", "publish", STREAM)


def test_a_stream_that_was_never_live_is_offline(ice_mock):
    assert ice_mock("stream", "unpublish", STREAM) == (0, f"{STREAM} is offline.\n", "")


def test_a_stream_needs_an_rtmp_address(ice_mock):
    ended = ice_mock("stream", "publish", "http://example.com")

    assert (ended.status, ended.out) == (2, "")
    assert "expected an RTMP address" in ended.err


def test_streams_are_listed(ice_mock):
    ice_mock("stream", "publish", STREAM)

    assert (
        rows(ice_mock("stream"))
        == rows(ice_mock("stream", "list"))
        == [[STREAM, "live", "2026-01-01 00:00:00"]]
    )


def test_jobs_are_listed_with_their_names_as_they_are(ice_mock, make_job, world):
    job = make_job("[red]x\x1b[31m 直播间")
    world.clock.advance(seconds=7)

    assert rows(ice_mock("jobs")) == [
        [job.id, "started", "1", r"[red]x\x1b[31m 直播间", STREAM, "2026-01-01 00:00:05"]
    ]


def test_jobs_fit_on_a_terminal(ice_mock, make_job, terminal):
    job = make_job("a name that is much longer than the space that is left for names")
    terminal(80)

    lines = re.sub(r"\x1b\[[\d;]*m", "", ice_mock("jobs").out).splitlines()

    assert max(map(len, lines)) <= 80
    assert lines[2].startswith(f"{job.id}  started")
    assert "".join(line[55:].strip() + " " for line in lines[2:]).strip() == job.name


def test_files_are_listed(ice_mock, make_job, world):
    job = make_job()
    world.clock.advance(seconds=10)

    assert rows(ice_mock("files", job.id)) == [
        ["1", "2026-01-01 00:00:05", f"snapshot/{job.id}/1767225605000.jpg", "sequence", "pictures"],
        ["2", "2026-01-01 00:00:10", f"snapshot/{job.id}/1767225610000.jpg", "sequence", "pictures"],
    ]


def test_the_keys_of_files_are_whole_on_a_terminal_of_80_columns(ice_mock, make_job, world, terminal):
    job = make_job()
    world.clock.advance(seconds=5)
    terminal(80)

    lines = ice_mock("files", job.id).out.splitlines()

    assert lines[2].split() == ["1", "00:00:05", f"snapshot/{job.id}/1767225605000.jpg"]
    assert len(lines[2]) <= 80


def test_a_part_of_the_files_says_where_the_next_begins(ice_mock, make_job, world):
    job = make_job()
    world.clock.advance(seconds=30)

    ended = ice_mock("files", job.id, "--offset", "1", "--limit", "2")

    assert ended.out.splitlines()[-1] == "3 more frames: --offset 3 goes on."
    assert [line.split()[0] for line in ended.out.splitlines()[1:-1]] == ["2", "3"]


def test_a_job_without_files_is_said_to_have_none(ice_mock, make_job):
    job = make_job()

    assert ice_mock("files", job.id).out == f"Job {job.id} has no files here; it has captured no frames.\n"


def test_the_files_of_no_job_are_wrong_input(ice_mock):
    assert ice_mock("files", "J\x1b") == (2, "", r"ice-mock: there is no job 'J\x1b' in this world" + "\n")


def test_callbacks_are_listed_with_their_outcomes(ice_mock, make_job, world):
    heard, deaf = make_job(callback_url=world.inbox.url), make_job(callback_url="http://127.0.0.1:1/")
    world.clock.advance(seconds=9)

    listed = {tuple(row[2:3] + row[5:9]) for row in rows(ice_mock("callbacks"))}

    assert listed == {
        ("delivered", "1", f"snapshot/{heard.id}/1767225605000.jpg", heard.id, world.inbox.url),
        ("lost", "3", f"snapshot/{deaf.id}/1767225605000.jpg", deaf.id, "http://127.0.0.1:1/"),
    }


def test_callbacks_are_chosen_by_job_state_and_time(ice_mock, make_job, world):
    job = make_job(callback_url=world.inbox.url)
    world.clock.advance(seconds=10)

    since = ice_mock("callbacks", "--since", "2026-01-01T00:00:10Z", "--job", job.id, "--state", "delivered")

    assert len(rows(since)) == 1
    assert ice_mock("callbacks", "--state", "lost").out == "There are no such callbacks in this world.\n"


def test_a_callback_is_delivered_again(ice_mock, make_job, world):
    make_job(callback_url=world.inbox.url)
    world.clock.advance(seconds=5)
    (callback,) = world.callbacks.all()

    ended = ice_mock("callbacks", "redeliver", callback["id"])

    assert ended.status == 0
    assert ended.out.startswith(f"Frame 1 to {world.inbox.url}: delivered after ")
    assert len(world.inbox.all()) == 2


def test_a_callback_that_fails_again_ends_with_1(ice_mock, make_job, world):
    make_job(callback_url="http://127.0.0.1:1/")
    world.clock.advance(seconds=5)
    (callback,) = world.callbacks.all()

    ended = ice_mock("callbacks", "redeliver", callback["id"])

    assert ended.status == 1
    assert ended.out.startswith("Frame 1 to http://127.0.0.1:1/: failed after ")


def test_requests_are_listed_with_what_was_answered(ice_mock, call_api, world):
    call_api("ListLiveSnapshotTemplates")
    call_api("GetLiveSnapshotJob", JobId="J")

    listed = rows(ice_mock("requests"))

    assert [row[1:4] for row in listed] == [
        ["ListLiveSnapshotTemplates", "200", "OK"],
        ["GetLiveSnapshotJob", "404", "JobNotFound: No such job."],
    ]
    assert [row[5] for row in listed] == [world.world] * 2


@pytest.mark.parametrize(
    ("chosen", "number"),
    [
        (["--action", "GetLiveSnapshotJob"], 1),
        (["--code", "OK"], 1),
        (["--job", "J"], 1),
        (["--since", "2026-01-01T00:00:00Z"], 2),
    ],
)
def test_requests_are_chosen(ice_mock, call_api, chosen, number):
    call_api("ListLiveSnapshotTemplates")
    call_api("GetLiveSnapshotJob", JobId="J")

    assert len(rows(ice_mock("requests", *chosen))) == number


def test_what_is_no_instant_is_refused_by_the_server_in_one_line(ice_mock):
    ended = ice_mock("requests", "--since", "noon")

    assert ended.status == 2
    assert ended.err.startswith("ice-mock: since: expected an instant such as 2026-01-31T23:59:59Z")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["jobs"], "There are no jobs in this world."),
        (["stream"], "No stream was ever published in this world."),
        (["callbacks"], "There are no callbacks in this world."),
        (["requests"], "This world has received no calls."),
        (["requests", "--code", "Forbidden"], "This world has received no such calls."),
    ],
)
def test_what_there_is_not_is_said_in_a_sentence(ice_mock, words, sentence):
    assert ice_mock(*words) == (0, f"{sentence}\n", "")


def test_worlds_are_listed(command, world):
    listed = rows(command("worlds", "--url", world.url))

    assert [row for row in listed if row[0] in ("default", world.world)] == [
        ["default", "frozen", "2026-01-01 00:00:00", "0", "0", "0", "known"],
        [world.world, "frozen", "2026-01-01 00:00:00", "0", "0", "0", "off"],
    ]


def test_a_world_is_taken_back_to_its_start(ice_mock, make_job, world):
    make_job()
    world.clock.advance(seconds=10)

    ended = ice_mock("reset")

    assert ended == (0, f"World {world.world} is back at its start, 2026-01-01 00:00:00.\n", "")
    assert world.jobs.all() == []


def test_what_was_dropped_is_mentioned(ice_mock, call_api, monkeypatch):
    monkeypatch.setattr("ice_mock.engine.journal.JOURNAL_LIMIT", 1)
    call_api("ListLiveSnapshotTemplates")
    call_api("ListLiveSnapshotTemplates")

    assert ice_mock("requests").out.splitlines()[-1] == "1 older one no longer kept."


@pytest.mark.parametrize(
    ("words", "keys"),
    [
        (["jobs"], {"jobs"}),
        (["files", "JOB"], {"frames", "files"}),
        (["callbacks"], {"callbacks", "dropped"}),
        (["requests"], {"requests", "dropped"}),
        (["stream"], {"streams"}),
        (["stream", "publish", STREAM], {"url", "state", "changes"}),
        (
            ["reset"],
            {
                "id",
                "access_key_id",
                "label",
                "began_at",
                "scenario",
                "signatures",
                "seed",
                "clock",
                "templates",
                "streams",
                "jobs",
            },
        ),
    ],
)
def test_json_is_one_document_with_everything(ice_mock, make_job, words, keys):
    job = make_job()

    ended = ice_mock(*[job.id if word == "JOB" else word for word in words], "--json")

    assert ended.status == 0
    assert set(json.loads(ended.out)) == keys
