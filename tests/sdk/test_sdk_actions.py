import re
from collections.abc import Callable
from typing import Any

import pytest

from ice_mock.worlds import World

STREAM = "rtmp://live.example.com/app/room1"
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
TEMPLATE = {"TemplateName": "Every five seconds", "TimeInterval": 5}
SEQUENCE = "snapshot/{JobId}/{UnixTimestamp}.jpg"
START = "2026-01-01T00:00:00Z"


def body(answer: dict[str, Any]) -> dict[str, Any]:
    """The answer without its request id, which every answer has, in upper case."""
    assert UUID.fullmatch(answer["RequestId"].lower())
    assert answer["RequestId"].isupper()
    return {name: value for name, value in answer.items() if name != "RequestId"}


@pytest.fixture
def template_id(sdk: Callable) -> str:
    return sdk("CreateLiveSnapshotTemplate", **TEMPLATE, SequenceFormat=SEQUENCE)["TemplateId"]


@pytest.fixture
def job_id(sdk: Callable, world: World, job: Callable, template_id: str) -> str:
    """A job that runs."""
    world.engine.streams.publish(STREAM)
    return sdk("SubmitLiveSnapshotJob", **job(template_id))["JobId"]


def test_create_template_returns_its_id(sdk: Callable) -> None:
    answer = sdk("CreateLiveSnapshotTemplate", **TEMPLATE, SequenceFormat=SEQUENCE)

    assert UUID.fullmatch(body(answer)["TemplateId"])
    assert set(body(answer)) == {"TemplateId"}


def test_get_template_returns_what_was_created(sdk: Callable) -> None:
    formats = {"OverwriteFormat": "{JobId}.jpg", "SequenceFormat": "{JobId}/{Date}/{Sequence}.jpg"}
    asked = {"TemplateName": "模板 +1~*&=%", "TimeInterval": 3600, **formats}
    template_id = sdk("CreateLiveSnapshotTemplate", **asked)["TemplateId"]

    answer = sdk("GetLiveSnapshotTemplate", TemplateId=template_id)

    assert body(answer) == {
        "TemplateId": template_id,
        "Type": "custom",
        **asked,
        "CreateTime": START,
        "LastModified": START,
    }


def test_update_template_replaces_name_and_plan(sdk: Callable, walk: Callable, template_id: str) -> None:
    walk(60)

    answer = sdk(
        "UpdateLiveSnapshotTemplate",
        TemplateId=template_id,
        TemplateName="Every ten seconds",
        TimeInterval=10,
        OverwriteFormat="{JobId}.jpg",
    )

    assert body(answer) == {}
    assert body(sdk("GetLiveSnapshotTemplate", TemplateId=template_id)) == {
        "TemplateId": template_id,
        "TemplateName": "Every ten seconds",
        "Type": "custom",
        "TimeInterval": 10,
        "OverwriteFormat": "{JobId}.jpg",
        "CreateTime": START,
        "LastModified": "2026-01-01T00:01:00Z",
    }


def test_delete_template_removes_it(sdk: Callable, template_id: str) -> None:
    answer = sdk("DeleteLiveSnapshotTemplate", TemplateId=template_id)

    assert body(answer) == {}
    assert sdk("ListLiveSnapshotTemplates")["TotalCount"] == 0


def test_list_templates_returns_the_youngest_first(sdk: Callable, walk: Callable, template_id: str) -> None:
    walk(1)
    younger = sdk("CreateLiveSnapshotTemplate", **TEMPLATE, OverwriteFormat="{JobId}.jpg")["TemplateId"]

    answer = sdk("ListLiveSnapshotTemplates")

    summary = {**TEMPLATE, "Type": "custom"}
    assert body(answer) == {
        "TemplateList": [
            {"TemplateId": younger, "CreateTime": "2026-01-01T00:00:01Z", **summary},
            {"TemplateId": template_id, "CreateTime": START, **summary},
        ],
        "PageNo": 1,
        "PageSize": 10,
        "SortBy": "desc",
        "TotalCount": 2,
    }


