"""``ice-mock demo``: the main job from end to end, in seconds, on a server of its own."""

from contextlib import ExitStack
from pathlib import Path

from ice_mock.cli.arguments import Namespace, Parser, prints_json, wants_json
from ice_mock.cli.demo.steps import Steps
from ice_mock.cli.failures import Exit, Failure
from ice_mock.cli.text import print_document, say
from ice_mock.clock import stopwatch
from ice_mock.words import shown


def add_arguments(parser: Parser) -> None:
    parser.add_argument(
        "--out", metavar="DIR", type=Path, default=Path("demo"), help="where the pictures go (demo)"
    )
    prints_json(parser)
    parser.set_defaults(run=run)


def run(arguments: Namespace) -> int:
    out, elapsed = arguments.out, stopwatch()
    _make(out)
    steps = Steps(silent=wants_json(arguments))
    with ExitStack() as stack:
        with steps("starting a server") as done:
            from ice_mock.cli.demo.main_job import MainJob, server

            client = stack.enter_context(server())
            done(f"A server at {client.url}, with a clock that stands still.")
        with steps("loading the official SDKs") as done:
            from ice_mock.cli.demo.service import service_at

            service = service_at(client)
            done(f"Calls go {service.way}.")
        outcome = MainJob(client, service, steps, out).run()
    if wants_json(arguments):
        print_document({**outcome.document(), "seconds": elapsed().total_seconds()})
    else:
        outcome.print_table()
        sheet = shown(str(outcome.contact_sheet))
        say(f"Done in {elapsed().total_seconds():.1f} s. Look at {sheet}; the pictures are beside it.")
    return Exit.DONE


def _make(out: Path) -> None:
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Failure(
            Exit.WRONG, f"--out: {shown(str(out))} is no directory to write to: {error.strerror}"
        ) from error
