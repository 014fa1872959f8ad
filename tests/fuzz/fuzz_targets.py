"""What is fuzzed: functions of bytes, which raise AssertionError where a promise is broken.

Shared by the property tests beside this file and by ``make stress``, which drives them by coverage.
"""

import json
import sys
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from io import BytesIO
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote_to_bytes
from xml.etree import ElementTree as ET

from flask import Flask

from ice_mock.domain.model import AccessKey
from ice_mock.domain.scenario import AccountSpec, Scenario
from ice_mock.gateway import Verification
from ice_mock.scenario import ScenarioInvalid, shipped
from ice_mock.web import create_app
from ice_mock.worlds import IceMock, scenarios
from ice_mock.worlds.plan import plan

VECTORS = Path(__file__).parents[1] / "vectors" / "signed-requests.json"
KEY = AccessKey("AK-ok", "fakesecret")
ROOT = "/_ice_mock/worlds/default"
NOT_SERVED = {501, 503}
"""What may be answered in spite of being no success, and no fault of the client either."""
STEPS = 500
STEERING = (
    ("GET", "", ""),
    ("GET", "/jobs", ""),
    ("GET", "/await?for=inbox&timeout=0", ""),
    ("PUT", "/scenario", "streams: [{url: 'rtmp://a/b/c', state: live}]"),
    ("PUT", "/streams", '{"url": "rtmp://a/b/c", "state": "live"}'),
    ("POST", "/faults", '{"action": "*", "delay": "1ms", "times": 1}'),
    ("POST", "/clock/advance", '{"seconds": 5}'),
    ("POST", "/inbox", "x"),
)


class Answered(NamedTuple):
    """An answer to raw bytes."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def request_seeds() -> list[bytes]:
    """Requests as clients write them on the wire: signed in every dialect, and to the control API."""
    parts = ("method", "target", "headers", "body")
    vectors = json.loads(VECTORS.read_text())
    return [_raw(*(vector[part] for part in parts)) for vector in vectors] + [
        _raw(verb, f"{ROOT}{path}", [("Host", "localhost"), ("Content-Length", str(len(body)))], body)
        for verb, path, body in STEERING
    ]


def scenario_seeds() -> list[bytes]:
    """The ready scenarios."""
    return [shipped().text(name).encode() for name in shipped().names()]


def _raw(method: str, target: str, headers: Iterable[tuple[str, str]], body: str | None) -> bytes:
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers)
    return f"{method} {target} HTTP/1.1\r\n{lines}\r\n{body or ''}".encode()


def new_mock(signatures: str = "required") -> IceMock:
    """A frozen emulator that knows the key of the seeds, however old their signatures are."""
    scenario = Scenario(account=AccountSpec(access_keys=(KEY,)), clock="frozen", signatures=signatures)
    return IceMock(
        scenario,
        verification=Verification(max_age=None, nonces=False),
        real_time=lambda: datetime(2026, 11, 22, 9, 27, 30, tzinfo=UTC),
    )


@cache
def _app() -> Flask:
    return create_app(new_mock())


def request(raw: bytes) -> None:
    """Whatever bytes are a request: an answer of the documented form, and no secret in it."""
    environ = environ_of(raw)
    if environ is not None:
        check(answer_of(_app(), environ))


def scenario(raw: bytes) -> None:
    """Whatever bytes are a scenario: a report of its mistakes, or a world that can begin and go on."""
    try:
        found = scenarios.of_text(raw.decode("utf-8", "surrogateescape"))
    except ScenarioInvalid as error:
        if not error.problems:
            raise AssertionError("a wrong scenario without a mistake in it") from error
        return
    for step in islice(plan(found, timedelta(minutes=1)), STEPS):
        assert step.after >= timedelta()


TARGETS: Mapping[str, tuple[Callable[[bytes], None], Callable[[], list[bytes]]]] = {
    "request": (request, request_seeds),
    "scenario": (scenario, scenario_seeds),
}
"""What is fuzzed by name, with the function that gives its seeds."""


def environ_of(raw: bytes) -> dict[str, Any] | None:
    """What a WSGI server would make of bytes, or None if they have no request line."""
    head, _, body = raw.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    words = first.split(" ")
    if len(words) != 3 or not words[0].isalpha():
        return None
    method, target, _ = words
    path, _, query = target.partition("?")
    if not path.startswith("/"):
        return None
    environ: dict[str, Any] = {
        "REQUEST_METHOD": method.upper(),
        "REQUEST_URI": target,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(path.encode("latin-1")).decode("latin-1"),
        "QUERY_STRING": query,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "4610",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO(body),
        "wsgi.input_terminated": True,
        "wsgi.errors": sys.stderr,
    }
    for line in lines:
        name, _, value = line.partition(":")
        key = name.strip().upper().replace("-", "_")
        environ[key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"] = value.strip()
    return environ


def answer_of(app: Callable[..., Iterable[bytes]], environ: dict[str, Any]) -> Answered:
    started: list[tuple[str, list[tuple[str, str]]]] = []
    chunks = app(environ, lambda status, headers, *_: started.append((status, headers)))
    body = b"".join(chunks)
    status, headers = started[-1]
    return Answered(int(status[:3]), {name.lower(): value for name, value in headers}, body)


def check(answer: Answered) -> None:
    """Raise AssertionError for an answer that nobody may be given."""
    assert answer.status < 500 or answer.status in NOT_SERVED, (answer.status, answer.body[:500])
    assert KEY.secret.encode() not in answer.body
    assert not any(character in value for value in answer.headers.values() for character in "\r\n\0")
    media_type = answer.headers.get("content-type", "").partition(";")[0]
    if answer.body and media_type == "application/json":
        json.loads(answer.body)
    elif answer.body and media_type in ("text/xml", "application/xml"):
        ET.fromstring(answer.body)
