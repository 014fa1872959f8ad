"""``ice-mock callbacks``: what was announced to whom, and what became of it."""

import re

from ice_mock.cli.arguments import Namespace, Parser, names_world, wants_json
from ice_mock.cli.failures import Exit, Failure
from ice_mock.cli.servers import world_of
from ice_mock.cli.text import count, print_document, say
from ice_mock.cli.why import print_reason
from ice_mock.client import Client
from ice_mock.client.documents import Attempt, Callback, Kept, Why
from ice_mock.words import shown

SHORT = 12
OF_JOB = ""


def add_arguments(parser: Parser) -> None:
    parser.add_argument("--job", metavar="ID", help="only those of a job")
    parser.add_argument(
        "--state", choices=("waiting", "delivered", "lost"), help="only those that are in this state"
    )
    parser.add_argument(
        "--since", metavar="TIME", help="only those of frames from TIME on, such as 2026-01-31T23:59:59Z"
    )
    parser.add_argument(
        "--why",
        metavar="ID",
        nargs="?",
        const=OF_JOB,
        help="say why a callback has not arrived; with --job why those of the job have not, or those of its "
        "frame at a time, which is then given instead of an id",
    )
    names_world(parser)
    parser.set_defaults(run=show)
    actions = parser.add_subparsers(title="actions", metavar="[ACTION]")
    again = actions.add_parser("redeliver", help="deliver one again", description="Deliver a callback again.")
    again.add_argument("callback", metavar="ID", help="the callback's id")
    names_world(again)
    again.set_defaults(run=redeliver)


def show(arguments: Namespace) -> int:
    with world_of(arguments) as world:
        if arguments.why is not None:
            return print_reason(_reason(world, arguments), arguments)
        found = world.callbacks.all(job_id=arguments.job, state=arguments.state, since=arguments.since)
    if wants_json(arguments):
        print_document({"callbacks": found, "dropped": found.dropped})
        return Exit.DONE
    if found:
        _print(found)
    else:
        say(
            "There are no such callbacks in this world."
            if _is_choosy(arguments)
            else "There are no callbacks in this world."
        )
    if found.dropped:
        say(f"{count(found.dropped, 'older one')} no longer kept.")
    return Exit.DONE


def _reason(world: Client, arguments: Namespace) -> Why:
    if arguments.job:
        return world.why(callbacks=arguments.job, at=arguments.why or None)
    if arguments.why == OF_JOB:
        raise Failure(Exit.WRONG, "--why needs the id of a callback, or a job named with --job")
    return world.why(callback=arguments.why)


def redeliver(arguments: Namespace) -> int:
    with world_of(arguments) as world:
        callback = world.callbacks.redeliver(arguments.callback)
    attempt = callback["attempts"][-1]
    if wants_json(arguments):
        print_document(callback)
    else:
        what = f"Frame {callback['frame']} to {shown(callback['url'])}"
        why = attempt["error"] or f"status {attempt['status']}"
        say(f"{what}: {attempt['outcome']} after {attempt['duration_ms']:.0f} ms, {shown(why)}")
    return Exit.DONE if attempt["outcome"] == "delivered" else Exit.FAILED


def outcome(attempt: Attempt) -> str:
    """What came of an attempt, in a few words."""
    if attempt["error"]:
        # The name of an exception, as words: a narrow column folds between them.
        return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", attempt["error"].partition(":")[0]).lower()
    return f"{attempt['status']} in {attempt['duration_ms']:.0f} ms"


def _is_choosy(arguments: Namespace) -> bool:
    return any((arguments.job, arguments.state, arguments.since))


def _print(callbacks: Kept[Callback]) -> None:
    from ice_mock.cli.table import PROSE, STATES, Column, print_table, times

    last = [callback["attempts"][-1] if callback["attempts"] else None for callback in callbacks]
    print_table(
        times([callback["at"] for callback in callbacks]),
        Column("#", [f"{callback['frame']}" for callback in callbacks], right=True),
        Column("STATE", [callback["state"] for callback in callbacks], styles=STATES),
        Column("CALLBACK", [callback["id"] for callback in callbacks]),
        Column("OUTCOME", [outcome(attempt) if attempt else "-" for attempt in last], bends=SHORT),
        Column("TRIES", [f"{len(callback['attempts'])}" for callback in callbacks], right=True, spare=True),
        Column("KEY", [callback["key"] for callback in callbacks], spare=True),
        Column("JOB", [callback["job_id"] for callback in callbacks], spare=True),
        Column("URL", [callback["url"] for callback in callbacks], bends=PROSE, spare=True),
        Column("ERROR", [(attempt and attempt["error"]) or "-" for attempt in last], bends=PROSE, spare=True),
    )
