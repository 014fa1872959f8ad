"""The options of a run: flags, variables of the environment and entries of the configuration file."""

from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import pytest

from ice_mock import settings


class Option(NamedTuple):
    """One option; *name* is that of the entry in the configuration file, from which the others follow."""

    name: str
    metavar: str
    help: str

    @property
    def flag(self) -> str:
        return "--" + self.name.replace("_", "-")

    @property
    def variable(self) -> str:
        return self.name.upper()


URL = Option(
    "ice_mock_url",
    "URL",
    "use the ice_mock server at URL, in a container for instance, instead of starting one",
)
REPORT = Option(
    "ice_mock_report", "DIR", "write an HTML page about every failing test that used ice_mock to DIR"
)
OPTIONS = (URL, REPORT)


@dataclass(frozen=True, slots=True)
class Options:
    """What was asked for; *url_source* says where the *url* was found, the flag for instance."""

    url: str | None
    url_source: str
    report: Path | None


_READ = pytest.StashKey[Options]()


def add(parser: pytest.Parser) -> None:
    group = parser.getgroup("ice_mock", "ice_mock: an emulator of live snapshots")
    for option in OPTIONS:
        says = f"{option.help} (also {option.variable}, or {option.name} in the configuration file)"
        group.addoption(option.flag, dest=option.name, metavar=option.metavar, default=None, help=says)
        parser.addini(option.name, option.help, default="")


def read(config: pytest.Config) -> None:
    """Read the options once for the run; raises pytest.UsageError for no address, or no token."""
    url, url_source = _found(URL, config)
    directory, directory_source = _found(REPORT, config)
    if url:
        _check(url, url_source)
    from_file = directory_source == REPORT.name
    base = config.rootpath if from_file else config.invocation_params.dir
    config.stash[_READ] = Options(url, url_source, base / directory if directory else None)


def of(config: pytest.Config) -> Options:
    return config.stash[_READ]


def header(config: pytest.Config) -> list[str]:
    options = of(config)
    lines = [f"ice_mock: the server at {options.url}, from {options.url_source}"] if options.url else []
    return (
        [*lines, f"ice_mock: pages about failing tests go to {options.report}"] if options.report else lines
    )


def _found(option: Option, config: pytest.Config) -> tuple[str | None, str]:
    """The value and where it was found: a flag beats a variable beats the configuration file."""
    if given := config.getoption(option.name):
        return given, option.flag
    if given := settings.variable(option.variable.removeprefix(settings.PREFIX)):
        return given, option.variable
    return config.getini(option.name) or None, option.name


def _check(url: str, source: str) -> None:
    from ice_mock.client import Client

    try:
        Client(url)
        source = f"{settings.PREFIX}TOKEN"
        settings.token(settings.variable("TOKEN") or "")
    except ValueError as error:
        raise pytest.UsageError(f"{source}: {error}") from error
