"""What the main job needs of the service, and the two ways to get it: the official SDKs, or plain HTTP."""

from typing import Protocol
from urllib.request import getproxies

from ice_mock.client import Client

REGION = "cn-shanghai"
OSS_ENDPOINT = "oss-cn-shanghai.aliyuncs.com"


class ServiceFailed(Exception):
    """The service refused a call, or did not answer as it should."""


class Service(Protocol):
    """A client of ICE and OSS. Every call may raise ServiceFailed."""

    @property
    def way(self) -> str:
        """How it talks to the service, as the end of a sentence: ``by plain HTTP``."""
        ...

    def create_template(self, name: str, *, interval: int, sequence_format: str) -> str:
        """Create a template, and return its id."""
        ...

    def submit_job(self, name: str, *, template_id: str, stream: str, bucket: str, callback_url: str) -> str:
        """Submit a job, and return its id."""
        ...

    def keys(self, job_id: str, *, start: str, end: str) -> list[str]:
        """List the OSS keys of the files that a job has made from *start* to *end*."""
        ...

    def read(self, bucket: str, key: str) -> bytes:
        """Read an object from OSS."""
        ...


def service_at(client: Client) -> Service:
    """The official SDKs if they are installed and can get here, plain HTTP otherwise."""
    from ice_mock.cli.demo.plain import PlainHttp

    if "http" in getproxies():
        # They ask for HTTP_PROXY whatever NO_PROXY says, and cannot be told not to.
        return PlainHttp(client, why="the official SDKs would call this machine through HTTP_PROXY")
    try:
        from ice_mock.cli.demo.sdks import OfficialSdks
    except ImportError as error:
        return PlainHttp(client, why=f"the official SDKs are not installed ({error})")
    return OfficialSdks(client)
