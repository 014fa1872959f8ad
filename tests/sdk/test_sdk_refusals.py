"""Every documented refusal of every action, as every SDK shows it (reference A.3).

A refusal changes nothing. The errors of the account (UserDisable, Forbidden, OperationDenied), of a
bucket (BucketNotAuthorized) and of injected faults (InternalError) belong to scenarios.
"""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any, NamedTuple

import pytest

from ice_mock.actions import ACTIONS
from ice_mock.domain.model import Plan
from ice_mock.engine import Engine
from ice_mock.engine.jobs import Order
from ice_mock.worlds import World

STREAM = "rtmp://live.example.com/app/room1"
FROM, TO = "2026-01-01T00:00:00Z", "2026-01-01T01:00:00Z"
NOBODY = "00000000-0000-4000-8000-000000000000"
CUT = "…"
"""What was found is too long to be said whole."""


class Case(NamedTuple):
    """A call that is refused: what is *changed* about a right one, None if it is left out; and the error."""

    action: str
    changed: dict[str, Any]
    code: str
    message: str


def missing(action: str, name: str, expected: str, **changed: Any) -> Case:
    changed = changed or {name: None}
    return Case(
        action, changed, "MissingParameter", f"The parameter {name} is mandatory: expected {expected}."
    )


def invalid(action: str, name: str, value: Any, expected: str, *, found: str | None = None) -> Case:
    message = f"The parameter {name} is not valid: expected {expected}, found "
    message += "" if found == CUT else f"{found or repr(str(value))}."
    return Case(action, {name: value}, "InvalidParameter", message)


def nested(name: str, value: Any) -> dict[str, Any]:
    """A right object in which one entry is another, or missing if it is None."""
    outer, _, inner = name.partition(".")
    changed = {**RIGHT["SubmitLiveSnapshotJob"][outer], inner: value}
    return {outer: {key: each for key, each in changed.items() if each is not None}}


RIGHT: dict[str, dict[str, Any]] = {
    "CreateLiveSnapshotTemplate": {
        "TemplateName": "t",
        "TimeInterval": 5,
        "SequenceFormat": "{JobId}/{Sequence}.jpg",
    },
    "UpdateLiveSnapshotTemplate": {
        "TemplateId": "<template>",
        "TemplateName": "t",
        "TimeInterval": 5,
        "SequenceFormat": "{JobId}/{Sequence}.jpg",
    },
    "DeleteLiveSnapshotTemplate": {"TemplateId": "<template>"},
    "GetLiveSnapshotTemplate": {"TemplateId": "<template>"},
    "ListLiveSnapshotTemplates": {},
    "SubmitLiveSnapshotJob": {
        "JobName": "room 1",
        "StreamInput": {"Url": STREAM, "Type": "rtmp"},
        "SnapshotOutput": {"StorageType": "oss", "Endpoint": "oss.example.com", "Bucket": "pictures"},
        "TemplateId": "<template>",
    },
    "GetLiveSnapshotJob": {"JobId": "<running>"},
    "ListLiveSnapshotJobs": {},
    "SendLiveSnapshotJobCommand": {"JobId": "<running>", "Command": "stop"},
    "ListLiveSnapshotFiles": {"JobId": "<running>", "StartTime": FROM, "EndTime": TO},
    "DeleteLiveSnapshotFiles": {"JobId": "<running>", "CreateTimestampList": [1767225605000]},
}

TEXT_128, TEXT_255 = "text of up to 128 characters", "text of up to 255 characters"
PAGE_SIZE, SORT_BY = "an integer from 1 to 100", "asc or desc"
OVERWRITE = f"{TEXT_255}, ending in .jpg, not starting with / and with no placeholder but {{JobId}}"
SEQUENCE = (
    f"{TEXT_255}, ending in .jpg, not starting with /, with {{UnixTimestamp}} or {{Sequence}} or both, "
    "and with no placeholders beside them but {JobId} and {Date}"
)
INSTANT = "a time in UTC such as 2026-01-31T23:59:59Z"
RTMP = f"{TEXT_255}, an RTMP address such as rtmp://host/app/stream"
LONG = "x" * 129


