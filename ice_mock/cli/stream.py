"""``ice-mock stream``: live streams come and go."""

from collections.abc import Callable

from ice_mock.cli.arguments import Namespace, Parser, names_world, wants_json
from ice_mock.cli.failures import Exit
from ice_mock.cli.servers import world_of
from ice_mock.cli.text import moment, print_document, say
from ice_mock.client.documents import Stream
from ice_mock.words import shown


def add_arguments(parser: Parser) -> None:
    names_world(parser)
    parser.set_defaults(run=show)
    actions = parser.add_subparsers(title="actions", metavar="[ACTION]")
    changes: dict[str, tuple[str, Callable[[Namespace], int]]] = {
        "publish": ("bring a stream on air", publish),
        "unpublish": ("take a stream off air", unpublish),
    }
    for name, (text, run) in changes.items():
        action = actions.add_parser(name, help=text, description=f"{text.capitalize()}.")
        action.add_argument("stream", metavar="URL", help="its RTMP address")
        names_world(action)
        action.set_defaults(run=run)
    listing = actions.add_parser("list", help="list the streams of the world (the default)")
    names_world(listing)
    listing.set_defaults(run=show)


def publish(arguments: Namespace) -> int:
    with world_of(arguments) as world:
        return _print_stream(world.streams.publish(arguments.stream), arguments)


def unpublish(arguments: Namespace) -> int:
    with world_of(arguments) as world:
        return _print_stream(world.streams.unpublish(arguments.stream), arguments)


def show(arguments: Namespace) -> int:
    with world_of(arguments) as world:
        streams = world.streams.all()
    if wants_json(arguments):
        print_document({"streams": streams})
    elif streams:
        _print_streams(streams)
    else:
        say("No stream was ever published in this world.")
    return Exit.DONE


def _print_stream(stream: Stream, arguments: Namespace) -> int:
    if wants_json(arguments):
        print_document(stream)
    else:
        since = f" since {moment(stream['changes'][-1])}" if stream["changes"] else ""
        say(f"{shown(stream['url'])} is {stream['state']}{since}.")
    return Exit.DONE


def _print_streams(streams: list[Stream]) -> None:
    from ice_mock.cli.table import PROSE, STATES, Column, print_table

    print_table(
        Column("STREAM", [stream["url"] for stream in streams], bends=PROSE),
        Column("STATE", [stream["state"] for stream in streams], styles=STATES),
        Column("SINCE", [moment(stream["changes"][-1]) if stream["changes"] else "" for stream in streams]),
    )
