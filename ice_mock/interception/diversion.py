"""Diverting calls while a body runs, and putting everything back."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from types import ModuleType

from ice_mock.interception import aiohttp_calls, http_calls, requests_calls, sockets, tea_calls, ways
from ice_mock.interception.destinations import Destination
from ice_mock.interception.imports import Hook, Watch
from ice_mock.interception.patches import Patches
from ice_mock.interception.ways import Diversion
from ice_mock.threads import Lock

_LOCK = Lock()
_PATCHES = Patches()


@contextmanager
def divert(destination: Destination, *, allow: Iterable[str] = ()) -> Iterator[Diversion]:
    """While the body runs, bring calls to hosts of ICE and OSS to *destination*, and let no others leave.

    That goes for http and https, for every port, and for everything in this process that calls with
    requests, urllib3, urllib, http.client or aiohttp: the official SDKs do. What is no host of Alibaba
    Cloud is not touched: its hosts are those under aliyuncs.com, aliyun.com, alibabacloud.com,
    alicloudapi.com and alibabacloudcs.com, and 100.100.100.200. A call to any other of them, or by any
    other library, raises HostRefused and is named in what the body is given, unless a pattern in *allow*
    fits the host, such as ``*.mns.*.aliyuncs.com``: then it goes its own way. Other processes are not seen,
    nor are libraries that resolve names and connect without Python's own sockets, such as uvloop and pycurl.

    It holds for all threads of the process, also for those that began before. Of several diversions at
    the same time the one that began last has all calls, whatever thread they come from; when it ends,
    the one before has them again. A call that is still under way at the end may see its connection closed.
    """
    diversion = Diversion(destination, allow)
    _begin(diversion)
    try:
        # Without the lock: it may have to wait for a thread that is in the middle of an import.
        _WATCH.look()
        yield diversion
    finally:
        _end(diversion)


def _begin(diversion: Diversion) -> None:
    with _LOCK:
        is_first = ways.current() is None
        ways.begin(diversion)
        if is_first:
            http_calls.patch(_PATCHES)
            sockets.patch(_PATCHES)
            _WATCH.start()


def _end(diversion: Diversion) -> None:
    with _LOCK:
        ways.end(diversion)
        if ways.current() is None:
            _WATCH.stop()
            _PATCHES.undo()
    diversion.let_go()


def _patching(patch: Callable[[Patches, ModuleType], None]) -> Hook:
    def hook(module: ModuleType) -> None:
        with _LOCK:
            # The import may have taken longer than the diversion.
            if ways.current():
                patch(_PATCHES, module)

    return hook


_WATCH = Watch(
    {
        "requests.adapters": _patching(requests_calls.patch),
        "urllib3.connection": _patching(http_calls.patch_connections),
        "aliyunsdkcore.vendored.requests.packages.urllib3.connection": _patching(
            http_calls.patch_connections
        ),
        "aiohttp.connector": _patching(aiohttp_calls.patch),
        "darabonba.core": _patching(tea_calls.patch),
        "Tea.core": _patching(tea_calls.patch),
    }
)
