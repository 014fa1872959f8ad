"""``ice-mock clock``: a world's time is shown, stopped, moved on, and let run."""

from datetime import datetime

from ice_mock.cli.arguments import Namespace, Parser, names_world, read_by, wants_json
from ice_mock.cli.failures import Exit
from ice_mock.cli.servers import world_of
from ice_mock.cli.text import count, day, moment, print_document, say, time_of_day
from ice_mock.client.documents import ClockReading, Report
from ice_mock.clock import from_iso, iso_milliseconds, rate_of
from ice_mock.durations import duration
from ice_mock.words import shown


def add_arguments(parser: Parser) -> None:
    names_world(parser)
    parser.set_defaults(run=show)
    actions = parser.add_subparsers(title="actions", metavar="[ACTION]")

    def add(name: str, help: str) -> Parser:
        action = actions.add_parser(name, help=help, description=f"{help[0].upper()}{help[1:]}.")
        names_world(action)
        return action

    add("show", "show the time of the world and how it passes (the default)").set_defaults(run=show)
    add("freeze", "stop the clock: from now on it moves only when told to").set_defaults(
        run=switch, mode="frozen"
    )
    advance = add("advance", "move the clock on, and wait until everything due has happened")
    advance.add_argument(
        "duration", metavar="DURATION", type=read_by(duration), help="such as 500ms, 30s, 5m"
    )
    advance.set_defaults(run=move_on)
    set_ = add("set", "move the clock on to an instant, and wait until everything due has happened")
    set_.add_argument("time", metavar="TIME", type=read_by(_instant), help="such as 2026-01-31T23:59:59Z")
    set_.set_defaults(run=move_on, duration=None)
    run = add("run", "let the clock run, at real time or faster")
    run.add_argument(
        "mode", nargs="?", metavar="real|xN", default="real", type=read_by(_mode), help="such as x60"
    )
    run.set_defaults(run=switch)


def show(arguments: Namespace) -> int:
    with world_of(arguments) as world:
        return _print_reading(world.clock.read(), arguments)


def switch(arguments: Namespace) -> int:
    with world_of(arguments) as world:
        return _print_reading(world.clock.switch_to(arguments.mode), arguments)


def move_on(arguments: Namespace) -> int:
    with world_of(arguments) as world:
        if arguments.duration is None:
            report = world.clock.advance_to(iso_milliseconds(arguments.time))
        else:
            report = world.clock.advance(seconds=arguments.duration.total_seconds())
    if wants_json(arguments):
        print_document(report)
    else:
        _print_report(report)
    return Exit.DONE


def _instant(text: str) -> datetime:
    try:
        return from_iso(text)
    except ValueError as error:
        raise ValueError(f"{text!r} is no instant: expected one such as 2026-01-31T23:59:59Z") from error


def _mode(text: str) -> str:
    rate_of(text)
    return text


def _print_reading(reading: ClockReading, arguments: Namespace) -> int:
    if wants_json(arguments):
        print_document(reading)
    else:
        say(f"{moment(reading['now'])} UTC, {_pace(reading['mode'])}")
    return Exit.DONE


def _pace(mode: str) -> str:
    return {"real": "real time", "frozen": "frozen"}.get(mode) or f"{mode[1:]} times as fast as real time"


def _print_report(report: Report) -> None:
    say(f"{_stretch(report['from'], report['to'])}  {', '.join(_happened(report))}")
    if len(report["frames"]["by_job"]) > 1:
        for job_id, frames in report["frames"]["by_job"].items():
            say(f"  job {shown(job_id)}: {count(frames, 'frame')}")
    for change in report["changes"]:
        say(f"  {moment(change['at'])}  {change['subject']} {shown(change['id'])} {shown(change['what'])}")


def _stretch(start: str, end: str) -> str:
    return f"{moment(start)} → {time_of_day(end) if day(start) == day(end) else moment(end)}"


def _happened(report: Report) -> list[str]:
    """Frames, then callbacks by what became of them; those that were not are left out."""
    callbacks = report["callbacks"]
    ends = [
        (callbacks["delivered"], "delivered"),
        (callbacks["lost"], "lost"),
        (callbacks["waiting"], "waiting for another attempt"),
    ]
    counted = [f"{count(number, 'callback')} {end}" for number, end in ends if number]
    return [count(report["frames"]["total"], "frame"), *(counted or ["no callbacks"])]
