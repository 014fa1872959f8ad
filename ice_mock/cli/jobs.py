"""``ice-mock jobs``: the jobs of a world."""

from ice_mock.cli.arguments import Namespace, Parser, names_world, wants_json
from ice_mock.cli.failures import Exit
from ice_mock.cli.servers import world_of
from ice_mock.cli.text import moment, print_document, say
from ice_mock.cli.why import print_reason
from ice_mock.client.documents import Job


def add_arguments(parser: Parser) -> None:
    parser.add_argument(
        "--why",
        metavar="JOB",
        help="say why a job, by its id or its name, has not started, is paused, or runs",
    )
    names_world(parser)
    parser.set_defaults(run=run)


def run(arguments: Namespace) -> int:
    with world_of(arguments) as world:
        if arguments.why is not None:
            return print_reason(world.why(job=arguments.why), arguments)
        jobs = world.jobs.all()
    if wants_json(arguments):
        print_document({"jobs": jobs})
    elif jobs:
        _print(jobs)
    else:
        say("There are no jobs in this world.")
    return Exit.DONE


def _print(jobs: list[Job]) -> None:
    from ice_mock.cli.table import PROSE, STATES, Column, print_table

    print_table(
        Column("JOB", [job["id"] for job in jobs]),
        Column("STATUS", [job["status"] for job in jobs], styles=STATES),
        Column("FRAMES", [f"{job['frames']:,}" for job in jobs], right=True),
        Column("NAME", [job["name"] for job in jobs], bends=PROSE),
        Column("STREAM", [job["stream"] for job in jobs], bends=PROSE, spare=True),
        Column("LAST FRAME", [_moment_or_dash(job["last_frame_at"]) for job in jobs], spare=True),
    )


def _moment_or_dash(instant: str | None) -> str:
    return moment(instant) if instant else "-"