def of_template(action: str) -> list[Case]:
    long_key = "x" * 252
    return [
        missing(action, "TemplateName", TEXT_128),
        missing(action, "TemplateName", TEXT_128, TemplateName=""),
        missing(action, "TimeInterval", "an integer from 5 to 3600"),
        missing(action, "OverwriteFormat", "it, or SequenceFormat, or both", SequenceFormat=None),
        invalid(action, "TemplateName", LONG, TEXT_128, found=CUT),
        *(
            invalid(action, "TimeInterval", value, "an integer from 5 to 3600")
            for value in (4, 0, -5, 3601, "5s", "5.5")
        ),
        *(
            invalid(action, "OverwriteFormat", value, OVERWRITE)
            for value in (
                "/{JobId}.jpg",
                "{JobId}.png",
                "{JobId}.jpg ",
                "{Sequence}.jpg",
                "{UnixTimestamp}.jpg",
                "{Date}.jpg",
            )
        ),
        *(
            invalid(action, "SequenceFormat", value, SEQUENCE)
            for value in (
                "/{Sequence}.jpg",
                "{Sequence}.jpeg",
                "{JobId}.jpg",
                "{Date}.jpg",
                "{Time}{Sequence}.jpg",
            )
        ),
        invalid(
            action,
            "OverwriteFormat",
            f"{long_key}.jpg",
            OVERWRITE,
            found=CUT,
        ),
    ]


def of_list(action: str) -> list[Case]:
    return [
        *(invalid(action, "PageNo", value, "an integer from 1") for value in (0, -1, "one")),
        *(invalid(action, "PageSize", value, PAGE_SIZE) for value in (0, 101, "ten")),
        invalid(action, "SortBy", "down", SORT_BY),
        invalid(action, "SearchKeyWord", LONG, TEXT_128, found=CUT),
    ]


def of_times(action: str, longest: str) -> list[Case]:
    wrong = "2026-01-01 00:00:00", "2026-02-30T00:00:00Z", "2026-01-01T00:00:00+08:00", "1767225600"
    mismatch = "Specified end time does not math the specified start time."
    return [
        *(
            Case(
                action,
                {"StartTime": value},
                "MalformedStartTime",
                "Specified parameter StartTime is not valid.",
            )
            for value in wrong
        ),
        *(
            Case(action, {"EndTime": value}, "MalformedEndTime", "Specified parameter EndTime is not valid.")
            for value in wrong
        ),
        Case(action, {"StartTime": FROM, "EndTime": "2025-12-31T23:59:59Z"}, "EndTimeMismatch", mismatch),
        Case(action, {"StartTime": FROM, "EndTime": longest}, "EndTimeMismatch", mismatch),
    ]


