import re
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from report_world import BEGAN, OTHER, STREAM, at

from ice_mock.client import Client
from ice_mock.domain import model
from ice_mock.domain.reason import Reason
from ice_mock.report import collect, text
from ice_mock.report.cells import cells
from ice_mock.report.evidence import Excerpt
from ice_mock.words import times

names = st.text(st.characters(exclude_categories=()), max_size=40)
LIVE = model.Stream(STREAM, (BEGAN,))


def lane(told: str, name: str) -> str:
    [line] = [line for line in told.splitlines() if line.strip().startswith(name)]
    return line


def test_nothing_happened_is_the_first_and_only_thing_said(evidence) -> None:
    told = text(replace(evidence, now=BEGAN)).splitlines()

    assert told[3:] == ["=> nothing happened: no call, no stream, no job, and the clock did not move"]


def test_an_outage_can_be_seen_in_the_lanes_of_its_stream_and_job(begin) -> None:
    client: Client = begin("flapping-ingest")
    client.clock.advance(seconds=120)

    told = text(client, width=100)

    stream, job = (re.search(r"[=.|-]{20,}", lane(told, name))[0] for name in ("…", "room 1"))
    assert re.fullmatch("=+-+=+-+=+", stream)
    assert re.fullmatch(r"[.|]+-+[.|]+-+[.|]+", job)
    assert job.count("|") == client.jobs.all()[0]["frames"]


def test_lanes_stand_in_line_whatever_their_names_are_made_of(begin, submit) -> None:
    client: Client = begin()
    for name in ("直播间 一号", "e\u0301te\u0301", "\x1b[31mred"):
        submit(client, name)
    client.clock.advance(seconds=60)

    told = text(client, width=80)

    jobs = [line for line in told.splitlines() if line.endswith("12 frames")]
    starts = {cells(line[: re.search(r"[.|]{20}", line).start()]) for line in jobs}
    assert len(jobs) == 4
    assert len(starts) == 1


def test_many_frames_in_one_place_become_a_number_and_then_a_sign(evidence, job) -> None:
    hour = replace(evidence, now=at(3600), streams=(LIVE,))

    assert "###" in text(replace(hour, jobs=(replace(job, frames=720),)))
    assert "22" in text(replace(hour, now=at(540), jobs=(replace(job, frames=108),)))


def test_refusals_come_before_what_went_well_with_the_reason_in_a_sentence(with_calls, answered) -> None:
    refused = replace(
        answered,
        status=404,
        code="JobNotFound",
        message="No such job.",
        reason=Reason("There is no job.", {}),
    )
    told = text(with_calls(*[answered] * 37, refused, replace(refused, at=at(12)))).splitlines()

    first = told.index(
        "refused    +0s GetLiveSnapshotJob  404 JobNotFound \N{MULTIPLICATION SIGN}2, until +12s"
    )
    assert told[first + 1].strip() == "There is no job."
    assert told[first + 2] == "answered   GetLiveSnapshotJob \N{MULTIPLICATION SIGN}37"


def test_callbacks_that_failed_are_told_with_their_last_error(evidence, job, lost) -> None:
    later = replace(lost, id="callback-2", frame=2, at=at(10))
    told = text(replace(evidence, streams=(LIVE,), jobs=(job,), callbacks=Excerpt((lost, later), 2)))

    assert "callbacks  +5s 2 lost, after 2 attempts: job room 1, frames 1-2" in told
    assert "http://receiver.example/callbacks: status 500" in told


def test_faults_that_never_fired_come_before_those_that_did(evidence, fault) -> None:
    struck = replace(fault, id="fault-2", fired=2)
    lines = text(replace(evidence, faults=(struck, fault))).splitlines()

    assert lines[-2:] == [
        "faults     never fired, it fitted 3 times: fault-1 {action: *, error: InternalError}",
        "           fired 2 of 3 times: fault-2 {action: *, error: InternalError}",
    ]


def test_a_parameter_that_nobody_read_is_told_with_what_may_have_been_meant(with_calls, answered) -> None:
    sent = replace(answered, action="SubmitLiveSnapshotJob", unread=("JobNam", "zzz"))

    told = text(with_calls(sent, sent))

    expected = f"unread     SubmitLiveSnapshotJob: JobNam {times(2)} (did you mean JobName?), zzz {times(2)}"
    assert expected in told


def test_what_is_missing_is_counted(with_calls, answered) -> None:
    found = with_calls(answered)

    told = text(replace(found, calls=replace(found.calls, found=500, dropped=1)))

    assert "left out   1 call, the oldest, which the world no longer has" in told
    assert "499 of 500 calls, counted but not shown" in told


def test_more_jobs_than_there_are_lines_leaves_those_in_trouble(evidence, job) -> None:
    jobs = [replace(job, id=f"job-{nth}", name=f"room {nth}", frames=12) for nth in range(100)]
    jobs[3] = replace(jobs[3], frames=0, name="unlucky")

    told = text(replace(evidence, streams=(LIVE,), jobs=tuple(jobs)))

    assert "unlucky" in told
    assert "… and 89 more jobs" in told


@pytest.mark.parametrize("height", [8, 12, 20, 40])
@pytest.mark.parametrize("width", [40, 80, 100])
def test_a_report_fits_whatever_there_is_to_tell(
    with_calls, answered, job, lost, fault, width, height
) -> None:
    calls = [
        replace(answered, code=f"Code{nth}", status=400, message="No. " * 30, unread=("Nonsense",))
        for nth in range(30)
    ]
    full = replace(
        with_calls(*calls, answered),
        streams=(LIVE, model.Stream(OTHER, (BEGAN, at(20)))),
        jobs=tuple(replace(job, id=f"{nth}", name=f"room {nth}" * 9) for nth in range(30)),
        callbacks=Excerpt(tuple(replace(lost, url=f"http://{nth}.example") for nth in range(30)), 30),
        faults=(fault,) * 30,
    )

    lines = text(full, width=width, height=height).splitlines()

    assert len(lines) <= height
    assert max(map(cells, lines)) <= width
    assert any("refused" in line for line in lines)


def test_what_had_no_room_at_all_is_named(with_calls, answered, lost, fault) -> None:
    full = replace(with_calls(answered), callbacks=Excerpt((lost,), 1), faults=(fault,))

    assert text(full, height=10).splitlines()[-1] == "left out, for lack of room: faults, answered"


@given(name=names, other=names)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_callers_name_a_report_can_stand_in_xml(
    with_calls, answered, job, lost, name, other
) -> None:
    refused = replace(answered, action=name, code=other, message=name, unread=(other,))
    found = replace(
        with_calls(refused),
        label=name,
        streams=(model.Stream(other, (BEGAN,)),),
        jobs=(replace(job, name=name, stream=other),),
        callbacks=Excerpt((replace(lost, url=name),), 1),
    )

    told = text(found, width=80)

    written = told.replace("&", "&amp;").replace("<", "&lt;")
    assert ET.fromstring(f"<x>{written}</x>".encode()).text == told
    assert all(line.isprintable() for line in told.split("\n"))
    assert max(map(cells, told.split("\n"))) <= 80


def test_the_same_world_gives_the_same_text(begin, call) -> None:
    client: Client = begin("broken-pictures", label="tests/test_a.py::test_b")
    call(client, "GetLiveSnapshotJob", JobId="nobody")
    client.clock.advance(seconds=60)

    assert text(client) == text(client) == text(collect(client))
