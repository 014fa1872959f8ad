"""``ice-mock worlds``: the worlds of a server."""

from ice_mock.cli.arguments import Namespace, Parser, names_server, wants_json
from ice_mock.cli.failures import Exit
from ice_mock.cli.servers import world_of
from ice_mock.cli.text import moment, print_document
from ice_mock.client.documents import World


def add_arguments(parser: Parser) -> None:
    names_server(parser)
    parser.set_defaults(run=run)


def run(arguments: Namespace) -> int:
    with world_of(arguments) as client:
        worlds = client.worlds.all()
    if wants_json(arguments):
        print_document({"worlds": worlds})
    else:
        _print(worlds)
    return Exit.DONE


def _print(worlds: list[World]) -> None:
    from ice_mock.cli.table import Column, print_table

    print_table(
        Column("WORLD", [world["id"] for world in worlds]),
        Column("CLOCK", [world["clock"]["mode"] for world in worlds]),
        Column("NOW", [moment(world["clock"]["now"]) for world in worlds]),
        Column("JOBS", [f"{world['jobs']:,}" for world in worlds], right=True),
        Column("STREAMS", [f"{world['streams']:,}" for world in worlds], right=True),
        Column("TEMPLATES", [f"{world['templates']:,}" for world in worlds], right=True, spare=True),
        Column("SIGNATURES", [world["signatures"] for world in worlds], spare=True),
    )
