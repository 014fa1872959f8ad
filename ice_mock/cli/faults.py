"""``ice-mock faults``: what goes wrong in a world."""

import json
from typing import Any

from ice_mock.cli.arguments import Namespace, Parser, names_world, wants_json
from ice_mock.cli.failures import Exit, Failure
from ice_mock.cli.servers import world_of
from ice_mock.cli.text import print_document, say
from ice_mock.client.documents import Fault
from ice_mock.words import shown

EXAMPLE = "ice-mock faults add action=SubmitLiveSnapshotJob error=InternalError times=2"


def add_arguments(parser: Parser) -> None:
    names_world(parser)
    parser.set_defaults(run=show)
    actions = parser.add_subparsers(title="actions", metavar="[ACTION]")
    listing = actions.add_parser("list", help="list the faults that are armed")
    names_world(listing)
    listing.set_defaults(run=show)
    add = actions.add_parser(
        "add",
        help="arm a fault",
        description="Arm a fault, in the short form of scenarios.",
        epilog=f"example: {EXAMPLE}",
    )
    add.add_argument("entries", metavar="KEY=VALUE", nargs="+", help="or all of it as one JSON object")
    names_world(add)
    add.set_defaults(run=arm)
    clear = actions.add_parser("clear", help="disarm one fault, or all of them")
    clear.add_argument("fault", metavar="ID", nargs="?", help="the fault's id; all of them by default")
    names_world(clear)
    clear.set_defaults(run=disarm)


def show(arguments: Namespace) -> int:
    with world_of(arguments) as world:
        faults = world.faults.all()
    if wants_json(arguments):
        print_document({"faults": faults})
    elif faults:
        _print(faults)
    else:
        say("Nothing goes wrong in this world.")
    return Exit.DONE


def arm(arguments: Namespace) -> int:
    with world_of(arguments) as world:
        fault = world.faults.add(short_form(arguments.entries))
    if wants_json(arguments):
        print_document(fault)
    else:
        say(f"Armed {shown(fault['id'])}: {_text(fault)}")
    return Exit.DONE


def disarm(arguments: Namespace) -> int:
    with world_of(arguments) as world:
        if arguments.fault:
            world.faults.remove(arguments.fault)
        else:
            world.faults.clear()
    if wants_json(arguments):
        print_document({"cleared": arguments.fault or "all"})
    else:
        say(f"Cleared {shown(arguments.fault)}." if arguments.fault else "Cleared all faults.")
    return Exit.DONE


def short_form(entries: list[str]) -> dict[str, Any]:
    """Read ``KEY=VALUE`` entries, or one JSON object; a value is JSON where it can be, and else a word."""
    if entries[0].startswith("{"):
        found = _json(" ".join(entries))
        if not isinstance(found, dict):
            raise Failure(Exit.WRONG, f"this is no JSON object: {shown(entries[0])}")
        return found
    pairs = [entry.partition("=") for entry in entries]
    for key, sign, _ in pairs:
        if not (key and sign):
            raise Failure(Exit.WRONG, f"{shown(key)!r} is no KEY=VALUE, as in: {EXAMPLE}")
    return {key: _value(text) for key, _, text in pairs}


def _value(text: str) -> object:
    found = _json(text)
    return text if found is None else found


def _json(text: str) -> object:
    try:
        return json.loads(text)
    except ValueError:
        return None


def _print(faults: list[Fault]) -> None:
    from ice_mock.cli.table import Column, print_table

    print_table(
        Column("FAULT", [fault["id"] for fault in faults]),
        Column("FITTED", [f"{fault['matched']:,}" for fault in faults], right=True),
        Column("STRUCK", [f"{fault['fired']:,}" for fault in faults], right=True),
        Column("WHAT", [_text(fault) for fault in faults], bends=40),
    )


def _text(fault: Fault) -> str:
    return ", ".join(f"{key}: {shown(str(value))}" for key, value in fault["fault"].items())
