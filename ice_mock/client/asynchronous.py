"""The handle for asynchronous programs: the same calls, each made in a thread, so that the loop goes on.

What there is follows from `Client`; its types are in the stub beside this file, which a tool writes.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from concurrent.futures import Future
from contextlib import AbstractAsyncContextManager, AbstractContextManager
from contextvars import copy_context
from functools import partial, wraps
from inspect import isgeneratorfunction
from itertools import islice
from types import TracebackType
from typing import Any, Self

from ice_mock.client.client import Client
from ice_mock.client.part import Part
from ice_mock.threads import Crew

AT_A_TIME = 1000
MOST_CALLS = 64
"""How many calls of a handle are under way at a time, those that wait among them."""


class Asynchronous:
    """A handle, or a part of one, of which every method has to be awaited.

    What goes through pages is gone through with ``async for``, and so is a list itself.
    """

    def __init__(self, of: Any, crew: Crew) -> None:
        self._of = of
        # Not the threads of the loop: these are few, and calls that wait would keep others from being made.
        self._crew = crew

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        found = getattr(self._of, name)
        if isinstance(found, Part):
            return Asynchronous(found, self._crew)
        if isgeneratorfunction(found):
            return _in_pages(self._crew, found)
        return _in_a_thread(self._crew, found) if callable(found) else found

    def __dir__(self) -> list[str]:
        return [name for name in dir(self._of) if not name.startswith("_")]

    def __repr__(self) -> str:
        return f"<asynchronous {self._of!r}>"

    async def __aiter__(self) -> AsyncIterator[Any]:
        for document in await _begun(self._crew, self._of.all):
            yield document


class AsyncClient(Asynchronous):
    """A handle on a world, as `Client` is one, of which every method has to be awaited."""

    def __init__(self, *where: Any, **how: Any) -> None:
        super().__init__(Client(*where, **how), Crew("calls", MOST_CALLS))

    @classmethod
    def open(cls, *where: Any, **how: Any) -> AbstractAsyncContextManager[Self]:
        return _Opened(cls, Client.open(*where, **how))

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await _begun(self._crew, self._of.close)


class _Opened(AbstractAsyncContextManager[Any]):
    """An asynchronous handle, made of what a context manager gives when it is entered in a thread."""

    def __init__(self, kind: type[AsyncClient], opened: AbstractContextManager[Client]) -> None:
        self._kind = kind
        self._opened = opened
        self._crew = Crew("calls", MOST_CALLS)

    async def __aenter__(self) -> Any:
        entering = _begun(self._crew, self._opened.__enter__)
        try:
            client = await _ended(entering)
        except asyncio.CancelledError as error:
            if not entering.exception():
                await self.__aexit__(type(error), error, error.__traceback__)
            raise
        handle = self._kind.__new__(self._kind)
        Asynchronous.__init__(handle, client, self._crew)
        return handle

    async def __aexit__(
        self, kind: type[BaseException] | None, raised: BaseException | None, where: TracebackType | None
    ) -> bool | None:
        return await _ended(_begun(self._crew, self._opened.__exit__, kind, raised, where))


def _in_a_thread(crew: Crew, method: Callable[..., Any]) -> Callable[..., Awaitable[Any]]:
    @wraps(method)
    async def call(*given: Any, **named: Any) -> Any:
        return await _begun(crew, method, *given, **named)

    return call


def _in_pages(crew: Crew, method: Callable[..., Iterator[Any]]) -> Callable[..., AsyncIterator[Any]]:
    @wraps(method)
    async def go_through(*given: Any, **named: Any) -> AsyncIterator[Any]:
        documents = method(*given, **named)
        while page := await _begun(crew, list, islice(documents, AT_A_TIME)):
            for document in page:
                yield document

    return go_through


def _begun(crew: Crew, call: Callable[..., Any], *given: Any, **named: Any) -> asyncio.Future[Any]:
    """Have a call made in a thread, in the context of this task; return what comes of it."""
    outcome: Future[Any] = Future()
    crew.do(partial(_make, outcome, partial(copy_context().run, call, *given, **named)))
    return asyncio.wrap_future(outcome)


def _make(outcome: "Future[Any]", call: Callable[[], Any]) -> None:
    if not outcome.set_running_or_notify_cancel():
        return
    try:
        result = call()
    except BaseException as error:  # noqa: BLE001  # whatever it is, the task that waits has to have it
        outcome.set_exception(error)
    else:
        outcome.set_result(result)


async def _ended(call: asyncio.Future[Any]) -> Any:
    """Wait for a call in a thread, which nobody can interrupt; who is cancelled learns so afterwards."""
    cancelled: asyncio.CancelledError | None = None
    while not call.done():
        try:
            await asyncio.wait({call})
        except asyncio.CancelledError as error:
            cancelled = error
    if cancelled:
        raise cancelled
    return call.result()
