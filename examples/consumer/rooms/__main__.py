"""Serve until SIGTERM or Ctrl-C: ``python -m rooms``."""

import os
import signal
import sys
from contextlib import closing

from cheroot.wsgi import Server

from rooms.index import Index
from rooms.settings import Settings
from rooms.web import create_app


def main() -> None:
    """Serve as the environment says."""
    try:
        settings = Settings.of(os.environ)
    except ValueError as error:
        sys.exit(f"rooms: {error}")
    # The first process of a container is not ended by a signal unless it says so itself.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with closing(Index(settings.index)) as index:
        server = Server((settings.host, settings.port), create_app(settings, index))
        server.prepare()
        print(f"rooms: at http://{settings.host}:{settings.port}", flush=True)
        try:
            server.serve()
        except KeyboardInterrupt:
            server.stop()


if __name__ == "__main__":
    main()
