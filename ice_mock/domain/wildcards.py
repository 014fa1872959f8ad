"""Patterns in which ``*`` stands for any text, and ``?`` for any character."""

import re
from functools import lru_cache


def matches(pattern: str, text: str) -> bool:
    return bool(_compiled(pattern).fullmatch(text))


# Not fnmatch: its brackets are no wildcards here.
@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> re.Pattern[str]:
    parts = (
        ".*" if part == "*" else "." if part == "?" else re.escape(part)
        for part in re.split(r"([*?])", pattern)
    )
    return re.compile("".join(parts), re.DOTALL)
