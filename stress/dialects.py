"""The API in every dialect: the present SDK, the old one, and plain HTTP."""

import json
import re
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import ProxyHandler, Request, build_opener

from alibabacloud_ice20201109 import models
from alibabacloud_ice20201109.client import Client as IceClient
from alibabacloud_tea_openapi.exceptions import AlibabaCloudException
from alibabacloud_tea_openapi.models import Config
from aliyunsdkcore.acs_exception.exceptions import ServerException
from aliyunsdkcore.auth.credentials import AccessKeyCredential
from aliyunsdkcore.client import AcsClient

Json = dict[str, Any]
Dialect = Callable[..., Json]
open_url = build_opener(ProxyHandler({})).open


class Refused(Exception):
    """The service refused a call."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(f"{status} {code}")
        self.status, self.code = status, code


def present_sdk(url: str, key: str, secret: str) -> Dialect:
    config = Config(
        access_key_id=key,
        access_key_secret=secret,
        endpoint=url.removeprefix("http://"),
        protocol="http",
        region_id="cn-shanghai",
    )
    client = IceClient(config)

    def call(action: str, **parameters: Any) -> Json:
        request = getattr(models, f"{action}Request")().from_map(parameters)
        try:
            response = getattr(client, re.sub(r"(?<!^)(?=[A-Z])", "_", action).lower())(request)
        except AlibabaCloudException as error:
            raise Refused(error.statusCode or 0, error.code) from error
        body: Json = response.body.to_map()
        return body

    return call


def old_sdk(url: str, key: str, secret: str) -> Dialect:
    client = AcsClient(region_id="cn-shanghai", credential=AccessKeyCredential(key, secret))

    def call(action: str, **parameters: Any) -> Json:
        module = import_module(f"aliyunsdkice.request.v20201109.{action}Request")
        request = getattr(module, f"{action}Request")()
        request.set_endpoint(url.removeprefix("http://"))
        request.set_protocol_type("http")
        for name, value in parameters.items():
            getattr(request, f"set_{name}")(value)
        try:
            answer: Json = json.loads(client.do_action_with_exception(request))
        except ServerException as error:
            raise Refused(error.http_status, error.error_code) from error
        return answer

    return call


def plain_http(url: str, key: str, _: str) -> Dialect:
    """Unsigned, with a key of nobody's; the world is named by its header."""

    def call(action: str, **parameters: Any) -> Json:
        texts = {
            name: text if isinstance(text, str) else json.dumps(text) for name, text in parameters.items()
        }
        common = {"Action": action, "Version": "2020-11-09", "Format": "JSON", "AccessKeyId": "anybody"}
        body, world = urlencode(texts).encode(), {"X-Ice-Mock-World": key}
        request = Request(f"{url}/?{urlencode(common)}", body, world, method="POST")  # noqa: S310
        try:
            with open_url(request, timeout=60) as answer:
                found: Json = json.load(answer)
        except HTTPError as refused:
            with refused:
                raise Refused(refused.code, json.load(refused).get("Code", "")) from refused
        return found

    return call


DIALECTS: Mapping[str, Callable[[str, str, str], Dialect]] = {
    "present SDK": present_sdk,
    "old SDK": old_sdk,
    "plain HTTP": plain_http,
}
