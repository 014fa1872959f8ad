"""``ice-mock reset``: a world begins anew."""

from ice_mock.cli.arguments import Namespace, Parser, names_world, wants_json
from ice_mock.cli.failures import Exit
from ice_mock.cli.servers import world_of
from ice_mock.cli.text import moment, print_document, say
from ice_mock.words import shown


def add_arguments(parser: Parser) -> None:
    names_world(parser)
    parser.set_defaults(run=run)


def run(arguments: Namespace) -> int:
    with world_of(arguments) as client:
        world = client.reset()
    if wants_json(arguments):
        print_document(world)
    else:
        say(f"World {shown(world['id'])} is back at its start, {moment(world['clock']['now'])}.")
    return Exit.DONE
