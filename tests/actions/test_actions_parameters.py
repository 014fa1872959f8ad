"""Parameters as they come over the wire: what is taken, as what, and what is refused with which words."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from ice_mock.actions import ACTIONS
from ice_mock.errors import ApiError, MalformedEndTime, MalformedStartTime

STREAM = {"Url": "rtmp://live.example.com/app/room1", "Type": "rtmp"}
OUTPUT = {"StorageType": "oss", "Endpoint": "oss-cn-shanghai.aliyuncs.com", "Bucket": "pictures"}
SPAN = {"StartTime": "2026-01-01T00:00:00Z", "EndTime": "2026-01-01T01:00:00Z"}
PLAN = {
    "TemplateName": "five",
    "TimeInterval": "5",
    "OverwriteFormat": "{JobId}.jpg",
    "SequenceFormat": "{Sequence}.jpg",
}
COMPLETE: dict[str, dict[str, str]] = {
    "SubmitLiveSnapshotJob": {
        "JobName": "room 1",
        "StreamInput": json.dumps(STREAM),
        "SnapshotOutput": json.dumps(OUTPUT),
        "TemplateId": "t",
        "CallbackUrl": "http://receiver.example.com/",
    },
    "GetLiveSnapshotJob": {"JobId": "j"},
    "ListLiveSnapshotJobs": {
        **SPAN,
        "SearchKeyWord": "room",
        "Status": "init",
        "PageNo": "2",
        "SortBy": "asc",
    },
    "SendLiveSnapshotJobCommand": {"JobId": "j", "Command": "start"},
    "CreateLiveSnapshotTemplate": PLAN,
    "UpdateLiveSnapshotTemplate": {"TemplateId": "t", **PLAN},
    "DeleteLiveSnapshotTemplate": {"TemplateId": "t"},
    "GetLiveSnapshotTemplate": {"TemplateId": "t"},
    "ListLiveSnapshotTemplates": {
        "SearchKeyWord": "five",
        "Type": "custom",
        "PageSize": "20",
        "SortBy": "asc",
    },
    "ListLiveSnapshotFiles": {"JobId": "j", **SPAN, "Limit": "10", "SortBy": "desc"},
    "DeleteLiveSnapshotFiles": {
        "JobId": "j",
        "CreateTimestampList": "[1660638613798]",
        "DeleteOriginalFile": "true",
    },
}


def loaded(action: str, parameters: dict[str, str]) -> dict[str, Any]:
    return ACTIONS[action].Params().arguments(parameters)


def argument(action: str, name: str, text: str) -> Any:
    """What the handler is given for one parameter, the others being right."""
    schema = ACTIONS[action].Params()
    python_name = next(each for each, field in schema.fields.items() if field.data_key == name)
    return schema.arguments({**COMPLETE[action], name: text})[python_name]


def refusal(action: str, parameters: dict[str, str]) -> ApiError:
    with pytest.raises(ApiError) as caught:
        loaded(action, parameters)
    return caught.value


def readable(value: object) -> str:
    """An id for a value of a table: its beginning, and how long it is if that is not all."""
    text = str(value)
    return text if len(text) <= 50 else f"{text[:20]}… {len(text)} characters"


def rows(*tables: tuple[str, list[str], list[str]]) -> list[Any]:
    """A row for each value of a parameter, in each action that has it."""
    return [
        pytest.param(action, name, value, id=f"{action}.{name}={readable(value)}")
        for name, actions, values in tables
        for action in actions
        for value in values
    ]


TEMPLATES = ["CreateLiveSnapshotTemplate", "UpdateLiveSnapshotTemplate"]
LISTS = ["ListLiveSnapshotJobs", "ListLiveSnapshotTemplates"]
SPANS = ["ListLiveSnapshotJobs", "ListLiveSnapshotFiles"]
SUBMIT, FILES, DELETE = "SubmitLiveSnapshotJob", "ListLiveSnapshotFiles", "DeleteLiveSnapshotFiles"

NO_INTEGERS = [
    "five",
    "5.0",
    "1e2",
    "1_000",
    " 5",
    "5 ",
    "\N{ARABIC-INDIC DIGIT FIVE}",
    "0x10",
    "--5",
    "9" * 20,
    "5\n",
    "true",
]


@pytest.mark.parametrize("action", COMPLETE)
def test_complete_parameters_are_taken(action):
    assert set(loaded(action, COMPLETE[action])) == set(ACTIONS[action].Params().fields)


@pytest.mark.parametrize("action", COMPLETE)
def test_what_is_not_a_parameter_is_passed_over(action):
    common = {"Action": action, "Format": "JSON", "RegionId": "cn-shanghai", "handle": "x", "page_no": "0"}

    assert loaded(action, {**COMPLETE[action], **common}) == loaded(action, COMPLETE[action])


@pytest.mark.parametrize(
    ("action", "defaults"),
    [
        (
            "ListLiveSnapshotJobs",
            {
                "start_time": None,
                "end_time": None,
                "search_key_word": None,
                "status": None,
                "page_no": 1,
                "page_size": 10,
                "sort_by": "desc",
            },
        ),
        (
            "ListLiveSnapshotTemplates",
            {
                "search_key_word": None,
                "template_ids": None,
                "type": None,
                "page_no": 1,
                "page_size": 10,
                "sort_by": "desc",
            },
        ),
        (FILES, {"limit": 10, "sort_by": "asc"}),
        (DELETE, {"delete_original_file": False}),
        (SUBMIT, {"callback_url": None}),
    ],
)
@pytest.mark.parametrize("empty", [False, True], ids=["absent", "empty"])
def test_what_is_left_out_has_its_default(action, defaults, empty):
    optional = {
        str(field.data_key): "" for field in ACTIONS[action].Params().fields.values() if not field.required
    }
    mandatory = {name: text for name, text in COMPLETE[action].items() if name not in optional}

    arguments = loaded(action, {**mandatory, **(optional if empty else {})})

    assert {name: arguments[name] for name in defaults} == defaults


@pytest.mark.parametrize(
    ("action", "name", "text"),
    rows(
        ("JobName", [SUBMIT], ["x", "x" * 128, "截" * 128, "😀" * 128, " ", "a&b=c%+~*"]),
        ("TemplateName", TEMPLATES, ["x", "x" * 128, "截" * 128]),
        ("SearchKeyWord", LISTS, ["x", "x" * 128, "截" * 128]),
        (
            "TemplateId",
            [SUBMIT, "UpdateLiveSnapshotTemplate", "GetLiveSnapshotTemplate"],
            ["x" * 999, "../.."],
        ),
        ("JobId", [FILES, DELETE, "GetLiveSnapshotJob", "SendLiveSnapshotJobCommand"], ["x" * 999, "../.."]),
        (
            "CallbackUrl",
            [SUBMIT],
            [
                "http://h",
                "https://h:8080/path?query=1&more=2#part",
                "HTTP://H/",
                "http://[::1]:80/x",
                "http://h/" + "x" * 246,
            ],
        ),
        (
            "OverwriteFormat",
            TEMPLATES,
            [
                "a.jpg",
                "{JobId}.jpg",
                "a/{JobId}/{JobId}/b.jpg",
                "x" * 251 + ".jpg",
                "截" * 251 + ".jpg",
                "{}{0}{ }.jpg",
                "{JobId.jpg",
                "a..b/.c.jpg",
            ],
        ),
        (
            "SequenceFormat",
            TEMPLATES,
            [
                "{Sequence}.jpg",
                "{UnixTimestamp}.jpg",
                "snapshot/{JobId}/{Sequence}/{UnixTimestamp}.jpg",
                "{Date}/{JobId}/{UnixTimestamp}/{Sequence}{Sequence}.jpg",
                "x" * 241 + "{Sequence}.jpg",
                "{}{0}{Sequence}.jpg",
            ],
        ),
        ("Status", ["ListLiveSnapshotJobs"], ["init", "paused", "started"]),
        ("Type", ["ListLiveSnapshotTemplates"], ["system", "custom"]),
        ("SortBy", [*LISTS, FILES], ["asc", "desc"]),
        ("Command", ["SendLiveSnapshotJobCommand"], ["start", "stop", "restart"]),
    ),
)
def test_text_within_its_limits_is_taken_as_it_is(action, name, text):
    assert argument(action, name, text) == text


@pytest.mark.parametrize(
    ("action", "name", "text"),
    rows(
        ("JobName", [SUBMIT], ["x" * 129, "截" * 129, "x" * 1_000_000]),
        ("TemplateName", TEMPLATES, ["x" * 129]),
        ("SearchKeyWord", LISTS, ["x" * 129]),
        (
            "CallbackUrl",
            [SUBMIT],
            [
                "h",
                "ftp://h/",
                "http:/h/",
                "http://",
                "http:///x",
                "http://h/a b",
                " http://h/",
                "http://h/\n",
                "http://h/" + "x" * 247,
            ],
        ),
        (
            "OverwriteFormat",
            TEMPLATES,
            [
                "/a.jpg",
                "a.png",
                "a.jpeg",
                "a.JPG",
                "a.jpg ",
                "a.jpg\n",
                "ajpg",
                "x" * 252 + ".jpg",
                "{UnixTimestamp}.jpg",
                "{Sequence}.jpg",
                "{Date}.jpg",
                "{JobId}{Date}.jpg",
                "{jobid}.jpg",
                "{Unknown}.jpg",
                "../a.jpg",
                "a/../b.jpg",
                "a/./b.jpg",
                "\\a.jpg",
                "{" * 1_000_000 + ".jpg",
            ],
        ),
        (
            "SequenceFormat",
            TEMPLATES,
            [
                "a.jpg",
                "{JobId}.jpg",
                "{Date}.jpg",
                "{sequence}.jpg",
                "/{Sequence}.jpg",
                "{Sequence}.png",
                "{Sequence}.jpg/",
                "{Sequence}{Unknown}.jpg",
                "x" * 242 + "{Sequence}.jpg",
                "../{Sequence}.jpg",
                "a/../{Sequence}.jpg",
                "{Sequence" * 100_000 + "}.jpg",
            ],
        ),
        ("TimeInterval", TEMPLATES, ["4", "3601", "0", "-5", *NO_INTEGERS]),
        ("PageNo", LISTS, ["0", "-1", *NO_INTEGERS]),
        ("PageSize", LISTS, ["0", "101", "-1", *NO_INTEGERS]),
        ("Limit", [FILES], ["0", "101", "-1", *NO_INTEGERS]),
        ("SortBy", [*LISTS, FILES], ["ASC", "up", " asc", "asc,desc"]),
        ("Status", ["ListLiveSnapshotJobs"], ["Init", "running", "stopped"]),
        ("Type", ["ListLiveSnapshotTemplates"], ["System", "all"]),
        ("Command", ["SendLiveSnapshotJobCommand"], ["Start", "delete", "pause", "start "]),
        ("DeleteOriginalFile", [DELETE], ["1", "0", "yes", "on", "t", "true ", "None", "null"]),
        (
            "CreateTimestampList",
            [DELETE],
            [
                "1660638613798",
                "[]",
                "{}",
                "null",
                "[1",
                "[1,]",
                "1,2",
                '["1"]',
                "[1.0]",
                "[1e3]",
                "[true]",
                "[null]",
                "[[1]]",
                "[NaN]",
                "[" + "9" * 5000 + "]",
                json.dumps(list(range(201))),
                json.dumps([1] * 201),
                "[" * 100_000,
                "[" * 900 + "]" * 900,
            ],
        ),
        ("TemplateIds", ["ListLiveSnapshotTemplates"], ["t", '["t"]']),
        *(
            (
                name,
                [SUBMIT],
                ["x", "{", "[]", "null", "1", '"rtmp"', "true", "[" * 100_000, '{"Url":' * 100_000],
            )
            for name in ("StreamInput", "SnapshotOutput")
        ),
    ),
)
def test_what_is_outside_of_the_limits_is_refused_by_name(action, name, text):
    error = refusal(action, {**COMPLETE[action], name: text})

    assert error.code == "InvalidParameter"
    assert str(error).startswith(f"The parameter {name} is not valid: expected ")
    assert len(str(error)) < 500


@pytest.mark.parametrize(
    ("action", "name", "text", "number"),
    [
        *(
            (action, "TimeInterval", text, int(text))
            for action in TEMPLATES
            for text in ("5", "3600", "+5", "0005")
        ),
        *((action, "PageNo", text, int(text)) for action in LISTS for text in ("1", "9" * 19)),
        *((action, "PageSize", text, int(text)) for action in LISTS for text in ("1", "100")),
        *((FILES, "Limit", text, int(text)) for text in ("1", "100")),
    ],
)
def test_integers_up_to_their_limits_are_taken(action, name, text, number):
    assert argument(action, name, text) == number


@pytest.mark.parametrize(
    ("text", "flag"),
    [("true", True), ("True", True), ("TRUE", True), ("false", False), ("False", False), ("FALSE", False)],
)
def test_booleans_are_taken_in_any_case(text, flag):
    assert argument(DELETE, "DeleteOriginalFile", text) is flag


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("[1]", [1]),
        (" [ 2 , 1 ] ", [2, 1]),
        ("[1,2,1]", [1, 2]),
        ("[-1, 0]", [-1, 0]),
        (json.dumps(list(range(200))), list(range(200))),
    ],
    ids=readable,
)
def test_lists_of_timestamps_are_taken_in_their_order_each_once(text, numbers):
    assert argument(DELETE, "CreateTimestampList", text) == numbers


@pytest.mark.parametrize("action", SPANS)
@pytest.mark.parametrize(
    ("name", "error"),
    [("StartTime", MalformedStartTime), ("EndTime", MalformedEndTime)],
    ids=["start", "end"],
)
@pytest.mark.parametrize(
    "text",
    [
        "now",
        "1767225600",
        "2026-01-01",
        "2026-01-01T00:00:00",
        "2026-01-01T00:00:00+00:00",
        "2026-01-01T00:00:00.000Z",
        "2026-01-01 00:00:00Z",
        "2026-01-01t00:00:00z",
        "2026-1-1T0:0:0Z",
        "2026-13-01T00:00:00Z",
        "2026-02-30T00:00:00Z",
        "2026-01-01T24:00:00Z",
        "2026-01-01T00:60:00Z",
        "2026-01-01T00:00:60Z",
        "0000-01-01T00:00:00Z",
        "\N{FULLWIDTH DIGIT TWO}026-01-01T00:00:00Z",
        "2026-01-01T00:00:00Z ",
        "2026-01-01T00:00:00Z\n",
    ],
)
def test_a_time_that_cannot_be_read_has_an_error_of_its_own(action, name, error, text):
    assert type(refusal(action, {**COMPLETE[action], name: text})) is error


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-01-31T23:59:59Z", datetime(2026, 1, 31, 23, 59, 59, tzinfo=UTC)),
        ("2024-02-29T00:00:00Z", datetime(2024, 2, 29, tzinfo=UTC)),
        ("9999-12-31T23:59:59Z", datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)),
    ],
)
def test_a_time_is_taken_as_utc(text, instant):
    assert argument(FILES, "EndTime", text) == instant


@pytest.mark.parametrize("count", [1, 9, 10, 200])
def test_template_ids_are_taken_in_the_order_of_their_numbers(count):
    numbered = {f"TemplateIds.{number}": f"id {number}" for number in range(count, 0, -1)}

    arguments = loaded("ListLiveSnapshotTemplates", numbered)

    assert arguments["template_ids"] == [f"id {number}" for number in range(1, count + 1)]


def test_template_ids_beyond_the_limit_are_refused():
    numbered = {f"TemplateIds.{number}": "id" for number in range(1, 202)}

    error = refusal("ListLiveSnapshotTemplates", numbered)

    assert (error.code, "TemplateIds" in str(error), "up to 200 texts" in str(error)) == (
        "InvalidParameter",
        True,
        True,
    )


@pytest.mark.parametrize(
    "name", ["TemplateIds.x", "TemplateIds.1.2", "TemplateIds.", "TemplateIds.٣", "templateids.1"]
)
def test_what_is_not_numbered_is_no_template_id(name):
    assert loaded("ListLiveSnapshotTemplates", {name: "id"})["template_ids"] is None


# -- Objects within a parameter --


@pytest.mark.parametrize(
    ("name", "inner", "value"),
    [
        pytest.param(name, inner, value, id=f"{name}.{inner}={readable(value)}")
        for name, inner, values in [
            (
                "StreamInput",
                "Url",
                [
                    "rtmp://h/a/s",
                    "RTMP://h/a/s",
                    "rtmps://h:443/a/s?auth=1",
                    "rtmp://127.0.0.1:1935/live/stream 1",
                    "rtmp://h/" + "x" * 246,
                ],
            ),
            ("StreamInput", "Type", ["rtmp"]),
            ("SnapshotOutput", "StorageType", ["oss"]),
            ("SnapshotOutput", "Endpoint", ["e", "127.0.0.1:4610", "oss-cn-shanghai-internal.aliyuncs.com"]),
            ("SnapshotOutput", "Bucket", ["abc", "a-1", "1" * 63]),
        ]
        for value in values
    ],
)
def test_members_within_their_limits_are_taken(name, inner, value):
    whole = {"StreamInput": STREAM, "SnapshotOutput": OUTPUT}[name]

    taken = argument(SUBMIT, name, json.dumps({**whole, inner: value, "Other": [{}]}))

    assert value in taken.values()
    assert len(taken) == len(whole)


@pytest.mark.parametrize(
    ("name", "inner", "value"),
    [
        pytest.param(name, inner, value, id=f"{name}.{inner}={readable(value)}")
        for name, inner, values in [
            (
                "StreamInput",
                "Url",
                [
                    "h",
                    "http://h/a/s",
                    "rtmp://h",
                    "rtmp://h/",
                    "rtmp:///a/s",
                    "rtmp://a b/c",
                    "rtmp://h/" + "x" * 247,
                    5,
                    True,
                    ["rtmp://h/a/s"],
                    {"Url": "rtmp://h/a/s"},
                ],
            ),
            ("StreamInput", "Type", ["RTMP", "rtmps", "flv", 1, ["rtmp"]]),
            ("SnapshotOutput", "StorageType", ["OSS", "vod", 0, {}]),
            (
                "SnapshotOutput",
                "Endpoint",
                ["http://oss-cn-shanghai.aliyuncs.com", "host/path", "a b", 1.5, [], "host\n"],
            ),
            (
                "SnapshotOutput",
                "Bucket",
                ["x" * 64, "Pictures", "-abc", "abc-", "a_c", "a.c", "../x", "_ice_mock", 1, ["abc"]],
            ),
        ]
        for value in values
    ],
)
def test_members_outside_of_their_limits_are_refused_by_name(name, inner, value):
    whole = {"StreamInput": STREAM, "SnapshotOutput": OUTPUT}[name]

    error = refusal(SUBMIT, {**COMPLETE[SUBMIT], name: json.dumps({**whole, inner: value})})

    assert error.code == "InvalidParameter"
    assert str(error).startswith(f"The parameter {name}.{inner} is not valid: expected ")


@pytest.mark.parametrize(
    ("name", "inner"),
    [
        ("StreamInput", "Url"),
        ("StreamInput", "Type"),
        ("SnapshotOutput", "StorageType"),
        ("SnapshotOutput", "Endpoint"),
        ("SnapshotOutput", "Bucket"),
    ],
)
@pytest.mark.parametrize("sent", [[], [None], [""]], ids=["left out", "null", "empty"])
def test_members_that_are_missing_are_named(name, inner, sent):
    whole = {"StreamInput": STREAM, "SnapshotOutput": OUTPUT}[name]
    others = {each: text for each, text in whole.items() if each != inner}
    text = json.dumps(others | dict.fromkeys([inner] * len(sent), *sent))

    error = refusal(SUBMIT, {**COMPLETE[SUBMIT], name: text})

    assert error.code == "MissingParameter"
    assert str(error).startswith(f"The parameter {name}.{inner} is mandatory: expected ")


@pytest.mark.parametrize("depth", [10, 300, 900, 950, 980, 990, 1000, 100_000])
@pytest.mark.parametrize(
    "wrap",
    [
        pytest.param(lambda depth: '{"Url":' + "[" * depth + "]" * depth + ',"Type":"rtmp"}', id="lists"),
        pytest.param(lambda depth: '{"Url":' * depth + "1" + "}" * depth, id="objects"),
        pytest.param(lambda depth: '{"Url":' * depth, id="broken objects"),
    ],
)
def test_however_deep_it_is_nested_it_is_a_documented_refusal(wrap, depth):
    error = refusal(SUBMIT, {**COMPLETE[SUBMIT], "StreamInput": wrap(depth)})

    assert error.code in ("InvalidParameter", "MissingParameter")
    assert str(error).startswith("The parameter StreamInput")


# -- What is said, and what is said first --


MANDATORY = [
    (action, str(field.data_key))
    for action, each in ACTIONS.items()
    for field in each.Params().fields.values()
    if field.required
]


@pytest.mark.parametrize(("action", "name"), MANDATORY)
@pytest.mark.parametrize("is_empty", [False, True], ids=["left out", "empty"])
def test_a_mandatory_parameter_that_is_missing_is_named(action, name, is_empty):
    parameters = {**COMPLETE[action], name: ""}
    if not is_empty:
        del parameters[name]

    error = refusal(action, parameters)

    assert error.code == "MissingParameter"
    assert str(error).startswith(f"The parameter {name} is mandatory: expected ")


@pytest.mark.parametrize("action", TEMPLATES)
@pytest.mark.parametrize(
    "sent", [{}, {"OverwriteFormat": "", "SequenceFormat": ""}], ids=["left out", "empty"]
)
def test_a_template_needs_one_of_its_two_formats(action, sent):
    others = {name: text for name, text in COMPLETE[action].items() if not name.endswith("Format")}

    error = refusal(action, {**others, **sent})

    assert error.code == "MissingParameter"
    assert str(error) == (
        "The parameter OverwriteFormat is mandatory: expected it, or SequenceFormat, or both."
    )


@pytest.mark.parametrize("action", TEMPLATES)
@pytest.mark.parametrize("left_out", ["OverwriteFormat", "SequenceFormat"])
def test_one_of_the_two_formats_is_enough(action, left_out):
    assert loaded(action, {**COMPLETE[action], left_out: ""})


@pytest.mark.parametrize(
    ("action", "parameters", "message"),
    [
        pytest.param(
            "CreateLiveSnapshotTemplate",
            {**PLAN, "TimeInterval": "4"},
            "The parameter TimeInterval is not valid: expected an integer from 5 to 3600, found '4'.",
            id="integer",
        ),
        pytest.param(
            "ListLiveSnapshotTemplates",
            {"PageNo": "0"},
            "The parameter PageNo is not valid: expected an integer from 1, found '0'.",
            id="integer without a limit",
        ),
        pytest.param(
            "ListLiveSnapshotTemplates",
            {"SearchKeyWord": "x" * 129},
            "The parameter SearchKeyWord is not valid: expected text of up to 128 characters, "
            f"found '{'x' * 79}… (131 characters).",
            id="long text",
        ),
        pytest.param(
            "CreateLiveSnapshotTemplate",
            {**PLAN, "OverwriteFormat": "/a.jpg"},
            "The parameter OverwriteFormat is not valid: expected text of up to 255 characters, "
            "ending in .jpg, not starting with / and with no placeholder but {JobId}, found '/a.jpg'.",
            id="format",
        ),
        pytest.param(
            "SendLiveSnapshotJobCommand",
            {"JobId": "j", "Command": "pause"},
            "The parameter Command is not valid: expected start or stop or restart, found 'pause'.",
            id="choice",
        ),
        pytest.param(
            DELETE,
            {"JobId": "j", "CreateTimestampList": "[]"},
            "The parameter CreateTimestampList is not valid: "
            "expected a JSON list of 1 to 200 integers, found '[]'.",
            id="list",
        ),
        pytest.param(
            DELETE,
            {"JobId": "j", "CreateTimestampList": "[1]", "DeleteOriginalFile": "1"},
            "The parameter DeleteOriginalFile is not valid: expected true or false, found '1'.",
            id="flag",
        ),
        pytest.param(
            SUBMIT,
            {**COMPLETE[SUBMIT], "StreamInput": "rtmp://h/a/s"},
            "The parameter StreamInput is not valid: expected a JSON object with Url, Type, found 'rtmp://h/a/s'.",
            id="object",
        ),
        pytest.param(
            SUBMIT,
            {**COMPLETE[SUBMIT], "StreamInput": '{"Url": 5, "Type": "rtmp"}'},
            "The parameter StreamInput.Url is not valid: expected text of up to 255 characters, "
            "an RTMP address such as rtmp://host/app/stream, found 5.",
            id="member",
        ),
        pytest.param(
            FILES,
            {"JobId": "j"},
            "The parameter StartTime is mandatory: expected a time in UTC such as 2026-01-31T23:59:59Z.",
            id="time",
        ),
        pytest.param(
            DELETE,
            {"CreateTimestampList": "[1]"},
            "The parameter JobId is mandatory: expected text.",
            id="text",
        ),
    ],
)
def test_the_message_says_what_was_expected_and_what_was_found(action, parameters, message):
    assert str(refusal(action, parameters)) == message


@pytest.mark.parametrize(
    ("action", "parameters", "code", "named"),
    [
        pytest.param(SUBMIT, {}, "MissingParameter", "JobName", id="all missing"),
        pytest.param(
            SUBMIT,
            {"JobName": "x" * 129, "StreamInput": "{}"},
            "MissingParameter",
            "StreamInput.Url",
            id="a missing member before what is wrong earlier",
        ),
        pytest.param(
            SUBMIT,
            {**COMPLETE[SUBMIT], "JobName": "x" * 129, "TemplateId": ""},
            "MissingParameter",
            "TemplateId",
            id="missing before wrong",
        ),
        pytest.param(
            SUBMIT,
            {**COMPLETE[SUBMIT], "CallbackUrl": "x", "StreamInput": "{", "JobName": "x" * 129},
            "InvalidParameter",
            "JobName",
            id="the first of three that are wrong",
        ),
        pytest.param(
            SUBMIT,
            {**COMPLETE[SUBMIT], "SnapshotOutput": '{"Bucket": "x"}', "CallbackUrl": "x"},
            "MissingParameter",
            "SnapshotOutput.StorageType",
            id="the first missing member",
        ),
        pytest.param(
            SUBMIT,
            {
                **COMPLETE[SUBMIT],
                "SnapshotOutput": json.dumps({**OUTPUT, "Bucket": "x", "Endpoint": "a b"}),
                "CallbackUrl": "x",
            },
            "InvalidParameter",
            "SnapshotOutput.Endpoint",
            id="the first wrong member",
        ),
        pytest.param(
            "CreateLiveSnapshotTemplate",
            {"TimeInterval": "4", "OverwriteFormat": "/"},
            "MissingParameter",
            "TemplateName",
            id="template: missing before wrong",
        ),
        pytest.param(
            "CreateLiveSnapshotTemplate",
            {"TemplateName": "x" * 129, "TimeInterval": "4"},
            "MissingParameter",
            "OverwriteFormat",
            id="template: no format before what is wrong",
        ),
        pytest.param(
            "CreateLiveSnapshotTemplate",
            {"TemplateName": "five"},
            "MissingParameter",
            "TimeInterval",
            id="template: no interval before no format",
        ),
        pytest.param(
            "CreateLiveSnapshotTemplate",
            {**PLAN, "OverwriteFormat": "/", "SequenceFormat": "/"},
            "InvalidParameter",
            "OverwriteFormat",
            id="template: the first wrong format",
        ),
        pytest.param(
            FILES,
            {"StartTime": "x", "EndTime": "x", "Limit": "0"},
            "MissingParameter",
            "JobId",
            id="files: missing before malformed",
        ),
        pytest.param(
            FILES,
            {"JobId": "j", "StartTime": "x", "EndTime": "x", "Limit": "0"},
            "MalformedStartTime",
            "StartTime",
            id="files: the start first",
        ),
        pytest.param(
            FILES,
            {**COMPLETE[FILES], "EndTime": "x", "Limit": "0"},
            "MalformedEndTime",
            "EndTime",
            id="files: the end before the limit",
        ),
        pytest.param(
            FILES,
            {**COMPLETE[FILES], "Limit": "0", "SortBy": "x"},
            "InvalidParameter",
            "Limit",
            id="files: the limit before the order",
        ),
        pytest.param(
            DELETE,
            {"JobId": "j", "DeleteOriginalFile": "1"},
            "MissingParameter",
            "CreateTimestampList",
            id="deletion: missing before wrong",
        ),
        pytest.param(
            "SendLiveSnapshotJobCommand",
            {"Command": "x"},
            "MissingParameter",
            "JobId",
            id="command: missing before wrong",
        ),
    ],
)
def test_what_is_missing_comes_first_and_then_the_order_of_the_documentation(action, parameters, code, named):
    error = refusal(action, parameters)

    assert error.code == code
    assert f"arameter {named} is " in str(error)
