"""Answers in JSON and XML, with the headers of the real gateway (reference D.3)."""

import base64
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree as ET

from ice_mock.domain.behaviour import DEFAULT, Behaviour
from ice_mock.errors import ApiError
from ice_mock.gateway.call import Reply

JSON_TYPE = "application/json;charset=utf-8"
# The SDKs understand errors in XML only under exactly this type.
XML_TYPE = "text/xml;charset=utf-8"
_NOT_IN_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def success(
    action: str,
    request_id: str,
    answer: Mapping[str, Any],
    behaviour: Behaviour = DEFAULT,
    *,
    xml: bool,
) -> Reply:
    body = {"RequestId": request_id, **answer}
    # Assumed: the children of JobList are called Job in XML, as in the sibling products.
    suffix = "List" if behaviour.xml_lists == "singular" else ""
    document = xml_document(f"{action}Response", body, list_suffix=suffix) if xml else json_document(body)
    return _reply(200, request_id, document, xml=xml)


def failure(error: ApiError, request_id: str, host: str, *, xml: bool) -> Reply:
    body = {
        "RequestId": request_id,
        "HostId": host,
        "Code": error.code,
        "Message": str(error),
        "Recommend": f"https://api.aliyun.com/troubleshoot?q={quote(error.code)}&product=ICE&requestId={request_id}",
        **error.fields,
    }
    document = xml_document("Error", body) if xml else json_document(body)
    reply = _reply(error.status, request_id, document, xml=xml)
    return replace(reply, headers={**reply.headers, **error.headers})


def json_document(body: Mapping[str, Any]) -> bytes:
    # A lone surrogate cannot be sent as UTF-8; its escape can.
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "backslashreplace")


def xml_document(root: str, body: Mapping[str, Any], *, list_suffix: str = "List") -> bytes:
    """Write *body* as XML; the children of a list are called like the list without its *list_suffix*."""
    element = ET.Element(root)
    _fill(element, body, list_suffix)
    document: bytes = ET.tostring(element, encoding="utf-8", xml_declaration=False)
    return b'<?xml version="1.0" encoding="UTF-8"?>' + document


def _fill(element: ET.Element, value: Any, list_suffix: str) -> None:
    if isinstance(value, Mapping):
        for name, inner in value.items():
            _fill(ET.SubElement(element, name), inner, list_suffix)
    elif isinstance(value, list):
        for inner in value:
            _fill(ET.SubElement(element, element.tag.removesuffix(list_suffix)), inner, list_suffix)
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
