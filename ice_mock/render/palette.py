"""The colours of the test card."""

Colour = tuple[int, int, int]

WHITE: Colour = (235, 238, 242)
GREY: Colour = (132, 142, 156)
SHADE: Colour = (52, 58, 68)
PANEL: Colour = (16, 19, 25)
ACCENT: Colour = (255, 176, 32)
CLOCK: Colour = (255, 206, 112)

# The bars are those of SMPTE EG 1, as 8 bit RGB, each with its share of the width.
BARS: tuple[tuple[Colour, int], ...] = (
    ((191, 191, 191), 1),
    ((191, 191, 0), 1),
    ((0, 191, 191), 1),
    ((0, 191, 0), 1),
    ((191, 0, 191), 1),
    ((191, 0, 0), 1),
    ((0, 0, 191), 1),
)
CASTELLATIONS: tuple[tuple[Colour, int], ...] = (
    ((0, 0, 191), 1),
    ((19, 19, 19), 1),
    ((191, 0, 191), 1),
    ((19, 19, 19), 1),
    ((0, 191, 191), 1),
    ((19, 19, 19), 1),
    ((191, 191, 191), 1),
)
PLUGE: tuple[tuple[Colour, int], ...] = (
    ((0, 33, 76), 5),
    ((255, 255, 255), 5),
    ((50, 0, 106), 5),
    ((19, 19, 19), 5),
    ((9, 9, 9), 1),
    ((19, 19, 19), 2),
    ((29, 29, 29), 1),
    ((19, 19, 19), 4),
)
