"""The version of this package, as the wheel, the server and the command line tell it."""

__version__ = "0.1.0"
