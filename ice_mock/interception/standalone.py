"""An emulator of one's own in this process, to which calls are diverted."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from functools import wraps
from inspect import isasyncgenfunction, isclass, iscoroutinefunction, isgeneratorfunction
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar, cast

from ice_mock.client import Client
from ice_mock.domain.scenario import Scenario
from ice_mock.interception.destinations import InProcess
from ice_mock.interception.diversion import divert
from ice_mock.interception.transport import WsgiTransport
from ice_mock.scenario.given import FROZEN, given
from ice_mock.web import create_app
from ice_mock.worlds import IceMock, scenarios

Function = TypeVar("Function", bound=Callable[..., Any])


class Interception(AbstractContextManager[Client]):
    """What `intercept` gives: for a ``with`` statement, or to decorate a function, asynchronous or not.

    Each time that it is entered, or that the function is called, there is a fresh world.
    """

    def __init__(self, begin: Callable[[], AbstractContextManager[Client]]) -> None:
        self._begin = begin
        self._running: list[AbstractContextManager[Client]] = []

    def __enter__(self) -> Client:
        beginning = self._begin()
        world = beginning.__enter__()
        self._running.append(beginning)
        return world

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._running.pop().__exit__(kind, error, traceback)

    def __call__(self, function: Function) -> Function:
        """Decorate a *function*; raises TypeError for what would not be intercepted while it runs."""
        if refusal := _refusal(function):
            raise TypeError(f"{refusal}: write `with ice_mock.intercept():` inside of it")
        decorate = self._asynchronous if _is(iscoroutinefunction, function) else self._synchronous
        return cast("Function", decorate(function))

    def _synchronous(self, function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        def call(*given: Any, **named: Any) -> Any:
            with self._begin():
                return function(*given, **named)

        return call

    def _asynchronous(self, function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        async def call(*given: Any, **named: Any) -> Any:
            with self._begin():
                return await function(*given, **named)

        return call


def intercept(
    scenario: str | Path | Scenario | None = None,
    *,
    clock: str | None = None,
    signatures: str | None = None,
    allow: Iterable[str] = (),
) -> Interception:
    """While the body runs, have calls of the SDKs to ICE and OSS answered by an emulator in this process.

    Code with a hard-coded endpoint is tested as it is, without a server and a socket; see `divert` for what
    is diverted, what is refused unless *allow* says otherwise, and what holds for threads. The body is
    given a handle on the world that the calls reach, whatever access key they are signed with. *scenario*
    is the name of a ready one, a file, the text of one, or a Scenario; *clock* and *signatures* are instead
    of its own, unless they are None. A world whose clock nobody states has a frozen one, which starts at
    2026-01-01T00:00:00Z.

    It can also decorate a function, asynchronous or not, but no generator and no class: TypeError. Entering
    it, and calling the function, raise ScenarioInvalid, and ValueError for a clock or signatures that do not
    exist.
    """
    if callable(scenario):
        raise TypeError(f"{scenario!r} is no scenario: a function is decorated with @ice_mock.intercept()")
    allowed = tuple(allow)
    return Interception(lambda: _intercepted(scenario, clock, signatures, allowed))


@contextmanager
def _intercepted(
    scenario: str | Path | Scenario | None, clock: str | None, signatures: str | None, allow: Iterable[str]
) -> Iterator[Client]:
    mock = IceMock(Scenario(clock=FROZEN))
    world = mock.worlds.create(
        scenario=_found(scenario),
        clock=clock,
        default_clock=FROZEN,
        signatures=signatures,
        label="intercept",
    )
    app = create_app(mock)
    mock.start()
    try:
        with divert(InProcess(app, world.id, mock), allow=allow):
            yield Client(
                world=world.id,
                transport=WsgiTransport(app),
                access_key_secret=world.key.secret if world.key else None,
            )
    finally:
        mock.stop()


def _found(scenario: str | Path | Scenario | None) -> Scenario | None:
    if scenario is None:
        return None
    if isinstance(scenario, Scenario):
        # A program cannot leave a clock open; the one that it would have without a word is taken for that.
        is_stated = scenario.clock != Scenario().clock
        return replace(scenario, given=scenario.given | {"clock"}) if is_stated else scenario
    name, text = given(scenario)
    return scenarios.named(name or "") if text is None else scenarios.of_text(text)


def _refusal(function: Any) -> str | None:
    """Why what is to be decorated cannot be, None if it can."""
    name = getattr(function, "__name__", None) or repr(function)
    if isclass(function):
        return f"{name} is a class, and what its methods call would not be intercepted"
    if not callable(function):
        return f"{name} cannot be called"
    if _is(isgeneratorfunction, function) or _is(isasyncgenfunction, function):
        return f"{name} is a generator, and what it calls later would not be intercepted"
    return None


def _is(kind: Callable[[Any], bool], function: Any) -> bool:
    """Whether a function is of a *kind*, or an object that is called like one."""
    return kind(function) or kind(getattr(function, "__call__", None))  # noqa: B004  # it is not asked whether
