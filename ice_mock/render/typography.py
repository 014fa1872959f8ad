"""Text in the one font that comes with Pillow: what it has a glyph for, and what fits."""

from bisect import bisect_right
from collections.abc import Sequence
from functools import lru_cache
from urllib.parse import quote

from PIL import ImageFont

DIGIT_WIDTH = 0.58
"""Of every digit, in sizes of the font; that they are alike lets numbers change in place."""

_NO_CHARACTER = "\U0010ffff"


@lru_cache(maxsize=8)
def font(size: int) -> ImageFont.FreeTypeFont:
    """Return the font at *size* pixels, at least one."""
    built_in = ImageFont.load_default(max(size, 1))
    if not isinstance(built_in, ImageFont.FreeTypeFont):
        raise TypeError("Pillow was built without FreeType, which draws the text of pictures")
    return built_in


def fitted(text: str, *, size: int, width: int) -> str:
    """Return *text* as the font can show it, elided in the middle to *width* pixels."""
    characters = [_shown(character) for character in text]
    face = font(size)

    def length(kept: int) -> float:
        return face.getlength(_elided(characters, kept))

    if length(len(characters)) <= width:
        return "".join(characters)
    return _elided(characters, bisect_right(range(len(characters)), float(width), key=length) - 1)


def _elided(characters: Sequence[str], kept: int) -> str:
    if kept >= len(characters):
        return "".join(characters)
    kept = max(kept, 0)
    tail = kept // 2
    return "".join([*characters[: kept - tail], "…", *characters[len(characters) - tail :]])


@lru_cache(maxsize=1024)
def _shown(character: str) -> str:
    if character == " " or _has_glyph(character):
        return character
    return quote(character, safe="", errors="surrogatepass")


def _has_glyph(character: str) -> bool:
    drawn = _drawn(character)
    return character.isprintable() and any(drawn) and drawn != _drawn(_NO_CHARACTER)


def _drawn(character: str) -> bytes:
    return bytes(font(16).getmask(character))