CASES = [
    *of_template("CreateLiveSnapshotTemplate"),
    *of_template("UpdateLiveSnapshotTemplate"),
    *(missing(f"{verb}LiveSnapshotTemplate", "TemplateId", "text") for verb in ("Update", "Delete", "Get")),
    *(
        Case(f"{verb}LiveSnapshotTemplate", {"TemplateId": NOBODY}, "TemplateNotFound", "No such template.")
        for verb in ("Update", "Delete", "Get")
    ),
    *of_list("ListLiveSnapshotTemplates"),
    invalid("ListLiveSnapshotTemplates", "Type", "mine", "system or custom"),
    invalid(
        "ListLiveSnapshotTemplates",
        "TemplateIds",
        ["id"] * 201,
        "up to 200 texts, numbered TemplateIds.1, TemplateIds.2 and so on",
        found=CUT,
    ),
    missing("SubmitLiveSnapshotJob", "JobName", TEXT_128),
    missing("SubmitLiveSnapshotJob", "StreamInput", "a JSON object with Url, Type"),
    missing("SubmitLiveSnapshotJob", "SnapshotOutput", "a JSON object with StorageType, Endpoint, Bucket"),
    missing("SubmitLiveSnapshotJob", "TemplateId", "text"),
    missing("SubmitLiveSnapshotJob", "StreamInput.Url", RTMP, **nested("StreamInput.Url", None)),
    missing("SubmitLiveSnapshotJob", "StreamInput.Type", "rtmp", **nested("StreamInput.Type", None)),
    missing(
        "SubmitLiveSnapshotJob",
        "SnapshotOutput.StorageType",
        "oss",
        **nested("SnapshotOutput.StorageType", None),
    ),
    missing(
        "SubmitLiveSnapshotJob",
        "SnapshotOutput.Endpoint",
        "text, a host without scheme or path",
        **nested("SnapshotOutput.Endpoint", None),
    ),
    missing(
        "SubmitLiveSnapshotJob",
        "SnapshotOutput.Bucket",
        "text, a bucket's name",
        **nested("SnapshotOutput.Bucket", None),
    ),
    invalid("SubmitLiveSnapshotJob", "JobName", LONG, TEXT_128, found=CUT),
    *(
        Case(
            "SubmitLiveSnapshotJob",
            nested(name, value),
            "InvalidParameter",
            f"The parameter {name} is not valid: expected {expected}, found {value!r}.",
        )
        for name, value, expected in (
            ("StreamInput.Url", "http://live.example.com/app/room1", RTMP),
            ("StreamInput.Url", "rtmp://live.example.com", RTMP),
            ("StreamInput.Type", "hls", "rtmp"),
            ("SnapshotOutput.StorageType", "vod", "oss"),
            ("SnapshotOutput.Endpoint", "https://oss.example.com", "text, a host without scheme or path"),
            ("SnapshotOutput.Bucket", "Pictures/1", "text, a bucket's name"),
        )
    ),
    *(
        invalid("SubmitLiveSnapshotJob", "CallbackUrl", value, f"{TEXT_255}, an http or https address")
        for value in ("ftp://cb.example.com/", "cb.example.com", "http://")
    ),
    Case("SubmitLiveSnapshotJob", {"TemplateId": NOBODY}, "TemplateNotFound", "No such template."),
    *(
        missing(action, "JobId", "text")
        for action in (
            "GetLiveSnapshotJob",
            "SendLiveSnapshotJobCommand",
            "ListLiveSnapshotFiles",
            "DeleteLiveSnapshotFiles",
        )
    ),
    *(
        Case(action, {"JobId": NOBODY}, "JobNotFound", "No such job.")
        for action in (
            "GetLiveSnapshotJob",
            "SendLiveSnapshotJobCommand",
            "ListLiveSnapshotFiles",
            "DeleteLiveSnapshotFiles",
        )
    ),
    *of_list("ListLiveSnapshotJobs"),
    invalid("ListLiveSnapshotJobs", "Status", "running", "init or started or paused"),
    *of_times("ListLiveSnapshotJobs", "2026-01-31T00:00:01Z"),
    missing("SendLiveSnapshotJobCommand", "Command", "start or stop or restart"),
    invalid("SendLiveSnapshotJobCommand", "Command", "pause", "start or stop or restart"),
    Case("SendLiveSnapshotJobCommand", {"Command": "start"}, "JobAlreadyStarted", "Job is already started."),
    *(
        Case("SendLiveSnapshotJobCommand", {"JobId": job, "Command": command}, code, message)
        for job, code, message in (
            ("<waiting>", "JobLimitExceeded", "Job limit exceeded."),
            ("<without stream>", "StreamNotFound", "No such stream."),
        )
        for command in ("start", "restart")
    ),
    missing("ListLiveSnapshotFiles", "StartTime", INSTANT),
    missing("ListLiveSnapshotFiles", "EndTime", INSTANT),
    *of_times("ListLiveSnapshotFiles", "2026-01-02T00:00:01Z"),
    *(invalid("ListLiveSnapshotFiles", "Limit", value, PAGE_SIZE) for value in (0, 101, "ten")),
    invalid("ListLiveSnapshotFiles", "SortBy", "down", SORT_BY),
    missing("DeleteLiveSnapshotFiles", "CreateTimestampList", "a JSON list of 1 to 200 integers"),
    *(
        invalid(
            "DeleteLiveSnapshotFiles",
            "CreateTimestampList",
            value,
            "a JSON list of 1 to 200 integers",
            found=found,
        )
        for value, found in (([], "'[]'"), (["x"], """'["x"]'"""), ([True], "'[true]'"), ([1.5], "'[1.5]'"))
    ),
    Case(
        "DeleteLiveSnapshotFiles",
        {"CreateTimestampList": [1] * 201},
        "InvalidParameter",
        "The parameter CreateTimestampList",
    ),
    invalid("DeleteLiveSnapshotFiles", "DeleteOriginalFile", "maybe", "true or false"),
    Case(
        "DeleteLiveSnapshotFiles",
        {"JobId": "<overlay>"},
        "OverlayNotSupported",
        "Not Sopport to remove overlay snapshot, please remove overlay snapshot from OSS console.",
    ),
    Case(
        "DeleteLiveSnapshotFiles",
        {"CreateTimestampList": [1767225605001]},
        "NoValidSnapshot",
        "No snapshots found with given parameters.",
    ),
]
STATUSES = {
    "TemplateNotFound": 404,
    "JobNotFound": 404,
    "NoValidSnapshot": 404,
    "JobAlreadyStarted": 409,
}


