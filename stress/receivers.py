"""Receivers of callbacks: one that is good, and one for every way to be bad."""

import asyncio
import json
import socket
import struct
import threading
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Mapping
from typing import Self

Reader, Writer = asyncio.StreamReader, asyncio.StreamWriter
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
SLOW = 0.05
HUNG = 30.0


class Receivers:
    """All of them, in a thread. The good one tells what it was sent: GET ``/<place>`` is a list of keys."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._keys: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self.urls: dict[str, str] = {}
        self.received: Counter[str] = Counter()

    def __enter__(self) -> Self:
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result()
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    async def _listen(self) -> None:
        ways: Mapping[str, Callable[[Reader, Writer], Awaitable[None]]] = {
            "good": self._good,
            "error": _answering(b"HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n"),
            "redirect": _answering(
                b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:9/\r\nContent-Length: 0\r\n\r\n"
            ),
            "garbage": _answering(b"\x15\x03\x01 this is no HTTP\r\n\r\n"),
            "slow": _slow,
            "hang": _hang,
            "reset": _reset,
            "endless": _endless,
        }
        for name, way in ways.items():
            server = await asyncio.start_server(self._counted(name, way), "127.0.0.1", 0)
            self.urls[name] = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        with socket.create_server(("127.0.0.1", 0)) as closed:
            self.urls["refuse"] = f"http://127.0.0.1:{closed.getsockname()[1]}"

    def _counted(
        self, name: str, way: Callable[[Reader, Writer], Awaitable[None]]
    ) -> Callable[[Reader, Writer], Awaitable[None]]:
        async def serve(reader: Reader, writer: Writer) -> None:
            self.received[name] += 1
            try:
                await way(reader, writer)
                await writer.drain()
            except (OSError, ValueError, asyncio.IncompleteReadError):
                pass
            finally:
                writer.close()

        return serve

    async def _good(self, reader: Reader, writer: Writer) -> None:
        verb, place, body = await _request(reader)
        if verb == "GET":
            found = json.dumps(self._keys.pop(place, {})).encode()
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(found), found))
        else:
            message = json.loads(body)["MessageBody"]
            self._keys[place][f"{message['JobId']} {message['OssObject']}"] += 1
            writer.write(OK)


async def _request(reader: Reader) -> tuple[str, str, bytes]:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    verb, path, _ = head.split(" ", 2)
    lengths = [
        line.partition(":")[2] for line in head.lower().split("\r\n") if line.startswith("content-length:")
    ]
    return verb, path, await reader.readexactly(int(lengths[0]) if lengths else 0)


def _answering(answer: bytes) -> Callable[[Reader, Writer], Awaitable[None]]:
    async def serve(reader: Reader, writer: Writer) -> None:
        await _request(reader)
        writer.write(answer)

    return serve


async def _slow(reader: Reader, writer: Writer) -> None:
    await _request(reader)
    for piece in (OK[:10], OK[10:]):
        await asyncio.sleep(SLOW)
        writer.write(piece)


async def _hang(reader: Reader, _: Writer) -> None:
    await _request(reader)
    await asyncio.wait_for(reader.read(), HUNG)


async def _reset(reader: Reader, writer: Writer) -> None:
    await _request(reader)
    connection = writer.get_extra_info("socket")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


async def _endless(reader: Reader, writer: Writer) -> None:
    await _request(reader)
    writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    while not writer.is_closing():
        writer.write(b"1000\r\n" + b"x" * 4096 + b"\r\n")
        await writer.drain()
        await asyncio.sleep(0.001)