@pytest.mark.parametrize(
    ("asked", "names", "total"),
    [
        ({"SortBy": "asc"}, ["x1", "y2", "Y3"], 3),
        ({"SearchKeyWord": "y"}, ["Y3", "y2"], 2),
        ({"Type": "custom"}, ["Y3", "y2", "x1"], 3),
        ({"Type": "system"}, [], 0),
        ({"PageNo": 2, "PageSize": 2}, ["x1"], 3),
        ({"PageNo": 9, "PageSize": 100}, [], 3),
        ({"TemplateIds": ["x1", "nobody"]}, ["x1"], 1),
        ({"TemplateIds": ["x1"], "SearchKeyWord": "Y3"}, ["Y3"], 1),
    ],
    ids=str,
)
def test_list_templates_finds_by_word_ids_and_type_page_by_page(
    sdk: Callable, walk: Callable, asked: dict, names: list[str], total: int
) -> None:
    ids = {}
    for name in ("x1", "y2", "Y3"):
        ids[name] = sdk(
            "CreateLiveSnapshotTemplate", TemplateName=name, TimeInterval=5, SequenceFormat=SEQUENCE
        )["TemplateId"]
        walk(1)
    if "TemplateIds" in asked:
        asked = {**asked, "TemplateIds": [ids.get(name, name) for name in asked["TemplateIds"]]}

    answer = sdk("ListLiveSnapshotTemplates", **asked)

    assert [template["TemplateName"] for template in answer["TemplateList"]] == names
    assert answer["TotalCount"] == total


def test_submit_on_a_live_stream_starts_the_job(sdk: Callable, job_id: str) -> None:
    answer = sdk("GetLiveSnapshotJob", JobId=job_id)

    assert UUID.fullmatch(job_id)
    assert answer["Status"] == "started"


def test_submit_without_the_stream_leaves_the_job_not_started(
    sdk: Callable, job: Callable, template_id: str
) -> None:
    job_id = sdk("SubmitLiveSnapshotJob", **job(template_id))["JobId"]

    assert sdk("GetLiveSnapshotJob", JobId=job_id)["Status"] == "init"


def test_get_job_returns_what_was_submitted(
    sdk: Callable, world: World, job: Callable, template_id: str
) -> None:
    world.engine.streams.publish(STREAM)
    asked = job(template_id, JobName="截图 任务+1~*&=%", CallbackUrl="http://cb.example.com/snap?x=1&y=2")
    job_id = sdk("SubmitLiveSnapshotJob", **asked)["JobId"]

    answer = sdk("GetLiveSnapshotJob", JobId=job_id)

    assert body(answer) == {
        "JobId": job_id,
        **asked,
        "TemplateName": "Every five seconds",
        "Status": "started",
        "SequenceFormat": SEQUENCE,
        "TimeInterval": 5,
        "CreateTime": START,
        "LastModified": START,
    }


def test_list_jobs_returns_summaries(sdk: Callable, job: Callable, template_id: str, job_id: str) -> None:
    answer = sdk("ListLiveSnapshotJobs")

    asked = job(template_id)
    assert body(answer) == {
        "JobList": [
            {
                "JobId": job_id,
                "JobName": "room 1",
                "TemplateId": template_id,
                "TemplateName": "Every five seconds",
                "Status": "started",
                "SnapshotOutput": asked["SnapshotOutput"],
                "TimeInterval": 5,
                "CreateTime": START,
            }
        ],
        "PageNo": 1,
        "PageSize": 10,
        "SortBy": "desc",
        "TotalCount": 1,
    }


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ({}, ["late", "room 2", "room 1"]),
        ({"SortBy": "asc"}, ["room 1", "room 2", "late"]),
        ({"PageNo": 2, "PageSize": 1}, ["room 2"]),
        ({"SearchKeyWord": "ROOM"}, ["room 2", "room 1"]),
        ({"Status": "started"}, ["late", "room 1"]),
        ({"Status": "paused"}, ["room 2"]),
        ({"Status": "init"}, []),
        ({"StartTime": "2026-01-01T00:00:01Z"}, ["late", "room 2"]),
        ({"EndTime": "2026-01-01T00:00:01Z"}, ["room 2", "room 1"]),
        ({"StartTime": "2026-01-01T00:00:01Z", "EndTime": "2026-01-31T00:00:01Z"}, ["late", "room 2"]),
        ({"StartTime": "2025-12-01T00:00:00Z", "EndTime": "2025-12-31T00:00:00Z"}, []),
    ],
    ids=str,
)
def test_list_jobs_finds_by_time_word_and_status_page_by_page(
    sdk: Callable,
    world: World,
    walk: Callable,
    job: Callable,
    template_id: str,
    asked: dict,
    names: list[str],
) -> None:
    world.engine.streams.publish(STREAM)
    for name in ("room 1", "room 2", "late"):
        job_id = sdk("SubmitLiveSnapshotJob", **job(template_id, JobName=name))["JobId"]
        if name == "room 2":
            sdk("SendLiveSnapshotJobCommand", JobId=job_id, Command="stop")
        walk(1)

    answer = sdk("ListLiveSnapshotJobs", **asked)

    assert [each["JobName"] for each in answer["JobList"]] == names


