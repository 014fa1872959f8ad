"""Answers in the form of the real gateway (reference D.3)."""

import json
import re
from xml.etree import ElementTree as ET

import pytest

from ice_mock.gateway import Call, Gateway

LIST, VERSION = ("Action", "ListLiveSnapshotTemplates"), ("Version", "2020-11-09")
REQUEST_ID = re.compile(r"[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}")
JSON, XML = "application/json;charset=utf-8", "text/xml;charset=utf-8"


def ask(*query: tuple[str, str], **headers: str) -> Call:
    return Call(
        "GET",
        query=(LIST, VERSION, *query),
        headers={name.replace("_", "-"): value for name, value in headers.items()},
    )


def test_success_in_json_is_flat_and_begins_with_the_request_id(gateway, rpc):
    reply = gateway(rpc())

    body = json.loads(reply.body)
    assert reply.status == 200
    assert list(body) == ["RequestId", "TemplateList", "PageNo", "PageSize", "SortBy", "TotalCount"]
    assert REQUEST_ID.fullmatch(body["RequestId"])


def test_a_failure_in_json_has_the_documented_fields(gateway, rpc):
    reply = gateway(rpc("GetLiveSnapshotTemplate", TemplateId="x"))

    body = json.loads(reply.body)
    request_id = body["RequestId"]
    assert reply.status == 404
    assert REQUEST_ID.fullmatch(request_id)
    assert body == {
        "RequestId": request_id,
        "HostId": "ice.cn-shanghai.aliyuncs.com",
        "Code": "TemplateNotFound",
        "Message": "No such template.",
        "Recommend": "https://api.aliyun.com/troubleshoot?q=TemplateNotFound&product=ICE"
        f"&requestId={request_id}",
    }


@pytest.mark.parametrize("action", ["ListLiveSnapshotTemplates", "GetLiveSnapshotTemplate", "Nothing"])
@pytest.mark.parametrize(("format", "type"), [("JSON", JSON), ("XML", XML)])
def test_every_answer_has_the_headers_of_the_gateway(gateway, rpc, action, format, type):
    reply = gateway(rpc(action, Format=format))

    request_id = re.search(rb"[0-9A-F-]{36}", reply.body)[0].decode()
    assert reply.headers["Content-Type"] == type
    assert reply.headers["Access-Control-Allow-Origin"] == "*"
    assert reply.headers["Access-Control-Expose-Headers"] == "*"
    assert reply.headers["x-acs-request-id"] == request_id
    assert re.fullmatch(r"[0-9a-f]{32}", reply.headers["x-acs-trace-id"])
    assert len(reply.headers["ETag"]) in (23, 24)
    assert len(reply.headers) == 6


def test_no_two_calls_have_one_request_id(gateway, rpc):
    ids = {gateway(rpc()).headers["x-acs-request-id"] for _ in range(20)}

    assert len(ids) == 20


@pytest.mark.parametrize(
    ("region", "host"),
    [
        ("cn-beijing", "ice.cn-beijing.aliyuncs.com"),
        ("ap-southeast-1", "ice.ap-southeast-1.aliyuncs.com"),
        ("", "ice.cn-shanghai.aliyuncs.com"),
        ("evil.example.com/", "ice.cn-shanghai.aliyuncs.com"),
        ("CN-BEIJING", "ice.cn-shanghai.aliyuncs.com"),
        ("cn-" + "x" * 99, "ice.cn-shanghai.aliyuncs.com"),
    ],
)
def test_the_host_is_that_of_the_region(gateway, answer, rpc, region, host):
    assert answer(gateway(rpc("Nothing", RegionId=region)))["HostId"] == host


def test_success_in_xml_is_a_response_of_the_action(gateway, make_template, rpc):
    for name in ("one", "two"):
        make_template(name)

    reply = gateway(rpc("ListLiveSnapshotTemplates", Format="XML", SortBy="asc"))

    root = ET.fromstring(reply.body)
    assert reply.body.startswith(b'<?xml version="1.0" encoding="UTF-8"?><ListLiveSnapshotTemplatesResponse>')
    assert [element.tag for element in root] == [
        "RequestId",
        "TemplateList",
        "PageNo",
        "PageSize",
        "SortBy",
        "TotalCount",
    ]
    assert [name.text for name in root.findall("TemplateList/Template/TemplateName")] == ["one", "two"]
    assert (root.findtext("PageNo"), root.findtext("TotalCount")) == ("1", "2")


def test_a_failure_in_xml_has_the_documented_fields(gateway, rpc):
    reply = gateway(rpc("GetLiveSnapshotTemplate", Format="XML", TemplateId="x"))

    root = ET.fromstring(reply.body)
    request_id = reply.headers["x-acs-request-id"]
    assert reply.status == 404
    assert root.tag == "Error"
    assert {element.tag: element.text for element in root} == {
        "RequestId": request_id,
        "HostId": "ice.cn-shanghai.aliyuncs.com",
        "Code": "TemplateNotFound",
        "Message": "No such template.",
        "Recommend": "https://api.aliyun.com/troubleshoot?q=TemplateNotFound&product=ICE"
        f"&requestId={request_id}",
    }


