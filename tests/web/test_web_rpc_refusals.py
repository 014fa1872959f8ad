import io
import json
from collections.abc import Callable
from urllib.parse import urlencode
from xml.etree import ElementTree as ET

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

COMMON = {"Version": "2020-11-09", "Format": "JSON"}
TEMPLATE = {"TemplateName": "t", "TimeInterval": "5", "SequenceFormat": "{JobId}/{Sequence}.jpg"}
FORM = "application/x-www-form-urlencoded"
MEBIBYTE = 1024 * 1024
JOURNAL = "/_ice_mock/worlds/default/requests"

pytestmark = pytest.mark.usefixtures("assert_nothing_changed")


def path(action: str, **parameters: str) -> str:
    return "/?" + urlencode({"Action": action, **COMMON, **parameters})


def assert_refused(response: TestResponse, status: int, code: str) -> str:
    """Check the shape that errors of the API have in JSON, and return the message."""
    error = response.json
    assert (response.status_code, response.headers["Content-Type"]) == (
        status,
        "application/json;charset=utf-8",
    )
    assert set(error) == {"RequestId", "HostId", "Code", "Message", "Recommend"}
    assert (error["Code"], error["RequestId"]) == (code, response.headers["x-acs-request-id"])
    return error["Message"]


@pytest.mark.parametrize(
    "response",
    [
        pytest.param(
            lambda client: client.post(path("CreateLiveSnapshotTemplate"), data=b"x=" + b"y" * MEBIBYTE),
            id="announced",
        ),
        pytest.param(
            lambda client: client.post(
                path("CreateLiveSnapshotTemplate", **TEMPLATE),
                input_stream=io.BytesIO(b"x" * (MEBIBYTE + 1)),
                content_type=FORM,
                environ_overrides={"wsgi.input_terminated": True},
            ),
            id="in chunks",
        ),
        pytest.param(
            lambda client: client.post(
                path("CreateLiveSnapshotTemplate", **TEMPLATE),
                data=b"x" * (8 * MEBIBYTE),
                content_type="image/jpeg",
            ),
            id="of another type",
        ),
    ],
)
def test_a_body_of_more_than_a_mebibyte(client: FlaskClient, response: Callable) -> None:
    message = assert_refused(response(client), 400, "InvalidParameter")

    assert message == "The request is not valid: expected a body of up to 1048576 bytes, found more."


@pytest.mark.parametrize("type", ["application/json", "text/plain", "multipart/form-data; boundary=x"])
def test_a_body_of_another_type(client: FlaskClient, type: str) -> None:
    response = client.post(
        path("CreateLiveSnapshotTemplate", **TEMPLATE), data=json.dumps(TEMPLATE), content_type=type
    )

    message = assert_refused(response, 400, "InvalidParameter")
    expected = f"expected a body of type {FORM}, found '{type.partition(';')[0]}'."
    assert message == f"The request is not valid: {expected}"


@pytest.mark.parametrize(
    ("query", "form", "place"),
    [
        ("a=1&" * 1_000, "", "query"),
        ("", "a=1&" * 1_001, "body"),
        ("&" * 100_000, "", "query"),
        ("", "&" * 1_000_000, "body"),
    ],
    ids=["in the query", "in the body", "empty ones in the query", "a million empty ones in the body"],
)
def test_too_many_parameters(client: FlaskClient, query: str, form: str, place: str) -> None:
    target = f"{path('CreateLiveSnapshotTemplate', **TEMPLATE)}&{query}"

    response = client.post(target, data=form, content_type=FORM)

    message = assert_refused(response, 400, "InvalidParameter")
    assert message == f"The request is not valid: expected up to 1000 parameters in the {place}, found more."


@pytest.mark.parametrize(
    "stream_input",
    [
        pytest.param("{", id="broken"),
        pytest.param("rtmp://a/b", id="no JSON"),
        pytest.param("[]", id="a list"),
        pytest.param("null", id="null"),
        pytest.param('"{}"', id="JSON in JSON"),
        pytest.param("[" * 100_000, id="too deep to read"),
        pytest.param('{"Url": ' + "9" * 5_000 + "}", id="a number too long to read"),
        pytest.param('{"Url": {"Url": "rtmp://a/b"}, "Type": "rtmp"}', id="an object for a text"),
        pytest.param('{"Url": 1, "Type": "rtmp"}', id="a number for a text"),
        pytest.param('{"Url": "rtmp://a/b", "Type": "hls"}', id="another type"),
        pytest.param('{"Url": "http://a/b", "Type": "rtmp"}', id="another protocol"),
    ],
)
def test_a_stream_input_that_cannot_be_read(client: FlaskClient, api: Callable, stream_input: str) -> None:
    response = api(
        "SubmitLiveSnapshotJob",
        JobName="room 1",
        TemplateId="t",
        StreamInput=stream_input,
        SnapshotOutput={"StorageType": "oss", "Endpoint": "oss.example.com", "Bucket": "pictures"},
    )

    message = assert_refused(response, 400, "InvalidParameter")
    assert message.startswith("The parameter StreamInput")
    assert len(message) < 300


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
def test_a_method_that_the_gateway_does_not_take(client: FlaskClient, method: str) -> None:
    response = client.open(path("CreateLiveSnapshotTemplate", **TEMPLATE), method=method)

    assert assert_refused(response, 403, "UnsupportedHTTPMethod") == "This http method not supported."


def test_a_head_is_no_get(client: FlaskClient) -> None:
    response = client.head(path("CreateLiveSnapshotTemplate", **TEMPLATE))

    assert (response.status_code, response.data) == (403, b"")


@pytest.mark.parametrize(
    ("query", "status", "code", "message"),
    [
        ("Version=2020-11-09", 400, "MissingAction", "Action is mandatory for this action."),
        ("Action=ListLiveSnapshotJobs", 400, "MissingVersion", "Version is mandatory for this action."),
        (
            "Action=ListLiveSnapshotJobs&Version=2016-11-01",
            400,
            "InvalidVersion",
            "Specified parameter Version is not valid.",
        ),
        (
            "Action=DeleteLiveSnapshotJob&Version=2020-11-09",
            404,
            "InvalidAction.NotFound",
            "Specified api is not found, please check your url and method.",
        ),
    ],
)
def test_a_call_that_is_none(client: FlaskClient, query: str, status: int, code: str, message: str) -> None:
    response = client.get(f"/?{query}&Format=JSON")

    assert assert_refused(response, status, code) == message


def test_a_format_that_is_none_is_refused_in_json(client: FlaskClient) -> None:
    response = client.get("/?Action=ListLiveSnapshotJobs&Version=2020-11-09&Format=YAML")

    message = assert_refused(response, 400, "InvalidParameter.Format")
    assert message == "Specified parameter format is not valid."


def test_what_is_refused_as_a_whole_is_refused_in_the_format_that_was_asked_for(client: FlaskClient) -> None:
    response = client.post(
        "/?Action=CreateLiveSnapshotTemplate&Version=2020-11-09&Format=XML", data=b"x" * (MEBIBYTE + 1)
    )

    assert ET.fromstring(response.data).findtext("Code") == "InvalidParameter"


def test_every_refusal_is_in_the_journal(client: FlaskClient) -> None:
    client.post(path("CreateLiveSnapshotTemplate"), data=b"x" * (MEBIBYTE + 1))
    client.post(path("CreateLiveSnapshotTemplate"), data="{}", content_type="application/json")

    entries = client.get(JOURNAL).json["requests"]

    assert [(entry["status"], entry["code"]) for entry in entries] == [(400, "InvalidParameter")] * 2
