from dataclasses import replace
from datetime import timedelta

import pytest

from ice_mock.domain.journal import CHANGES_LIMIT, INBOX_LIMIT, JOURNAL_BYTES, JOURNAL_LIMIT, JournalEntry
from ice_mock.domain.reason import Reason

HEADERS = {"content-type": "application/json"}


def entry(engine, number: int, **parameters: str) -> JournalEntry:
    return JournalEntry(
        id=str(number),
        at=engine.now(),
        action="GetLiveSnapshotJob",
        dialect="RPC",
        access_key_id=None,
        method="GET",
        parameters=parameters,
        status=200,
        code=None,
        message=None,
        answer="{}",
        answer_length=2,
        duration=timedelta(0),
    )


def test_the_journal_keeps_the_latest_and_counts_what_it_dropped(engine):
    for number in range(JOURNAL_LIMIT + 3):
        engine.journal.add(entry(engine, number))

    kept = engine.journal.all()

    assert (len(kept), kept[0].id, kept[-1].id) == (JOURNAL_LIMIT, "3", str(JOURNAL_LIMIT + 2))
    assert engine.journal.dropped == 3


def test_the_journal_is_bounded_by_bytes_as_well(engine):
    large = entry(engine, 0, JobName="x" * 2**20)
    fitting = JOURNAL_BYTES // large.size

    for number in range(fitting + 2):
        engine.journal.add(replace(large, id=str(number)))

    kept = engine.journal.all()
    assert (len(kept), kept[0].id, engine.journal.dropped) == (fitting, "2", 2)
    assert 15 <= fitting < 16


@pytest.mark.parametrize(
    "part",
    [
        {"parameters": {"JobName": "x" * 1000}},
        {"parameters": {"x" * 1000: ""}},
        {"answer": "x" * 1000},
        {"message": "x" * 1000},
        {"unread": ("x" * 1000,)},
        {"reason": Reason("x" * 1000)},
        {"reason": Reason("", {"found": "x" * 1000})},
    ],
    ids=["parameter", "name", "answer", "message", "unread", "sentence", "fact"],
)
def test_every_part_of_an_entry_counts(engine, part):
    small = entry(engine, 1)

    assert 950 < replace(small, **part).size - small.size < 1200


def test_text_counts_with_the_memory_that_it_takes(engine):
    latin, chinese = (entry(engine, 1, JobName=letter * 1000).size for letter in ("x", "直"))

    assert 900 < chinese - latin < 1100


def test_ten_thousand_usual_entries_fit(engine):
    usual = entry(
        engine,
        1,
        JobName="room 1",
        TemplateId="0" * 36,
        StreamInput='{"Type":"rtmp","Url":"rtmp://live.example.com/app/room1"}',
        SnapshotOutput='{"Bucket":"b","Endpoint":"oss-cn-shanghai.aliyuncs.com","StorageType":"oss"}',
    )

    assert JOURNAL_LIMIT * usual.size < JOURNAL_BYTES


def test_an_entry_is_found_by_its_id_in_any_case(engine):
    engine.journal.add(replace(entry(engine, 1), id="AB-1"))

    found = [engine.journal.find(id) for id in ("ab-1", "AB-1", "ab-2")]

    assert [each and each.id for each in found] == ["AB-1", "AB-1", None]


def test_a_cleared_journal_is_empty_and_has_dropped_nothing(engine):
    engine.journal.add(entry(engine, 1))

    engine.journal.clear()

    assert engine.journal.all() == []
    assert engine.journal.dropped == 0


@pytest.mark.parametrize(("parameters", "job_id"), [({"JobId": "j"}, "j"), ({}, None)])
def test_an_entry_knows_the_job_that_it_is_about(engine, parameters, job_id):
    assert entry(engine, 1, **parameters).job_id == job_id


def test_changes_are_bounded(engine):
    for number in range(CHANGES_LIMIT + 6):
        engine.context.changed("stream", str(number), "published", engine.now())

    changes = engine.journal.changes()

    assert (len(changes), changes[0].subject_id) == (CHANGES_LIMIT, "6")


def test_the_inbox_keeps_what_it_is_sent(engine):
    received = engine.inbox.receive("POST", "a=1", HEADERS, "{}", is_base64=False)

    assert engine.inbox.all() == [received]
    assert (received.method, received.query, received.headers) == ("POST", "a=1", HEADERS)
    assert (received.body, received.is_base64, received.at) == ("{}", False, engine.now())


def test_the_inbox_keeps_the_latest_and_counts_what_it_dropped(engine):
    for number in range(INBOX_LIMIT + 2):
        engine.inbox.receive("POST", "", {}, str(number), is_base64=False)

    bodies = [received.body for received in engine.inbox.all()]

    assert (len(bodies), bodies[0]) == (INBOX_LIMIT, "2")
    assert engine.inbox.dropped == 2


def test_the_inbox_tells_what_came_since_an_instant(engine, pass_time):
    engine.inbox.receive("POST", "", {}, "early", is_base64=False)
    pass_time(seconds=1)
    noon = engine.now()
    engine.inbox.receive("POST", "", {}, "late", is_base64=False)

    assert [received.body for received in engine.inbox.since(noon)] == ["late"]


def test_a_cleared_inbox_is_empty(engine):
    engine.inbox.receive("POST", "", {}, "", is_base64=False)

    engine.inbox.clear()

    assert engine.inbox.all() == []
