"""``python -m ice_mock`` is ``ice-mock``."""

import sys

from ice_mock.cli import main

if __name__ == "__main__":
    sys.exit(main())
