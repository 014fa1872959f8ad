"""Sends HTTP requests: many at once, within their time and the policy, following no redirect."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Hashable, Iterable
from concurrent.futures import CancelledError, Future
from contextlib import suppress
from datetime import timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from weakref import WeakValueDictionary

from ice_mock import threads
from ice_mock.callbacks.envelope import Post
from ice_mock.callbacks.policy import Policy
from ice_mock.callbacks.sockets import Refused, callback_socket, on_errand
from ice_mock.callbacks.urls import Proxies, Uncallable, url_to_call
from ice_mock.clock import stopwatch
from ice_mock.domain.callback import Outcome

if TYPE_CHECKING:
    import aiohttp
    from yarl import URL

CONNECTIONS = 100
"""How many there may be to one receiver."""
LONGEST_BODY = 64 * 1024
LONGEST_LINE = 8 * 1024
LONGEST_WORDS = 500
PIECES = 10
JUDGEMENTS = 1024
"""How many decisions of the policy are remembered; they never change."""

Delivery = Callable[[Outcome], None]
Letter = tuple[Callable[[], Post], Delivery]
"""What to send, made at the moment of sending, and who to tell what became of it.

Making it may raise Withdrawn: then it is not sent.
"""


class SenderClosed(Exception):
    """Nothing is sent any more: the server is stopping."""


class Withdrawn(Exception):
    """What was to be sent shall not be sent any more; the text says why."""


class Sender:
    """A thread that sends. It starts with the first request, and ends with `close`.

    What the *policy* does not let out fails, with its reason. Of *proxies* there are none unless given.
    """

    def __init__(self, policy: Policy | None = None, proxies: Proxies | None = None) -> None:
        policy = policy or Policy()
        # Most callbacks go where others went before.
        self._refusal = lru_cache(JUDGEMENTS)(policy.refusal)
        self._refusal_of_name = lru_cache(JUDGEMENTS)(policy.refusal_of_name)
        self._refusal_of_unresolved = lru_cache(JUDGEMENTS)(policy.refusal_of_unresolved)
        self._proxies = proxies or Proxies()
        self._lock = threads.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._session: aiohttp.ClientSession | None = None
        self._lanes: dict[Hashable, asyncio.Task[None]] = {}
        self._connections: WeakValueDictionary[str, asyncio.Semaphore] = WeakValueDictionary()
        self._sending: set[asyncio.Task[Any]] = set()
        self._closing = False
        self._closed = False

    def warm_up(self) -> None:
        """Prepare for the first request, which would otherwise wait for an import."""
        self._run(self._warm_up()).result()

    def send_all(self, chains: Iterable[Iterable[Letter]]) -> None:
        """Send every letter; those of one chain one after the other, the chains at the same time.

        Return when the last one has been delivered, or given up. Raises SenderClosed if it is
        closed before that.
        """
        try:
            self._run(self._send_chains([list(chain) for chain in chains])).result()
        except CancelledError as error:
            raise SenderClosed from error

    def enqueue(self, lane: Hashable, letter: Letter) -> None:
        """Send a letter in the background, after those that were put into the same lane before."""
        self._run(self._send_in_lane(lane, letter))

    def close(self, grace: timedelta) -> None:
        """Let what is under way come to its end within the *grace*, then give it up."""
        with self._lock:
            loop = None if self._closed else self._loop
            self._closed = True
        if loop is not None:
            asyncio.run_coroutine_threadsafe(self._close(grace.total_seconds()), loop).result()
            loop.call_soon_threadsafe(loop.stop)
            self._thread.join()

    def _run(self, work: Coroutine[Any, Any, None]) -> "Future[None]":
        with self._lock:
            if self._closed:
                work.close()
                raise SenderClosed
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                self._thread = threads.start("callbacks", self._serve)
            return asyncio.run_coroutine_threadsafe(work, self._loop)

    def _serve(self) -> None:
        if loop := self._loop:
            asyncio.set_event_loop(loop)
            loop.run_forever()
            loop.close()

    async def _send_chains(self, chains: list[list[Letter]]) -> None:
        await asyncio.gather(*(self._send_chain(chain) for chain in chains))

    async def _send_chain(self, chain: list[Letter]) -> None:
        for make, tell in chain:
            try:
                outcome = await self._send(make())
            except Withdrawn as why:
                outcome = Outcome(None, str(why), timedelta())
            tell(outcome)

    async def _send_in_lane(self, lane: Hashable, letter: Letter) -> None:
        task = asyncio.current_task()
        before = self._lanes.get(lane)
        if task:
            self._lanes[lane] = task
        if before:
            await asyncio.wait([before])
        try:
            await self._send_chain([letter])
        finally:
            if self._lanes.get(lane) is task:
                del self._lanes[lane]

    async def _send(self, post: Post) -> Outcome:
        # A receiver that is deaf to many holds up nobody but itself. And whoever waits for a
        # connection does not wait for the receiver: its time has not begun.
        origin = _origin(post.url)
        connections = self._connections.setdefault(origin, asyncio.Semaphore(CONNECTIONS))
        async with connections:
            return await self._send_unless_closing(post)

    async def _send_unless_closing(self, post: Post) -> Outcome:
        task = asyncio.current_task()
        if self._closing or task is None:
            raise asyncio.CancelledError
        self._sending.add(task)
        try:
            return await self._send_now(post)
        finally:
            self._sending.discard(task)

    async def _send_now(self, post: Post) -> Outcome:
        elapsed = stopwatch()
        status, error = None, None
        try:
            async with asyncio.timeout((post.timeout + post.upload).total_seconds()):
                status = await self._status(post)
        except TimeoutError:
            error = f"no answer within {post.timeout.total_seconds():g} s"
        except Exception as problem:  # noqa: BLE001  # whatever a receiver brings about is an outcome
            error = _words(problem)
        return Outcome(status, error, elapsed())

    async def _status(self, post: Post) -> int:
        url = url_to_call(post.url)
        host, proxy = url.raw_host or "", self._proxies.of_url(url)
        refusal_of_host = self._refusal_of_unresolved if proxy else self._refusal_of_name
        if reason := refusal_of_host(host):
            raise Refused(reason)
        # Which proxy there is was not decided by whoever asks for a callback.
        with on_errand(host, None if proxy else self._refusal):
            return await self._answered(post, url, proxy)

    async def _answered(self, post: Post, url: "URL", proxy: str | None) -> int:
        session = await self._open()
        data: bytes | AsyncIterator[bytes] = post.body
        headers = post.headers
        if post.upload:
            data, headers = _trickling(post), {**headers, "Content-Length": str(len(post.body))}
        async with session.post(
            url, data=data, headers=headers, allow_redirects=False, proxy=proxy
        ) as answer:
            # The status decides. Reading on is a courtesy to receivers that would notice being hung up on.
            with suppress(Exception):
                async with asyncio.timeout(0.05):
                    await answer.content.read(LONGEST_BODY)
            return answer.status

    async def _warm_up(self) -> None:
        await self._open()

    async def _open(self) -> "aiohttp.ClientSession":
        if self._session is None:
            import aiohttp

            self._session = aiohttp.ClientSession(
                # A receiver may close an idle connection at any moment; a callback must not fail for that.
                # The resolver is no place for the policy: addresses written as such never get there.
                connector=aiohttp.TCPConnector(limit=0, force_close=True, socket_factory=callback_socket),
                cookie_jar=aiohttp.DummyCookieJar(),
                timeout=aiohttp.ClientTimeout(total=None),
                max_line_size=LONGEST_LINE,
                max_field_size=LONGEST_LINE,
                auto_decompress=False,
                trust_env=False,
            )
        return self._session

    async def _close(self, grace: float) -> None:
        self._closing = True
        if self._sending:
            await asyncio.wait(set(self._sending), timeout=grace)
        mine = asyncio.current_task()
        others = [task for task in asyncio.all_tasks() if task is not mine]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        if self._session is not None:
            await self._session.close()


def _origin(url: str) -> str:
    try:
        return urlsplit(url).netloc
    except ValueError:
        return url


async def _trickling(post: Post) -> AsyncIterator[bytes]:
    """Yield the body in pieces, each of them after a pause."""
    size = max(1, len(post.body) // PIECES)
    starts = range(0, len(post.body), size)
    for start in starts:
        await asyncio.sleep(post.upload.total_seconds() / len(starts))
        yield post.body[start : start + size]


def _words(problem: BaseException) -> str:
    """What went wrong, in a line."""
    if isinstance(problem, (Refused, Uncallable)):
        return str(problem)
    text = " ".join(str(problem).split())
    words = f"{type(problem).__name__}: {text}" if text else type(problem).__name__
    # Some of them quote what the receiver said.
    return words if len(words) <= LONGEST_WORDS else words[: LONGEST_WORDS - 1] + "…"
