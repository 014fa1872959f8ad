"""Numbers and names the way people read them, wherever something is told in words."""

_TIMES = "\N{MULTIPLICATION SIGN}"


def counted(number: int, noun: str) -> str:
    """``1 frame``, ``1,200 frames``."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def times(number: int) -> str:
    """How often, for after a name: a sign of multiplication, and the number."""
    return f"{_TIMES}{number:,}"


def shown(text: str) -> str:
    r"""*text* with all that is not printable escaped: a control character becomes ``\x1b``.

    What callers named is data: then it steers no terminal. What is left is also what XML and HTML may hold.
    """
    if text.isprintable():
        return text
    return "".join(
        char if char.isprintable() else char.encode("unicode_escape").decode("ascii") for char in text
    )
