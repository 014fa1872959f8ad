"""Answers in JSON and XML, with the headers of the real gateway (reference D.3)."""

import base64
import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree as ET

from ice_mock.errors import ApiError
from ice_mock.gateway.call import Reply

JSON_TYPE = "application/json;charset=utf-8"
# The SDKs understand errors in XML only under exactly this type.
XML_TYPE = "text/xml;charset=utf-8"
_NOT_IN_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def success(action: str, request_id: str, answer: Mapping[str, Any], *, xml: bool) -> Reply:
    body = {"RequestId": request_id, **answer}
    return _reply(
        200, request_id, xml_document(f"{action}Response", body) if xml else json_document(body), xml=xml
    )


def failure(error: ApiError, request_id: str, host: str, *, xml: bool) -> Reply:
    body = {
        "RequestId": request_id,
        "HostId": host,
        "Code": error.code,
        "Message": str(error),
        "Recommend": f"https://api.aliyun.com/troubleshoot?q={quote(error.code)}&product=ICE&requestId={request_id}",
    }
    return _reply(
        error.status, request_id, xml_document("Error", body) if xml else json_document(body), xml=xml
    )


def json_document(body: Mapping[str, Any]) -> bytes:
    # A lone surrogate cannot be sent as UTF-8; its escape can.
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "backslashreplace")


def xml_document(root: str, body: Mapping[str, Any]) -> bytes:
    element = ET.Element(root)
    _fill(element, body)
    document: bytes = ET.tostring(element, encoding="utf-8", xml_declaration=False)
    return b'<?xml version="1.0" encoding="UTF-8"?>' + document


def _fill(element: ET.Element, value: Any) -> None:
    if isinstance(value, Mapping):
        for name, inner in value.items():
            _fill(ET.SubElement(element, name), inner)
    elif isinstance(value, list):
        # Assumed: the children of JobList are called Job, as in the sibling products.
        for inner in value:
            _fill(ET.SubElement(element, element.tag.removesuffix("List")), inner)
    else:
        element.text = _NOT_IN_XML.sub("\N{REPLACEMENT CHARACTER}", _text(value))


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _reply(status: int, request_id: str, body: bytes, *, xml: bool) -> Reply:
    digest = hashlib.blake2b(request_id.encode(), digest_size=32).digest()
    headers = {
        "Content-Type": XML_TYPE if xml else JSON_TYPE,
        "Access-Control-Allow-Origin": "*",
        "Access-Control-Expose-Headers": "*",
        "x-acs-request-id": request_id,
        "x-acs-trace-id": digest[:16].hex(),
        "ETag": base64.b64encode(digest[16:32]).decode(),
    }
    return Reply(status, headers, body)
