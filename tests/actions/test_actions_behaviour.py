"""The knobs of parameters and answers: what the default does, and what every other value does."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from ice_mock.clock import iso_seconds
from ice_mock.domain.behaviour import Behaviour
from ice_mock.errors import ApiError

TEMPLATE = {"TemplateName": "Every five seconds", "TimeInterval": "5", "SequenceFormat": "{Sequence}.jpg"}
STREAM = {"Url": "rtmp://live.example.com/app/room1", "Type": "rtmp"}
OUTPUT = {"StorageType": "oss", "Endpoint": "oss-cn-shanghai.aliyuncs.com", "Bucket": "pictures"}


@pytest.fixture
def behave(engine):
    """Turn knobs of the world: ``behave(search="prefix")``."""
    return lambda **knobs: engine.store.put(replace(engine.account, behaviour=Behaviour(**knobs)))


@pytest.fixture
def code(call):
    """The code of the error that a call ends with, None if it is done."""

    def code_of(action, **parameters):
        try:
            call(action, parameters)
        except ApiError as error:
            return error.code
        return None

    return code_of


@pytest.fixture
def submission(make_template):
    """The parameters of a job, with parts of stream and output replaced."""

    def parameters(stream=None, output=None, **more):
        return {
            "JobName": "room 1",
            "TemplateId": make_template().id,
            "StreamInput": json.dumps({**STREAM, **(stream or {})}),
            "SnapshotOutput": json.dumps({**OUTPUT, **(output or {})}),
            **more,
        }

    return parameters


@pytest.mark.parametrize(
    ("value", "codes"),
    [("missing", ["MissingParameter", None]), ("given", [None, "InvalidParameter"])],
    ids=["missing", "given"],
)
def test_empty_parameters_are_missing_or_have_an_empty_value(code, behave, submission, value, codes):
    behave(empty_parameters=value)

    found = [
        code("SubmitLiveSnapshotJob", **submission(JobName="")),
        code("SubmitLiveSnapshotJob", **submission(CallbackUrl="")),
    ]

    assert found == codes


@pytest.mark.parametrize(
    "wrong",
    [
        {"stream": {"Url": "http://live.example.com/app/room1"}},
        {"output": {"Endpoint": "https://oss-cn-shanghai.aliyuncs.com"}},
        {"output": {"Bucket": "Not a bucket"}},
        {"CallbackUrl": "receiver.example.com"},
    ],
    ids=["stream", "endpoint", "bucket", "callback"],
)
@pytest.mark.parametrize(
    ("value", "expected"), [("strict", "InvalidParameter"), ("off", None)], ids=["strict", "off"]
)
def test_address_checks_say_whether_an_address_that_cannot_work_is_refused(
    code, behave, submission, wrong, value, expected
):
    behave(address_checks=value)

    assert code("SubmitLiveSnapshotJob", **submission(**wrong)) == expected


def test_what_is_no_address_is_checked_whatever_address_checks_says(code, behave, submission):
    behave(address_checks="off")

    found = [
        code("SubmitLiveSnapshotJob", **submission({"Type": "srt"})),
        code("SubmitLiveSnapshotJob", **submission(JobName="x" * 129)),
        code("CreateLiveSnapshotTemplate", **{**TEMPLATE, "SequenceFormat": "/{Sequence}.jpg"}),
    ]

    assert found == ["InvalidParameter"] * 3


@pytest.mark.parametrize(
    ("value", "expected"), [("absent", {}), ("empty", {"OverwriteFormat": ""})], ids=["absent", "empty"]
)
def test_empty_fields_are_absent_or_empty(call, behave, value, expected):
    behave(empty_fields=value)
    template = call("CreateLiveSnapshotTemplate", TEMPLATE)["TemplateId"]

    answer = call("GetLiveSnapshotTemplate", TemplateId=template)

    assert answer["SequenceFormat"] == "{Sequence}.jpg"
    assert {name: text for name, text in answer.items() if name == "OverwriteFormat"} == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [("replace", {"cover.jpg"}), ("merge", {"cover.jpg", "{Sequence}.jpg"})],
    ids=["replace", "merge"],
)
def test_update_template_says_whether_a_format_left_out_is_gone(call, behave, value, expected):
    behave(update_template=value)
    template = call("CreateLiveSnapshotTemplate", TEMPLATE)["TemplateId"]
    update = {
        "TemplateId": template,
        "TemplateName": "t",
        "TimeInterval": "7",
        "OverwriteFormat": "cover.jpg",
    }

    call("UpdateLiveSnapshotTemplate", update)

    answer = call("GetLiveSnapshotTemplate", TemplateId=template)
    assert {answer.get("OverwriteFormat"), answer.get("SequenceFormat")} - {None} == expected
    assert answer["TimeInterval"] == 7


@pytest.mark.parametrize("value", ["replace", "merge"])
def test_an_update_of_a_template_that_there_is_not_is_refused_whatever_update_template_says(
    code, behave, value
):
    behave(update_template=value)

    assert code("UpdateLiveSnapshotTemplate", TemplateId="x", **TEMPLATE) == "TemplateNotFound"


@pytest.mark.parametrize(("value", "expected"), [("anywhere", [1, 1]), ("prefix", [1, 0]), ("exact", [0, 0])])
def test_search_holds_for_the_words_of_both_lists(call, behave, submission, value, expected):
    behave(search=value)
    call("SubmitLiveSnapshotJob", submission())
    call("CreateLiveSnapshotTemplate", {**TEMPLATE, "TemplateName": "Room 1"})

    totals = {
        action: [call(action, SearchKeyWord=word)["TotalCount"] for word in ("roo", "oom")]
        for action in ("ListLiveSnapshotJobs", "ListLiveSnapshotTemplates")
    }

    assert totals == {"ListLiveSnapshotJobs": expected, "ListLiveSnapshotTemplates": expected}


@pytest.mark.parametrize(
    ("value", "days_ago", "jobs"),
    [
        ("now", 10, 1),
        ("now", 40, "EndTimeMismatch"),
        ("start-plus-7-days", 10, 0),
        ("start-plus-7-days", 40, 0),
        ("start-plus-7-days", 3, 1),
    ],
)
def test_jobs_end_time_is_the_present_or_seven_days_after_the_start(
    engine, call, code, behave, submission, pass_time, value, days_ago, jobs
):
    behave(jobs_end_time=value)
    pass_time(days=50)
    call("SubmitLiveSnapshotJob", submission())
    span = {"StartTime": iso_seconds(engine.now() - timedelta(days=days_ago))}

    found = code("ListLiveSnapshotJobs", **span) or call("ListLiveSnapshotJobs", span)["TotalCount"]

    assert found == jobs


@pytest.mark.parametrize("value", ["now", "start-plus-7-days"])
def test_without_a_start_the_jobs_of_the_last_seven_days_are_listed(
    call, behave, submission, pass_time, value
):
    behave(jobs_end_time=value)
    call("SubmitLiveSnapshotJob", submission())
    pass_time(days=7)
    within = call("ListLiveSnapshotJobs")["TotalCount"]

    pass_time(seconds=1)

    assert (within, call("ListLiveSnapshotJobs")["TotalCount"]) == (1, 0)


@pytest.mark.parametrize(("format_names", "expected"), [("strict", "InvalidParameter"), ("any", None)])
def test_format_names_that_oss_does_not_take_are_refused_or_not(behave, code, format_names, expected):
    behave(format_names=format_names)

    refused = code("CreateLiveSnapshotTemplate", **{**TEMPLATE, "SequenceFormat": "../{Sequence}.jpg"})

    assert refused == expected


@pytest.mark.parametrize(
    ("page_boundary", "pages"), [("second", [2]), ("file", [1, 1])], ids=["second", "file"]
)
def test_page_boundary_keeps_files_of_a_second_together_or_splits_them(
    engine, stream, make_job, pass_time, behave, page_boundary, pages
):
    behave(page_boundary=page_boundary)
    job = make_job(overwrite="{JobId}.jpg", sequence="{JobId}/{Sequence}.jpg")
    pass_time(seconds=5)
    now = engine.now()

    first = engine.files.page(job.id, start=now, end=now, limit=1, descending=False)

    assert [len(first.files), *([1] if first.next_start else [])] == pages


@pytest.mark.parametrize(("next_descending", "told"), [("end-time", True), ("absent", False)])
def test_next_descending_tells_where_the_next_page_ends_or_nothing(
    engine, stream, make_job, pass_time, call, behave, next_descending, told
):
    behave(next_descending=next_descending)
    job, start = make_job(), iso_seconds(engine.now())
    pass_time(seconds=10)

    listed = call(
        "ListLiveSnapshotFiles",
        {
            "JobId": job.id,
            "StartTime": start,
            "EndTime": iso_seconds(engine.now()),
            "Limit": "1",
            "SortBy": "desc",
        },
    )

    assert ("NextStartTime" in listed) is told
