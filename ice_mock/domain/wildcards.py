"""Patterns in which ``*`` stands for any text, and ``?`` for any character."""

import re
from functools import lru_cache


def matches(pattern: str, text: str) -> bool:
    return bool(_compiled(pattern).fullmatch(text))


# Not fnmatch: its brackets are no wildcards here.
@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> re.Pattern[str]:
    first, *others = (re.escape(part).replace(r"\?", ".") for part in pattern.split("*"))
    if not others:
        return re.compile(first, re.DOTALL)
    *middle, last = others
    # Each part is found where it first stands, and not looked for again: a pattern cannot take for ever.
    found = "".join(f"(?>.*?{part})" for part in middle)
    return re.compile(f"{first}{found}.*{last}", re.DOTALL)
