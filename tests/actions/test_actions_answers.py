"""What actions answer, and which documented errors they answer instead."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from ice_mock.actions import ACTIONS
from ice_mock.actions.base import BASE_ERRORS
from ice_mock.clock import iso_seconds
from ice_mock.errors import ApiError

STREAM_URL = "rtmp://live.example.com/app/room1"
STREAM = {"Url": STREAM_URL, "Type": "rtmp"}
OUTPUT = {"StorageType": "oss", "Endpoint": "oss-cn-shanghai.aliyuncs.com", "Bucket": "pictures"}
PLAN = {
    "TemplateName": "five",
    "TimeInterval": "5",
    "OverwriteFormat": "{JobId}.jpg",
    "SequenceFormat": "{JobId}/{UnixTimestamp}.jpg",
}
MIDNIGHT = "2026-01-01T00:00:00Z"
SPAN = {"StartTime": MIDNIGHT, "EndTime": "2026-01-01T01:00:00Z"}
FIRST_FRAME = 1767225605000


@pytest.fixture
def template_id(call) -> str:
    return call("CreateLiveSnapshotTemplate", PLAN)["TemplateId"]


@pytest.fixture
def order(template_id) -> dict[str, str]:
    """Complete parameters of a submission."""
    return {
        "JobName": "room 1",
        "StreamInput": json.dumps(STREAM),
        "SnapshotOutput": json.dumps(OUTPUT),
        "TemplateId": template_id,
        "CallbackUrl": "http://receiver.example.com/callbacks",
    }


@pytest.fixture
def job_id(call, stream, order, pass_time) -> str:
    """A job that has run for twelve seconds, and captured two frames."""
    job_id = call("SubmitLiveSnapshotJob", order)["JobId"]
    pass_time(seconds=12)
    return job_id


# -- Answers, with exactly the documented fields --


def test_making_a_template_answers_its_id(call):
    answer = call("CreateLiveSnapshotTemplate", PLAN)

    assert list(answer) == ["TemplateId"]
    assert call("GetLiveSnapshotTemplate", answer)["TemplateName"] == "five"


def test_a_template_is_answered_in_full(call, template_id):
    assert call("GetLiveSnapshotTemplate", TemplateId=template_id) == {
        "TemplateId": template_id,
        "TemplateName": "five",
        "Type": "custom",
        "OverwriteFormat": "{JobId}.jpg",
        "SequenceFormat": "{JobId}/{UnixTimestamp}.jpg",
        "TimeInterval": 5,
        "CreateTime": MIDNIGHT,
        "LastModified": MIDNIGHT,
    }


def test_changing_a_template_answers_nothing_and_replaces_all_of_it(call, template_id, pass_time):
    pass_time(seconds=90)

    answer = call(
        "UpdateLiveSnapshotTemplate",
        TemplateId=template_id,
        TemplateName="an hour",
        TimeInterval="3600",
        SequenceFormat="{Sequence}.jpg",
    )

    assert answer == {}
    assert call("GetLiveSnapshotTemplate", TemplateId=template_id) == {
        "TemplateId": template_id,
        "TemplateName": "an hour",
        "Type": "custom",
        "SequenceFormat": "{Sequence}.jpg",
        "TimeInterval": 3600,
        "CreateTime": MIDNIGHT,
        "LastModified": "2026-01-01T00:01:30Z",
    }


def test_deleting_a_template_answers_nothing(call, template_id):
    assert call("DeleteLiveSnapshotTemplate", TemplateId=template_id) == {}
    assert call("ListLiveSnapshotTemplates")["TotalCount"] == 0


def test_templates_are_listed_in_brief(call, template_id):
    assert call("ListLiveSnapshotTemplates") == {
        "TemplateList": [
            {
                "TemplateId": template_id,
                "TemplateName": "five",
                "Type": "custom",
                "TimeInterval": 5,
                "CreateTime": MIDNIGHT,
            }
        ],
        "PageNo": 1,
        "PageSize": 10,
        "SortBy": "desc",
        "TotalCount": 1,
    }


def test_templates_are_listed_as_asked(call):
    ids = [call("CreateLiveSnapshotTemplate", PLAN)["TemplateId"] for _ in range(5)]

    answer = call(
        "ListLiveSnapshotTemplates",
        {f"TemplateIds.{number}": id for number, id in enumerate(ids[1:], start=1)},
        PageNo="2",
        PageSize="3",
        SortBy="asc",
        Type="custom",
    )

    assert [template["TemplateId"] for template in answer.pop("TemplateList")] == ids[4:]
    assert answer == {"PageNo": 2, "PageSize": 3, "SortBy": "asc", "TotalCount": 4}


def test_submitting_answers_the_id_of_the_job(call, order):
    answer = call("SubmitLiveSnapshotJob", order)

    assert list(answer) == ["JobId"]
    assert call("GetLiveSnapshotJob", answer)["JobName"] == "room 1"


def test_a_job_is_answered_in_full(call, job_id, template_id):
    assert call("GetLiveSnapshotJob", JobId=job_id) == {
        "JobId": job_id,
        "JobName": "room 1",
        "TemplateId": template_id,
        "TemplateName": "five",
        "Status": "started",
        "StreamInput": STREAM,
        "SnapshotOutput": OUTPUT,
        "OverwriteFormat": "{JobId}.jpg",
        "SequenceFormat": "{JobId}/{UnixTimestamp}.jpg",
        "TimeInterval": 5,
        "CallbackUrl": "http://receiver.example.com/callbacks",
        "CreateTime": MIDNIGHT,
        "LastModified": MIDNIGHT,
    }


@pytest.mark.parametrize("left_out", ["OverwriteFormat", "SequenceFormat", "CallbackUrl"])
def test_what_was_not_given_is_absent_from_the_answer(call, order, left_out):
    plan = {name: text for name, text in PLAN.items() if name != left_out}
    template_id = call("CreateLiveSnapshotTemplate", plan)["TemplateId"]
    order = {name: text for name, text in order.items() if name != left_out}

    job_id = call("SubmitLiveSnapshotJob", order, TemplateId=template_id)["JobId"]

    whole = {"OverwriteFormat", "SequenceFormat", "CallbackUrl"}
    assert whole - set(call("GetLiveSnapshotJob", JobId=job_id)) == {left_out}
    assert left_out not in call("GetLiveSnapshotTemplate", TemplateId=template_id)


def test_jobs_are_listed_in_brief(call, job_id, template_id):
    assert call("ListLiveSnapshotJobs") == {
        "JobList": [
            {
                "JobId": job_id,
                "JobName": "room 1",
                "TemplateId": template_id,
                "TemplateName": "five",
                "Status": "started",
                "SnapshotOutput": OUTPUT,
                "TimeInterval": 5,
                "CreateTime": MIDNIGHT,
            }
        ],
        "PageNo": 1,
        "PageSize": 10,
        "SortBy": "desc",
        "TotalCount": 1,
    }


def test_jobs_are_listed_as_asked(call, stream, order):
    ids = [call("SubmitLiveSnapshotJob", order)["JobId"] for _ in range(5)]
    call("SendLiveSnapshotJobCommand", JobId=ids[2], Command="stop")

    answer = call("ListLiveSnapshotJobs", SPAN, Status="started", PageNo="2", PageSize="3", SortBy="asc")

    assert [job["JobId"] for job in answer.pop("JobList")] == ids[4:]
    assert answer == {"PageNo": 2, "PageSize": 3, "SortBy": "asc", "TotalCount": 4}


@pytest.mark.parametrize(
    ("question", "is_found"),
    [
        pytest.param({}, True, id="the last seven days"),
        pytest.param({"StartTime": "2025-12-20T00:00:00Z"}, True, id="from a time until now"),
        pytest.param({"StartTime": "2025-12-31T23:59:59Z", "EndTime": MIDNIGHT}, True, id="ends included"),
        pytest.param({"StartTime": MIDNIGHT, "EndTime": "2026-01-31T00:00:00Z"}, True, id="thirty days"),
        pytest.param({"StartTime": "2026-01-01T00:00:01Z"}, False, id="from the next second on"),
        pytest.param({"EndTime": "2025-12-31T23:59:59Z"}, False, id="until the second before"),
        pytest.param({"SearchKeyWord": "ROOM"}, True, id="word"),
        pytest.param({"SearchKeyWord": "hall"}, False, id="another word"),
        pytest.param({"Status": "started"}, True, id="status"),
        pytest.param({"Status": "paused"}, False, id="another status"),
    ],
)
def test_jobs_are_found_by_time_word_and_status(call, job_id, question, is_found):
    assert call("ListLiveSnapshotJobs", question)["TotalCount"] == is_found


def test_jobs_older_than_seven_days_are_found_only_if_their_time_is_asked_for(call, job_id, pass_time):
    pass_time(days=7)

    assert call("ListLiveSnapshotJobs")["TotalCount"] == 0
    assert call("ListLiveSnapshotJobs", StartTime=MIDNIGHT)["TotalCount"] == 1


@pytest.mark.parametrize(("command", "status"), [("stop", "paused"), ("restart", "started")])
def test_a_command_answers_nothing_and_is_done(call, job_id, command, status):
    answer = call("SendLiveSnapshotJobCommand", JobId=job_id, Command=command)

    job = call("GetLiveSnapshotJob", JobId=job_id)
    assert answer == {}
    assert (job["Status"], job["LastModified"]) == (status, "2026-01-01T00:00:12Z")


def test_files_are_listed_with_their_place_and_time(call, job_id):
    place = {"OssEndpoint": "oss-cn-shanghai.aliyuncs.com", "OssBucket": "pictures"}
    first = {"CreateTime": "2026-01-01T00:00:05Z", "CreateTimestamp": FIRST_FRAME}
    second = {"CreateTime": "2026-01-01T00:00:10Z", "CreateTimestamp": FIRST_FRAME + 5000}

    answer = call("ListLiveSnapshotFiles", SPAN, JobId=job_id)

    assert answer == {
        "FileList": [
            {**place, "OssObject": f"{job_id}/{FIRST_FRAME}.jpg", **first, "IsOverlay": False},
            {**place, "OssObject": f"{job_id}/{FIRST_FRAME + 5000}.jpg", **second, "IsOverlay": False},
            {**place, "OssObject": f"{job_id}.jpg", **second, "IsOverlay": True},
        ]
    }


def test_a_page_tells_where_the_next_one_starts_and_the_last_one_does_not(call, job_id):
    first = call("ListLiveSnapshotFiles", SPAN, JobId=job_id, Limit="1")
    second = call("ListLiveSnapshotFiles", SPAN, JobId=job_id, Limit="2", StartTime=first["NextStartTime"])

    assert first["NextStartTime"] == "2026-01-01T00:00:10Z"
    assert list(second) == ["FileList"]
    assert [len(each["FileList"]) for each in (first, second)] == [1, 2]


def test_going_down_the_next_page_ends_where_the_last_one_says(call, job_id):
    question = {**SPAN, "JobId": job_id, "SortBy": "desc", "Limit": "2"}

    first = call("ListLiveSnapshotFiles", question)
    second = call("ListLiveSnapshotFiles", question, EndTime=first["NextStartTime"])

    assert [file["CreateTimestamp"] for file in first["FileList"] + second["FileList"]] == [
        FIRST_FRAME + 5000,
        FIRST_FRAME + 5000,
        FIRST_FRAME,
    ]
    assert "NextStartTime" not in second


def test_deleting_files_answers_for_each_timestamp(call, job_id):
    answer = call(
        "DeleteLiveSnapshotFiles", JobId=job_id, CreateTimestampList=f"[{FIRST_FRAME}, 5, {FIRST_FRAME}]"
    )

    assert answer == {
        "DeleteFileResultList": [
            {"CreateTimestamp": FIRST_FRAME, "Result": "OK"},
            {"CreateTimestamp": 5, "Result": "NotFound"},
        ]
    }


@pytest.mark.parametrize(
    ("flag", "is_left"),
    [({}, True), ({"DeleteOriginalFile": "False"}, True), ({"DeleteOriginalFile": "True"}, False)],
)
def test_the_original_goes_only_if_it_is_asked_for(call, engine, job_id, flag, is_left):
    call("DeleteLiveSnapshotFiles", flag, JobId=job_id, CreateTimestampList=f"[{FIRST_FRAME}]")

    assert (engine.objects.find("pictures", f"{job_id}/{FIRST_FRAME}.jpg") is not None) is is_left


# -- Refusals --


def refusal(call, action: str, parameters: dict[str, str]) -> ApiError:
    with pytest.raises(ApiError) as caught:
        call(action, parameters)
    error = caught.value
    assert isinstance(error, (*ACTIONS[action].raises, *BASE_ERRORS))
    return error


@pytest.mark.parametrize(
    ("action", "parameters", "code"),
    [
        ("GetLiveSnapshotTemplate", {"TemplateId": "x"}, "TemplateNotFound"),
        ("DeleteLiveSnapshotTemplate", {"TemplateId": "x"}, "TemplateNotFound"),
        ("UpdateLiveSnapshotTemplate", {"TemplateId": "x", **PLAN}, "TemplateNotFound"),
        ("GetLiveSnapshotJob", {"JobId": "x"}, "JobNotFound"),
        ("SendLiveSnapshotJobCommand", {"JobId": "x", "Command": "start"}, "JobNotFound"),
        ("SendLiveSnapshotJobCommand", {"JobId": "x", "Command": "stop"}, "JobNotFound"),
        ("SendLiveSnapshotJobCommand", {"JobId": "x", "Command": "restart"}, "JobNotFound"),
        ("ListLiveSnapshotFiles", {"JobId": "x", **SPAN}, "JobNotFound"),
        ("DeleteLiveSnapshotFiles", {"JobId": "x", "CreateTimestampList": "[1]"}, "JobNotFound"),
    ],
)
def test_what_does_not_exist_is_not_found(call, action, parameters, code):
    assert refusal(call, action, parameters).code == code


def test_a_job_needs_a_template_that_exists(call, order):
    error = refusal(call, "SubmitLiveSnapshotJob", {**order, "TemplateId": "x"})

    assert error.code == "TemplateNotFound"
    assert call("ListLiveSnapshotJobs")["TotalCount"] == 0


def test_a_running_job_is_started_already(call, job_id):
    error = refusal(call, "SendLiveSnapshotJobCommand", {"JobId": job_id, "Command": "start"})

    assert error.code == "JobAlreadyStarted"


@pytest.mark.parametrize("command", ["start", "restart"])
def test_a_job_whose_stream_is_offline_cannot_be_started(call, engine, job_id, command):
    engine.streams.unpublish(STREAM_URL)

    error = refusal(call, "SendLiveSnapshotJobCommand", {"JobId": job_id, "Command": command})

    assert error.code == "StreamNotFound"


def test_a_job_beyond_the_quota_cannot_be_started(call, engine, job_id, order):
    engine.store.put(replace(engine.account, concurrent_jobs=1))
    waiting = call("SubmitLiveSnapshotJob", order)["JobId"]

    error = refusal(call, "SendLiveSnapshotJobCommand", {"JobId": waiting, "Command": "start"})

    assert error.code == "JobLimitExceeded"


def test_where_no_file_exists_there_is_nothing_to_delete(call, job_id):
    error = refusal(call, "DeleteLiveSnapshotFiles", {"JobId": job_id, "CreateTimestampList": "[5]"})

    assert error.code == "NoValidSnapshot"


def test_an_overwrite_file_cannot_be_deleted(call, stream, order, pass_time):
    template_id = call("CreateLiveSnapshotTemplate", PLAN, SequenceFormat="")["TemplateId"]
    job_id = call("SubmitLiveSnapshotJob", order, TemplateId=template_id)["JobId"]
    pass_time(seconds=7)

    error = refusal(
        call, "DeleteLiveSnapshotFiles", {"JobId": job_id, "CreateTimestampList": f"[{FIRST_FRAME}]"}
    )

    assert error.code == "OverlayNotSupported"


def shifted(**length: float) -> dict[str, str]:
    from datetime import datetime

    return {"EndTime": iso_seconds(datetime.fromisoformat(MIDNIGHT) + timedelta(**length))}


@pytest.mark.parametrize(
    ("action", "span", "code"),
    [
        pytest.param("ListLiveSnapshotFiles", shifted(seconds=-1), "EndTimeMismatch", id="files: end first"),
        pytest.param("ListLiveSnapshotFiles", shifted(seconds=0), None, id="files: no length"),
        pytest.param("ListLiveSnapshotFiles", shifted(days=1), None, id="files: a day"),
        pytest.param(
            "ListLiveSnapshotFiles", shifted(days=1, seconds=1), "EndTimeMismatch", id="files: more"
        ),
        pytest.param("ListLiveSnapshotJobs", shifted(seconds=-1), "EndTimeMismatch", id="jobs: end first"),
        pytest.param("ListLiveSnapshotJobs", shifted(seconds=0), None, id="jobs: no length"),
        pytest.param("ListLiveSnapshotJobs", shifted(days=30), None, id="jobs: thirty days"),
        pytest.param("ListLiveSnapshotJobs", shifted(days=30, seconds=1), "EndTimeMismatch", id="jobs: more"),
        pytest.param(
            "ListLiveSnapshotJobs",
            {"StartTime": "2026-01-01T00:00:13Z"},
            "EndTimeMismatch",
            id="jobs: from the future",
        ),
        pytest.param(
            "ListLiveSnapshotJobs",
            {"StartTime": "2025-12-01T00:00:00Z"},
            "EndTimeMismatch",
            id="jobs: from long ago",
        ),
    ],
)
def test_a_span_must_not_be_turned_round_or_too_long(call, job_id, action, span, code):
    job = {"JobId": job_id} if action == "ListLiveSnapshotFiles" else {}
    parameters = {**job, "StartTime": MIDNIGHT, **span}

    if code:
        assert refusal(call, action, parameters).code == code
    else:
        assert call(action, parameters)


def test_a_wrong_span_is_refused_before_the_job_is_looked_for(call):
    error = refusal(
        call,
        "ListLiveSnapshotFiles",
        {"JobId": "x", "StartTime": MIDNIGHT, "EndTime": "2025-12-31T00:00:00Z"},
    )

    assert error.code == "EndTimeMismatch"


@pytest.mark.parametrize("action", ACTIONS)
def test_a_refused_call_changes_nothing(call, engine, job_id, action):
    before = (engine.templates.all(), engine.jobs.all(), engine.streams.all(), engine.journal.changes())

    refusal(call, action, {"PageNo": "0", "JobId": "", "TemplateId": ""})

    assert (
        engine.templates.all(),
        engine.jobs.all(),
        engine.streams.all(),
        engine.journal.changes(),
    ) == before
