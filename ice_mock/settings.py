"""The settings of a server: every flag of ``serve`` and its variable. Nothing else reads the environment."""

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from ice_mock import limits
from ice_mock.clock import rate_of
from ice_mock.durations import duration, written

PREFIX = "ICE_MOCK_"
DEFAULT_PORT = 4610
MOST_PORT = 65535
_TOKEN = re.compile(r"[A-Za-z0-9._~+/-]{1,1000}=*", re.ASCII)


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


def token(text: str) -> str:
    """Read a bearer token, as RFC 6750 has it; an empty text is none. The ValueError does not tell it."""
    if text and not _TOKEN.fullmatch(text):
        raise ValueError("this is no token: expected up to 1,000 letters, digits and -._~+/")
    return text


def age(text: str) -> timedelta | None:
    return None if text == "off" else duration(text)


def lasting(text: str) -> timedelta:
    """Read a length of time that is one."""
    length = duration(text)
    if not length:
        raise ValueError(f"{text!r} is no time at all: expected more, such as 30s")
    return length


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
        "callback_allow",
        "",
        str,
        "where callbacks may go, and then nowhere else: networks, addresses and host names, with commas "
        "between them; * is everywhere",
    ),
    Setting(
        "callback_deny",
        "",
        str,
        "where callbacks must not go, whatever else allows it: as for --callback-allow",
    ),
    Setting(
        "callback_proxy",
        "none",
        one_of("none", "environment"),
        "whether callbacks go by the proxies that http_proxy, https_proxy and no_proxy name (environment) "
        "or straight to their receivers (none)",
    ),
    Setting(
        "control",
        "token",
        one_of("token", "open"),
        "who may use the control API of a server that listens at another address than loopback: holders of "
        "its token (token), or everybody (open)",
    ),
    Setting(
        "token",
        "",
        token,
        "token that the control API wants, also at loopback; elsewhere one is made up unless it is given",
    ),
    Setting(
        "allowed_hosts",
        "",
        str,
        "names, beside localhost and IP addresses, by which the control API may be called without a token, "
        "with commas between them, such as ice-mock,*.test; * is every name",
    ),
    Setting(
        "log_level",
        "info",
        one_of("debug", "info", "warning", "error"),
        "how much is logged: debug, info, warning or error",
    ),
    Setting(
        "log_format",
        "auto",
        one_of("auto", "text", "json"),
        "lines for people (text), an object in each line for programs (json), or whichever fits where "
        "standard error goes: text on a terminal, else json (auto)",
    ),
    Setting(
        "grace",
        "300ms",
        duration,
        "how long callbacks that are being sent may take to end when the server is told to stop",
    ),
    Setting(
        "max_worlds",
        str(limits.WORLDS),
        whole_number,
        "how many worlds there may be beside the default one; one more takes the place of the one that is "
        f"idle longest, if it was for {written(limits.IDLE)}",
    ),
    Setting(
        "request_timeout",
        written(limits.REQUEST_TIME),
        lasting,
        "how long a request may be performed; an advance that takes longer stops where it is",
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


def wants_colour(environment: Mapping[str, str] | None = None) -> bool:
    """Whether a terminal may be written to in colours: see https://no-color.org."""
    variables = os.environ if environment is None else environment
    return not variables.get("NO_COLOR") and variables.get("TERM") != "dumb"


def proxies() -> dict[str, str]:
    """The proxies that the environment names, by scheme; under ``no`` are the hosts that want none."""
    from urllib.request import getproxies_environment

    return getproxies_environment()


def _read(setting: Setting, flag: str | None, variables: Mapping[str, str]) -> Any:
    given = variables.get(setting.variable)
    text, source = (flag, setting.flag) if flag is not None else (given, setting.variable)
    try:
        return setting.read(text or setting.default)
    except ValueError as error:
        raise SettingError(f"{source}: {error}") from error