def submit(engine: Engine, *, url: str = STREAM, overlay: bool = False) -> str:
    key = "{JobId}.jpg"
    plan = Plan(timedelta(seconds=5), key if overlay else None, None if overlay else "{JobId}/{Sequence}.jpg")
    template = engine.templates.create("t", plan)
    return engine.jobs.submit(Order("room", template.id, url, "oss.example.com", "pictures", None)).id


@pytest.fixture
def ids(world: World) -> dict[str, str]:
    """A template, and jobs in every state that a refusal needs, a minute after they began."""
    engine = world.engine
    engine.streams.publish(STREAM)
    jobs = {"<running>": submit(engine), "<overlay>": submit(engine, overlay=True)}
    engine.store.put(replace(engine.account, concurrent_jobs=2))
    jobs["<waiting>"] = submit(engine)
    jobs["<without stream>"] = submit(engine, url="rtmp://live.example.com/app/nobody")
    engine.time.move_to(engine.now() + timedelta(minutes=1))
    return {**jobs, "<template>": engine.templates.all()[0].id}


@pytest.fixture
def records(world: World) -> Callable[[], list[object]]:
    engine = world.engine
    return lambda: [
        engine.templates.all(),
        engine.jobs.all(),
        engine.streams.all(),
        engine.journal.changes(),
        engine.now(),
    ]


# The asynchronous methods fail like the others; one example of each error shows it.
FIRST = {(case.action, case.code): case for case in reversed(CASES)}
ROWS = [
    *((name, case) for name in ("new", "old") for case in CASES),
    *(("new async", case) for case in FIRST.values()),
]


def readable(value: object) -> str | None:
    return f"{value.action}-{value.code}-{str(value.changed)[:60]}" if isinstance(value, Case) else None


@pytest.mark.parametrize(("make_sdk", "case"), ROWS, indirect=["make_sdk"], ids=readable)
def test_a_refusal_is_documented_and_changes_nothing(
    sdk: Callable, refusal_of: Callable, ids: dict[str, str], records: Callable, case: Case
) -> None:
    parameters = {
        name: ids.get(value, value) if isinstance(value, str) else value
        for name, value in {**RIGHT[case.action], **case.changed}.items()
        if value is not None
    }
    before = records()

    refusal = refusal_of(sdk, case.action, **parameters)

    assert (refusal.status, refusal.code) == (STATUSES.get(case.code, 400), case.code)
    assert refusal.message.startswith(case.message)
    assert refusal.request_id
    assert records() == before


@pytest.mark.parametrize("action", RIGHT)
def test_without_the_change_the_call_is_right(sdk: Callable, ids: dict[str, str], action: str) -> None:
    parameters = {
        name: ids.get(value, value) if isinstance(value, str) else value
        for name, value in RIGHT[action].items()
    }

    assert sdk(action, **parameters)["RequestId"]


def test_every_documented_refusal_is_here() -> None:
    elsewhere = {"UserDisable", "Forbidden", "OperationDenied", "InternalError", "BucketNotAuthorized"}

    for name, action in ACTIONS.items():
        codes = {case.code for case in CASES if case.action == name}
        assert {error.code for error in action.raises} - elsewhere <= codes
        assert "InvalidParameter" in codes or set(RIGHT[name]) <= {"JobId", "TemplateId"}


@pytest.mark.parametrize("make_sdk", ["new"], indirect=True)
def test_the_new_sdk_puts_status_and_request_id_into_its_message(sdk: Callable, refusal_of: Callable) -> None:
    refusal = refusal_of(sdk, "GetLiveSnapshotJob", JobId=NOBODY)

    shown = refusal.__cause__
    assert shown.message == f"code: 404, No such job. request id: {refusal.request_id}"
    assert re.fullmatch(r"[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}", refusal.request_id)
    assert shown.data["HostId"] == "ice.cn-shanghai.aliyuncs.com"
