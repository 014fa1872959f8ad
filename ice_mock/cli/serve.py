"""``ice-mock serve``: the emulator on a port, until a signal ends it."""

import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from ice_mock.cli.arguments import Namespace, Parser
from ice_mock.cli.failures import Exit, Failure
from ice_mock.cli.logs import log_to_stderr
from ice_mock.cli.text import shown_lines
from ice_mock.settings import SETTINGS, Setting, SettingError, given, proxies, settings
from ice_mock.version import __version__
from ice_mock.words import shown

if TYPE_CHECKING:
    from ice_mock.callbacks import Sender
    from ice_mock.domain.scenario import Scenario
    from ice_mock.web.guard import Access
    from ice_mock.worlds import IceMock

T = TypeVar("T")
U = TypeVar("U")


def add_arguments(parser: Parser) -> None:
    parser.epilog = "A flag beats its variable, a variable the scenario, and the scenario the default."
    for setting in SETTINGS:
        parser.add_argument(setting.flag, dest=setting.name, metavar=_metavar(setting), help=_help(setting))
    parser.set_defaults(run=run)


def run(arguments: Namespace) -> int:
    try:
        wanted = settings(vars(arguments))
    except SettingError as error:
        raise Failure(Exit.WRONG, shown(str(error))) from error
    log_to_stderr(wanted["log_level"], wanted["log_format"])
    if sys.stderr.isatty():
        sys.stderr.write(greeting(wanted["host"], wanted["port"], wanted["signatures"]))
    serve_as(wanted, given(vars(arguments)))
    return Exit.DONE


def serve_as(wanted: dict[str, Any], stated: set[str]) -> None:
    from ice_mock.server import serve

    try:
        mock = mock_of(wanted, stated)
        with watching(mock, wanted, stated):
            serve(
                mock,
                host=wanted["host"],
                port=wanted["port"],
                access=access_of(wanted),
                grace=wanted["grace"],
                request_time=wanted["request_timeout"],
            )
    except OSError as error:
        address = f"{wanted['host']}:{wanted['port']}"
        advice = "give another --host or --port; --port 0 picks a free one"
        raise Failure(Exit.WRONG, f"cannot listen at {address}: {_reason(error)}; {advice}") from error


def mock_of(wanted: dict[str, Any], stated: set[str]) -> "IceMock":
    """The emulator that the settings describe."""
    from ice_mock.gateway import Verification
    from ice_mock.worlds import IceMock

    max_age, nonces = wanted["signature_max_age"], wanted["signature_nonces"]
    return IceMock(
        scenario_of(wanted, stated),
        verification=Verification(
            max_age=max_age, nonces=nonces == "once" or (nonces == "auto" and max_age is not None)
        ),
        sender=sender_of(wanted),
        most_worlds=wanted["max_worlds"],
    )


def access_of(wanted: dict[str, Any]) -> "Access":
    """What the control API asks for, which may be a token that is made up now."""
    from ice_mock.callbacks import Rules
    from ice_mock.web.guard import Access, is_loopback

    is_open, token = wanted["control"] == "open", wanted["token"]
    if is_open and token:
        raise Failure(Exit.WRONG, "--control open and a token (--token or ICE_MOCK_TOKEN) exclude each other")
    hosts = _understood("allowed_hosts", Rules.of, wanted["allowed_hosts"])
    if token or is_open or is_loopback(wanted["host"]):
        return Access(token or None, hosts)
    return Access.at(wanted["host"])


def sender_of(wanted: dict[str, Any]) -> "Sender":
    """What sends callbacks, to where the settings let it."""
    from ice_mock.callbacks import Policy, Proxies, Rules, Sender

    policy = Policy(
        allow=_understood("callback_allow", Rules.of, wanted["callback_allow"]),
        deny=_understood("callback_deny", Rules.of, wanted["callback_deny"]),
    )
    if wanted["callback_proxy"] == "none":
        return Sender(policy)
    return Sender(policy, _understood("callback_proxy", Proxies.of, proxies()))


def _understood(name: str, read: Callable[[T], U], value: T) -> U:
    [setting] = [each for each in SETTINGS if each.name == name]
    try:
        return read(value)
    except ValueError as error:
        raise Failure(Exit.WRONG, shown(f"{setting.flag} (or {setting.variable}): {error}")) from error


def scenario_of(wanted: dict[str, Any], stated: set[str]) -> "Scenario":
    """The scenario that is asked for, with what flags and variables state in place of what it says."""
    from ice_mock.domain.scenario import Scenario
    from ice_mock.scenario import ScenarioInvalid
    from ice_mock.worlds import scenarios

    try:
        scenario = scenarios.found(wanted["scenario"]) if wanted["scenario"] else Scenario()
    except ScenarioInvalid as error:
        if isinstance(error.__cause__, OSError):
            raise _unreadable(error.__cause__, wanted["scenario"]) from error
        raise Failure(Exit.WRONG, f"the scenario is wrong:\n{shown_lines(str(error))}") from error
    return with_settings(scenario, wanted, stated)


def _unreadable(error: OSError, file: str) -> Failure:
    """The file of a scenario, or one that it extends, cannot be read."""
    return Failure(
        Exit.WRONG,
        shown(
            f"cannot read the scenario {error.filename or file}: {error.strerror}; --scenario wants a file "
            "that this user may read, or the name of a ready one"
        ),
    )


def with_settings(scenario: "Scenario", wanted: dict[str, Any], stated: set[str]) -> "Scenario":
    names = {"clock", "signatures", "seed"}
    return replace(scenario, **{name: wanted[name] for name in names & stated})


@contextmanager
def watching(mock: "IceMock", wanted: dict[str, Any], stated: set[str]) -> Iterator[None]:
    """Let the default world begin anew whenever the file of its scenario changes, if it has one."""
    from ice_mock.worlds import DEFAULT, scenarios

    if not scenarios.is_file(wanted["scenario"]):
        yield
        return
    watch = scenarios.Watch(
        Path(wanted["scenario"]),
        lambda scenario: mock.worlds.replace(DEFAULT, with_settings(scenario, wanted, stated)),
    )
    watch.start()
    try:
        yield
    finally:
        watch.stop()


def greeting(host: str, port: int, signatures: str) -> str:
    """What a person who starts a server wants to know."""
    from ice_mock.client import DEFAULT_KEY

    endpoint = f"{host}:{port}" if port else "host and port of the url below"
    url = f"http://{host}:{port}" if port else "URL"
    key = "access key {}, secret {}".format(*DEFAULT_KEY) if signatures == "required" else "any access key"
    return (
        f"ice_mock {__version__}, until Ctrl-C.\n"
        f"  SDKs:   endpoint {endpoint}, protocol http, {key}\n"
        f'  shell:  eval "$(ice-mock env --url {url})"\n'
    )


def _metavar(setting: Setting) -> str:
    return setting.name.rpartition("_")[2].upper()


def _help(setting: Setting) -> str:
    otherwise = setting.default or "none"
    return f"{setting.help} (variable {setting.variable}; else {otherwise})".replace("%", "%%")


def _reason(error: OSError) -> str:
    """What the system said: the server wraps it in a sentence of its own."""
    match = re.search(r"\[Errno -?\d+\] ([^')\]]+)", str(error))
    return match[1] if match else error.strerror or str(error)
