"""Clients without manners: they hang up, send garbage, steer the default world, and wait for nothing."""

import json
import socket
from random import Random
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import Request

from stress.dialects import open_url
from stress.stage import Stage
from stress.tally import Tally

ROOT = "/_ice_mock"
FAILURE = 500
WORLD = f"{ROOT}/worlds/default"
READ = (
    *(
        "/livez",
        "/readyz",
        "/health",
        "/metrics",
        "/openapi.json",
        "/scenario.schema.json",
        "/scenarios",
        "/worlds",
    ),
    *(
        f"/worlds/default{each}"
        for each in ("", "/jobs", "/callbacks", "/inbox", "/requests?limit=5", "/faults")
    ),
    *("/worlds/default/await?for=inbox&timeout=0.2&count=1000", "/worlds/nobody", "/nothing"),
)
RAW = (
    b"GET / HTTP/1.1\r\n",
    b"\0\xff\r\n\r\n",
    b"POST /?Action=SubmitLiveSnapshotJob HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\nJobName=",
    b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    b"GET " + WORLD.encode() + b"/await?for=inbox&timeout=30&count=1000 HTTP/1.1\r\nHost: localhost\r\n\r\n",
    b"GET /pictures/nothing.jpg HTTP/1.1\r\nHost: localhost\r\nRange: bytes=5-1\r\n\r\n",
)
DOCUMENTS = (
    ("PUT", f"{WORLD}/scenario", b"streams: [{url: 'rtmp://a/b/c', state: live}]\nclock: {mode: frozen}\n"),
    ("PUT", f"{WORLD}/scenario", b"streams: [{urll: 1}]"),
    ("PUT", f"{WORLD}/streams", b'{"url": "rtmp://a/b/c", "state": "live"}'),
    ("POST", f"{WORLD}/faults", b'{"callback": "drop", "times": 3}'),
    ("DELETE", f"{WORLD}/faults", b""),
    ("POST", f"{WORLD}/inbox", b"\xff" * 1000),
    ("DELETE", f"{WORLD}/inbox", b""),
    ("POST", f"{WORLD}/reset", b""),
    ("POST", f"{WORLD}/clock/advance", b'{"seconds": 3600}'),
    ("PUT", f"{WORLD}/clock", b'{"mode": "frozen"}'),
    ("POST", "/", b"Action=ListLiveSnapshotJobs&Version=2020-11-09&Format=JSON&x=" + b"y" * 2_000_000),
    ("POST", "/?Action=ListLiveSnapshotTemplates&Version=2020-11-09&Format=JSON", b"&".join([b"a=b"] * 5000)),
)


def visitor(stage: Stage, dice: Random, tally: Tally) -> None:
    """One rude thing."""
    rude = dice.choice([_read, _read, _send, _send, _hang_up])
    rude(stage, dice, tally)


def _read(stage: Stage, dice: Random, tally: Tally) -> None:
    path = dice.choice(READ)
    _answered(Request(f"{stage.url}{ROOT}{path}"), tally)  # noqa: S310


def _send(stage: Stage, dice: Random, tally: Tally) -> None:
    verb, path, body = dice.choice(DOCUMENTS)
    _answered(Request(f"{stage.url}{path}", body, method=verb), tally)  # noqa: S310


def _answered(request: Request, tally: Tally) -> None:
    try:
        with open_url(request, timeout=60) as answer:
            answer.read()
    except HTTPError as refused:
        with refused:
            body = refused.read()
        answered = f"{request.get_method()} {request.full_url}: {refused.code} {body[:300]!r}"
        tally.expect(refused.code < FAILURE, answered)
        if refused.headers.get_content_type() == "application/json":
            json.loads(body)
    tally.did("visits")


def _hang_up(stage: Stage, dice: Random, tally: Tally) -> None:
    url = urlsplit(stage.url)
    with socket.create_connection((url.hostname or "", url.port or 0), 10) as connection:
        connection.sendall(dice.choice(RAW))
    tally.did("connections hung up")
