"""The settings of a server: every flag of ``serve`` and its variable. Nothing else reads the environment."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from ice_mock.clock import rate_of
from ice_mock.durations import duration

PREFIX = "ICE_MOCK_"
DEFAULT_PORT = 4610
MOST_PORT = 65535


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: its *name*, what it is when nobody says, how it is read, and what it is for.

    *read* raises ValueError for what it cannot read.
    """

    name: str
    default: str
    read: Callable[[str], Any]
    help: str

    @property
    def flag(self) -> str:
        return "--" + self.name.replace("_", "-")

    @property
    def variable(self) -> str:
        return PREFIX + self.name.upper()


class SettingError(ValueError):
    """A setting that cannot be used; the text names it and says what would be right."""


def port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 0 <= int(text) <= MOST_PORT:
        raise ValueError(f"{text!r} is no port: expected a number from 0 to {MOST_PORT}, 0 for a free one")
    return int(text)


def one_of(*choices: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in choices:
            raise ValueError(f"{text!r} is not known: expected {' or '.join(choices)}")
        return text

    return read


def clock_mode(text: str) -> str:
    rate_of(text)
    return text


def age(text: str) -> timedelta | None:
    return None if text == "off" else duration(text)


def whole_number(text: str) -> int:
    if not text.isascii() or not text.isdigit():
        raise ValueError(f"{text!r} is no whole number")
    return int(text)


SETTINGS = (
    Setting("host", "127.0.0.1", str, "address to listen at; 0.0.0.0 is every one of this machine"),
    Setting("port", str(DEFAULT_PORT), port, "port to listen at; 0 picks a free one"),
    Setting(
        "scenario",
        "",
        str,
        "file of a scenario, or the name of a ready one; a file is read again when it changes",
    ),
    Setting("clock", "real", clock_mode, "time of the default world: real, frozen or xN, such as x60"),
    Setting(
        "signatures",
        "known",
        one_of("off", "known", "required"),
        "whose signatures are verified: nobody's (off), those of registered keys (known, any other key is "
        "let in), or everybody's (required)",
    ),
    Setting("signature_max_age", "15m", age, "how old a signature may be; off lets recorded requests in"),
    Setting(
        "signature_nonces",
        "auto",
        one_of("auto", "once", "any"),
        "whether a signed request is refused when it comes again: once refuses it, any does not, auto does "
        "unless signatures may be of any age",
    ),
    Setting("seed", "0", whole_number, "number from which ids, pictures and everything made up follow"),
    Setting(
        "log_level",
        "info",
        one_of("debug", "info", "warning", "error"),
        "how much is logged: debug, info, warning or error",
    ),
)


def settings(flags: Mapping[str, str | None], environment: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Every setting, read: a flag beats a variable beats the default.

    Raises SettingError for the first that cannot be read.
    """
    variables = os.environ if environment is None else environment
    return {setting.name: _read(setting, flags.get(setting.name), variables) for setting in SETTINGS}


def given(flags: Mapping[str, str | None], environment: Mapping[str, str] | None = None) -> set[str]:
    """The names of the settings that a flag or a variable states, rather than a default."""
    variables = os.environ if environment is None else environment
    return {
        setting.name
        for setting in SETTINGS
        if flags.get(setting.name) is not None or variables.get(setting.variable)
    }


def variable(name: str) -> str | None:
    """A variable that is no setting of a server, such as the address of one: None if it is not set."""
    return os.environ.get(PREFIX + name) or None


def _read(setting: Setting, flag: str | None, variables: Mapping[str, str]) -> Any:
    given = variables.get(setting.variable)
    text, source = (flag, setting.flag) if flag is not None else (given, setting.variable)
    try:
        return setting.read(text or setting.default)
    except ValueError as error:
        raise SettingError(f"{source}: {error}") from error
