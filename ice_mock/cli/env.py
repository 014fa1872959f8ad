"""``ice-mock env``: what a client has to be given, as variables. It needs no running server."""

import shlex

from ice_mock.cli.arguments import Namespace, Parser, names_server, wants_json
from ice_mock.cli.failures import Exit
from ice_mock.cli.servers import client_of
from ice_mock.cli.text import print_document, say
from ice_mock.client import DEFAULT_KEY, Client
from ice_mock.settings import variable

REGION = "cn-shanghai"


def add_arguments(parser: Parser) -> None:
    parser.epilog = 'In a shell: eval "$(ice-mock env)"'
    names_server(parser)
    parser.set_defaults(run=run)


def run(arguments: Namespace) -> int:
    found = variables(client_of(arguments))
    if wants_json(arguments):
        print_document(found)
    else:
        for name, value in found.items():
            say(f"export {name}={shlex.quote(value)}")
    return Exit.DONE


def variables(client: Client) -> dict[str, str]:
    """Those that the SDKs read go by the names that they know; no SDK reads an endpoint of ICE."""
    key_id, secret = DEFAULT_KEY
    token = variable("TOKEN")
    return {
        "ICE_MOCK_URL": client.url,
        **({"ICE_MOCK_TOKEN": token} if token else {}),
        "ICE_ENDPOINT": client.endpoint,
        "ICE_PROTOCOL": client.url.partition(":")[0],
        "ALIBABA_CLOUD_ACCESS_KEY_ID": key_id,
        "ALIBABA_CLOUD_ACCESS_KEY_SECRET": secret,
        "ALIBABA_CLOUD_REGION_ID": REGION,
        "OSS_ENDPOINT": client.url,
        "OSS_REGION": REGION,
        "OSS_ACCESS_KEY_ID": key_id,
        "OSS_ACCESS_KEY_SECRET": secret,
    }
