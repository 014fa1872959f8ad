"""``ice-mock ready``: does a server answer? For health checks, and to wait for one that is starting."""

from contextlib import suppress
from datetime import timedelta

from ice_mock import threads
from ice_mock.cli.arguments import Namespace, Parser, names_server, read_by, wants_json
from ice_mock.cli.failures import Exit, Failure
from ice_mock.cli.servers import world_of
from ice_mock.cli.text import print_document, say
from ice_mock.client import Client, ServerUnreachable
from ice_mock.clock import stopwatch
from ice_mock.durations import duration

PAUSE = timedelta(milliseconds=50)
PATIENCE = timedelta(seconds=2)


def add_arguments(parser: Parser) -> None:
    parser.add_argument("--wait", action="store_true", help="wait until it does")
    parser.add_argument(
        "--timeout",
        metavar="DURATION",
        type=read_by(duration),
        default=timedelta(seconds=30),
        help="how long at most (30s)",
    )
    names_server(parser)
    parser.set_defaults(run=run)


def run(arguments: Namespace) -> int:
    with world_of(arguments, min(arguments.timeout, PATIENCE) or PAUSE) as client:
        is_ready = _wait(client, arguments.timeout) if arguments.wait else client.is_ready()
    if not is_ready:
        raise Failure(Exit.UNREACHABLE, f"the server at {client.url} answers that it is not ready")
    if wants_json(arguments):
        print_document({"url": client.url, "ready": True})
    else:
        say(f"The server at {client.url} is ready.")
    return Exit.DONE


def _wait(client: Client, timeout: timedelta) -> bool:
    """Ask until the server is ready; when time is over, the last answer counts."""
    elapsed, pause = stopwatch(), threads.Event()
    while elapsed() < timeout:
        with suppress(ServerUnreachable):
            if client.is_ready():
                return True
        pause.wait(PAUSE.total_seconds())
    return client.is_ready()
