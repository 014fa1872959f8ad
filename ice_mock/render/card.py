"""The card that all pictures of a size have in common: bars, and the panel with its labels."""

from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise

from PIL import Image, ImageDraw

from ice_mock.render.layout import Box, Layout
from ice_mock.render.palette import ACCENT, BARS, CASTELLATIONS, GREY, PANEL, PLUGE, SHADE, Colour
from ice_mock.render.typography import font

_SMALLEST_LABEL = 7
_BLOCK = 8


def card(layout: Layout) -> Image.Image:
    """Draw the card, its slots empty."""
    image = Image.new("RGB", (layout.width, layout.height), PANEL)
    draw = ImageDraw.Draw(image)
    _draw_bars(draw, layout)
    _draw_panel(draw, layout)
    for text, box in layout.labels:
        _draw_label(draw, text, box, layout.scale)
    return image


def _draw_bars(draw: ImageDraw.ImageDraw, layout: Layout) -> None:
    # Edges between the blocks that JPEG codes cost no bytes; on small pictures they would look uneven.
    step = _BLOCK if layout.interval else 1
    middle, lower = (layout.height * twelfths // 12 // step * step for twelfths in (8, 9))
    for top, bottom, shares in (
        (0, middle, BARS),
        (middle, lower, CASTELLATIONS),
        (lower, layout.height, PLUGE),
    ):
        for colour, left, right in _spread(shares, layout.width, step):
            _fill(draw, Box(left, top, right - left, bottom - top), colour)


def _spread(shares: Sequence[tuple[Colour, int]], width: int, step: int) -> Iterator[tuple[Colour, int, int]]:
    """Yield each colour with its left and right, all but the last a multiple of *step*."""
    ends = list(accumulate(share for _, share in shares))
    edges = [0, *(width * end // ends[-1] // step * step for end in ends[:-1]), width]
    for (colour, _), (left, right) in zip(shares, pairwise(edges), strict=True):
        yield colour, left, right


def _draw_panel(draw: ImageDraw.ImageDraw, layout: Layout) -> None:
    line = max(round(layout.scale / 16), 1)
    panel = layout.panel
    _fill(draw, panel, SHADE)
    _fill(draw, Box(panel.left + line, panel.top, panel.width - 2 * line, panel.height - line), PANEL)
    _fill(draw, panel._replace(height=max(round(layout.scale * 3 / 16), 1)), ACCENT)


def _draw_label(draw: ImageDraw.ImageDraw, text: str, box: Box, scale: float) -> None:
    size = int(scale * 0.5)
    if size >= _SMALLEST_LABEL:
        draw.text((box.left, box.top - scale * 0.15), text, fill=GREY, font=font(size), anchor="ls")


def _fill(draw: ImageDraw.ImageDraw, box: Box, colour: Colour) -> None:
    draw.rectangle((box.left, box.top, box.right - 1, box.bottom - 1), fill=colour)
