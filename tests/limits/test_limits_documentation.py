"""What docs/limits.md says, held against the code."""

import re
from datetime import timedelta
from pathlib import Path

import pytest

from ice_mock import limits
from ice_mock.callbacks import sender, sockets
from ice_mock.domain import journal
from ice_mock.durations import written
from ice_mock.faults import options
from ice_mock.gateway import authentication
from ice_mock.scenario import reading
from ice_mock.server import KEEP_ALIVE, RESERVED_DESCRIPTORS
from ice_mock.settings import SettingError, settings
from ice_mock.ticker import ticker, walk
from ice_mock.web import body, rpc
from ice_mock.web.control import awaiting
from ice_mock.worlds import ended

PAGE = (Path(__file__).parents[2] / "docs" / "limits.md").read_text()
ROWS = dict(re.findall(r"^\| ([^|]+) \| ([^|]+) \|", PAGE, re.MULTILINE))
MIB = 2**20

BOUNDS = {
    "worlds, beside the default one": limits.WORLDS,
    "ended worlds that are remembered": ended.ENDED_LIMIT,
    "connections": limits.CONNECTIONS,
    "requests that are performed": limits.THREADS,
    "advances among them": limits.ADVANCES,
    "requests to `await` among them": awaiting.MOST_WAITING,
    "callbacks that are being sent": ticker.MOST_UNDER_WAY,
    "callbacks at a time to one receiver": sender.CONNECTIONS,
    "headers of a request": f"{limits.HEADERS}",
    "headers of a request, with its first line": f"{limits.HEAD_BYTES // 1024} KiB",
    "body of a request": f"{limits.BODY_BYTES // MIB} MiB",
    "parameters of a request": rpc.MOST_PARAMETERS,
    "time for a request to arrive": limits.ARRIVAL,
    "time for an answer to be taken": limits.ARRIVAL,
    "time between two requests": KEEP_ALIVE,
    "time for a request to be performed": limits.REQUEST_TIME,
    "time of one `await`": awaiting.LONGEST,
    "delay that a fault brings about": options.LONGEST_WAIT,
    "answer of a receiver of callbacks": f"{sockets.LONGEST_ANSWER // 1024} KiB",
    "templates": limits.TEMPLATES,
    "jobs": limits.JOBS,
    "streams": limits.STREAMS,
    "starts of jobs, all together": limits.RUNS,
    "beginnings and ends of ingest, all together": limits.STREAM_CHANGES,
    "faults that are armed, and those of pictures that were": limits.FAULTS,
    "records of files that were deleted, all together": limits.DELETED_FILES,
    "objects that were deleted": limits.DELETED_OBJECTS,
    "calls": f"{journal.JOURNAL_LIMIT:,}, and {journal.JOURNAL_BYTES // MIB} MiB",
    "changes": journal.CHANGES_LIMIT,
    "callbacks in the list": journal.CALLBACKS_LIMIT,
    "callbacks between two attempts": limits.WAITING_CALLBACKS,
    "attempts by hand, all together": limits.REDELIVERIES,
    "requests in the inbox": f"{journal.INBOX_LIMIT:,}, and {limits.INBOX_BYTES // MIB} MiB",
    "nonces that were used": authentication.NONCES_LIMIT,
    "events of a timeline at once": limits.EVENTS_AT_ONCE,
    "document of a scenario": f"{reading.LONGEST // MIB} MiB",
}


def said(bound: object) -> str:
    if isinstance(bound, timedelta):
        minutes, seconds = divmod(bound, timedelta(minutes=1))
        is_long = minutes > 1 and not seconds
        return f"{minutes} minutes" if is_long else f"{bound // timedelta(seconds=1)} s"
    return bound if isinstance(bound, str) else f"{bound:,}"


@pytest.mark.parametrize("name", BOUNDS)
def test_a_bound_is_what_the_page_says(name: str) -> None:
    tables = PAGE.partition("## Memory")[0]

    assert f"| {name} | {said(BOUNDS[name])} |" in tables


def test_the_page_has_no_bound_that_the_code_does_not_know() -> None:
    tables = PAGE.partition("## Memory")[0]
    names = re.findall(r"^\| ([^|]+) \| [^|]*\d[^|]* \|", tables, re.MULTILINE)

    assert set(names) == set(BOUNDS)


@pytest.mark.parametrize(
    "sentence",
    [
        f"nobody has used it for {limits.IDLE // timedelta(minutes=1)} minutes",
        f"{limits.SPARE} threads are left",
        f"Up to {limits.DISCARDED_BYTES // MIB} MiB are received",
        f"{RESERVED_DESCRIPTORS} less than those",
        f"one of which is {walk.AT_ONCE:,} callbacks",
    ],
)
def test_what_it_says_beside_the_tables_is_so(sentence: str) -> None:
    assert sentence in PAGE


def test_the_body_that_is_read_is_the_one_that_is_received() -> None:
    assert body.LONGEST == limits.BODY_BYTES


def test_the_settings_are_as_the_page_says() -> None:
    found = settings({}, {})

    assert (found["max_worlds"], found["request_timeout"]) == (limits.WORLDS, limits.REQUEST_TIME)
    assert "`--request-timeout`" in PAGE
    assert written(limits.REQUEST_TIME) == "10m"


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        ({"max_worlds": "-1"}, "--max-worlds: '-1' is no whole number"),
        ({"request_timeout": "0s"}, "--request-timeout: '0s' is no time at all: expected more, such as 30s"),
        ({"request_timeout": "soon"}, "--request-timeout: 'soon' is no duration"),
    ],
)
def test_a_setting_that_makes_no_sense_is_refused(flags: dict[str, str], message: str) -> None:
    with pytest.raises(SettingError, match=re.escape(message)):
        settings(flags, {})
