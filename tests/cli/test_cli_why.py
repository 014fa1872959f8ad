"""``--why``: explanations on the command line."""

import io
import json
import sys

import pytest

from ice_mock.cli.why import lines

STREAM = "rtmp://live.example.com/app/room1"
START = "2026-01-01T00:00:00.000Z"


def facts(ended):
    """The facts that were printed, by their names; those of several lines are left out."""
    assert (ended.status, ended.err) == (0, "")
    _, _, printed = ended.out.partition("\n\n")
    rows = (line.split("  ", 1) for line in printed.splitlines() if "  " in line.strip())
    return {name: value.strip() for name, value in rows}


@pytest.fixture
def refused(world, call_api):
    """The id of a request that was refused."""
    call_api("GetLiveSnapshotJob", JobId="nobody's")
    return world.requests.all()[-1]["id"]


def test_a_job_is_explained_in_a_sentence_and_aligned_facts(ice_mock, make_job, world):
    job = make_job()
    world.clock.advance(seconds=12)

    ended = ice_mock("jobs", "--why", "room 1")

    sentence, blank, *rest = ended.out.splitlines()
    assert sentence == (
        f"Job 'room 1' runs since {START} and captures its stream every 5s: 2 frames so far, and the "
        "next is due "
        "at 2026-01-01T00:00:15.000Z, in 3s (the clock is frozen: advance it by 3s)."
    )
    assert blank == ""
    assert rest[:3] == [
        f"job            {job.id}",
        "name           room 1",
        "status         started",
    ]
    assert facts(ended)["next frame at"] == "2026-01-01T00:00:15.000Z"


def test_a_missing_snapshot_is_explained_at_an_instant_and_at_all(ice_mock, make_job, world):
    job = make_job()
    world.clock.advance(seconds=12)

    then = ice_mock("files", job.id, "--why", "2026-01-01T00:00:07Z")
    at_all = ice_mock("files", "room 1", "--why")

    assert then.out.startswith(
        "At 2026-01-01T00:00:07.000Z there is no snapshot, because job 'room 1' captures"
    )
    assert at_all.out.startswith("Of the last of 2 frames there is a snapshot: frame 2 of")
    assert facts(then)["frame before"] == "1, at 2026-01-01T00:00:05.000Z"


def test_a_callback_is_explained(ice_mock, make_job, world):
    job = make_job(callback_url="http://127.0.0.1:1/")
    world.clock.advance(seconds=9)
    [callback] = world.callbacks.all(job_id=job.id)

    ended = ice_mock("callbacks", "--why", callback["id"])

    assert "is lost after 3 attempts, the last at 2026-01-01T00:00:07.000Z: nothing listens at" in ended.out
    assert facts(ended)["deliver again"] == f"ice-mock callbacks redeliver {callback['id']}"


def test_the_callbacks_of_a_job_are_explained(ice_mock, make_job):
    job = make_job()

    ended = ice_mock("callbacks", "--job", job.id, "--why")
    then = ice_mock("callbacks", "--job", "room 1", "--why", "2026-01-01T00:00:05Z")

    assert ended.out.startswith("Job 'room 1' has no callbacks, because neither it nor the account has a URL")
    assert facts(then)["asked about"] == "2026-01-01T00:00:05.000Z"


def test_why_needs_a_callback_or_a_job(ice_mock):
    assert ice_mock("callbacks", "--why") == (
        2,
        "",
        "ice-mock: --why needs the id of a callback, or a job named with --job\n",
    )


def test_a_refused_request_is_explained(ice_mock, refused):
    ended = ice_mock("requests", "--why", refused)

    assert (ended.status, ended.err) == (0, "")
    assert "nobody's" in ended.out or "JobNotFound" in ended.out


def test_the_clients_own_canonical_request_is_read_from_a_file_or_standard_input(
    ice_mock, refused, tmp_path, monkeypatch
):
    file = tmp_path / "canonical.txt"
    file.write_bytes(b"POST\n/\n\xe7\x9b\xb4")
    asked = []
    monkeypatch.setattr(
        "ice_mock.client.Client.why",
        lambda _, **subject: asked.append(subject) or {"sentence": "So.", "facts": {}},
    )

    ice_mock("requests", "--why", refused, "--canonical", str(file))
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"GET\n/\n")))
    ice_mock("requests", "--why", refused, "--canonical", "-")

    assert asked == [
        {"request": refused, "canonical": "POST\n/\n直"},
        {"request": refused, "canonical": "GET\n/\n"},
    ]


def test_a_canonical_request_belongs_to_a_request(ice_mock, tmp_path):
    ended = ice_mock("requests", "--canonical", str(tmp_path / "x"))

    assert ended == (2, "", "ice-mock: --canonical goes with --why, which says which call it belongs to\n")


@pytest.mark.parametrize(
    ("content", "words"),
    [(None, "No such file"), (b"\xff", "expected text in UTF-8")],
    ids=["none", "binary"],
)
def test_a_file_that_cannot_be_read_is_wrong_input(ice_mock, tmp_path, content, words):
    file = tmp_path / "canonical.txt"
    if content:
        file.write_bytes(content)

    ended = ice_mock("requests", "--why", "x", "--canonical", str(file))

    assert (ended.status, ended.out) == (2, "")
    assert words in ended.err


def test_what_does_not_exist_is_wrong_input_with_the_nearest(ice_mock, make_job):
    make_job()

    assert ice_mock("jobs", "--why", "rom 1") == (
        2,
        "",
        "ice-mock: there is no job 'rom 1' in this world; did you mean 'room 1'?\n",
    )


def test_json_is_the_document(ice_mock, make_job):
    make_job()

    document = json.loads(ice_mock("jobs", "--why", "room 1", "--json").out)

    assert set(document) == {"sentence", "facts"}
    assert document["facts"]["name"] == "room 1"


@pytest.mark.parametrize("columns", [80, 120])
def test_on_a_terminal_lines_are_folded_between_words(ice_mock, make_job, terminal, columns):
    make_job()
    terminal(columns)

    printed = ice_mock("jobs", "--why", "room 1").out.splitlines()

    assert max(map(len, printed)) <= columns
    assert " ".join(printed[: printed.index("")]).endswith("(the clock is frozen: advance it by 5s).")


def test_a_long_fact_goes_on_under_its_beginning():
    printed = list(lines("So.", {"one": "a b c d", "longer": "e"}, 13))

    assert printed == ["So.", "", "one     a b c", "        d", "longer  e"]


def test_what_has_no_spaces_stays_whole_beside_its_name():
    url = f"https://receiver.example.com/{'x' * 100}"

    assert list(lines("So.", {"url": url, "at": "noon"}, 40))[2:] == [f"url  {url}", "at   noon"]


def test_without_a_terminal_nothing_is_folded():
    assert list(lines("a " * 100, {"one": "b " * 100}, None)) == [
        "a " * 99 + "a",
        "",
        "one  " + "b " * 99 + "b",
    ]


def test_facts_of_several_lines_are_indented_below_their_names():
    canonical = "GET\n/\n\nhost:x\x1b\n"

    assert list(lines("So.", {"canonical_request": canonical, "request": "R"}, 80))[2:] == [
        "request  R",
        "canonical request",
        "    GET",
        "    /",
        "",
        r"    host:x\x1b",
    ]


def test_what_callers_named_cannot_steer_the_terminal(ice_mock, make_job):
    make_job("\x1b[31mred")

    assert "\x1b" not in ice_mock("jobs", "--why", "\x1b[31mred").out
