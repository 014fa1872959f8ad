"""The service through the official SDKs, used as applications do; cannot be imported without them."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

from ice_mock.cli.demo.service import OSS_ENDPOINT, REGION, ServiceFailed
from ice_mock.client import DEFAULT_KEY, Client

with warnings.catch_warnings():
    # They are compiled, and warned of, when they are imported for the first time.
    warnings.simplefilter("ignore")
    import alibabacloud_ice20201109  # type: ignore[import-untyped]
    import oss2  # type: ignore[import-untyped]
    from alibabacloud_ice20201109 import models
    from alibabacloud_ice20201109.client import Client as IceClient  # type: ignore[import-untyped]
    from alibabacloud_tea_openapi.models import Config  # type: ignore[import-untyped]
    from darabonba.exceptions import DaraException  # type: ignore[import-untyped]


class OfficialSdks:
    """The service at the address of a client."""

    def __init__(self, client: Client) -> None:
        key_id, secret = DEFAULT_KEY
        self._ice = IceClient(
            Config(
                access_key_id=key_id,
                access_key_secret=secret,
                endpoint=client.endpoint,
                protocol="http",
                region_id=REGION,
            )
        )
        self._oss_url = client.url
        self._oss_auth = oss2.Auth(key_id, secret)
        self._oss_session = oss2.Session()

    @property
    def way(self) -> str:
        ice = f"alibabacloud_ice20201109 {alibabacloud_ice20201109.__version__}"
        return f"through the official SDKs: {ice} and oss2 {oss2.__version__}"

    def create_template(self, name: str, *, interval: int, sequence_format: str) -> str:
        request = models.CreateLiveSnapshotTemplateRequest(
            template_name=name, time_interval=interval, sequence_format=sequence_format
        )
        with _failures():
            return str(self._ice.create_live_snapshot_template(request).body.template_id)

    def submit_job(self, name: str, *, template_id: str, stream: str, bucket: str, callback_url: str) -> str:
        request = models.SubmitLiveSnapshotJobRequest(
            job_name=name,
            template_id=template_id,
            stream_input=models.SubmitLiveSnapshotJobRequestStreamInput(type="rtmp", url=stream),
            snapshot_output=models.SubmitLiveSnapshotJobRequestSnapshotOutput(
                storage_type="oss", endpoint=OSS_ENDPOINT, bucket=bucket
            ),
            callback_url=callback_url,
        )
        with _failures():
            return str(self._ice.submit_live_snapshot_job(request).body.job_id)

    def keys(self, job_id: str, *, start: str, end: str) -> list[str]:
        request = models.ListLiveSnapshotFilesRequest(
            job_id=job_id, start_time=start, end_time=end, limit=100, sort_by="asc"
        )
        with _failures():
            files = self._ice.list_live_snapshot_files(request).body.file_list
        return [file.oss_object for file in files]

    def read(self, bucket: str, key: str) -> bytes:
        with _failures():
            objects = oss2.Bucket(self._oss_auth, self._oss_url, bucket, session=self._oss_session)
            return cast("bytes", objects.get_object(key).read())


@contextmanager
def _failures() -> Iterator[None]:
    try:
        yield
    except (DaraException, oss2.exceptions.OssError) as error:
        raise ServiceFailed(str(error)) from error
