"""The official SDKs as code under test uses them: with the endpoints of the real service, and any key."""

import asyncio
import json
import re
from collections.abc import Awaitable, Callable
from importlib import import_module
from typing import Any

import alibabacloud_oss_v2 as oss_v2
import oss2
from alibabacloud_ice20201109 import models
from alibabacloud_ice20201109.client import Client
from alibabacloud_oss_v2 import aio
from alibabacloud_tea_openapi.exceptions import AlibabaCloudException
from alibabacloud_tea_openapi.models import Config
from aliyunsdkcore.acs_exception.exceptions import ServerException
from aliyunsdkcore.client import AcsClient
from Tea.core import TeaCore
from Tea.request import TeaRequest

Json = dict[str, Any]
REGION = "cn-shanghai"
ICE = "ice.cn-shanghai.aliyuncs.com"
OSS = "oss-cn-shanghai.aliyuncs.com"
BUCKET = "pictures"
STREAM = "rtmp://live.example.com/app/room1"
KEY, SECRET = "LTAI-of-nobody", "anything"


class Refusal(Exception):
    """A documented error, whichever SDK shows it."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(status, code)
        self.status, self.code = status, code


def config(**more: Any) -> Config:
    return Config(
        **{"access_key_id": KEY, "access_key_secret": SECRET, "region_id": REGION, "endpoint": ICE} | more
    )


class New:
    """alibabacloud_ice20201109 on darabonba-core; https, as is its default."""

    def __init__(self, *, asynchronous: bool = False, **more: Any) -> None:
        self._asynchronous = asynchronous
        self.client = Client(config(**more))

    def __call__(self, action: str, **parameters: Any) -> Json:
        method = re.sub(r"(?<!^)(?=[A-Z])", "_", action).lower()
        request = getattr(models, f"{action}Request")().from_map(parameters)
        try:
            if self._asynchronous:
                response = asyncio.run(getattr(self.client, f"{method}_async")(request))
            else:
                response = getattr(self.client, method)(request)
        except AlibabaCloudException as error:
            raise Refusal(error.statusCode, error.code) from error
        return response.body.to_map()


class Older:
    """What the older releases call with: alibabacloud-tea."""

    def __init__(self, *, asynchronous: bool = False, protocol: str = "https", host: str = ICE) -> None:
        self._asynchronous = asynchronous
        self._protocol, self._host = protocol, host

    def __call__(self, action: str, **parameters: Any) -> Json:
        request = TeaRequest()
        request.protocol, request.method, request.pathname = self._protocol, "POST", "/"
        request.query = {"Action": action, "Version": "2020-11-09", "Format": "JSON"}
        request.query |= {
            name: value if isinstance(value, str | int) else json.dumps(value)
            for name, value in parameters.items()
        }
        request.headers = {"host": self._host}
        if self._asynchronous:
            response = asyncio.run(TeaCore.async_do_action(request, {}))
        else:
            response = TeaCore.do_action(request, {})
        body = json.loads(response.body)
        if response.status_code != 200:
            raise Refusal(response.status_code, body["Code"])
        return body


class Old:
    """aliyun-python-sdk-ice on aliyun-python-sdk-core, which knows or finds out the endpoint by itself."""

    def __init__(self, *, region: str = REGION, protocol: str = "https") -> None:
        self.client = AcsClient(KEY, SECRET, region, auto_retry=False)
        self._protocol = protocol

    def __call__(self, action: str, **parameters: Any) -> Json:
        module = import_module(f"aliyunsdkice.request.v20201109.{action}Request")
        request = getattr(module, f"{action}Request")()
        request.set_protocol_type(self._protocol)
        for name, value in parameters.items():
            getattr(request, f"set_{name}")(value)
        try:
            return json.loads(self.client.do_action_with_exception(request))
        except ServerException as error:
            raise Refusal(error.http_status, error.error_code) from error


def with_oss2(key: str, *, auth: Callable[[str, str], Any] = oss2.Auth, scheme: str = "https") -> bytes:
    bucket = oss2.Bucket(auth(KEY, SECRET), f"{scheme}://{OSS}", BUCKET, region=REGION)
    return bucket.get_object(key).read()


def with_oss2_v4(key: str) -> bytes:
    return with_oss2(key, auth=oss2.AuthV4, scheme="http")


def oss_v2_config(**more: Any) -> oss_v2.Config:
    config = oss_v2.config.load_default()
    config.credentials_provider = oss_v2.credentials.StaticCredentialsProvider(KEY, SECRET)
    config.region = REGION
    for name, value in more.items():
        setattr(config, name, value)
    return config


def with_oss_v2(key: str, **more: Any) -> bytes:
    client = oss_v2.Client(oss_v2_config(**more))
    with client.get_object(oss_v2.GetObjectRequest(BUCKET, key)).body as body:
        return body.read()


def with_oss_v2_async(key: str, **more: Any) -> bytes:
    async def read(client: aio.AsyncClient) -> bytes:
        result = await client.get_object(oss_v2.GetObjectRequest(BUCKET, key))
        return b"".join([piece async for piece in await result.body.iter_bytes()])

    return asyncio.run(with_async_client(read, **more))


async def with_async_client(use: Callable[[aio.AsyncClient], Awaitable[Any]], **more: Any) -> Any:
    async with aio.AsyncClient(oss_v2_config(**more)) as client:
        return await use(client)


ICE_SDKS: dict[str, Callable[[], Any]] = {
    "new": New,
    "new, http": lambda: New(protocol="http"),
    "new, async": lambda: New(asynchronous=True),
    "new, another region's network": lambda: New(endpoint="ice-vpc.cn-beijing.aliyuncs.com"),
    "older": Older,
    "older, async": lambda: Older(asynchronous=True),
    "older, async, http": lambda: Older(asynchronous=True, protocol="http", host="ice.aliyuncs.com"),
    "old": Old,
    "old, http": lambda: Old(region="cn-hangzhou", protocol="http"),
}
OSS_SDKS: dict[str, Callable[[str], bytes]] = {
    "oss2": with_oss2,
    "oss2, signature 4": with_oss2_v4,
    "oss-v2": with_oss_v2,
    "oss-v2, internal": lambda key: with_oss_v2(key, use_internal_endpoint=True),
    "oss-v2, dual-stack": lambda key: with_oss_v2(key, use_dualstack_endpoint=True),
    "oss-v2, in the path": lambda key: with_oss_v2(key, use_path_style=True, disable_ssl=True),
    "oss-v2, async": with_oss_v2_async,
}


def template() -> Json:
    return {"TemplateName": "t", "TimeInterval": 5, "SequenceFormat": "a b/{JobId}+é/{Sequence}.jpg"}


def job(template_id: str, name: str = "room 1") -> Json:
    return {
        "JobName": name,
        "TemplateId": template_id,
        "StreamInput": {"Type": "rtmp", "Url": STREAM},
        "SnapshotOutput": {"StorageType": "oss", "Endpoint": OSS, "Bucket": BUCKET},
    }
