"""The official SDKs, set up for the world of a test; they are imported by whoever asks for them."""

import warnings
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from ice_mock.pytest_plugin import marker
from ice_mock.pytest_plugin.failures import failure

if TYPE_CHECKING:
    from ice_mock.client import Client


REGION = "cn-shanghai"
CONNECT_SECONDS = 5
READ_SECONDS = 30
"""Longer than any answer takes whose delay nobody asked for, and no longer than one waits for a test."""

DEPRECATED = (
    r"ignore:datetime\.datetime\.utc(now|fromtimestamp)\(\) is deprecated:DeprecationWarning:"
    r"(alibabacloud_|oss2|darabonba)"
)
"""A filter of warnings: all SDKs call this, and Python says so since 3.12."""


@pytest.fixture
def ice_client(ice_mock: "Client", monkeypatch: pytest.MonkeyPatch) -> Any:
    """The client of alibabacloud_ice20201109, set up for the world of this test.

    It never tries again by itself, and waits for an answer for half a minute.
    """
    module = _imported("alibabacloud_ice20201109.client", "ice_client", "alibabacloud-ice20201109")
    models = _imported("alibabacloud_tea_openapi.models", "ice_client", "alibabacloud-tea-openapi")
    if _is_on_this_machine(ice_mock.url):
        # The SDK asks these two for the way even to this machine, and cannot be told not to.
        for variable in ("HTTP_PROXY", "http_proxy"):
            monkeypatch.delenv(variable, raising=False)
    config = models.Config(
        access_key_id=ice_mock.access_key_id,
        access_key_secret=ice_mock.access_key_secret,
        endpoint=ice_mock.endpoint,
        protocol=urlsplit(ice_mock.url).scheme,
        region_id=REGION,
        connect_timeout=CONNECT_SECONDS * 1000,
        read_timeout=READ_SECONDS * 1000,
    )
    return module.Client(config)


@pytest.fixture
def ice_oss_bucket(ice_mock: "Client") -> Iterator[Callable[[str], Any]]:
    """A function that gives an oss2.Bucket by its name, set up for the world of this test.

    What it leaves open is closed after the test.
    """
    oss2 = _imported("oss2", "ice_oss_bucket", "oss2")
    with ExitStack() as leftovers:
        yield lambda name: _bucket(oss2, ice_mock, name, leftovers)


def excuse(item: pytest.Item) -> None:
    """Let the SDKs that reach a world do what they do, in a run whose warnings are errors as well."""
    by_fixture = not {"ice_client", "ice_oss_bucket"}.isdisjoint(getattr(item, "fixturenames", ()))
    if by_fixture or marker.asks_to_intercept(item):
        item.add_marker(pytest.mark.filterwarnings(DEPRECATED))


def _bucket(oss2: Any, client: "Client", name: str, leftovers: ExitStack) -> Any:
    session = oss2.Session()
    session.session.trust_env = not _is_on_this_machine(client.url)
    leftovers.callback(session.session.close)
    # oss2 does not read answers that have no body, and so would keep their connections.
    session.session.hooks["response"].append(partial(_close_later, leftovers))
    return oss2.Bucket(
        oss2.AuthV4(client.access_key_id, client.access_key_secret),
        client.url,
        name,
        session=session,
        connect_timeout=READ_SECONDS,
        region=REGION,
        is_path_style=True,
    )


def _close_later(leftovers: ExitStack, response: Any, **_: object) -> None:
    leftovers.callback(response.close)


def _imported(module: str, fixture: str, package: str) -> Any:
    """Import a module of an SDK; a test whose SDK is not there fails with what to install."""
    with warnings.catch_warnings():
        # They are compiled, and warned of, when they are imported for the first time.
        warnings.simplefilter("ignore")
        try:
            return import_module(module)
        except ImportError as error:
            is_missing = isinstance(error, ModuleNotFoundError) and error.name == module.partition(".")[0]
            what = "is not installed" if is_missing else f"cannot be imported ({error})"
            wanted = f"the fixture {fixture} needs the official SDK, which {what}: pip install {package}"
            raise failure(wanted) from None


def _is_on_this_machine(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    return host in ("localhost", "::1") or host.startswith("127.")
