"""What changes on the card, each drawn as a tile of its own: text, characters, a dial, a pattern."""

from collections.abc import Callable, Mapping
from hashlib import blake2b

from PIL import Image, ImageDraw

from ice_mock.render.layout import NUMBER_LENGTH, Layout
from ice_mock.render.palette import ACCENT, CLOCK, PANEL, SHADE, WHITE, Colour
from ice_mock.render.picture import Picture
from ice_mock.render.typography import DIGIT_WIDTH, fitted, font

DIAL_STEPS = 24
"""Frames in which the hand of the dial goes round once."""

_DIGITS = 6
_LEADING_ZERO = "o"
_PATTERN_ROWS = 4
_PATTERN_COLUMNS = 16
_SMOOTHING = 3

Size = tuple[int, int]


def job_contents(picture: Picture, layout: Layout) -> tuple[str, ...]:
    """What the job's slots of *layout* show, in their order."""
    contents = {"stream": picture.stream, "job": picture.job_id, "seed": str(picture.seed)}
    return tuple(contents[slot.field] for slot in layout.job_slots)


def frame_contents(picture: Picture) -> list[str]:
    """What the frame's slots show, in their order: of number, date and time a character each.

    A number of more than ten digits shows its last ten.
    """
    number = str(picture.number).rjust(_DIGITS, _LEADING_ZERO)[-NUMBER_LENGTH:].ljust(NUMBER_LENGTH)
    moment = picture.instant.isoformat(timespec="milliseconds")
    return [*number, *moment[:10], *moment[11:23], str(picture.number % DIAL_STEPS)]


def tile(field: str, content: str, size: Size) -> Image.Image:
    """Draw what a slot for *field* shows if its content is *content*."""
    return _TILES[field](content, size)


def _text(content: str, size: Size) -> Image.Image:
    image, (width, height) = _blank(size), size
    font_size = int(height * 0.8)
    text = fitted(content, size=font_size, width=width)
    _write(image, text, (0, height * 0.75), font_size, WHITE, "ls")
    return image


def _number(content: str, size: Size) -> Image.Image:
    if content == _LEADING_ZERO:
        return _character("0", size, SHADE)
    return _character(content, size, WHITE)


def _clock(content: str, size: Size) -> Image.Image:
    return _character(content, size, CLOCK)


def _character(content: str, size: Size, colour: Colour) -> Image.Image:
    image, (width, height) = _blank(size), size
    font_size = int(min(width / DIGIT_WIDTH * 0.97, height * 1.2))
    _write(image, content, (width / 2, height * 0.92), font_size, colour, "ms")
    return image


def _seed(content: str, size: Size) -> Image.Image:
    """Draw the seed beside a pattern that is its own, for eyes that do not read numbers."""
    image, (width, height) = _blank(size), size
    side = max(height // _PATTERN_ROWS, 1)
    pattern = _pattern(content).resize(
        (_PATTERN_COLUMNS * side, _PATTERN_ROWS * side), Image.Resampling.NEAREST
    )
    corner = (width - pattern.width, 0)
    image.paste(SHADE, (*corner, width, pattern.height))
    image.paste(CLOCK, corner, pattern)
    font_size = int(height * 0.8)
    text = fitted(content, size=font_size, width=width - pattern.width - side * 2)
    _write(image, text, (0, height * 0.75), font_size, WHITE, "ls")
    return image


def _pattern(content: str) -> Image.Image:
    size = (_PATTERN_COLUMNS, _PATTERN_ROWS)
    bits = blake2b(content.encode(), digest_size=_PATTERN_COLUMNS * _PATTERN_ROWS // 8).digest()
    return Image.frombytes("1", size, bits)


def _dial(content: str, size: Size) -> Image.Image:
    width, height = (side * _SMOOTHING for side in size)
    image = _blank((width, height))
    draw = ImageDraw.Draw(image)
    centre, radius = (width / 2, height / 2), min(width, height) / 2 - _SMOOTHING
    angle = int(content) * 360 / DIAL_STEPS - 90
    draw.circle(centre, radius, fill=SHADE)
    draw.circle(centre, radius * 0.94, fill=PANEL)
    draw.pieslice(_around(centre, radius * 0.84), -90, angle, fill=ACCENT)
    draw.circle(centre, radius * 0.5, fill=PANEL)
    return image.reduce(_SMOOTHING)


def _around(centre: tuple[float, float], radius: float) -> tuple[float, float, float, float]:
    x, y = centre
    return x - radius, y - radius, x + radius, y + radius


def _blank(size: Size) -> Image.Image:
    return Image.new("RGB", size, PANEL)


def _write(
    image: Image.Image, text: str, at: tuple[float, float], size: int, colour: Colour, anchor: str
) -> None:
    ImageDraw.Draw(image).text(at, text, fill=colour, font=font(size), anchor=anchor)


_TILES: Mapping[str, Callable[[str, Size], Image.Image]] = {
    "stream": _text,
    "job": _text,
    "seed": _seed,
    "number": _number,
    "date": _clock,
    "time": _clock,
    "dial": _dial,
}
