import io
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


def path(action: str, **parameters: str) -> str:
    return "/?" + urlencode({"Action": action, **COMMON, **parameters})


# -- Where parameters may be --


@pytest.mark.parametrize(
    "send",
    [
        pytest.param(
            lambda client: client.get(path("CreateLiveSnapshotTemplate", **TEMPLATE)),
            id="all in the query of a GET",
        ),
        pytest.param(
            lambda client: client.post(path("CreateLiveSnapshotTemplate", **TEMPLATE)),
            id="all in the query of a POST",
        ),
        pytest.param(
            lambda client: client.post(
                "/", data={"Action": "CreateLiveSnapshotTemplate", **COMMON, **TEMPLATE}
            ),
            id="all in the form",
        ),
        pytest.param(
            lambda client: client.post(path("CreateLiveSnapshotTemplate"), data=TEMPLATE),
            id="some in the query and some in the form",
        ),
        pytest.param(
            lambda client: client.post(
                "/",
                data=TEMPLATE,
                headers={"x-acs-action": "CreateLiveSnapshotTemplate", "x-acs-version": "2020-11-09"},
            ),
            id="the action in headers and the others in the form",
        ),
        pytest.param(
            lambda client: client.open(
                path("CreateLiveSnapshotTemplate"), method="GET", data=urlencode(TEMPLATE), content_type=FORM
            ),
            id="in the form of a GET",
        ),
        pytest.param(
            lambda client: client.post(
                path("CreateLiveSnapshotTemplate"), data=urlencode(TEMPLATE), content_type=None
            ),
            id="in a body without a type",
        ),
        pytest.param(
            lambda client: client.post(
                path("CreateLiveSnapshotTemplate"),
                data=urlencode(TEMPLATE),
                content_type=FORM + "; charset=utf-8",
            ),
            id="in a form that names its charset",
        ),
        pytest.param(
            lambda client: client.post(
                path("CreateLiveSnapshotTemplate"),
                input_stream=io.BytesIO(urlencode(TEMPLATE).encode()),
                content_type=FORM,
                headers={"Transfer-Encoding": "chunked"},
                environ_overrides={"wsgi.input_terminated": True},
            ),
            id="in a body that comes in chunks",
        ),
    ],
)
def test_parameters_are_taken(client: FlaskClient, send: Callable[[FlaskClient], TestResponse]) -> None:
    response = send(client)

    assert response.status_code == 200
    [template] = client.get("/_ice_mock/worlds/default/templates").json["templates"]
    assert (response.json["TemplateId"], template["name"]) == (template["id"], "t")


@pytest.mark.parametrize(
    ("body", "name"),
    [
        (b"TemplateName=%E6%88%AA%E5%9B%BE", "截图"),
        ("TemplateName=截图".encode(), "æ\x88ªå\x9b¾"),
        (b"TemplateName=a+b%20c", "a b c"),
        (b"TemplateName=%2B%26%3D%25", "+&=%"),
        (b"TemplateName=a=b", "a=b"),
        (b"TemplateName=%ff", "\N{REPLACEMENT CHARACTER}"),
        (b"TemplateName=first&TemplateName=last", "last"),
        (b"TemplateName=100%", "100%"),
    ],
    ids=[
        "UTF-8",
        "not encoded",
        "spaces",
        "reserved",
        "an equals sign",
        "no UTF-8",
        "twice",
        "a bare percent",
    ],
)
def test_texts_are_decoded(client: FlaskClient, body: bytes, name: str) -> None:
    rest = urlencode({key: value for key, value in TEMPLATE.items() if key != "TemplateName"})

    client.post(path("CreateLiveSnapshotTemplate") + "&" + rest, data=body, content_type=FORM)

    [template] = client.get("/_ice_mock/worlds/default/templates").json["templates"]
    assert template["name"] == name


# -- What comes back --


def test_a_success_has_the_headers_of_the_gateway(client: FlaskClient) -> None:
    response = client.get(path("ListLiveSnapshotTemplates"))

    assert response.headers["Content-Type"] == "application/json;charset=utf-8"
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert response.headers["x-acs-request-id"] == response.json["RequestId"]
    assert len(response.headers["x-acs-trace-id"]) == 32
    assert response.headers["ETag"]


def test_without_a_format_the_answer_is_xml_of_exactly_the_type_that_the_sdks_know(
    client: FlaskClient,
) -> None:
    response = client.get("/?Action=GetLiveSnapshotJob&Version=2020-11-09&JobId=nobody")

    root = ET.fromstring(response.data)
    assert (response.status_code, response.headers["Content-Type"]) == (404, "text/xml;charset=utf-8")
    assert (root.tag, root.findtext("Code")) == ("Error", "JobNotFound")


def test_with_headers_of_the_newer_dialect_the_answer_is_json(client: FlaskClient) -> None:
    headers = {"x-acs-action": "GetLiveSnapshotJob", "x-acs-version": "2020-11-09"}

    response = client.get("/?JobId=nobody", headers=headers)

    assert (response.status_code, response.headers["Content-Type"]) == (404, "application/json;charset=utf-8")
    assert response.json["Code"] == "JobNotFound"


# -- People --


def test_a_browser_that_opens_the_server_is_sent_to_the_console(client: FlaskClient) -> None:
    response = client.get("/", headers={"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"})

    assert (response.status_code, response.headers["Location"]) == (302, "/_ice_mock/")
    assert client.get(JOURNAL).json["requests"] == []


@pytest.mark.parametrize(
    ("method", "target", "accept"),
    [
        ("POST", "/", "text/html"),
        ("GET", "/?Action=ListLiveSnapshotJobs&Version=2020-11-09", "text/html"),
        ("GET", "/", "*/*"),
    ],
    ids=["a form", "an action", "another program"],
)
def test_who_calls_the_api_is_answered_by_it(
    client: FlaskClient, method: str, target: str, accept: str
) -> None:
    response = client.open(target, method=method, headers={"Accept": accept})

    assert response.headers["x-acs-request-id"]


def test_a_body_of_a_mebibyte_and_a_thousand_parameters_are_taken(client: FlaskClient) -> None:
    form = urlencode(TEMPLATE).encode()
    padded = form + b"&x=" + b"y" * (MEBIBYTE - len(form) - 3)
    query = "&" + "&".join(f"p{number}=1" for number in range(997))

    responses = [
        client.post(path("CreateLiveSnapshotTemplate"), data=padded, content_type=FORM),
        client.post(path("CreateLiveSnapshotTemplate") + query, data=form, content_type=FORM),
    ]

    assert [response.status_code for response in responses] == [200, 200]
