"""Worlds by their keys, and signatures made without the help of what verifies them."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from itertools import count
from typing import Any
from urllib.parse import quote, urlencode

import pytest

from ice_mock.domain.model import AccessKey
from ice_mock.engine import Engine
from ice_mock.gateway import Call, Gateway, Reply, Verification

KEY = AccessKey("AK-known", "secret")


class KeyedWorlds:
    """Worlds by the ids of their access keys; the default one takes whatever belongs to no other."""

    def __init__(self, default: Engine) -> None:
        self._default = default
        self._keys: dict[str, tuple[AccessKey, Engine]] = {}

    def register(self, key: AccessKey, engine: Engine | None = None) -> None:
        self._keys[key.id] = (key, engine or self._default)

    def engine_of(self, access_key_id: str | None, world_id: str | None = None) -> Engine:
        return self._keys[access_key_id][1] if access_key_id in self._keys else self._default

    def stray(self, *_: str | None) -> None:
        return None

    def access_key(self, access_key_id: str) -> AccessKey | None:
        return self._keys[access_key_id][0] if access_key_id in self._keys else None

    def key_with_secret(self, secret: str) -> AccessKey | None:
        return next((key for key, _ in self._keys.values() if key.secret == secret), None)


@pytest.fixture
def worlds(engine: Engine) -> KeyedWorlds:
    """One world, in which one key is registered."""
    worlds = KeyedWorlds(engine)
    worlds.register(KEY)
    return worlds


@pytest.fixture
def gateway(worlds: KeyedWorlds, real_time: Callable[[], datetime]) -> Gateway:
    """A gateway that checks everything that it can check."""
    return Gateway(worlds, real_time, Verification())


@pytest.fixture
def demand(engine: Engine) -> Callable[[str], None]:
    """Say how strict the world is about signatures: ``off``, ``known`` or ``required``."""
    return lambda mode: engine.store.put(replace(engine.account, signatures=mode))


@pytest.fixture
def answer() -> Callable[[Reply], dict[str, Any]]:
    """Read a reply in JSON."""
    return lambda reply: json.loads(reply.body)


@pytest.fixture
def code(answer: Callable[[Reply], dict[str, Any]]) -> Callable[[Reply], str | None]:
    """The error code of a reply in JSON, None if it is no error."""
    return lambda reply: answer(reply).get("Code")


@pytest.fixture
def rpc(real_time: Callable[[], datetime]) -> Callable[..., Call]:
    """Make a call with its signature among the parameters; one that is None is left out."""
    nonces = count()

    def call(
        action: str | None = "ListLiveSnapshotTemplates",
        *,
        secret: str = KEY.secret,
        method: str = "GET",
        in_form: bool = False,
        headers: dict[str, str] | None = None,
        **parameters: str | None,
    ) -> Call:
        common = {
            "Action": action,
            "Version": "2020-11-09",
            "Format": "JSON",
            "AccessKeyId": KEY.id,
            "SignatureMethod": "HMAC-SHA1",
            "SignatureVersion": "1.0",
            "SignatureNonce": f"nonce {next(nonces)}",
            "Timestamp": f"{real_time():%Y-%m-%dT%H:%M:%SZ}",
        }
        sent = {name: text for name, text in (common | parameters).items() if text is not None}
        joined = "&".join(f"{quote(name, safe='')}={quote(sent[name], safe='')}" for name in sorted(sent))
        to_sign = f"{method}&%2F&{quote(joined, safe='')}"
        digest = hmac.digest(f"{secret}&".encode(), to_sign.encode(), hashlib.sha1)
        if "Signature" not in parameters:
            sent["Signature"] = base64.b64encode(digest).decode()
        pairs = tuple(sent.items())
        place = {"form": pairs, "body": urlencode(pairs).encode()} if in_form else {"query": pairs}
        return Call(method, headers=headers or {}, **place)

    return call


@pytest.fixture
def acs3(real_time: Callable[[], datetime]) -> Callable[..., Call]:
    """Make a call with its signature in the headers; a header that is None is left out."""
    nonces = count()

    def call(
        action: str = "ListLiveSnapshotTemplates",
        *,
        secret: str = KEY.secret,
        key_id: str = KEY.id,
        headers: dict[str, str | None] | None = None,
        authorization: str | None = None,
        **query: str,
    ) -> Call:
        own = {
            "host": "127.0.0.1:4610",
            "x-acs-action": action,
            "x-acs-version": "2020-11-09",
            "x-acs-date": f"{real_time():%Y-%m-%dT%H:%M:%SZ}",
            "x-acs-signature-nonce": f"nonce {next(nonces)}",
            "x-acs-content-sha256": hashlib.sha256(b"").hexdigest(),
        }
        sent = {name: text for name, text in (own | (headers or {})).items() if text is not None}
        names = ";".join(sorted(sent))
        joined = "&".join(f"{quote(name, safe='')}={quote(query[name], safe='')}" for name in sorted(query))
        lines = "".join(f"{name}:{sent[name]}\n" for name in sorted(sent))
        canonical = f"GET\n/\n{joined}\n{lines}\n{names}\n{own['x-acs-content-sha256']}"
        to_sign = f"ACS3-HMAC-SHA256\n{hashlib.sha256(canonical.encode()).hexdigest()}"
        signature = hmac.digest(secret.encode(), to_sign.encode(), hashlib.sha256).hex()
        signed = f"ACS3-HMAC-SHA256 Credential={key_id},SignedHeaders={names},Signature={signature}"
        return Call(
            "GET",
            query=tuple(query.items()),
            headers={**sent, "authorization": authorization.format(signed) if authorization else signed},
        )

    return call
