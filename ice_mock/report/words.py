"""Numbers in words."""

_TIMES = "\N{MULTIPLICATION SIGN}"


def counted(number: int, noun: str) -> str:
    """``1 frame``, ``1,200 frames``."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def times(number: int) -> str:
    """How often, for after a name: a sign of multiplication, and the number."""
    return f"{_TIMES}{number:,}"
