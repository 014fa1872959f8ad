"""Scenarios for worlds: found by name, file or text, and read again when their file changes."""

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from ice_mock import threads
from ice_mock.domain.scenario import Scenario
from ice_mock.scenario import ScenarioInvalid, by_name, load, load_file, shipped
from ice_mock.scenario.given import is_file
from ice_mock.scenario.loading import SUFFIXES

__all__ = ["LOOK_AGAIN", "Watch", "found", "is_file", "named", "of_text"]

LOOK_AGAIN = timedelta(milliseconds=500)
log = logging.getLogger(__name__)


def of_text(text: str, *, source: str = "scenario") -> Scenario:
    """Read a scenario from YAML or JSON, with its text; raises ScenarioInvalid."""
    return replace(load(text, source=source), text=text)


def named(name: str) -> Scenario:
    """Return a ready scenario, with its text; raises ScenarioInvalid."""
    return replace(by_name(name), text=shipped().text(name))


def found(file_or_name: str) -> Scenario:
    """Return the scenario of a file, or a ready one by its name; raises ScenarioInvalid."""
    if not is_file(file_or_name):
        return named(file_or_name)
    scenario = load_file(file_or_name)
    return replace(scenario, text=Path(file_or_name).read_text("utf-8"))


class Watch:
    """Reads a scenario's file again whenever something in its folder changes.

    *use* is given each good one. A wrong one is reported, and the last good one stays.
    """

    def __init__(self, file: Path, use: Callable[[Scenario], object]) -> None:
        self._file = file
        self._use = use
        self._stopped = threads.Event()
        self._seen = self._stamps()

    def start(self) -> None:
        self._thread = threads.start("scenario", self._run)

    def stop(self) -> None:
        self._stopped.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopped.wait(LOOK_AGAIN.total_seconds()):
            self.look()

    def look(self) -> None:
        """Read the file if it has changed since the last look."""
        stamps = self._stamps()
        if stamps == self._seen:
            return
        self._seen = stamps
        try:
            self._use(found(str(self._file)))
        except ScenarioInvalid as error:
            # Not with a traceback: the mistake is in the file, and the report says where.
            for line in ("the scenario is wrong, and the last good one stays:", *str(error).splitlines()):
                # An entry for each: within one, a log keeps lines from breaking.
                log.error("%s", line)  # noqa: TRY400
        except Exception:
            log.exception("the scenario could not be used, and the last good one stays")
        else:
            log.info("the scenario %s has changed, and its world has begun anew", self._file.name)

    def _stamps(self) -> dict[str, tuple[int, int]]:
        """When the files were changed that the scenario may consist of."""
        try:
            files = [entry for entry in self._file.absolute().parent.iterdir() if entry.suffix in SUFFIXES]
            return {entry.name: (entry.stat().st_mtime_ns, entry.stat().st_size) for entry in files}
        except OSError:
            return {}
