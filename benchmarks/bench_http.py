"""Signed SubmitLiveSnapshotJob over plain HTTP against a server of its own, and how that starts and stops."""

import hashlib
import hmac
import json
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from statistics import median
from typing import Self
from urllib.parse import quote, urlencode

from rich.console import Console
from rich.table import Table

CONNECTIONS = 16
CALLS = 300
ROUNDS = 3
KEY, SECRET = "LTAI-icemock", "icemock"


class Served:
    """An ``ice-mock serve`` on a free port, and how long it took to answer."""

    def __enter__(self) -> Self:
        started = time.perf_counter()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "ice_mock", "serve", "--port", "0", "--clock", "frozen"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        self.url = json.loads(self.process.stdout.readline())["url"]
        self.ready_after = time.perf_counter() - started
        urllib.request.urlopen(self.url + "/_ice_mock/readyz").read()
        self.answered_after = time.perf_counter() - started
        self.host, port = self.url.removeprefix("http://").split(":")
        self.port = int(port)
        return self

    def __exit__(self, *_: object) -> None:
        started = time.perf_counter()
        self.process.terminate()
        self.process.wait()
        self.stopped_after = time.perf_counter() - started


def signed(host: str, action: str, form: bytes, nonce: str) -> bytes:
    """A request as the Node.js SDK would sign it."""
    headers = {
        "content-type": "application/x-www-form-urlencoded",
        "host": host,
        "x-acs-action": action,
        "x-acs-content-sha256": hashlib.sha256(form).hexdigest(),
        "x-acs-date": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "x-acs-signature-nonce": nonce,
        "x-acs-version": "2020-11-09",
    }
    names = ";".join(headers)
    canonical = "POST\n/\n\n" + "".join(f"{name}:{value}\n" for name, value in headers.items())
    canonical += f"\n{names}\n{headers['x-acs-content-sha256']}"
    text = "ACS3-HMAC-SHA256\n" + hashlib.sha256(canonical.encode()).hexdigest()
    signature = hmac.new(SECRET.encode(), text.encode(), hashlib.sha256).hexdigest()
    headers["authorization"] = (
        f"ACS3-HMAC-SHA256 Credential={KEY},SignedHeaders={names},Signature={signature}"
    )
    headers["content-length"] = str(len(form))
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"POST / HTTP/1.1\r\n{head}\r\n".encode() + form


def call(connection: socket.socket, request: bytes) -> bytes:
    connection.sendall(request)
    data = b""
    while b"\r\n\r\n" not in data:
        data += connection.recv(65536)
    head, _, body = data.partition(b"\r\n\r\n")
    length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
    while len(body) < length:
        body += connection.recv(65536)
    assert b" 200 " in head[:20], body
    return body


def submissions(served: Served, template_id: str, name: str) -> list[bytes]:
    form = urlencode(
        {
            "JobName": name,
            "TemplateId": template_id,
            "StreamInput": '{"Type":"rtmp","Url":"rtmp://live.example.com/app/room1"}',
            "SnapshotOutput": '{"Bucket":"bucket","Endpoint":"oss.example.com","StorageType":"oss"}',
        },
        quote_via=quote,
    ).encode()
    host = f"{served.host}:{served.port}"
    return [signed(host, "SubmitLiveSnapshotJob", form, f"{name}-{n}") for n in range(CALLS)]


def calls_per_second(served: Served, round_number: int, template_id: str) -> tuple[float, float]:
    """Rate and 99th percentile of the latency, in seconds, over many connections at once."""
    latencies: list[float] = []
    batches = [submissions(served, template_id, f"r{round_number}c{n}") for n in range(CONNECTIONS)]
    ready = threading.Barrier(CONNECTIONS + 1)

    def work(batch: list[bytes]) -> None:
        with socket.create_connection((served.host, served.port)) as connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            ready.wait()
            for request in batch:
                started = time.perf_counter()
                call(connection, request)
                latencies.append(time.perf_counter() - started)

    workers = [threading.Thread(target=work, args=(batch,)) for batch in batches]
    for worker in workers:
        worker.start()
    ready.wait()
    started = time.perf_counter()
    for worker in workers:
        worker.join()
    rate = CONNECTIONS * CALLS / (time.perf_counter() - started)
    return rate, sorted(latencies)[int(len(latencies) * 0.99)]


def main() -> int:
    starts = []
    for _ in range(ROUNDS):
        with Served() as served:
            starts.append((served.ready_after, served.answered_after))
    with Served() as served, socket.create_connection((served.host, served.port)) as connection:
        form = b"TemplateName=t&TimeInterval=5&SequenceFormat=s%2F%7BJobId%7D%2F%7BUnixTimestamp%7D.jpg"
        request = signed(f"{served.host}:{served.port}", "CreateLiveSnapshotTemplate", form, "template")
        template_id = json.loads(call(connection, request))["TemplateId"]
        measured = [calls_per_second(served, n, template_id) for n in range(ROUNDS)]

    table = Table("measured", "figure", title=f"medians of {ROUNDS} rounds")
    table.add_row("ice-mock serve to its ready line", f"{median(ready for ready, _ in starts) * 1000:.0f} ms")
    table.add_row(
        "ice-mock serve to its first answer", f"{median(answer for _, answer in starts) * 1000:.0f} ms"
    )
    table.add_row("stop on SIGTERM", f"{served.stopped_after * 1000:.0f} ms")
    table.add_row(
        f"signed SubmitLiveSnapshotJob, {CONNECTIONS} connections",
        f"{median(rate for rate, _ in measured):,.0f} calls/s",
    )
    table.add_row("99th percentile", f"{median(late for _, late in measured) * 1000:.1f} ms")
    Console().print(table)
    return 0


if __name__ == "__main__":
    sys.exit(main())
