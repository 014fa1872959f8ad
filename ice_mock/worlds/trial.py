"""A scenario, performed from its start and held against what it expects."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

from ice_mock.domain.scenario import Expectation, Scenario
from ice_mock.domain.wildcards import matches
from ice_mock.engine import Engine
from ice_mock.ticker import Report, advance
from ice_mock.worlds.mock import IceMock


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether an expectation was met: what was *wanted*, and how many were *found*."""

    expectation: Expectation
    found: int

    @property
    def is_met(self) -> bool:
        return self.found in self.expectation.bounds

    @property
    def wanted(self) -> str:
        bounds = self.expectation.bounds
        if bounds.least is not None and bounds.least == bounds.most:
            return f"exactly {bounds.least}"
        parts = [f"at least {bounds.least}"] if bounds.least is not None else []
        parts += [f"at most {bounds.most}"] if bounds.most is not None else []
        return " and ".join(parts) or "any number"

    @property
    def name(self) -> str:
        """What is counted: ``callbacks delivered``, ``frames of room 1``."""
        return " ".join(
            [
                self.expectation.subject,
                *(f"{key} {value}" for key, value in self.expectation.selector.items()),
            ]
        )

    def __str__(self) -> str:
        return f"{self.name}: expected {self.wanted}, found {self.found}"


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of a scenario."""

    scenario: Scenario
    report: Report
    verdicts: tuple[Verdict, ...]
    unfired: tuple[str, ...]
    """The faults that were armed, and never struck."""

    @property
    def is_passed(self) -> bool:
        return all(verdict.is_met for verdict in self.verdicts)


def perform(scenario: Scenario, until: timedelta) -> Trial:
    """Run *scenario* on a clock of its own, as fast as its receivers answer, and judge it at the end."""
    mock = IceMock(replace(scenario, clock="frozen"))
    engine = mock.worlds.engine_of(None)
    try:
        report = advance(engine, mock.courier, engine.now() + until)
    finally:
        mock.courier.close(timedelta(seconds=1))
    verdicts = tuple(Verdict(each, _count(engine, report, each)) for each in scenario.expect)
    unfired = tuple(f"{armed.fault.plane} {armed.fault.kind} {armed.id}" for armed in engine.faults.unfired())
    return Trial(scenario, report, verdicts, unfired)


def _count(engine: Engine, report: Report, expectation: Expectation) -> int:
    # Not from the list, which holds the last ten thousand: all callbacks, however many there were.
    if expectation.subject == "callbacks" and "job" not in expectation.selector:
        ends = {"delivered": report.delivered, "lost": report.lost, "waiting": report.waiting}
        state = expectation.selector.get("state")
        return ends[state] if state else sum(ends.values())
    return COUNTS[expectation.subject](engine, expectation)


def _callbacks(engine: Engine, expectation: Expectation) -> int:
    state = expectation.selector.get("state")
    jobs = _jobs(engine, expectation)
    return sum(
        callback.job_id in jobs and state in (None, callback.state) for callback in engine.announcements.all()
    )


def _frames(engine: Engine, expectation: Expectation) -> int:
    now = engine.now()
    return sum(
        len(engine.jobs.schedule(engine.jobs.find(job_id), now)) for job_id in _jobs(engine, expectation)
    )


def _files(engine: Engine, expectation: Expectation) -> int:
    return sum(engine.files.count(job_id) for job_id in _jobs(engine, expectation))


def _calls(engine: Engine, expectation: Expectation) -> int:
    action, code = expectation.selector.get("action", "*"), expectation.selector.get("code")
    return sum(
        matches(action, entry.action or "") and code in (None, entry.code or "OK")
        for entry in engine.journal.all()
    )


def _statuses(engine: Engine, expectation: Expectation) -> int:
    status = expectation.selector.get("status")
    jobs = (engine.jobs.find(job_id) for job_id in _jobs(engine, expectation))
    return sum(status in (None, engine.jobs.status(job)) for job in jobs)


def _jobs(engine: Engine, expectation: Expectation) -> set[str]:
    """The ids of the jobs that are meant, by id or by name; all of them if none is named."""
    wanted = expectation.selector.get("job")
    return {job.id for job in engine.jobs.all() if wanted in (None, job.id, job.name)}


COUNTS: dict[str, Callable[[Engine, Expectation], int]] = {
    "callbacks": _callbacks,
    "frames": _frames,
    "files": _files,
    "calls": _calls,
    "jobs": _statuses,
}


def failures(trial: Trial) -> Iterator[str]:
    """What was not as expected, in a line each."""
    return (str(verdict) for verdict in trial.verdicts if not verdict.is_met)
