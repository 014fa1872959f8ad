"""``ice-mock scenario``: tools for scenario files, which need no server."""

import argparse
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from ice_mock.cli.arguments import Namespace, Parser, prints_json, wants_json
from ice_mock.cli.failures import Exit, Failure
from ice_mock.cli.text import count, print_document, say, shown_lines
from ice_mock.durations import duration, written
from ice_mock.words import shown

if TYPE_CHECKING:
    from ice_mock.domain.scenario import Scenario
    from ice_mock.scenario import Problem
    from ice_mock.worlds.plan import Step
    from ice_mock.worlds.trial import Trial


def add_arguments(parser: Parser) -> None:
    tools = parser.add_subparsers(metavar="TOOL", required=True)
    listing = tools.add_parser("list", help="list the ready scenarios")
    listing.set_defaults(run=_list)
    prints_json(listing)
    show = tools.add_parser("show", help="print a ready scenario")
    show.add_argument("name", metavar="NAME")
    show.set_defaults(run=_show)
    check = tools.add_parser("check", help="check files, and report all their mistakes")
    check.add_argument("files", metavar="FILE", nargs="+")
    check.set_defaults(run=_check)
    prints_json(check)
    plan = tools.add_parser("plan", help="print everything that a scenario will do, without doing it")
    _names_scenario(plan)
    plan.set_defaults(run=_plan)
    schema = tools.add_parser("schema", help="print the JSON Schema of the format, for editors")
    schema.set_defaults(run=_schema)
    run = tools.add_parser("run", help="perform a scenario, and hold it against what it expects")
    _names_scenario(run)
    run.add_argument("--junit", metavar="FILE", help="write what came of it as JUnit XML")
    run.set_defaults(run=_run)


def _names_scenario(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("scenario", metavar="FILE-OR-NAME")
    parser.add_argument(
        "--until", metavar="DURATION", default="10m", help="how long it lasts; 10m by default"
    )
    prints_json(parser)


def _list(arguments: Namespace) -> int:
    from ice_mock.scenario import shipped
    from ice_mock.worlds import scenarios

    found = [scenarios.named(name) for name in shipped().names()]
    if wants_json(arguments):
        print_document(
            {"scenarios": [{"name": each.name, "description": each.description} for each in found]}
        )
        return Exit.DONE
    from ice_mock.cli.table import Column, print_table

    print_table(
        Column("SCENARIO", [each.name for each in found]),
        Column("WHAT HAPPENS", [each.description for each in found], bends=40),
    )
    return Exit.DONE


def _show(arguments: Namespace) -> int:
    from ice_mock.worlds import scenarios

    with _reporting():
        say(scenarios.named(arguments.name).text.rstrip("\n"))
    return Exit.DONE


def _check(arguments: Namespace) -> int:
    from ice_mock.scenario import ScenarioInvalid
    from ice_mock.worlds import scenarios

    problems: list[Problem] = []
    for file in arguments.files:
        try:
            scenarios.found(file)
        except ScenarioInvalid as error:
            problems += error.problems
    if wants_json(arguments):
        print_document({"problems": [_problem(problem) for problem in problems]})
    elif problems:
        say("\n".join(shown(str(problem)) for problem in problems))
    else:
        say(f"{count(len(arguments.files), 'scenario')}, no mistakes.")
    if any(not problem.line for problem in problems):
        # Not a mistake in a file, but no file, or none that can be read.
        return Exit.WRONG
    return Exit.FAILED if problems else Exit.DONE


def _problem(problem: "Problem") -> dict[str, object]:
    names = ("source", "line", "column", "path", "message", "suggestion")
    return {name: getattr(problem, name) for name in names}


def _plan(arguments: Namespace) -> int:
    from ice_mock.worlds.plan import plan

    steps = plan(_scenario(arguments), _until(arguments))
    if wants_json(arguments):
        print_document({"steps": [_step(step) for step in steps]})
        return Exit.DONE
    for step in steps:
        # Not a table: a year of steps is printed as it is found.
        sys.stdout.write(shown(_line(step)) + "\n")
    return Exit.DONE


def _line(step: "Step") -> str:
    at = f"{step.at:%Y-%m-%d %H:%M:%S}.{step.at.microsecond // 1000:03}"
    return f"{at}  {'+' + written(step.after):>10}  {step.what:<9} {step.subject:<20} {step.detail}".rstrip()


def _step(step: "Step") -> dict[str, object]:
    from ice_mock.clock import iso_milliseconds

    return {
        "at": iso_milliseconds(step.at),
        "after": step.after.total_seconds(),
        "what": step.what,
        "subject": step.subject,
        "detail": step.detail,
    }


def _schema(arguments: Namespace) -> int:  # noqa: ARG001  # like every other tool's
    from ice_mock.scenario.json_schema import json_schema

    print_document(json_schema())
    return Exit.DONE


def _run(arguments: Namespace) -> int:
    from ice_mock.worlds.trial import perform

    trial = perform(_scenario(arguments), _until(arguments))
    if arguments.junit:
        from ice_mock.cli.junit import document

        _write(Path(arguments.junit), document(trial))
    if wants_json(arguments):
        print_document(_trial(trial))
    else:
        say("\n".join(map(shown, _report(trial))))
    return Exit.DONE if trial.is_passed else Exit.FAILED


def _report(trial: "Trial") -> Iterator[str]:
    report = trial.report
    frames = count(sum(report.frames.values()), "frame")
    yield (
        f"{trial.scenario.name}: {written(report.end - report.start)}, {frames}, "
        f"{count(report.delivered, 'callback')} delivered, {report.lost} lost, {report.waiting} waiting"
    )
    for verdict in trial.verdicts:
        yield f"  {'ok  ' if verdict.is_met else 'FAIL'}  {verdict}"
    for fault in trial.unfired:
        yield f"  note  the fault {fault} never struck"
    if not trial.verdicts:
        yield "  note  nothing was expected"


def _trial(trial: "Trial") -> dict[str, object]:
    return {
        "scenario": trial.scenario.name,
        "passed": trial.is_passed,
        "frames": sum(trial.report.frames.values()),
        "callbacks": {
            "delivered": trial.report.delivered,
            "lost": trial.report.lost,
            "waiting": trial.report.waiting,
        },
        "expectations": [
            {"name": each.name, "wanted": each.wanted, "found": each.found, "met": each.is_met}
            for each in trial.verdicts
        ],
        "unfired_faults": list(trial.unfired),
    }


def _scenario(arguments: Namespace) -> "Scenario":
    from ice_mock.worlds import scenarios

    with _reporting():
        return scenarios.found(arguments.scenario)


def _until(arguments: Namespace) -> timedelta:
    try:
        return duration(arguments.until)
    except ValueError as error:
        raise Failure(Exit.WRONG, f"--until: {error}") from error


def _write(file: Path, text: bytes) -> None:
    try:
        file.write_bytes(text)
    except OSError as error:
        raise Failure(Exit.WRONG, f"--junit: cannot write {file}: {error.strerror}") from error


class _reporting:  # noqa: N801  # reads like the statement that it is
    """Turn mistakes in a scenario into the end of the command."""

    def __enter__(self) -> None:
        pass

    def __exit__(self, _: object, error: object, __: object) -> None:
        from ice_mock.scenario import ScenarioInvalid

        if isinstance(error, ScenarioInvalid):
            raise Failure(Exit.WRONG, shown_lines(f"the scenario is wrong:\n{error}")) from error