def test_booleans_and_objects_have_their_form_in_xml(gateway, stream, make_job, pass_time, rpc):
    job = make_job(overwrite="{JobId}.jpg")
    pass_time(seconds=7)
    span = {"StartTime": "2026-01-01T00:00:00Z", "EndTime": "2026-01-01T01:00:00Z"}

    answers = [
        ET.fromstring(gateway(rpc(action, Format="XML", JobId=job.id, **span)).body)
        for action in ("GetLiveSnapshotJob", "ListLiveSnapshotFiles")
    ]

    stream_input = answers[0].find("StreamInput")
    assert {element.tag: element.text for element in stream_input} == {"Url": stream, "Type": "rtmp"}
    assert [each.text for each in answers[1].findall("FileList/File/IsOverlay")] == ["false", "true"]


def test_an_empty_list_is_an_empty_element_in_xml(gateway, rpc):
    root = ET.fromstring(gateway(rpc("ListLiveSnapshotJobs", Format="XML")).body)

    assert list(root.find("JobList")) == []


@pytest.mark.parametrize(
    ("text", "in_xml"),
    [
        ("a&b<c>]]>\"'", "a&b<c>]]>\"'"),
        ("a\x00b\x08c", "a\ufffdb\ufffdc"),
        ("a\x1bb\x1fc", "a\ufffdb\ufffdc"),
        ("a\ufffe\uffffb", "a\ufffd\ufffdb"),
        ("a\ud800b", "a\ufffdb"),
        ("a\tb\nc", "a\tb\nc"),
        ("截图 😀", "截图 😀"),
    ],
    ids=ascii,
)
def test_what_xml_cannot_hold_is_replaced_and_json_holds_it(
    gateway, answer, make_template, rpc, text, in_xml
):
    template_id = make_template(text).id

    in_json, document = (
        gateway(rpc("GetLiveSnapshotTemplate", Format=format, TemplateId=template_id))
        for format in ("JSON", "XML")
    )

    assert answer(in_json)["TemplateName"] == text
    assert ET.fromstring(document.body).findtext("TemplateName") == in_xml


def test_control_characters_in_a_message_leave_the_document_whole(gateway, rpc):
    reply = gateway(rpc("ListLiveSnapshotTemplates", Format="XML", PageNo="\x00\x1b]>"))

    message = ET.fromstring(reply.body).findtext("Message")
    assert message.startswith("The parameter PageNo is not valid")


# -- Which of the two it is --

V1_HEADERS = {"x_acs_action": "ListLiveSnapshotTemplates", "x_acs_version": "2020-11-09"}
ACS3 = {"authorization": "ACS3-HMAC-SHA256 Credential=AK-stranger,SignedHeaders=host,Signature=x"}
BEARER = {"x_acs_bearer_token": "token"}


@pytest.mark.parametrize(
    ("headers", "format", "type"),
    [
        pytest.param({}, None, XML, id="nothing said"),
        pytest.param({}, "", XML, id="an empty format"),
        pytest.param({}, "JSON", JSON, id="JSON"),
        pytest.param({}, "json", JSON, id="json"),
        pytest.param({}, "Json", JSON, id="Json"),
        pytest.param({}, "XML", XML, id="XML"),
        pytest.param({}, "xml", XML, id="xml"),
        pytest.param(V1_HEADERS, None, JSON, id="action in the headers, nothing said"),
        pytest.param(V1_HEADERS, "XML", XML, id="action in the headers, XML"),
        pytest.param(ACS3, None, JSON, id="ACS3, nothing said"),
        pytest.param(ACS3, "XML", JSON, id="ACS3, XML"),
        pytest.param(ACS3, "yaml", JSON, id="ACS3, another format"),
        pytest.param(BEARER, None, JSON, id="bearer, nothing said"),
        pytest.param(BEARER, "XML", JSON, id="bearer, XML"),
    ],
)
@pytest.mark.parametrize("is_right", [True, False], ids=["success", "failure"])
def test_the_format_is_what_the_client_can_read(gateway, headers, format, type, is_right):
    said = () if format is None else (("Format", format),)
    wrong = () if is_right else (("PageNo", "0"),)

    reply = gateway(ask(*said, *wrong, **headers))

    assert reply.status == (200 if is_right else 400)
    assert reply.headers["Content-Type"] == type


@pytest.mark.parametrize("format", ["yaml", "JSONP", "text/xml", " JSON"])
@pytest.mark.parametrize("headers", [{}, V1_HEADERS], ids=["query", "headers"])
def test_another_format_is_refused_in_json(gateway, answer, headers, format):
    reply = gateway(ask(("Format", format), **headers))

    body = answer(reply)
    assert reply.headers["Content-Type"] == JSON
    assert (reply.status, body["Code"], body["Message"]) == (
        400,
        "InvalidParameter.Format",
        "Specified parameter format is not valid.",
    )


@pytest.mark.parametrize(
    "query",
    [
        pytest.param((), id="no action"),
        pytest.param((("Action", "Nothing"), VERSION), id="unknown action"),
        pytest.param((LIST, ("Version", "1")), id="unknown version"),
    ],
)
def test_acs3_clients_are_never_answered_in_xml_whatever_is_wrong(gateway: Gateway, query):
    reply = gateway(Call("GET", query=(*query, ("Format", "XML")), headers=ACS3))

    assert reply.headers["Content-Type"] == JSON
    assert json.loads(reply.body)["Code"]
