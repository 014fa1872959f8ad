"""The service over HTTP and nothing else: calls without signature, objects read anonymously."""

import json
from typing import Any, cast
from urllib.error import HTTPError, URLError
from urllib.parse import quote, urlencode
from urllib.request import ProxyHandler, build_opener

from ice_mock.cli.demo.service import OSS_ENDPOINT, ServiceFailed
from ice_mock.client import Client

VERSION = "2020-11-09"
# The server is on this machine: no proxy knows the way.
_open = build_opener(ProxyHandler({})).open


class PlainHttp:
    """The service at the address of a client."""

    def __init__(self, client: Client, *, why: str) -> None:
        """Say *why* this way was chosen."""
        self.way = f"by plain HTTP, unsigned: {why}"
        self._url = client.url

    def create_template(self, name: str, *, interval: int, sequence_format: str) -> str:
        answer = self._call(
            "CreateLiveSnapshotTemplate",
            TemplateName=name,
            TimeInterval=str(interval),
            SequenceFormat=sequence_format,
        )
        return str(answer["TemplateId"])

    def submit_job(self, name: str, *, template_id: str, stream: str, bucket: str, callback_url: str) -> str:
        answer = self._call(
            "SubmitLiveSnapshotJob",
            JobName=name,
            TemplateId=template_id,
            StreamInput=json.dumps({"Type": "rtmp", "Url": stream}),
            SnapshotOutput=json.dumps({"StorageType": "oss", "Endpoint": OSS_ENDPOINT, "Bucket": bucket}),
            CallbackUrl=callback_url,
        )
        return str(answer["JobId"])

    def keys(self, job_id: str, *, start: str, end: str) -> list[str]:
        answer = self._call(
            "ListLiveSnapshotFiles", JobId=job_id, StartTime=start, EndTime=end, Limit="100", SortBy="asc"
        )
        return [file["OssObject"] for file in answer["FileList"]]

    def read(self, bucket: str, key: str) -> bytes:
        return _answer(f"{self._url}/{bucket}/{quote(key)}")

    def _call(self, action: str, **parameters: str) -> dict[str, Any]:
        form = urlencode({"Action": action, "Version": VERSION, "Format": "JSON", **parameters})
        return cast("dict[str, Any]", json.loads(_answer(f"{self._url}/", form.encode())))


def _answer(url: str, form: bytes | None = None) -> bytes:
    try:
        with _open(url, form) as response:
            return cast("bytes", response.read())
    except HTTPError as error:
        text = error.read().decode("utf-8", "replace")
        raise ServiceFailed(f"status {error.code} from {url}: {text}") from error
    except (URLError, OSError) as error:
        raise ServiceFailed(f"no answer from {url}: {error}") from error
