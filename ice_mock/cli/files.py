"""``ice-mock files``: what a job has written to OSS."""

from ice_mock.cli.arguments import Namespace, Parser, names_world, read_by, wants_json
from ice_mock.cli.failures import Exit
from ice_mock.cli.servers import world_of
from ice_mock.cli.text import count, print_document, say
from ice_mock.cli.why import print_reason
from ice_mock.client.documents import Files
from ice_mock.settings import whole_number
from ice_mock.words import shown

MOST = 1000
AT_ALL = ""


def add_arguments(parser: Parser) -> None:
    parser.add_argument("job", metavar="JOB", help="the job's id; with --why its name will do")
    parser.add_argument(
        "--why",
        metavar="TIME",
        nargs="?",
        const=AT_ALL,
        help="say why there is no snapshot at TIME, such as 2026-01-31T23:59:59Z, or, without one, at all",
    )
    parser.add_argument(
        "--offset", metavar="N", type=read_by(whole_number), default=0, help="pass over the first N frames"
    )
    parser.add_argument(
        "--limit",
        metavar="N",
        type=read_by(whole_number),
        default=MOST,
        help=f"show N frames, {MOST} at most",
    )
    names_world(parser)
    parser.set_defaults(run=run)


def run(arguments: Namespace) -> int:
    with world_of(arguments) as world:
        if arguments.why is not None:
            return print_reason(world.why(snapshot=arguments.job, at=arguments.why or None), arguments)
        files = world.files(arguments.job, offset=arguments.offset, limit=arguments.limit)
    if wants_json(arguments):
        print_document({"frames": files.frames, "files": files})
        return Exit.DONE
    if files:
        _print(files)
    else:
        say(f"Job {shown(arguments.job)} has no files here; it has captured {count(files.frames, 'frame')}.")
    end = arguments.offset + arguments.limit
    if end < files.frames:
        say(f"{count(files.frames - end, 'more frame')}: --offset {end} goes on.")
    return Exit.DONE


def _print(files: Files) -> None:
    from ice_mock.cli.table import KEY, Column, print_table, times

    print_table(
        Column("#", [f"{file['frame']}" for file in files], right=True),
        times([file["created_at"] for file in files]),
        Column("KEY", [file["key"] for file in files], bends=KEY),
        Column("KIND", ["overwrite" if file["overlay"] else "sequence" for file in files], spare=True),
        Column("BUCKET", [file["bucket"] for file in files], spare=True),
    )
