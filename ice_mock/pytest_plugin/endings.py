"""How worlds and the server of a run end, and what is said about it at the end of the run."""

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from ice_mock.pytest_plugin.servers import Opened, RunServer

_OUTPUT = "ice_mock"
_SERVER = pytest.StashKey["RunServer"]()
_LINES = pytest.StashKey[list[str]]()


def keep(server: "RunServer", config: pytest.Config) -> None:
    """Leave it to the end of the run to stop the *server*."""
    config.stash[_SERVER] = server


def server_of(config: pytest.Config) -> "RunServer | None":
    """The server that is kept, if there is one yet."""
    return config.stash.get(_SERVER, None)


def worlds_of(item: pytest.Item) -> "list[Opened]":
    """The worlds that a test may have used: its own first, then those of others whose fixtures it uses."""
    server = server_of(item.config)
    if server is None:
        return []
    own = [each for each in server.opened if each.test == item.nodeid]
    return own + [each for each in server.opened if each.asker and each.asker.is_used_by(item)]


def drop_worlds(item: pytest.Item) -> None:
    """End the worlds that were made for a test alone."""
    server = server_of(item.config)
    if server:
        _drop(server, [each for each in server.opened if each.test == item.nodeid], item.config)


def stop_server(config: pytest.Config) -> None:
    """Stop the server of the run, if it has one, after asking it what there is to say."""
    server = server_of(config)
    if server is None:
        return
    del config.stash[_SERVER]
    try:
        _drop(server, list(server.opened), config)
        _say_what_was_late(server, config)
    finally:
        server.stop()
    if hasattr(config, "workeroutput"):
        config.workeroutput[_OUTPUT] = _lines(config)


def take_over(node: Any) -> None:
    """Take over what a worker of pytest-xdist, which has no terminal, has to say."""
    _lines(node.config).extend(getattr(node, "workeroutput", {}).get(_OUTPUT, ()))


def summarize(terminal: "pytest.TerminalReporter", config: pytest.Config) -> None:
    for line in _lines(config):
        terminal.write_line(f"ice_mock: {line}", yellow=True)


def _drop(server: "RunServer", worlds: "list[Opened]", config: pytest.Config) -> None:
    from ice_mock.client import ControlRefused, ServerUnreachable

    for world in worlds:
        try:
            server.drop(world)
        except (ControlRefused, ServerUnreachable) as error:
            _lines(config).append(f"the world {world.client.world} of {world.test} was not dropped: {error}")


def _say_what_was_late(server: "RunServer", config: pytest.Config) -> None:
    from ice_mock.client import ControlRefused, ServerUnreachable

    try:
        late = server.late()
    except (ControlRefused, ServerUnreachable) as error:
        _lines(config).append(f"it is not known whether calls came after the end of their test: {error}")
        return
    for test, count in late.calls.items():
        _lines(config).append(f"{_counted(count, 'call')} came after the end of {test}")
    for test, count in late.callbacks.items():
        were = "was" if count == 1 else "were"
        _lines(config).append(
            f"{_counted(count, 'callback')} of {test} {were} still to be sent when it ended"
        )


def _counted(count: int, word: str) -> str:
    return f"{count} {word}" if count == 1 else f"{count} {word}s"


def _lines(config: pytest.Config) -> list[str]:
    return config.stash.setdefault(_LINES, [])
