"""An emulator of one's own in this process, to which calls are diverted."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from ice_mock.client import Client
from ice_mock.domain.scenario import Scenario
from ice_mock.interception.destinations import InProcess
from ice_mock.interception.diversion import divert
from ice_mock.interception.transport import WsgiTransport
from ice_mock.web import create_app
from ice_mock.worlds import IceMock, scenarios


@contextmanager
def intercept(
    scenario: str | Path | Scenario | None = None,
    *,
    clock: str | None = "frozen",
    signatures: str | None = None,
    allow: Iterable[str] = (),
) -> Iterator[Client]:
    """While the body runs, have calls of the SDKs to ICE and OSS answered by an emulator in this process.

    Code with a hard-coded endpoint is tested as it is, without a server and a socket; see `divert` for what
    is diverted, what is refused unless *allow* says otherwise, and what holds for threads. The body is
    given a handle on the world that the calls reach, whatever access key they are signed with. *scenario*
    is the name of a ready one, a file, the text of one, or a Scenario; *clock* and *signatures* are instead
    of its own, unless they are None. It can also be used as a decorator. Raises ScenarioInvalid, and
    ValueError for a clock that does not exist.
    """
    mock = IceMock(Scenario(clock="frozen"))
    world = mock.worlds.create(
        scenario=_found(scenario), clock=clock, signatures=signatures, label="intercept"
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
    if scenario is None or isinstance(scenario, Scenario):
        return scenario
    if isinstance(scenario, Path):
        return scenarios.found(str(scenario.absolute()))
    # As the marker of the plugin tells them apart.
    is_text = "\n" in scenario or ": " in scenario or scenario.lstrip().startswith("{")
    return scenarios.of_text(scenario) if is_text else scenarios.found(scenario)