def test_the_commands_stop_start_and_restart_a_job(sdk: Callable, job_id: str) -> None:
    statuses = []

    for command in ("stop", "stop", "start", "restart"):
        answer = sdk("SendLiveSnapshotJobCommand", JobId=job_id, Command=command)
        statuses.append((body(answer), sdk("GetLiveSnapshotJob", JobId=job_id)["Status"]))

    assert statuses == [({}, "paused"), ({}, "paused"), ({}, "started"), ({}, "started")]


def test_list_files_returns_where_they_are(sdk: Callable, walk: Callable, job_id: str) -> None:
    walk(12)

    answer = sdk(
        "ListLiveSnapshotFiles", JobId=job_id, StartTime=START, EndTime="2026-01-02T00:00:00Z", Limit=100
    )

    place = {"OssEndpoint": "oss-cn-shanghai.aliyuncs.com", "OssBucket": "pictures", "IsOverlay": False}
    assert body(answer) == {
        "FileList": [
            {
                **place,
                "OssObject": f"snapshot/{job_id}/1767225605000.jpg",
                "CreateTime": "2026-01-01T00:00:05Z",
                "CreateTimestamp": 1767225605000,
            },
            {
                **place,
                "OssObject": f"snapshot/{job_id}/1767225610000.jpg",
                "CreateTime": "2026-01-01T00:00:10Z",
                "CreateTimestamp": 1767225610000,
            },
        ]
    }


@pytest.mark.parametrize(
    ("sort_by", "seconds"), [("asc", list(range(5, 65, 5))), ("desc", list(range(60, 0, -5)))]
)
def test_list_files_goes_on_where_it_was_told_to(
    sdk: Callable, walk: Callable, job_id: str, sort_by: str, seconds: list[int]
) -> None:
    walk(60)
    span = {"StartTime": START, "EndTime": "2026-01-01T00:01:00Z"}
    seen: list[int] = []

    while True:
        page = sdk("ListLiveSnapshotFiles", JobId=job_id, **span, Limit=5, SortBy=sort_by)
        seen += [(file["CreateTimestamp"] - 1767225600000) // 1000 for file in page["FileList"]]
        if "NextStartTime" not in page:
            break
        span["StartTime" if sort_by == "asc" else "EndTime"] = page["NextStartTime"]

    assert seen == seconds


@pytest.mark.parametrize("originals", [False, True], ids=["the record only", "with its object"])
def test_delete_files_deletes_what_there_is_and_says_so_of_each(
    sdk: Callable, world: World, walk: Callable, job_id: str, originals: bool
) -> None:
    walk(12)

    answer = sdk(
        "DeleteLiveSnapshotFiles",
        JobId=job_id,
        CreateTimestampList=[1767225605000, 1767225606000],
        DeleteOriginalFile=originals,
    )

    assert body(answer) == {
        "DeleteFileResultList": [
            {"CreateTimestamp": 1767225605000, "Result": "OK"},
            {"CreateTimestamp": 1767225606000, "Result": "NotFound"},
        ]
    }
    span = {"StartTime": START, "EndTime": "2026-01-01T00:01:00Z"}
    files = sdk("ListLiveSnapshotFiles", JobId=job_id, **span)["FileList"]
    assert [file["CreateTimestamp"] for file in files] == [1767225610000]
    found = world.engine.objects.find("pictures", f"snapshot/{job_id}/1767225605000.jpg")
    assert (found is None) == originals


def test_an_overwrite_file_is_listed_once_with_its_last_frame(
    sdk: Callable, world: World, walk: Callable, job: Callable
) -> None:
    world.engine.streams.publish(STREAM)
    template = sdk("CreateLiveSnapshotTemplate", **TEMPLATE, OverwriteFormat="{JobId}.jpg")["TemplateId"]
    job_id = sdk("SubmitLiveSnapshotJob", **job(template))["JobId"]
    walk(12)

    answer = sdk("ListLiveSnapshotFiles", JobId=job_id, StartTime=START, EndTime="2026-01-01T00:01:00Z")

    assert [(file["OssObject"], file["IsOverlay"], file["CreateTime"]) for file in answer["FileList"]] == [
        (f"{job_id}.jpg", True, "2026-01-01T00:00:10Z")
    ]


def test_what_became_of_a_template_does_not_matter_to_its_jobs(
    sdk: Callable, template_id: str, job_id: str
) -> None:
    sdk("DeleteLiveSnapshotTemplate", TemplateId=template_id)

    answer = sdk("GetLiveSnapshotJob", JobId=job_id)

    assert (answer["TemplateId"], answer["TimeInterval"]) == (template_id, 5)
