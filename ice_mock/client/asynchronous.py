"""The handle for asynchronous programs: the same calls, each made in a thread, so that the loop goes on.

What there is follows from `Client`; its types are in the stub beside this file, which a tool writes.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from functools import partial, wraps
from inspect import isgeneratorfunction
from itertools import islice
from typing import Any, Self

from ice_mock.client.client import Client
from ice_mock.client.part import Part

AT_A_TIME = 1000


class Asynchronous:
    """A handle, or a part of one, of which every method has to be awaited.

    What goes through pages is gone through with ``async for``, and so is a list itself.
    """

    def __init__(self, of: Any) -> None:
        self._of = of

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        found = getattr(self._of, name)
        if isinstance(found, Part):
            return Asynchronous(found)
        if isgeneratorfunction(found):
            return _in_pages(found)
        return _in_a_thread(found) if callable(found) else found

    def __dir__(self) -> list[str]:
        return [name for name in dir(self._of) if not name.startswith("_")]

    def __repr__(self) -> str:
        return f"<asynchronous {self._of!r}>"

    async def __aiter__(self) -> AsyncIterator[Any]:
        for document in await asyncio.to_thread(self._of.all):
            yield document


class AsyncClient(Asynchronous):
    """A handle on a world, as `Client` is one, of which every method has to be awaited."""

    def __init__(self, *where: Any, **how: Any) -> None:
        super().__init__(Client(*where, **how))

    @classmethod
    @asynccontextmanager
    async def open(cls, *where: Any, **how: Any) -> AsyncIterator[Self]:
        opened = Client.open(*where, **how)
        handle = cls.__new__(cls)
        Asynchronous.__init__(handle, await asyncio.to_thread(opened.__enter__))
        try:
            yield handle
        finally:
            await asyncio.to_thread(partial(opened.__exit__, None, None, None))

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await asyncio.to_thread(self._of.close)


def _in_a_thread(method: Callable[..., Any]) -> Callable[..., Awaitable[Any]]:
    @wraps(method)
    async def call(*given: Any, **named: Any) -> Any:
        return await asyncio.to_thread(method, *given, **named)

    return call


def _in_pages(method: Callable[..., Iterator[Any]]) -> Callable[..., AsyncIterator[Any]]:
    @wraps(method)
    async def go_through(*given: Any, **named: Any) -> AsyncIterator[Any]:
        documents = method(*given, **named)
        while page := await asyncio.to_thread(list, islice(documents, AT_A_TIME)):
            for document in page:
                yield document

    return go_through
