"""Asynchronous calls of the new SDK and its older releases: what is diverted need not be encrypted.

They load the certificates of all authorities for every single call, which takes longer than the call.
"""

from collections.abc import Callable
from functools import wraps
from types import ModuleType
from typing import Any
from urllib.parse import urlsplit

from ice_mock.interception.hosts import Kind, kind_of, plain
from ice_mock.interception.patches import Patches
from ice_mock.interception.ways import current


def patch(patches: Patches, module: ModuleType) -> None:
    core = getattr(module, "DaraCore", None) or module.TeaCore
    patches.replace(core, "async_do_action", _acting, static=True)


def _acting(do_action: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(do_action)
    async def act_in_plain(request: Any, *others: Any, **more: Any) -> Any:
        before = request.protocol
        if _is_diverted(request.headers.get("host") or ""):
            request.protocol = "http"
        try:
            return await do_action(request, *others, **more)
        finally:
            request.protocol = before

    return act_in_plain


def _is_diverted(address: str) -> bool:
    host = plain(urlsplit(address if "//" in address else f"//{address}").hostname or "")
    diversion = current()
    return diversion is not None and kind_of(host) is Kind.EMULATED and diversion.way(host) is not None
