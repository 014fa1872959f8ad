"""``ice-mock requests``: the calls of the API that a world received."""

from ice_mock.cli.arguments import Namespace, Parser, names_world, wants_json
from ice_mock.cli.failures import Exit, Failure
from ice_mock.cli.servers import world_of
from ice_mock.cli.text import count, print_document, say
from ice_mock.cli.why import print_reason, read_text
from ice_mock.client.documents import Kept, Request


def add_arguments(parser: Parser) -> None:
    parser.add_argument("--action", metavar="NAME", help="only calls of an action")
    parser.add_argument(
        "--code", metavar="CODE", help="only calls that were refused with a code; OK are those that were not"
    )
    parser.add_argument("--job", metavar="ID", help="only calls about a job")
    parser.add_argument(
        "--since", metavar="TIME", help="only calls from TIME on, such as 2026-01-31T23:59:59Z"
    )
    parser.add_argument("--why", metavar="ID", help="say why a call was refused, by its request id")
    parser.add_argument(
        "--canonical",
        metavar="FILE",
        help="with --why: the client's own canonical request, to be compared; - is standard input",
    )
    names_world(parser)
    parser.set_defaults(run=run)


def run(arguments: Namespace) -> int:
    canonical = _canonical(arguments)
    with world_of(arguments) as world:
        if arguments.why is not None:
            return print_reason(world.why(request=arguments.why, canonical=canonical), arguments)
        found = world.requests.all(
            action=arguments.action, code=arguments.code, job_id=arguments.job, since=arguments.since
        )
    if wants_json(arguments):
        print_document({"requests": found, "dropped": found.dropped})
        return Exit.DONE
    if found:
        _print(found)
    else:
        choosy = any((arguments.action, arguments.code, arguments.job, arguments.since))
        say(f"This world has received no {'such ' if choosy else ''}calls.")
    if found.dropped:
        say(f"{count(found.dropped, 'older one')} no longer kept.")
    return Exit.DONE


def _canonical(arguments: Namespace) -> str | None:
    """The client's own canonical request, None if it is not given."""
    if arguments.canonical is None:
        return None
    if arguments.why is None:
        raise Failure(Exit.WRONG, "--canonical goes with --why, which says which call it belongs to")
    return read_text(arguments.canonical)


def _print(requests: Kept[Request]) -> None:
    from ice_mock.cli.table import PROSE, Column, print_table, times

    answers = [_answer(request) for request in requests]
    print_table(
        times([request["at"] for request in requests]),
        Column("ACTION", [request["action"] or "-" for request in requests]),
        Column("STATUS", [f"{request['status']}" for request in requests], right=True),
        Column("ANSWER", answers, bends=PROSE),
        Column("MS", [f"{request['duration_ms']:.1f}" for request in requests], right=True, spare=True),
        Column("ACCESS KEY", [request["access_key_id"] or "-" for request in requests], spare=True),
        Column("REQUEST", [request["id"] for request in requests], spare=True),
    )


def _answer(request: Request) -> str:
    return f"{request['code']}: {request['message']}" if request["code"] else "OK"
